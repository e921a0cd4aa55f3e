"""One run: load on one server, and what it cost it."""
import functools
import json
import os
import pathlib
import shutil
import subprocess
import threading
import time

from . import processes
from .servers import SERVER_CPU

GENERATOR = pathlib.Path(__file__).resolve().parent.parent / "generator"

# The ways to ask, with the generator's options. "singly": one query per system call, as resolvers do.
MODES = {
    "UDP": ["-b", "32"],
    "UDP singly": ["-b", "1"],
    "UDP random case": ["-b", "32", "-x"],
    "UDP long": ["-b", "32", "-e", "1232"],
    "UDP misses": ["-b", "32", "-u"],
    "UDP 20 k/s": ["-b", "32", "-r", "20000"],
    "UDP 20 k/s, reloads": ["-b", "32", "-r", "20000"],
    "UDP 20 k/s, changes": ["-b", "32", "-r", "20000"],
    "TCP": ["-t", "-b", "1"],
}


def _reloads(server, times):
    return [server.reload] * times


def _changes(server, times):
    """Each puts a file with changed objects in the place of the last one. They are written before the run: that takes a CPU, too."""
    paths = [server.folder / f"changes-{number}" for number in range(times)]
    for path in paths:
        Meanwhile.turn += 1
        server.dataset.write_changes(path, Meanwhile.turn)
    return [functools.partial(path.rename, server.dataset.manifests / "changes.yaml") for path in paths]


# The share of a CPU that other work may take during a run.
NOISE = 0.1
# What is done to the server meanwhile: every so many seconds, one of what a function prepares.
MEANWHILE = {"UDP 20 k/s, reloads": (0.25, _reloads), "UDP 20 k/s, changes": (1, _changes)}


def client_cpus():
    """The CPU of the generator: not the server's, where there is a second one."""
    return {max(os.sched_getaffinity(0) - {SERVER_CPU}, default=SERVER_CPU)}


def compile_generator(folder):
    """Builds dnsload and dnsecho; returns their paths."""
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler:
        raise SystemExit("bench: no C compiler (cc or clang) on PATH")
    paths = [pathlib.Path(folder, name) for name in ("dnsload", "dnsecho")]
    for path in paths:
        subprocess.run([compiler, "-O2", "-o", path, GENERATOR / f"{path.name}.c"], check=True)
    return paths


class Meanwhile:
    """Does something to the server again and again while it is open, for so many seconds."""

    turn = 0

    def __init__(self, server, mode, seconds):
        self.interval, prepare = MEANWHILE.get(mode, (None, None))
        self.acts = prepare(server, int(seconds / self.interval)) if prepare else []
        self.ended = threading.Event()

    def __enter__(self):
        if self.acts:
            self.thread = threading.Thread(target=self._work)
            self.thread.start()

    def __exit__(self, *error):
        self.ended.set()
        if self.acts:
            self.thread.join()
            time.sleep(2 * self.interval)  # the server may still be at it

    def _work(self):
        for act in self.acts:
            if self.ended.wait(self.interval):
                return
            act()


def quiet_run(dnsload, server, mode, seconds, generators=None):
    """A run that other work on the machine hardly disturbed; the quietest of three where there is none."""
    runs = []
    while not runs or (runs[-1]["noise"] > NOISE and len(runs) < 3):
        runs.append(run(dnsload, server, mode, seconds, generators))
    return min(runs, key=lambda r: r["noise"])


def run(dnsload, server, mode, seconds, generators=None):
    """Load on the server for so many seconds, from one generator process for each set of CPUs in `generators`. CPU times are
    microseconds per answered query; `noise` is CPU seconds per second that neither server nor generators used."""
    pids = processes.family(server.process.pid)
    cpu, machine, begin = processes.cpu_seconds(pids), processes.machine_cpu_seconds(), time.monotonic()
    queries = server.dataset.misses if mode == "UDP misses" else server.dataset.queries
    command = [dnsload, "-q", queries, "-p", str(server.port), "-l", str(seconds), *MODES[mode]]
    if generators:
        command += ["-c", "32"]
    with Meanwhile(server, mode, seconds):
        said = [json.loads(line) for line in _load(command, generators or [client_cpus()])]
    wall = time.monotonic() - begin
    user, system = (after - before for before, after in zip(cpu, processes.cpu_seconds(pids)))
    busy, stolen = (after - before for before, after in zip(machine, processes.machine_cpu_seconds()))
    result = {**said[0], **{key: sum(s[key] for s in said) for key in ("completed", "lost", "wrong", "qps", "client_cpu_s")}}
    answered = max(1, result["completed"])
    rss, anonymous = processes.memory_mib(pids)
    result.update(
        server=server.name, mode=mode, cpu_us=(user + system) / answered * 1e6, user_us=user / answered * 1e6,
        system_us=system / answered * 1e6, load=(user + system) / wall, rss_mib=rss, anonymous_mib=anonymous,
        noise=max(0, (busy + stolen - user - system - result["client_cpu_s"]) / wall))
    return result


def _load(command, generators):
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, preexec_fn=lambda cpus=cpus: os.sched_setaffinity(0, cpus))
               for cpus in generators]
    said = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise RuntimeError(f"bench: {command[0]} failed")
    return said
