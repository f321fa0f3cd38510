"""Turns changes of a notebook's cells into changes of the text of its JSON, so that nothing else of the file changes.

Counts cells and lines as `sources.notebook` does. Knows nothing of what is changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from kerlint.finding import Span
from kerlint.records import dataclass
from kerlint.rewriting.json_text import Text, read_json
from kerlint.rewriting.replacements import Replacement


@dataclass(frozen=True, slots=True)
class CellChange:
    """New text in place of a stretch of a cell; cells from 1 over all cells, the span counted inside the cell."""

    cell: int
    span: Span
    text: str


def replacements_in_json(text: str, changes: Iterable[CellChange]) -> list[Replacement]:
    """The same for the notebook's JSON."""
    shift = len(text) - len(text.removeprefix("\ufeff"))
    cells = _cells(read_json(text[shift:]))
    return [
        Replacement(shift + one.start, shift + one.end, one.text)
        for change in changes
        for one in _replacements(cells[change.cell - 1], change)
    ]


def _cells(notebook: dict[str, Any]) -> list[Any]:
    sheets = notebook.get("worksheets")
    lists = [notebook["cells"]] if not isinstance(sheets, list) else [sheet["cells"] for sheet in sheets]
    return [cell for cells in lists for cell in cells]


def _replacements(cell: dict[str, Any], change: CellChange) -> Iterator[Replacement]:
    """What is put in, and each stretch that is taken out: what lies between two strings of the JSON stays."""
    source = cell.get("source", cell.get("input"))
    pieces = [piece for piece in (source if isinstance(source, list) else [source]) if isinstance(piece, Text)]
    characters = [
        (offset, written, json.loads(f'"{written}"', strict=False)) for piece in pieces for offset, written in piece.offsets()
    ]
    first = _index(characters, change.span.line, change.span.column)
    last = _index(characters, change.span.end_line, change.span.end_column)
    if first:
        offset, written, _ = characters[first - 1]  # behind the character before it: a piece may end between the two
        put = offset + len(written)
    else:
        put = characters[0][0] if characters else pieces[-1].start
    new, end = json.dumps(change.text)[1:-1], put
    for offset, written, _ in characters[first:last]:
        if offset != end:
            yield Replacement(put, end, new)
            put, new = offset, ""
        end = offset + len(written)
    yield Replacement(put, end, new)


def _index(characters: list[tuple[int, str, str]], line: int, column: int) -> int:
    """Which character stands at a line and column."""
    here, first = 1, 0
    for index, (_, _, character) in enumerate(characters):
        if here == line:
            break
        follows = characters[index + 1][2] if index + 1 < len(characters) else ""
        if character == "\n" or (character == "\r" and follows != "\n"):
            here, first = here + 1, index + 1
    return first + column - 1
