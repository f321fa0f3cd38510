"""Places the stops of a call path in rows, and its long edges in lanes. Knows nothing of drawing."""

from __future__ import annotations

from dataclasses import field

from kerlint.records import dataclass
from kerlint.reuse.call_path import CallPath, Role


def rows_of(path: CallPath) -> tuple[int, ...]:
    """The row of each stop: one below the other as they are run, a visit of the shared layer beside what alone feeds it."""
    rows: list[int] = []
    for place, stop in enumerate(path.stops):
        before = path.stops[place - 1] if place else None
        is_beside = (
            stop.role is Role.SHARED and before is not None and before.role is not Role.SHARED and stop.fed_by == (place - 1,)
        )
        rows.append(0 if not rows else rows[-1] + (0 if is_beside else 1))
    return tuple(rows)


@dataclass(slots=True)
class Lanes:
    """Vertical lines side by side, so that two edges along the same rows do not lie on each other."""

    _taken: list[list[tuple[int, int]]] = field(default_factory=list)

    def taken(self, start: int, end: int) -> int:
        """The first lane that is free between two rows, which is then taken."""
        low, high = min(start, end), max(start, end)
        for number, spans in enumerate(self._taken):
            if all(high <= other_low or other_high <= low for other_low, other_high in spans):
                spans.append((low, high))
                return number
        self._taken.append([(low, high)])
        return len(self._taken) - 1
