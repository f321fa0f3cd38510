"""Gives each node of Python's own tree its first and its last token.

Python counts columns in bytes of UTF-8, the tokens in characters of the text. A node that does not begin or end with a token
is noticed (`Misaligned`) and never becomes a wrong place.
"""

from __future__ import annotations

import ast
from typing import Any

from kerlint.semantics.placing import Misaligned
from kerlint.sources.tokens import Tokens


class Places:
    """The tokens of one text by where they begin and end. Inside a formatted string everything stands at the string."""

    __slots__ = ("_by_end", "_by_start", "_encoded", "_is_plain", "_line_starts", "_starts", "_text", "inside", "match")

    def __init__(self, tokens: Tokens) -> None:
        self._text, self._starts, self._line_starts = tokens.text, tokens.starts, tokens.line_starts
        self._by_start = dict(zip(tokens.starts, range(len(tokens.starts)), strict=True))
        self._by_end = dict(zip(tokens.ends, range(len(tokens.ends)), strict=True))
        self._is_plain = tokens.text.isascii()
        self._encoded: dict[int, bytes] = {}
        self.match = tokens.match
        self.inside: int | None = None
        """The token of the formatted string whose fields are being translated."""

    def extent(self, node: Any) -> tuple[int, int]:
        """The tokens with which a node begins and ends."""
        if self.inside is not None:
            return self.inside, self.inside
        try:
            if self._is_plain:
                starts = self._line_starts
                return (
                    self._by_start[starts[node.lineno - 1] + node.col_offset],
                    self._by_end[starts[node.end_lineno - 1] + node.end_col_offset],
                )
            return (
                self._by_start[self._offset(node.lineno, node.col_offset)],
                self._by_end[self._offset(node.end_lineno, node.end_col_offset)],
            )
        except (KeyError, IndexError):
            kind, line, column = type(node).__name__, node.lineno, node.col_offset
            raise Misaligned(f"no tokens begin and end where {kind} at {line}:{column} does") from None

    def first(self, node: Any) -> int:
        """The token with which a node begins."""
        return self.extent(node)[0]

    def last(self, node: Any) -> int:
        """The token with which a node ends."""
        return self.extent(node)[1]

    def last_but_comma(self, node: Any) -> int:
        """The token with which a node ends, but for a comma that makes a tuple of it."""
        last = self.last(node)
        return last - 1 if self.inside is None and self._text[self._starts[last]] == "," else last

    def is_word(self, token: int, word: str) -> bool:
        """Whether a token is this word."""
        return self._text.startswith(word, self._starts[token])

    def _offset(self, line: int, column: int) -> int:
        """The offset in the text of a column that is counted in bytes."""
        encoded = self._encoded.get(line)
        if encoded is None:
            start = self._line_starts[line - 1]
            end = self._line_starts[line] if line < len(self._line_starts) else len(self._text)
            encoded = self._encoded[line] = self._text[start:end].encode("utf-8", "surrogatepass")
        return self._line_starts[line - 1] + len(encoded[:column].decode("utf-8", "surrogatepass"))


def begins_at(node: ast.expr, other: ast.expr) -> bool:
    """Whether two nodes begin at the same character: the one that is inside has no parentheses of its own then."""
    return node.lineno == other.lineno and node.col_offset == other.col_offset
