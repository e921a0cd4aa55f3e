"""Figures → the tables of servers and of points, and the marked block of docs/performance.md."""
import datetime
import json
import statistics

from . import plots, points
from .plan import OURS, PEERS


class Figures:
    """All runs; a figure is the median over the rounds."""

    def __init__(self, free_generators):
        self.runs, self.starts, self.after_start, self.lines = [], {}, {}, []
        # Whether there are CPUs for the generators that no server uses.
        self.free_generators = free_generators

    def of(self, server, mode, key):
        found = [r[key] for r in self.runs if r["server"] == server and r["mode"] == mode]
        return statistics.median(found) if found else None

    def start(self, server):
        return statistics.median(self.starts[server]) if self.starts.get(server) else None

    def memory(self, server):
        """(RSS, RssAnon) in MiB once it serves, before any load."""
        return self.after_start.get(server, (None, None))

    def line(self, what, services):
        """The median of what a package of Benchmarks/ said."""
        found = [line["value"] for line in self.lines if line["what"] == what and services in (None, line.get("services"))]
        return statistics.median(found) if found else None

    def total(self, server, key):
        return sum(r[key] for r in self.runs if r["server"] == server)

    def noise(self):
        return statistics.median(r["noise"] for r in self.runs) if self.runs else 0

    def servers(self):
        return list(dict.fromkeys(r["server"] for r in self.runs))


# ---------------------------------------------------------------- tables

SERVER_COLUMNS = ["server", "UDP µs (user)", "× echo", "× NSD", "× Knot", "singly µs", "TCP µs", "k queries/s",
                  "p99 µs at 20 k/s", "RSS MiB", "anonymous MiB", "start s"]


def _cell(value, form="{:.2f}"):
    return "" if value is None else form.format(value)


def server_row(f, server):
    """A row of the table of servers, without what was not measured."""
    cpu, user, rate = (f.of(server, "UDP", key) for key in ("cpu_us", "user_us", "qps"))
    rss, anonymous = f.memory(server)
    return [
        server, cpu and f"{cpu:.2f} ({user:.2f})",
        *(_cell(points.ratio(cpu, f.of(peer, "UDP", "cpu_us"))) for peer in ("echo", "NSD", "Knot")),
        _cell(f.of(server, "UDP singly", "cpu_us")), _cell(f.of(server, "TCP", "cpu_us")),
        _cell(rate and rate / 1000, "{:.0f}"), _cell(f.of(server, "UDP 20 k/s", "latency_p99_us"), "{:.0f}"),
        _cell(rss, "{:.0f}"), _cell(anonymous, "{:.0f}"), _cell(f.start(server))]


def point_row(result):
    bound = "" if result.value is None and not result.bound else f"{'≥' if result.least else '≤'} {result.bound:,g} {result.unit}"
    value = "" if result.value is None else f"{_digits(result.value)} {result.unit}"
    return [str(result.number), result.what, value.strip(), bound.strip(), result.state]


def _digits(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


POINT_COLUMNS = ["point", "what", "figure", "bound", ""]


def table(rows, left):
    """A Markdown table, padded so that it reads well in a terminal too; the first row holds the titles, `left` the columns of text."""
    rows = [[cell or "" for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(c.ljust(w) if i in left else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))) + " |"
             for row in rows]
    lines.insert(1, "|" + "|".join("-" * (w + 1) + ("-" if i in left else ":") for i, w in enumerate(widths)) + "|")
    return "\n".join(lines)


def summary(states):
    return ", ".join(f"{states.count(state)} {state}" for state in ("met", "NOT MET", "not measured") if state in states)


def versions_line(versions):
    return ", ".join(f"{name} {version}" for name, version in versions.items())


# ---------------------------------------------------------------- what is kept between runs

class Kept:
    """The newest figures of every point and server, in a file: so that points can be measured again one by one."""

    def __init__(self, path):
        self.path = path
        self.all = json.loads(path.read_text()) if path.exists() else {
            "points": {}, "servers": {}, "bars": {}, "latency": {}, "versions": {}}

    def take(self, figures, results, machine, versions, rounds):
        measured = {str(r.number) for r in results}
        self.all["points"].update({n: [point_row(r) for r in results if str(r.number) == n] for n in measured})
        for server in [*PEERS, OURS]:
            row, old = server_row(figures, server), self.all["servers"].get(server)
            self.all["servers"][server] = [new or before for new, before in zip(row, old or row)]
            if cpu := figures.of(server, "UDP", "cpu_us"):
                if server in figures.servers() and "echo" in figures.servers() and "NSD" in figures.servers():
                    self.all["bars"][server] = [figures.of(server, "UDP", "user_us"), cpu]
        for services, curve in latency_curves(figures.lines).items():
            self.all["latency"][services] = curve
        self.all["versions"].update(versions)
        self.all.update(machine=machine, rounds=rounds, day=datetime.date.today().isoformat())
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text(json.dumps(self.all))

    def point_table(self):
        rows = [row for n in sorted(self.all["points"], key=int) for row in self.all["points"][n]]
        return table([POINT_COLUMNS] + rows, {0, 1, 4}), summary([row[-1] for row in rows])

    def server_table(self):
        return table([SERVER_COLUMNS] + list(self.all["servers"].values()), {0})


def latency_curves(lines):
    """services → [(percentile, µs)] from lines such as "propagation p99.9"."""
    curves = {}
    for line in lines:
        word, _, percentile = line["what"].partition(" p")
        if word == "propagation" and percentile.replace(".", "", 1).isdigit():
            curves.setdefault(f"{line['services']:,} services", {})[float(percentile)] = line["value"]
    return {services: sorted(curve.items()) for services, curve in curves.items()}


# ---------------------------------------------------------------- docs/

BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"
CPU_PLOT, LATENCY_PLOT = "cpu-per-query.svg", "propagation.svg"


def rewrite(docs, kept):
    """Puts the figures between the marks of performance.md, and draws the plots beside it."""
    path, k = docs / "performance.md", kept.all
    before, rest = path.read_text().split(BEGIN)
    _, after = rest.split(END)
    rows, states = kept.point_table()
    block = [
        BEGIN, "", f"Measured on {k['day']}, medians of {k['rounds']} rounds: {k['machine']}. {versions_line(k['versions'])}.", "",
        f"Of the points below: {states}.", "", rows, "", "The servers side by side, µs of CPU time per answered query:", "",
        kept.server_table(), ""]
    if k["bars"]:
        (docs / CPU_PLOT).write_text(plots.bars("CPU time per query over UDP, µs", k["bars"], OURS))
        block += [f"![CPU time per query by server]({CPU_PLOT})", ""]
    if k["latency"]:
        (docs / LATENCY_PLOT).write_text(plots.curves("From a change's commit to the changed answer on the wire, µs", k["latency"]))
        block += [f"![Latency of propagation: share of changes by time]({LATENCY_PLOT})", ""]
    path.write_text(before + "\n".join([*block, END]) + after)
