"""What is measured: the servers, and the loads that each gets, with the points (docs/performance.md) that each serves."""
import os
import typing

from . import measure, processes
from .dataset import Dataset
from .ours import ClusterDNS, Forwarder
from .servers import BIND, NSD, SERVER_CPU, Echo, Knot

OURS, HUGE, LONG, PADDED = "clusterdns", "clusterdns, 100,000 services", "clusterdns, 70 endpoints", "echo, as long"
FORWARDER, UPSTREAM, CHANGING = "clusterdns, forward and cache", "NSD, upstream", "clusterdns, changing"
ONE, TWO = "clusterdns, 1 worker", "clusterdns, 2 workers"
PEERS = ["echo", "NSD", "Knot", "BIND"]


class Load(typing.NamedTuple):
    """One way to ask, for so many seconds so many times a round, and the servers that are asked so, each with the points that need it."""

    mode: str
    seconds: float
    servers: dict
    quick: bool = False
    times: int = 1


PLAN = [
    Load("UDP", 2, {"echo": {1, 2}, "NSD": {1}, "Knot": {1}, "BIND": {1}, OURS: {1, 2, 4}, HUGE: {2}, FORWARDER: {4}}, True),
    Load("UDP singly", 1.5, {"echo": {1}, "NSD": {1}, "Knot": {1}, "BIND": {1}, OURS: {1}}),
    Load("UDP random case", 2, {OURS: {2}}),
    Load("UDP long", 2, {PADDED: {2}, LONG: {2}}),
    Load("TCP", 1.5, {"NSD": {3}, "Knot": {3}, "BIND": {3}, OURS: {3}}, True),
    Load("UDP misses", 1.5, {FORWARDER: {4}}),
    # A difference of a few microseconds, which the kernel's waking of an idle CPU hides in one run or another.
    Load("UDP 20 k/s", 2, {"NSD": {9}, OURS: {9}}, True, times=5),
    Load("UDP 20 k/s, reloads", 2, {OURS: {9}}),
    Load("UDP 20 k/s, changes", 3, {CHANGING: {9}}),
]
SCALING = Load("UDP", 2, {ONE: {6}, TWO: {6}})
# Servers whose start and memory count, with how often each is started.
STARTS = {OURS: ({8}, 5), HUGE: ({8}, 3)}


def program_of(name):
    """The class of the server of that name."""
    kinds = {"echo": Echo, PADDED: Echo, "NSD": NSD, UPSTREAM: NSD, "Knot": Knot, "BIND": BIND, FORWARDER: Forwarder}
    return kinds.get(name, ClusterDNS)


class Servers:
    """The servers of the chosen points, running; each is started when it is first asked for."""

    def __init__(self, folder, services, endpoints):
        self.folder, self.running, self.datasets = folder, {}, {}
        self.shapes = {
            OURS: dict(services=services, endpoints=endpoints),
            CHANGING: dict(services=services, endpoints=endpoints),
            HUGE: dict(services=100_000, endpoints=endpoints),
            LONG: dict(services=1_000, endpoints=70, headless_every=1, mix={"A": 1}),
            # Few enough names for a cache of the default size, which outlive the run.
            FORWARDER: dict(services=2_000, endpoints=endpoints, queries=4_000, ttl=3_600),
        }

    def dataset(self, name):
        shape = {PADDED: LONG, UPSTREAM: FORWARDER}.get(name, name if name in self.shapes else OURS)
        if shape not in self.datasets:
            self.datasets[shape] = Dataset(**self.shapes[shape]).write(self.folder / f"data-{len(self.datasets)}", shape != HUGE)
        return self.datasets[shape]

    def missing(self, name):
        return program_of(name).missing() or (NSD.missing() if name == FORWARDER else None)

    def start(self, name, times=1):
        """Starts it so many times, and keeps the last one; returns the seconds that each start took."""
        server = program_of(name)(name, self.dataset(name), self.folder, self._cpus(name))
        if name == PADDED:
            server.octets = server.dataset.answer_octets()
        if name == FORWARDER:
            self.start(UPSTREAM)
            server.upstream = self.running[UPSTREAM]
        self.running[name] = server
        taken = []
        for again in range(times):
            if again:
                server.stop()
            taken.append(server.start())
        if name == ONE:
            processes.let_run_on(server.process.pid, os.sched_getaffinity(0))
        return taken

    def _cpus(self, name):
        if name == UPSTREAM:
            return measure.client_cpus()
        return set(sorted(os.sched_getaffinity(0))[:2]) if name == TWO else {SERVER_CPU}

    def stop(self):
        for server in self.running.values():
            server.stop()
