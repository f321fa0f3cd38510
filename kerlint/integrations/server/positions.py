"""Places in a text as kerlint counts them, and as an editor does.

kerlint counts lines and characters from 1; an editor counts lines from 0 and, in a line, the units of the encoding that it has
agreed on: of UTF-16 where it says nothing. Only `\\n`, `\\r\\n` and `\\r` end a line, whatever `str.splitlines` thinks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from lsprotocol import types

from kerlint.finding import Span
from kerlint.records import dataclass

_LINE_END = re.compile(r"\r\n|\r|\n")
_BYTE_ORDER_MARK = "\ufeff"

Change = types.TextDocumentContentChangePartial | types.TextDocumentContentChangeWholeDocument


@dataclass(frozen=True)
class Places:
    """The places of one text, for an editor that counts in `encoding`: `utf-8`, `utf-16` or `utf-32`."""

    text: str
    encoding: str

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in _LINE_END.finditer(self.text))]

    @cached_property
    def _ends(self) -> list[int]:
        return [*(found.start() for found in _LINE_END.finditer(self.text)), len(self.text)]

    @property
    def last_line(self) -> int:
        """The number of the last line, from 1."""
        return len(self._starts)

    def line(self, number: int) -> str:
        """A line's text without its end; lines from 1, an empty one where there is none."""
        if not 1 <= number <= len(self._starts):
            return ""
        return self.text[self._starts[number - 1] : self._ends[number - 1]]

    def position(self, line: int, column: int) -> types.Position:
        """Where the editor sees a line and column of kerlint's; what lies behind the text is at its end."""
        if line > len(self._starts):
            line, column = len(self._starts), len(self.line(len(self._starts))) + 1
        # A byte order mark is no part of the program that kerlint reads, but of the text that an editor may hand over.
        hidden = 1 if line == 1 and self.text.startswith(_BYTE_ORDER_MARK) else 0
        before = self.line(line)[: max(column - 1, 0) + hidden]
        return types.Position(max(line, 1) - 1, units(before, self.encoding))

    def range(self, span: Span) -> types.Range:
        """Where the editor sees a span."""
        start = self.position(span.line, span.column)
        end = self.position(span.end_line, span.end_column)
        return types.Range(start, end if (end.line, end.character) >= (start.line, start.character) else start)

    def offset(self, position: types.Position) -> int:
        """How many characters stand before a place of the editor's; one behind a line's end means the line's end."""
        if position.line >= len(self._starts):
            return len(self.text)
        start, end = self._starts[position.line], self._ends[position.line]
        return start + characters(self.text[start:end], position.character, self.encoding)

    def place(self, position: types.Position) -> tuple[int, int]:
        """Line and column, both from 1, of a place of the editor's."""
        number = min(position.line, len(self._starts) - 1)
        column = self.offset(position) - self._starts[number] + 1
        hidden = 1 if number == 0 and self.text.startswith(_BYTE_ORDER_MARK) else 0
        return number + 1, max(column - hidden, 1)


def units(text: str, encoding: str) -> int:
    """How many units of an encoding a text takes."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def characters(line: str, count: int, encoding: str) -> int:
    """How many characters of a line the first `count` units hold; a character that is cut in two is not among them."""
    if encoding == "utf-32" or line.isascii():
        return max(0, min(count, len(line)))
    held = 0
    for index, character in enumerate(line):
        held += units(character, encoding)
        if held > count:
            return index
    return len(line)


def changed(text: str, changes: Sequence[Change], encoding: str) -> str:
    """A text after an editor's changes, made one after the other."""
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            places = Places(text, encoding)
            start, end = places.offset(change.range.start), places.offset(change.range.end)
            text = text[:start] + change.text + text[max(start, end) :]
        else:
            text = change.text
    return text
