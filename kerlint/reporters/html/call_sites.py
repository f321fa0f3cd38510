"""Draws the way of the tensors to the calls of one layer: each call a row, the shared layer one tall node beside them.

Turns a `CallPath` into an SVG: rows in the order of execution, the visits of the shared layer numbered at its edge, with what
it is given, and the two marked that it cannot both take. Knows nothing of findings.
"""

from __future__ import annotations

from kerlint.records import dataclass
from kerlint.reporters.html.layout import Lanes, rows_of
from kerlint.reporters.html.markup import Markup, element
from kerlint.reuse.call_path import CallPath, Role, Stop

_WIDTH = 360
_BOX_LEFT, _BOX_RIGHT = 26, 168
_NODE_LEFT, _NODE_RIGHT = 236, 352
_ROW, _HALF, _HEAD = 54, 17, 40
"""Distances of rows, half the height of a box, and the room for the name of the shared layer above its first visit."""
_LANE = 7


def picture(path: CallPath) -> Markup:
    """The picture, with the same in words for who does not see it."""
    drawing = _Drawing(path, rows_of(path))
    body = [*drawing.edges(), *drawing.boxes(), *drawing.shared_node()]
    height = drawing.y(max(drawing.rows)) + _HALF + 12
    svg = element("svg", *body, viewBox=f"0 0 {_WIDTH} {height}", role="img", aria_label=in_words(path))
    caption = f"The calls of {path.layer} in one pass, in their order"
    more = element("p", f"and {path.untold} more calls of it") if path.untold else None
    return element("figure", element("figcaption", caption), svg, more, class_="calls")


def in_words(path: CallPath) -> str:
    """The path as sentences: each call with what it is made on."""
    names = [_name(path, place) for place in range(len(path.stops))]
    told = []
    for place, stop in enumerate(path.stops):
        if stop.role is Role.INPUT:
            continue
        on = " and ".join(names[source] for source in stop.fed_by) or "what is not known"
        unit = path.unit.removesuffix("s") if stop.given == "1" else path.unit
        sizes = f", {stop.given} {unit}" if stop.given else ""
        gives = f", gives {stop.gives}" if stop.gives and stop.role is Role.LAYER else ""
        clash = ", which it cannot take" if path.clash is not None and place == path.clash[1] else ""
        told.append(f"{names[place]} on {on}{sizes}{gives}{clash}")
    return "; ".join(told) + "."


def _name(path: CallPath, place: int) -> str:
    stop = path.stops[place]
    if stop.role is Role.SHARED:
        remark = f" ({stop.remark})" if stop.remark else ""
        return f"call {path.visits.index(place) + 1} of {path.layer}{remark}"
    return f"{stop.name} ({stop.class_name})" if stop.class_name and stop.class_name != stop.name else stop.name


@dataclass(slots=True)
class _Drawing:
    path: CallPath
    rows: tuple[int, ...]
    """The row of each stop."""

    def y(self, row: int) -> int:
        """The middle of a row."""
        before_node = self.rows[self.path.visits[0]] * _ROW
        return _HALF + 2 + max(_HEAD - before_node, 0) + row * _ROW

    def boxes(self) -> list[Markup]:
        """The stops that are not the shared layer."""
        drawn: list[Markup] = []
        for place, stop in enumerate(self.path.stops):
            if stop.role is Role.SHARED:
                continue
            middle, left = self.y(self.rows[place]), (_BOX_LEFT + _BOX_RIGHT) / 2
            shape = element(
                "rect", x=_BOX_LEFT, y=middle - _HALF, width=_BOX_RIGHT - _BOX_LEFT, height=2 * _HALF,
                rx=_HALF if stop.role is Role.INPUT else 4, class_=stop.role.value,
            )  # fmt: skip
            drawn.append(shape)
            below = _below(stop)
            drawn.append(element("text", _short(stop.name, 19), x=left, y=middle + (-2 if below else 4), class_="name"))
            if below:
                drawn.append(element("text", _short(below, 24), x=left, y=middle + 12, class_="kind"))
        return drawn

    def shared_node(self) -> list[Markup]:
        """The layer that is called again: one node along all its visits."""
        visits = self.path.visits
        top, bottom = self.y(self.rows[visits[0]]) - _HALF - _HEAD, self.y(self.rows[visits[-1]]) + _HALF
        middle, width = (_NODE_LEFT + _NODE_RIGHT) / 2, _NODE_RIGHT - _NODE_LEFT
        drawn = [
            element("rect", x=_NODE_LEFT, y=top, width=width, height=bottom - top, rx=6, class_="shared"),
            element("text", _short(self.path.class_name, 20), x=middle, y=top + 33, class_="kind"),
        ]
        if self.path.layer != self.path.class_name:
            drawn.append(element("text", _short(self.path.layer, 16), x=middle, y=top + 18, class_="name"))
        for number, place in enumerate(visits, 1):
            y = self.y(self.rows[place])
            is_wrong = self.path.clash is not None and place == self.path.clash[1]
            drawn.append(element("circle", cx=_NODE_LEFT + 16, cy=y, r=11, class_="wrong" if is_wrong else "visit"))
            drawn.append(element("text", number, x=_NODE_LEFT + 16, y=y + 4, class_="number"))
            told = self._told_at(place)
            drawn.append(element("text", _short(told, 15), x=_NODE_LEFT + 32, y=y + 4, class_="clash" if is_wrong else "size"))
        return drawn

    def _told_at(self, place: int) -> str:
        """What the layer is given at a visit, and what does not fit it."""
        stop, clash = self.path.stops[place], self.path.clash
        if clash is not None and place == clash[1]:
            return f"{stop.given} \N{NOT EQUAL TO} {self.path.stops[clash[0]].given}"
        return f"built for {stop.given}" if clash is not None and place == clash[0] else stop.remark

    def edges(self) -> list[Markup]:
        """The tensors: between rows that follow each other straight, else along lanes beside the boxes."""
        left, right = Lanes(), Lanes()
        drawn: list[Markup] = []
        for place, stop in enumerate(self.path.stops):
            for source in stop.fed_by:
                drawn += self._edge(source, place, left, right)
        return sorted(drawn, key=lambda piece: piece.startswith("<text"))  # no line is drawn over a size

    def _edge(self, source: int, place: int, left: Lanes, right: Lanes) -> list[Markup]:
        stops, rows = self.path.stops, self.rows
        size = stops[place].given if stops[place].role is Role.SHARED else stops[source].gives
        is_wrong = self.path.clash is not None and place == self.path.clash[1]
        start, end = self.y(rows[source]), self.y(rows[place])
        from_node, to_node = stops[source].role is Role.SHARED, stops[place].role is Role.SHARED
        told = f"{size} {_UNITS[self.path.unit]}" if size else ""
        if not from_node and not to_node:
            if rows[place] == rows[source] + 1:
                x = (_BOX_LEFT + _BOX_RIGHT) // 2
                line = f"M{x} {start + _HALF}V{end - _HALF}"
                return [*_arrow(line, x, end - _HALF, "down"), *_size(told, x + 6, end - 24, side="after")]
            x = _BOX_LEFT - 5 - _LANE * left.taken(rows[source], rows[place])
            line = f"M{_BOX_LEFT} {start + 6}H{max(x, 2)}V{end - 6}H{_BOX_LEFT}"
            return _arrow(line, _BOX_LEFT, end - 6, "right")
        if not from_node and rows[place] == rows[source]:
            line = f"M{_BOX_RIGHT} {end}H{_NODE_LEFT}"
            return [
                *_arrow(line, _NODE_LEFT, end, "right", is_wrong),
                *_size(told, (_BOX_RIGHT + _NODE_LEFT) // 2, end - 6, is_wrong),
            ]
        lane = right.taken(rows[source], rows[place])
        x = _NODE_LEFT - 14 - _LANE * lane
        begin = f"M{_NODE_LEFT if from_node else _BOX_RIGHT} {start + 8}H{x}"
        if to_node:
            line = f"{begin}V{end - 8}H{_NODE_LEFT}"
            return [*_arrow(line, _NODE_LEFT, end - 8, "right", is_wrong), *_size(told, x - 4, end - 12, is_wrong, "before")]
        above, entry = end - _HALF - 9 - 2 * lane, _BOX_RIGHT - 16 - _LANE * lane
        line = f"{begin}V{above}H{entry}V{end - _HALF}"
        return [*_arrow(line, entry, end - _HALF, "down"), *_size(told, x - 4, above - 3, False, "before")]


_UNITS = {"channels": "ch", "dimensions": "dim"}


def _below(stop: Stop) -> str:
    """The second line of a box: the class where the name does not say it, and that it was called before."""
    if stop.role is Role.INPUT:
        return ""
    kind = stop.class_name if stop.class_name not in ("", stop.name) else ""
    return f"{kind}, again" if stop.again else kind


def _arrow(line: str, x: int, y: int, to: str, is_wrong: bool = False) -> list[Markup]:
    heads = {"right": f"M{x} {y}l-7-4v8z", "down": f"M{x} {y}l-4-7h8z"}
    kind = "edge wrong" if is_wrong else "edge"
    return [element("path", d=line, class_=kind), element("path", d=heads[to], class_=f"{kind} head")]


def _size(told: str, x: int, y: int, is_wrong: bool = False, side: str = "") -> list[Markup]:
    kind = " ".join(word for word in ("given", "clash" if is_wrong else "", side) if word)
    return [element("text", _short(told, 14), x=x, y=y, class_=kind)] if told else []


def _short(name: str, most: int) -> str:
    """A name that fits. The last part of a dotted name tells most, and what is called more than its arguments."""
    called, bracket, rest = name.partition("(")
    if bracket and len(name) > most:
        name = called.rpartition(".")[2] + bracket + rest
        return name if len(name) <= most else name[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"
    while len(name) > most and "." in name:
        name = name.partition(".")[2]
    return name if len(name) <= most else "\N{HORIZONTAL ELLIPSIS}" + name[1 - most :]
