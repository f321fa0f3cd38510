"""Chooses the lines of a program that a code frame shows. How they are drawn is left to the formats that show code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kerlint.finding import Span

_CONTEXT = 2
"""Lines before and after a place that a frame is about."""
_MOST_OF_A_PLACE = 8


def shown_lines(lines: Sequence[str], about: Iterable[Span], beside: Iterable[Span] = ()) -> list[int]:
    """The numbers of the lines to show, in order: the places that the frame is about with the lines round them, and those beside.

    Empty lines at the beginning and the end are left out. A place that is not in the text shows nothing.
    """
    kept: set[int] = set()
    around: set[int] = set()
    for span in about:
        kept.update(lines_of_place(span, len(lines)))
        first, last = ends(span)
        around.update((*range(first - _CONTEXT, first), *range(last + 1, last + _CONTEXT + 1)))
    for span in beside:
        kept.update(lines_of_place(span, len(lines)))
    shown = sorted(number for number in kept | around if 1 <= number <= len(lines))
    telling = [number for number in shown if number in kept or lines[number - 1].strip()]
    return [number for number in shown if telling[0] <= number <= telling[-1]] if telling else []


def lines_of_place(span: Span, last_line: int) -> list[int]:
    """The lines of a place that are shown: all, but of a long one only the first, and the last."""
    first, last = ends(span)
    last = min(last, last_line)
    if last - first < _MOST_OF_A_PLACE:
        return list(range(first, last + 1))
    return [*range(first, first + _MOST_OF_A_PLACE - 1), last]


def ends(span: Span) -> tuple[int, int]:
    """The first and the last line of a place; one that ends where a line begins does not reach into that line."""
    return span.line, max(span.line, span.end_line - (span.end_column <= 1))
