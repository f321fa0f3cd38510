"""Turns lines of a program and marks in them into a code frame: numbered lines, the marks drawn and labelled below."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence

from kerlint.finding import Span
from kerlint.records import dataclass
from kerlint.reporters.shown_lines import ends, shown_lines

Paint = Callable[..., str]
"""Gives a text in the colours that are named behind it."""

_LONGEST = 160
"""Columns of code at most, where no terminal says how many there are."""
_NARROWEST = 24
_TAB = 4
_CUT = "..."


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the program, what is said of it, and how it is drawn."""

    span: Span
    label: str
    sign: str
    colour: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The lines of a program, the places to mark in it, and the one that it is about. Without lines nothing is drawn."""

    lines: Sequence[str]
    marks: tuple[Mark, ...]
    about: Span

    @property
    def numbers(self) -> list[int]:
        """The lines that are shown: those with marks, and some round the place that it is about."""
        return shown_lines(self.lines, [self.about], [mark.span for mark in self.marks])


def frame(section: Frame, gutter: int, paint: Paint, width: int | None) -> Iterator[str]:
    """The lines of the frame; `gutter` is the width of its numbers, `width` that of the terminal, if there is one."""
    room = _LONGEST if width is None else max(width - gutter - 3, _NARROWEST)
    numbers = section.numbers
    if not numbers:
        return
    empty = f"{'':{gutter}} {paint('|', 'cyan')}"
    yield empty
    before = numbers[0]
    for number in numbers:
        if number > before + 1:
            yield paint(_CUT, "cyan")
        before = number
        pieces = sorted((piece for mark in section.marks for piece in _pieces(mark, number)), key=lambda piece: piece[0])
        shown, marked = _drawn(section.lines[number - 1], pieces, room, paint)
        yield f"{paint(f'{number:>{gutter}} |', 'cyan')} {shown}".rstrip()
        for line in marked:
            yield f"{empty} {line}"
    yield empty


_Piece = tuple[int, int | None, Mark, str]
"""Where a mark begins and ends in one line, in characters from 0, the mark, and what is said of it there."""


def _pieces(mark: Mark, number: int) -> Iterator[_Piece]:
    first, last = ends(mark.span)
    if number == first:
        yield mark.span.column - 1, mark.span.end_column - 1 if first == last else None, mark, mark.label
    elif number == last:
        yield -1, mark.span.end_column - 1, mark, ""


def _drawn(line: str, pieces: Sequence[_Piece], room: int, paint: Paint) -> tuple[str, list[str]]:
    """A line as it is shown, and its marks below: one line each, so that no label stands in another's way."""
    cells = [_shown(character, column) for column, character in _with_columns(line)]
    starts = [0]
    for cell in cells:
        starts.append(starts[-1] + _width(cell))
    indent = len(line) - len(line.lstrip())
    placed = []
    for begin, end, mark, label in pieces:
        first = min(max(begin if begin >= 0 else indent, 0), len(line))
        last = min(max(len(line) if end is None else end, first), len(line))
        placed.append((starts[first], max(starts[last], starts[first] + 1), mark, label))
    offset = 0
    if placed and starts[-1] > room:
        leftmost, rightmost = min(one[0] for one in placed), max(one[1] for one in placed)
        if rightmost > room - len(_CUT):
            offset = max(0, min(leftmost - room // 3, starts[-1] - room))
    shown = _window(cells, starts, offset, room)
    marked = []
    for begin, end, mark, label in placed:
        begin, end = max(begin - offset, 0), max(min(end - offset, room), 1)
        drawn = paint(mark.sign * max(end - begin, 1), mark.colour)
        marked.append(" " * begin + drawn + (f" {paint(label, mark.colour)}" if label else ""))
    return shown, marked


def _window(cells: Sequence[str], starts: Sequence[int], offset: int, room: int) -> str:
    """The part of a line that there is room for, with signs where it was cut."""
    if starts[-1] <= room:
        return "".join(cells)
    left = _CUT if offset else ""
    right = _CUT if starts[-1] > offset + room else ""
    begin, end = offset + len(left), offset + room - len(right)
    kept = [cell for cell, start in zip(cells, starts, strict=False) if begin <= start and start + _width(cell) <= end]
    # A wide character that is cut in two leaves a hole, and what follows must keep its column.
    first = next((start for cell, start in zip(cells, starts, strict=False) if begin <= start), begin)
    return left + " " * (first - begin) + "".join(kept) + right


def _with_columns(line: str) -> Iterator[tuple[int, str]]:
    """Each character with the column that it is shown in."""
    column = 0
    for character in line:
        yield column, character
        column += _width(_shown(character, column))


def _shown(character: str, column: int) -> str:
    """A character as it is shown at a column: tabs as spaces, and nothing that would steer the terminal."""
    if character == "\t":
        return " " * (_TAB - column % _TAB)
    return character if character.isprintable() or character == "\N{NO-BREAK SPACE}" else "?"


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
