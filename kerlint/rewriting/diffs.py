"""Turns what files held and will hold into unified diffs; of a notebook, one for each cell that changes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from kerlint.sources.source import Source, read_source

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def unified_diff(path: str, before: bytes, after: bytes) -> str:
    """The diff of a file, as `patch -p0` and `git apply -p0` read it; of a notebook for a person's eyes."""
    old, new = read_source(path, before), read_source(path, after)
    return "".join(line for name, was, becomes in _texts(path, old, new) for line in _diff(name, was, becomes))


def _texts(path: str, old: Source, new: Source) -> Iterator[tuple[str, str, str]]:
    """What is compared: the name of a text, what it was, and what it becomes."""
    if not old.cells:
        yield path, old.text, new.text
        return
    for was, becomes in zip(old.cells, new.cells, strict=True):
        yield (
            f"{path}:cell {was.number}",
            _lines_of(old.text, was.first_line, was.last_line),
            _lines_of(new.text, becomes.first_line, becomes.last_line),
        )


def _lines_of(text: str, first: int, last: int) -> str:
    return "".join(_LINE.findall(text)[first - 1 : last])


def _diff(name: str, was: str, becomes: str) -> Iterator[str]:
    for line in difflib.unified_diff(_LINE.findall(was), _LINE.findall(becomes), name, name):
        yield line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n"
