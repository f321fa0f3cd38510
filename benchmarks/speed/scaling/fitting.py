"""Fits a power law to points: by how much the cost grows when the size doubles, as an exponent."""

from __future__ import annotations

from collections.abc import Sequence
from math import log


def exponent(points: Sequence[tuple[float, float]]) -> float | None:
    """The slope of a straight line through the logarithms, by least squares; None where fewer than two points are above nothing.

    1 means that the cost grows as the size does, 2 with its square, 0 not at all.
    """
    places = [(log(size), log(cost)) for size, cost in points if size > 0 and cost > 0]
    if len(places) < 2:
        return None
    middle, height = (sum(place[axis] for place in places) / len(places) for axis in (0, 1))
    spread = sum((x - middle) ** 2 for x, _ in places)
    return sum((x - middle) * (y - height) for x, y in places) / spread if spread else None
