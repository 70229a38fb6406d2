"""Bar charts as SVG, for pages of results: groups of bars, one for each engine, in light and dark."""

import html
import math

COLORS = ("#4338ca", "#f59e0b", "#fbbf24", "#64748b", "#94a3b8")
WIDTH, LABEL, BAR, GAP, HEAD = 900, 300, 14, 14, 64
STYLE = ("text{font:13px sans-serif;fill:#1f2937}.title{font-weight:600}"
         "@media(prefers-color-scheme:dark){text{fill:#e5e7eb}}")


def scale_of(values, log):
    """A function from values to widths of bars."""
    room = WIDTH - LABEL - 90
    most = max(values)
    if not log:
        return lambda value: room * value / most
    least = 10 ** math.floor(math.log10(min(values)))
    return lambda value: room * max(math.log10(value / least), 0.02) / max(math.log10(most / least), 1)


def bars(title, groups, log):
    """`groups`: names of groups, and of each the values by engine. `log`: the axis is logarithmic."""
    engines = list(next(iter(groups.values())))
    width_of = scale_of([value for group in groups.values() for value in group.values()], log)
    parts = [f'<text class="title" x="8" y="20">{html.escape(title)}{", logarithmic" if log else ""}</text>']
    for number, engine in enumerate(engines):
        at = 8 + number * 180
        parts.append(f'<rect x="{at}" y="32" width="12" height="12" fill="{COLORS[number]}"/>'
                     f'<text x="{at + 18}" y="43">{html.escape(engine)}</text>')
    y = HEAD
    for name, group in groups.items():
        middle = y + BAR * len(group) / 2 + 5
        parts.append(f'<text x="{LABEL - 8}" y="{middle:.0f}" text-anchor="end">{html.escape(name)}</text>')
        for number, value in enumerate(group.values()):
            width = width_of(value)
            box = f'x="{LABEL}" y="{y}" width="{width:.1f}" height="{BAR - 2}"'
            parts.append(f'<rect {box} fill="{COLORS[number]}"/>'
                         f'<text x="{LABEL + width + 6:.1f}" y="{y + BAR - 3}">{value:.3g}</text>')
            y += BAR
        y += GAP
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" viewBox="0 0 {WIDTH} {y}"'
            f' role="img" aria-label="{html.escape(title)}"><style>{STYLE}</style>{"".join(parts)}</svg>\n')
