"""The points: each a figure, its bound, and how the figure comes from what was measured. docs/performance.md lists them."""
import typing

from .plan import CHANGING, FORWARDER, HUGE, LONG, ONE, OURS, PADDED, TWO


class Point(typing.NamedTuple):
    """`number` groups points that belong together. The figure must be at most the bound, or at least with `least`."""

    number: int
    what: str
    value: typing.Callable  # of report.Figures; None when it was not measured
    bound: float
    unit: str
    least: bool = False


class Result(typing.NamedTuple):
    """A point with its figure."""

    number: int
    what: str
    value: float
    bound: float
    unit: str
    least: bool

    @property
    def state(self):
        if self.value is None:
            return "not measured"
        met = self.value >= self.bound if self.least else self.value <= self.bound
        return "met" if met else "NOT MET"


def ratio(a, b):
    return a / b if a is not None and b else None


def _cpu(server, mode="UDP"):
    return lambda f: f.of(server, mode, "cpu_us")


def _cpu_ratio(a, b):
    return lambda f: ratio(_cpu(*a)(f), _cpu(*b)(f))


def _of_figure_1(*load):
    return _cpu_ratio(load, (OURS,))


def _long_answers(f):
    """CPU of long answers without what their octets cost an echo server, of figure 1."""
    figures = [_cpu(*load)(f) for load in ((LONG, "UDP long"), (PADDED, "UDP long"), ("echo",), (OURS,))]
    if None in figures:
        return None
    ours, padded, echo, plain = figures
    return (ours - (padded - echo)) / plain


def _two_workers(f):
    """Queries a second of two workers that have a CPU each, of one worker's. Where the generators need those CPUs too it follows from
    the CPU time per query, which both workers spend at once."""
    if f.free_generators:
        return ratio(f.of(TWO, "UDP", "qps"), f.of(ONE, "UDP", "qps"))
    one = ratio(f.of(ONE, "UDP", "cpu_us"), f.of(TWO, "UDP", "cpu_us"))
    return one and 2 * one


def _memory(server, key):
    return lambda f: f.memory(server)[key]


def _later_p999(server, mode):
    """Milliseconds by which p99.9 is worse than without what happens in that mode."""
    def value(f):
        then, plain = f.of(server, mode, "latency_p999_us"), f.of(OURS, "UDP 20 k/s", "latency_p999_us")
        return None if then is None or plain is None else (then - plain) / 1000
    return value


def _propagation(what, services, scale=1):
    def value(f):
        found = f.line(what, services)
        return None if found is None else found * scale
    return value


def _saturated_ratio(services):
    """The rate of queries beside changes, of that without. Where generator and changes have no CPUs of their own it is queries a second
    of the CPU time that the worker had."""
    def value(f):
        what = "saturated: query rate ratio" + ("" if f.free_generators else " by the worker's time")
        return f.line(what, services)
    return value


POINTS = [
    Point(1, "UDP: CPU per query, of the echo's", _cpu_ratio((OURS,), ("echo",)), 1.10, "×"),
    Point(1, "UDP: CPU per query, of NSD's", _cpu_ratio((OURS,), ("NSD",)), 0.85, "×"),
    Point(1, "UDP: user time per query", lambda f: f.of(OURS, "UDP", "user_us"), 0.35, "µs"),
    Point(2, "names in random case: CPU per query, of figure 1", _of_figure_1(OURS, "UDP random case"), 1.15, "×"),
    Point(2, "100,000 services: CPU per query, of figure 1", _of_figure_1(HUGE), 1.15, "×"),
    Point(2, "headless services of 70 endpoints: CPU per query without what the octets cost the echo, of figure 1", _long_answers,
          1.15, "×"),
    Point(3, "TCP, pipelined: CPU per query, of BIND's", _cpu_ratio((OURS, "TCP"), ("BIND", "TCP")), 0.80, "×"),
    Point(4, "answers that `forward` has brought to the cache: CPU per query, of figure 1", _of_figure_1(FORWARDER), 1.25, "×"),
    Point(4, "names that the cache does not hold: CPU per query beside the upstream's", _cpu(FORWARDER, "UDP misses"), 60, "µs"),
    Point(6, "2 workers: throughput, of 1 worker's", _two_workers, 1.7, "×", True),
]
for services in (10_000, 100_000):
    POINTS += [
        Point(7, f"from commit to the wire, {services:,} services: p50", _propagation("propagation p50", services), 100, "µs"),
        Point(7, f"from commit to the wire, {services:,} services: p99", _propagation("propagation p99", services), 1000, "µs"),
        Point(7, f"of 10,000 changes a second, made and on the wire, {services:,} services", _propagation("changes per second", services), 9_900,
              "/s", True),
        Point(7, f"of 100,000 queries a second answered meanwhile, {services:,} services",
              _propagation("query rate ratio", services), 0.9, "×", True),
        Point(7, f"of as many queries as are answered in a second of the worker's CPU time, meanwhile, {services:,} services",
              _saturated_ratio(services), 0.9, "×", True),
    ]
POINTS += [
    Point(8, "100,000 services × 3 endpoints: resident memory (RSS)", _memory(HUGE, 0), 250, "MiB"),
    Point(8, "100,000 services × 3 endpoints: start from manifests", lambda f: f.start(HUGE), 8, "s"),
    Point(8, "10,000 services × 3 endpoints: anonymous memory (RssAnon)", _memory(OURS, 1), 28, "MiB"),
    Point(8, "10,000 services × 3 endpoints: resident memory (RSS)", _memory(OURS, 0), 64, "MiB"),
    Point(8, "growth by a million changes, in use", _propagation("growth", None), 1, "MiB"),
    Point(8, "growth by a million changes, RssAnon", _propagation("growth of RssAnon", None), 1, "MiB"),
    Point(10, "100,000 Leases renewed every 10 s, in the registry without HTTP: of a core",
          _propagation("renewals in the registry, of a core", None), 25, "%"),
    Point(9, "20,000 queries a second: p99, of NSD's",
          lambda f: ratio(f.of(OURS, "UDP 20 k/s", "latency_p99_us"), f.of("NSD", "UDP 20 k/s", "latency_p99_us")), 1.00, "×"),
    Point(9, "the same during 4 reloads a second: p99.9, later than without", _later_p999(OURS, "UDP 20 k/s, reloads"), 2, "ms"),
    Point(9, "the same during 1,000 changes a second: p99.9, later than without", _later_p999(CHANGING, "UDP 20 k/s, changes"), 2,
          "ms"),
]


# What brings its bounds along, by the part that says it; with what stands for it when it was not measured.
BROUGHT = {5: ("counts", "what a query does, counted: allocations, instructions"), 10: ("registry", "the registry's API: lists, writes, Leases, watches"),
           11: ("picks", "client-side discovery: picks and updates by each policy")}


def _brought(f, number):
    part, what = BROUGHT[number]
    lines = [line for line in f.lines if line.get("bound") is not None and line.get("part", "counts") == part]
    if not lines:
        return [Result(number, what, None, 0, "", False)]
    return [Result(number, line["what"], line["value"], line["bound"], line.get("unit", ""), line.get("least", False)) for line in lines]


def results(figures, chosen):
    """The chosen points with their figures, in the order of their numbers."""
    found = [Result(p.number, p.what, p.value(figures), p.bound, p.unit, p.least) for p in POINTS if p.number in chosen]
    for number in chosen & BROUGHT.keys():
        found += _brought(figures, number)
    return sorted(found, key=lambda r: r.number)
