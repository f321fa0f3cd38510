"""A program as it was read: its text, and for a notebook where its cells lie in it. Knows nothing of files."""

from __future__ import annotations

from bisect import bisect_right

from kerlint.finding import Span
from kerlint.records import dataclass


@dataclass(frozen=True)
class CannotRead(Exception):
    """A file that yields no program text: why, and where in it the trouble begins."""

    path: str
    line: int
    column: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A notebook's code cell: its number among all cells, from 1, and its lines in the program that the cells make.

    `indent` columns were taken off, because a notebook runs a cell that is indented as a whole.
    """

    number: int
    first_line: int
    last_line: int
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """One program. `path` is as the user named it; `text` may end its lines with `\\n`, `\\r\\n` or `\\r`."""

    path: str
    text: str
    cells: tuple[Cell, ...] = ()

    def cell_at(self, line: int) -> Cell | None:
        """The cell that holds a line of the program; None outside notebooks."""
        if not self.cells:
            return None
        index = bisect_right(self.cells, line, key=lambda cell: cell.first_line) - 1
        return self.cells[max(index, 0)]

    def locate(self, span: Span) -> tuple[int | None, Span]:
        """The number of the cell in which a span begins and the span counted inside it; a span that leaves its cell
        ends where the cell ends."""
        cell = self.cell_at(span.line)
        if cell is None:
            return None, span
        before, last = cell.first_line - 1, max(cell.last_line, span.line)
        end = (span.end_line, span.end_column) if span.end_line <= last else (last, span.end_column)
        return cell.number, Span(span.line - before, span.column + cell.indent, end[0] - before, end[1] + cell.indent)
