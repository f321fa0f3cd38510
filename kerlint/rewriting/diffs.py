"""Turns what files held and will hold into unified diffs; of a notebook, one for each cell that changes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from kerlint.sources.notebook import cell_texts
from kerlint.sources.source import read_source

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def unified_diff(path: str, before: bytes, after: bytes) -> str:
    """The diff of a file, as `patch -p0` and `git apply -p0` read it; of a notebook for a person's eyes."""
    return "".join(line for name, was, becomes in _texts(path, before, after) for line in _diff(name, was, becomes))


def _texts(path: str, before: bytes, after: bytes) -> Iterator[tuple[str, str, str]]:
    """What is compared: the name of a text, what it was, and what it becomes; cells as they are written, magics and all."""
    old = read_source(path, before)
    if not old.cells:
        yield path, old.text, read_source(path, after).text
        return
    becomes = cell_texts(path, after)
    for number, was in cell_texts(path, before).items():
        yield f"{path}:cell {number}", _ended(was), _ended(becomes[number])


def _ended(cell: str) -> str:
    """A cell with an end to its last line, which most have not."""
    return cell if cell.endswith("\n") else f"{cell}\n"


def _diff(name: str, was: str, becomes: str) -> Iterator[str]:
    for line in difflib.unified_diff(_LINE.findall(was), _LINE.findall(becomes), name, name):
        yield line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n"
