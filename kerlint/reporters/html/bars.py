"""Draws bars: of numbers that are counted, as a table that a style sheet turns into a chart, and of numbers that were
measured, as an SVG with an axis. Knows nothing of what the numbers mean.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from kerlint.records import dataclass
from kerlint.reporters.html.markup import Markup, element

_WIDTH, _LEFT, _RIGHT = 340, 8, 52
_ROW, _BAR = 40, 14


@dataclass(frozen=True, slots=True)
class Bar:
    """One number: what it is of, and whether it is the one that is wrong. `figure` is how it is told."""

    label: str
    value: float
    figure: str = ""
    is_wrong: bool = False


def table_of_bars(caption: str, heading: str, rows: Sequence[tuple[Markup | str, int]]) -> Markup:
    """Counts as a table with a bar in each row; it is its own text alternative."""
    largest = max((count for _, count in rows), default=1) or 1
    head = element("tr", element("th", heading, scope="col"), element("th", "findings", scope="col"))
    body = [
        element(
            "tr",
            element("th", label, scope="row"),
            element("td", element("i", style=f"width:{max(100 * count / largest, 1):.0f}%"), element("b", count)),
        )
        for label, count in rows
    ]
    return element("table", element("caption", caption), element("thead", head), element("tbody", *body), class_="bars")


def plot(title: str, axis: str, bars: Sequence[Bar]) -> Markup:
    """Bars with their figures over an axis that says what is measured; the same in words for who does not see it."""
    low, high = min(0.0, *(bar.value for bar in bars)), max(0.0, *(bar.value for bar in bars))
    step = _step(high - low)
    if all(float(bar.value).is_integer() for bar in bars):
        step = max(step, 1.0)
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    width, height = _WIDTH - _LEFT - _RIGHT, _ROW * len(bars)

    def x(value: float) -> float:
        return round(_LEFT + width * (value - low) / ((high - low) or 1.0), 1)

    drawn: list[Markup] = []
    for number in range(round((high - low) / step) + 1):
        tick = low + number * step
        drawn.append(element("line", x1=x(tick), x2=x(tick), y1=4, y2=height + 6, class_="grid"))
        drawn.append(element("text", _figure(tick), x=x(tick), y=height + 20, class_="tick"))
    for row, bar in enumerate(bars):
        start, end = sorted((x(0.0), x(bar.value)))
        top = row * _ROW + 20
        drawn.append(element("text", bar.label, x=_LEFT, y=top - 5))
        size = max(end - start, 1.5)
        drawn.append(element("rect", x=start, y=top, width=size, height=_BAR, class_="wrong" if bar.is_wrong else "bar"))
        drawn.append(element("text", bar.figure or _figure(bar.value), x=end + 5, y=top + 12, class_="figure"))
    drawn.append(element("text", axis, x=_LEFT + width / 2, y=height + 38, class_="axis"))
    told = "; ".join(f"{bar.label}: {bar.figure or _figure(bar.value)}" for bar in bars)
    picture = element("svg", *drawn, viewBox=f"0 0 {_WIDTH} {height + 46}", role="img", aria_label=f"{title} ({axis}). {told}")
    return element("figure", element("figcaption", title), picture, class_="plot")


def _step(size: float) -> float:
    """A round distance of ticks, for four of them or so."""
    if not size > 0 or not math.isfinite(size):
        return 1.0
    rough = size / 4
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)


def _figure(value: float) -> str:
    return f"{value:.3g}" if value else "0"
