"""Figures → one table, the goals that are met and those that are not, and the marked block of docs/performance.md."""
import datetime
import statistics


class Figures:
    """All runs; a figure is the median over the rounds."""

    def __init__(self):
        self.runs, self.starts, self.after_start = [], {}, {}

    def of(self, server, mode, key):
        found = [r[key] for r in self.runs if r["server"] == server and r["mode"] == mode]
        return statistics.median(found) if found else None

    def start(self, server):
        return statistics.median(self.starts[server]) if self.starts.get(server) else None

    def memory(self, server):
        """(RSS, RssAnon) in MiB once it serves, before any load."""
        return self.after_start.get(server, (None, None))

    def total(self, server, key):
        return sum(r[key] for r in self.runs if r["server"] == server)

    def noise(self):
        return statistics.median(r["noise"] for r in self.runs)

    def servers(self):
        return list(dict.fromkeys(r["server"] for r in self.runs))


def _ratio(a, b):
    return a / b if a is not None and b else None


def goals(f):
    """(group, what, measured, bound, unit) of each goal; the measured value must not be over the bound."""
    ours = "clusterdns"
    cpu = f.of(ours, "UDP", "cpu_us")
    rss, anonymous = f.memory(ours)
    now, next_ = "Goals", "Next goals"
    return [
        (now, "UDP: CPU per query, of NSD's", _ratio(cpu, f.of("NSD", "UDP", "cpu_us")), 1.00, "×"),
        (now, "start with 10,000 services × 3 endpoints from manifests", f.start(ours), 2.0, "s"),
        (now, "anonymous memory then (RssAnon)", anonymous, 40, "MiB"),
        (next_, "UDP: CPU per query, of the echo's", _ratio(cpu, f.of("echo", "UDP", "cpu_us")), 1.10, "×"),
        (next_, "UDP: CPU per query, of NSD's", _ratio(cpu, f.of("NSD", "UDP", "cpu_us")), 0.85, "×"),
        (next_, "UDP: user time per query", f.of(ours, "UDP", "user_us"), 0.35, "µs"),
        (next_, "UDP, names in random case: CPU per query, of the same in lower case",
         _ratio(f.of(ours, "UDP random case", "cpu_us"), cpu), 1.15, "×"),
        (next_, "TCP: CPU per query, of BIND's", _ratio(f.of(ours, "TCP", "cpu_us"), f.of("BIND", "TCP", "cpu_us")), 0.80, "×"),
        (next_, "UDP at 20,000 queries a second: p99 latency, of NSD's",
         _ratio(f.of(ours, "UDP 20 k/s", "latency_p99_us"), f.of("NSD", "UDP 20 k/s", "latency_p99_us")), 1.00, "×"),
        (next_, "anonymous memory (RssAnon)", anonymous, 28, "MiB"),
        (next_, "resident memory (RSS)", rss, 64, "MiB"),
    ]


def goal_lines(f):
    """The goals that are met, then those that are not."""
    lines = []
    for group in ("Goals", "Next goals"):
        rows = [g for g in goals(f) if g[0] == group]
        for met, title in ((True, "met"), (False, "not met")):
            for _, what, value, bound, unit in rows:
                if value is not None and (value <= bound) == met:
                    lines.append(f"{group}, {title}: {what}: {value:.2f} {unit} (at most {bound:g} {unit})")
        lines += [f"{group}, not measured: {what}" for _, what, value, _, _ in rows if value is None]
    return lines


COLUMNS = ["server", "UDP µs (user)", "× echo", "× NSD", "× Knot", "singly µs", "TCP µs", "k queries/s", "p99 µs at 20 k/s",
           "RSS MiB", "anonymous MiB", "start s"]


def _cell(value, form="{:.2f}"):
    return "" if value is None else form.format(value)


def _row(f, server):
    cpu, user = f.of(server, "UDP", "cpu_us"), f.of(server, "UDP", "user_us")
    rate = f.of(server, "UDP", "qps")
    rss, anonymous = f.memory(server)
    return [
        server, f"{cpu:.2f} ({user:.2f})",
        *(_cell(_ratio(cpu, f.of(peer, "UDP", "cpu_us"))) for peer in ("echo", "NSD", "Knot")),
        _cell(f.of(server, "UDP singly", "cpu_us")), _cell(f.of(server, "TCP", "cpu_us")), _cell(rate / 1000, "{:.0f}"),
        _cell(f.of(server, "UDP 20 k/s", "latency_p99_us"), "{:.0f}"), _cell(rss, "{:.0f}"), _cell(anonymous, "{:.0f}"),
        _cell(f.start(server))]


def table(f):
    """The Markdown table, padded so that it reads well in a terminal too."""
    rows = [COLUMNS] + [_row(f, server) for server in f.servers()]
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    lines = ["| " + " | ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))) + " |"
             for row in rows]
    lines.insert(1, "|" + "|".join("-" * (w + 1) + (":" if i else "-") for i, w in enumerate(widths)) + "|")
    return "\n".join(lines)


BEGIN, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"


def rewrite(path, f, machine, versions, rounds):
    """Puts the figures between the marks of the document."""
    text = path.read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    day = datetime.date.today().isoformat()
    block = [
        BEGIN, "", f"Measured on {day}, medians of {rounds} rounds: {machine}. {versions}.", "", table(f), "",
        *(f"* {line}" for line in goal_lines(f)), "", END]
    path.write_text(before + "\n".join(block) + after)
