"""Places as services see them that know files and no notebook cells."""

from __future__ import annotations

from kerlint.finding import Finding, Related
from kerlint.records import dataclass
from kerlint.reporters.texts import Texts
from kerlint.reporters.wording import told


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Lines of a file, from 1. Columns are left out where they count inside a cell; the end is exclusive."""

    line: int
    end_line: int
    column: int | None = None
    end_column: int | None = None


def file_place(place: Finding | Related, texts: Texts) -> FilePlace:
    """Where something lies in its file. A notebook's cell is found where it is written; the beginning stands for what is not."""
    span = place.span
    if place.cell is None:
        line, column = max(span.line, 1), max(span.column, 1)
        end_line = max(span.end_line, line)
        end_column = max(span.end_column, column if end_line == line else 1)
        return FilePlace(line, end_line, column, end_column)
    first = texts.file_line(place.path, place.cell, span.line) or 1
    return FilePlace(first, max(texts.file_line(place.path, place.cell, span.end_line) or first, first))


def told_in_file(finding: Finding) -> str:
    """What is said of a finding, with its cell and line where its place in the file does not tell them."""
    where = "" if finding.cell is None else f"cell {finding.cell}, line {finding.span.line}: "
    return where + told(finding)
