"""Turns changes of a program's text into the bytes of its file, and writes them: whole or not at all.

A program keeps its encoding, its byte order mark and its line ends; of a notebook only the changed cells' text changes.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Sequence

from kerlint.finding import Span
from kerlint.output import replace_file
from kerlint.rewriting.notebook_text import CellChange, replacements_in_json
from kerlint.rewriting.replacements import Replacement, replaced
from kerlint.sources.source import Source, decode, encoding_of
from kerlint.sources.tokens import Tokens


class CannotRewrite(Exception):
    """A file that cannot be changed without changing more than was meant; the text says why."""


def rewritten(path: str, data: bytes, source: Source, tokens: Tokens, changes: Sequence[Replacement]) -> bytes:
    """The file's bytes after changes of the program in it, by offsets in its text. Raises CannotRewrite."""
    if path.endswith(".ipynb"):
        return _notebook(data, source, tokens, changes)
    return _program(path, data, replaced(source.text, changes))


def _program(path: str, data: bytes, text: str) -> bytes:
    encoding = encoding_of(path, data)
    mark = codecs.BOM_UTF8 if encoding == "utf-8" and data.startswith(codecs.BOM_UTF8) else b""
    try:
        if mark + decode(path, data).encode(encoding) == data:
            return mark + text.encode(encoding)
    except UnicodeEncodeError as error:
        raise CannotRewrite(f"{error.object[error.start : error.end]!r} cannot be written in {encoding}") from error
    raise CannotRewrite(f"its text, once written again in {encoding}, would be other bytes")


def _notebook(data: bytes, source: Source, tokens: Tokens, changes: Sequence[Replacement]) -> bytes:
    text = data.decode("utf-8")
    in_cells = [_in_cell(source, tokens, change) for change in changes]
    return replaced(text, replacements_in_json(text, in_cells)).encode("utf-8")


def _in_cell(source: Source, tokens: Tokens, change: Replacement) -> CellChange:
    start, end = tokens.place(change.start), tokens.place(change.end)
    first, last = source.cell_at(start[0]), source.cell_at(end[0])
    if first is None or first != last:
        raise CannotRewrite("a change would reach from one cell into another")
    before = first.first_line - 1
    span = Span(start[0] - before, start[1] + first.indent, end[0] - before, end[1] + first.indent)
    return CellChange(first.number, span, change.text)


def write(path: str, data: bytes) -> None:
    """Writes a file that may be written, whole; a link stays a link. Raises OSError."""
    target = os.path.realpath(path)
    if not os.access(target, os.W_OK):
        raise PermissionError(13, "Permission denied")
    replace_file(target, data)
