"""Turns a finding's places into code frames: the lines round each, with what is meant marked and told.

Knows nothing of where the lines come from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from kerlint.finding import Finding, Span
from kerlint.records import dataclass
from kerlint.reporters.html.markup import Markup, element, joined
from kerlint.reporters.shown_lines import ends, lines_of_place, shown_lines

LinesOf = Callable[[str, "int | None"], Sequence[str]]

_LONGEST = 300
"""Characters of a line that are shown: some files are one line."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A stretch of one line: columns from 1, the end exclusive, and what is said of it at its end."""

    start: int
    end: int
    is_related: bool
    label: str | None


def frames(finding: Finding, lines_of: LinesOf) -> Markup:
    """The frame of the finding's own place, with the related places that stand near it, then those of the others."""
    own = (finding.path, finding.cell)
    by_text: dict[tuple[str, int | None], list[tuple[Span, str | None]]] = {own: [(finding.span, None)]}
    for place in finding.related:
        by_text.setdefault((place.path, place.cell), []).append((place.span, place.message))
    return joined(*(_frame(where, places, lines_of(*where), where != own) for where, places in by_text.items()))


def _frame(
    where: tuple[str, int | None], places: Sequence[tuple[Span, str | None]], lines: Sequence[str], is_elsewhere: bool
) -> Markup | None:
    within = [(span, label) for span, label in places if 0 < span.line <= len(lines)]
    title = element("p", _title(*where), class_="elsewhere") if is_elsewhere else None
    if not within:
        told = [element("p", f"{label} (line {span.line})", class_="unread") for span, label in places if label]
        return joined(title, *told) if told else None
    marks: dict[int, list[_Mark]] = {}
    for span, label in within:
        marked = lines_of_place(span, len(lines))
        first, last = ends(span)
        for number in marked:
            start = span.column if number == first else _indent(lines[number - 1]) + 1
            end = span.end_column if number == last == span.end_line else len(lines[number - 1]) + 1
            note = label if number == marked[-1] else None
            marks.setdefault(number, []).append(_Mark(start, max(end, start + 1), label is not None, note))
    rows: list[Markup] = []
    before = 0
    for number in shown_lines(lines, [span for span, _ in within]):
        if before and number > before + 1:
            rows.append(element("span", class_="gap"))
        rows.append(_row(number, lines[number - 1], marks.get(number, ())))
        before = number
    return joined(title, element("pre", *rows, class_="frame"))


def _title(path: str, cell: int | None) -> str:
    return path if cell is None else f"{path}, cell {cell}"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _row(number: int, line: str, marks: Iterable[_Mark]) -> Markup:
    """One line of code: the numbers of lines come from the style sheet, so that copying a frame gives the code."""
    marks = sorted(marks, key=lambda mark: mark.start)
    cut = max(_LONGEST, *(min(mark.end, mark.start + _LONGEST) for mark in marks)) if marks else _LONGEST
    pieces: list[Markup | str] = []
    at = 0
    if marks and marks[0].start > _LONGEST:
        at = marks[0].start - 40
        pieces.append("\N{HORIZONTAL ELLIPSIS}")
    for mark in marks:
        start, end = max(mark.start - 1, at), max(mark.end - 1, at)
        if end > start:
            kind = "related" if mark.is_related else None
            pieces += [line[at:start], element("mark", line[start : min(end, cut)] or " ", class_=kind)]
            at = end
    pieces.append(line[at:cut])
    if len(line) > cut:
        pieces.append("\N{HORIZONTAL ELLIPSIS}")
    labels = [element("span", mark.label, class_="label") for mark in marks if mark.label]
    return element("span", *pieces, *labels, "\n", class_="marked" if marks else None, data_n=number)

