"""Turns a notebook's program in which some cells are no Python into a text of which the others can still be told apart.

A bracket or a string that one cell leaves open would take in all cells behind it. Knows nothing of what the cells mean.
"""

from __future__ import annotations

from kerlint.sources.notebook import without_broken_cells
from kerlint.sources.source import Source


def closed_text(source: Source) -> str:
    """The program's text with the code of broken cells blanked and their comments left, each character where it was."""
    if not source.cells:
        return source.text
    rest, broken = without_broken_cells(source)
    if not broken:
        return source.text
    lines = zip(source.text.split("\n"), rest.text.split("\n"), strict=True)
    return "\n".join(line if line == kept else _only_comment(line) for line, kept in lines)


def _only_comment(line: str) -> str:
    code, sign, comment = line.partition("#")
    stands_for_code = "0" if code.strip() else ""
    return stands_for_code.ljust(len(code)) + sign + comment
