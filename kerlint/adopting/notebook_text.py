"""Turns places in a notebook's cells into places in the text of its JSON, so that nothing else of the file changes.

Counts cells and lines as `sources.notebook` does. Knows nothing of what is put in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from kerlint.adopting.insertions import Insertion
from kerlint.adopting.json_text import Text, read_json

Place = tuple[int, int, int, str]
"""Cell from 1 over all cells, line and column in it from 1, and what is to be put there."""


def insertions_in_json(text: str, places: Iterable[Place]) -> list[Insertion]:
    """The same for the notebook's JSON."""
    shift = len(text) - len(text.removeprefix("\ufeff"))
    cells = _cells(read_json(text[shift:]))
    return [
        Insertion(shift + _offset(cells[cell - 1], line, column), json.dumps(put)[1:-1]) for cell, line, column, put in places
    ]


def _cells(notebook: dict[str, Any]) -> list[Any]:
    sheets = notebook.get("worksheets")
    lists = [notebook["cells"]] if not isinstance(sheets, list) else [sheet["cells"] for sheet in sheets]
    return [cell for cells in lists for cell in cells]


def _offset(cell: dict[str, Any], line: int, column: int) -> int:
    """Where a line and column of a cell stand in the JSON."""
    source = cell.get("source", cell.get("input"))
    pieces = [piece for piece in (source if isinstance(source, list) else [source]) if isinstance(piece, Text)]
    characters = [
        (offset, written, json.loads(f'"{written}"', strict=False)) for piece in pieces for offset, written in piece.offsets()
    ]
    here, first = 1, 0
    for index, (_, _, character) in enumerate(characters):
        if here == line:
            break
        follows = characters[index + 1][2] if index + 1 < len(characters) else ""
        if character == "\n" or (character == "\r" and follows != "\n"):
            here, first = here + 1, index + 1
    index = first + column - 1
    if index == 0:
        return characters[0][0] if characters else pieces[-1].start
    offset, written, _ = characters[index - 1]  # behind the character before it: a piece may end between the two
    return offset + len(written)
