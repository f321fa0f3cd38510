"""Finds the lines of a notebook's file in which the lines of its cells are written.

Services that show a report beside the repository's files know lines of the file and no cells. Python's JSON parser gives no
places, so the text is read token by token, as far as it takes to know which list of cells one is in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_TOKEN = re.compile(r'(?P<string>"(?:\\.|[^"\\])*")|(?P<mark>[\[\]{},:])|(?P<line>\n)|[^\s"\[\]{},:]+', re.DOTALL)


def lines_of_cells(text: str) -> dict[int, list[int]]:
    """For each cell, by its number, the line of the file for each of its lines. What is no notebook gives what it gives."""
    found: dict[int, list[int]] = {}
    numbers: dict[tuple[str | int, ...], int] = {}
    ended = True
    for path, string, line in _strings(text):
        place = _cell_of(path)
        if place is None:
            continue
        if place not in numbers:
            numbers[place] = len(numbers) + 1
        if path[len(place)] not in ("source", "input"):
            continue
        lines = found.setdefault(numbers[place], [])
        *whole, rest = _meant(string).split("\n")
        # A piece goes on in the line that the piece before it left open.
        count = len(whole) + bool(rest) - (bool(lines) and not ended)
        lines.extend([line] * count)
        ended = not rest if whole or rest else ended
    return found


def _meant(string: str) -> str:
    """What a JSON string says; nothing where it is none."""
    try:
        return str(json.loads(string, strict=False))
    except ValueError:
        return ""


def _cell_of(path: tuple[str | int, ...]) -> tuple[str | int, ...] | None:
    """The part of a path that leads to a cell; format 3 keeps cells in worksheets."""
    for depth, form in ((2, ("cells", int)), (4, ("worksheets", int, "cells", int))):
        if len(path) > depth and all(
            step == wanted or (wanted is int and isinstance(step, int)) for step, wanted in zip(path[:depth], form, strict=True)
        ):
            return path[:depth]
    return None


def _strings(text: str) -> Iterator[tuple[tuple[str | int, ...], str, int]]:
    """Every string that is a value: the keys and indices that lead to it, itself, and the line that it begins in."""
    path: list[str | int] = []
    line = 1
    key = ""
    for token in _TOKEN.finditer(text):
        mark = token["mark"]
        if token["line"]:
            line += 1
        elif token["string"]:
            key = token["string"]
            if path and not (isinstance(path[-1], str) and path[-1] == ""):
                yield tuple(path), key, line
        elif mark == "{":
            path.append("")
        elif mark == "[":
            path.append(0)
        elif mark == ":" and path:
            path[-1] = _meant(key)
        elif mark == "," and path:
            last = path[-1]
            path[-1] = last + 1 if isinstance(last, int) else ""
        elif mark and path:
            path.pop()
