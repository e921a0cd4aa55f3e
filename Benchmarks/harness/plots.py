"""Plots as SVG, readable on light and dark pages."""
import math
from html import escape

WIDTH, FONT = 720, 13
STYLE = """<style>
  svg { font: 13px system-ui, sans-serif; }
  text { fill: #1f2328; } .title { font-weight: 600; } .faint { fill: #59636e; }
  .grid { stroke: #d1d9e0; } .a { fill: #0a66c2; stroke: #0a66c2; } .b { fill: #bc4c00; stroke: #bc4c00; }
  .peer { fill: #818b98; } .ours { fill: #0a66c2; } .system { opacity: .55; } .line { fill: none; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; } .faint { fill: #9198a1; } .grid { stroke: #3d444d; }
    .a { fill: #58a6ff; stroke: #58a6ff; } .b { fill: #f0883e; stroke: #f0883e; } .ours { fill: #58a6ff; }
    .line { fill: none; }
  }
</style>"""


def _svg(title, height, body):
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
            f'role="img" aria-label="{escape(title)}">')
    return "\n".join([head, STYLE, _text(0, 18, title, "title"), *body, "</svg>"]) + "\n"


def _text(x, y, text, kind="", anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'


def bars(title, values, ours):
    """Horizontal bars; `values` maps names to (user time, user and system time). The bar of `ours` stands out."""
    left, right, row = 100, 110, 32
    scale = (WIDTH - left - right) / max(whole for _, whole in values.values())
    body = [_text(0, 38, "dark: the server's own work, light: the kernel's", "faint")]
    for i, (name, (user, whole)) in enumerate(values.items()):
        y, kind = 54 + i * row, "ours" if name == ours else "peer"
        body += [
            _text(left - 8, y + 16, name, anchor="end"),
            f'<rect class="{kind}" x="{left}" y="{y}" width="{user * scale:.1f}" height="22"/>',
            f'<rect class="{kind} system" x="{left + user * scale:.1f}" y="{y}" width="{(whole - user) * scale:.1f}" height="22"/>',
            _text(left + whole * scale + 8, y + 16, f"{whole:.2f} ({user:.2f})")]
    return _svg(title, 54 + len(values) * row + 8, body)


def curves(title, series):
    """Shares of changes by the time they took, on a logarithmic scale; `series` maps names to [(percentile, µs)]."""
    left, right, top, height, bottom = 60, 24, 60, 260, 40
    values = [max(1, us) for points in series.values() for _, us in points]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)) + 1e-9)
    across = (WIDTH - left - right) / max(1, high - low)

    def place(percentile, us):
        return left + (math.log10(max(1, us)) - low) * across, top + height - _nines(percentile) * height / 3
    body = []
    for percentile in (0, 50, 90, 99, 99.9):
        _, y = place(percentile, 1)
        body += [f'<path class="grid" d="M{left} {y:.1f}H{WIDTH - right}"/>', _text(left - 8, y + 4, f"{percentile:g} %", "faint", "end")]
    for power in range(low, high + 1):
        x, _ = place(0, 10 ** power)
        body += [f'<path class="grid" d="M{x:.1f} {top}V{top + height}"/>',
                 _text(x, top + height + 20, f"{10 ** power:,} µs", "faint", "middle")]
    for i, (name, points) in enumerate(series.items()):
        path = "L".join("{:.1f} {:.1f}".format(*place(*point)) for point in points)
        kind = "ab"[i % 2]
        body += [f'<path class="{kind} line" d="M{path}"/>', f'<rect class="{kind}" x="{left + i * 200}" y="34" width="12" height="12"/>',
                 _text(left + i * 200 + 18, 44, name)]
    return _svg(title, top + height + bottom, body)


def _nines(percentile):
    """0 at 0 %, 1 at 90 %, 2 at 99 %, 3 at 99.9 % and above."""
    return min(3, -math.log10(max(1e-9, 1 - percentile / 100)))
