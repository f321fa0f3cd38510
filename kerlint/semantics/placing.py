"""Gives each piece of a tree its tokens while the tree is walked in the order of the source.

The walk consumes an atom (name, number, string) for each leaf and a pair of brackets for each construct that owns one.
Every name is compared with the text of its token, so a slip is noticed (`Misaligned`) and never becomes a wrong place.
"""

from __future__ import annotations

from kerlint.sources.tokens import Tokens


class Misaligned(Exception):
    """The walk and the tokens disagree; the message names the token."""


class Placing:
    """Where the walk stands among the tokens. Inside a formatted string everything stands at the string."""

    __slots__ = ("_atoms", "_frozen", "_match", "_next_atom", "_starts", "_text", "_tokens", "cursor")

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._text, self._starts, self._match = tokens.text, tokens.starts, tokens.match
        self._atoms = tokens.atoms
        self._next_atom = 0
        self._frozen = 0
        self.cursor = 0

    def name(self, word: str) -> int:
        """The token of a name that the walk meets; raises Misaligned when another word stands there."""
        if self._frozen:
            return self.cursor - 1
        token = self._take()
        start = self._starts[token]
        if not self._text.startswith(word, start):
            raise Misaligned(f"expected {word!r}, found {self._tokens.word(token)!r}")
        return token

    def atom(self) -> int:
        """The token of a number or string that the walk meets."""
        return self.cursor - 1 if self._frozen else self._take()

    def _take(self) -> int:
        if self._next_atom >= len(self._atoms):
            raise Misaligned("more names in the tree than in the text")
        token = self._atoms[self._next_atom]
        self._next_atom += 1
        self.cursor = token + 1
        return token

    def keyword(self, word: str) -> int:
        """The next token that is this keyword; the walk now stands behind it."""
        if self._frozen:
            return self.cursor - 1
        token, end = self.cursor, len(self._starts)
        while token < end and not self._text.startswith(word, self._starts[token]):
            token += 1
        if token == end:
            raise Misaligned(f"no {word!r} left")
        self.cursor = token + 1
        return token

    def open(self, bracket: str) -> int:
        """The next token that is this bracket; the walk now stands behind it."""
        if self._frozen:
            return self.cursor - 1
        token, end = self.cursor, len(self._starts)
        while token < end and self._text[self._starts[token]] != bracket:
            token += 1
        if token == end:
            raise Misaligned(f"no {bracket!r} left")
        self.cursor = token + 1
        return token

    def open_empty(self) -> int:
        """The opening one of the next `()`; parentheses around it may come first."""
        if self._frozen:
            return self.cursor - 1
        token, end = self.cursor, len(self._starts)
        while token < end and not (self._text[self._starts[token]] == "(" and self._match.get(token) == token + 1):
            token += 1
        if token == end:
            raise Misaligned("no '()' left")
        self.cursor = token + 1
        return token

    def open_if_next(self, bracket: str) -> int | None:
        """Like `open` when the very next token is this bracket, else None."""
        if self._frozen or self.cursor >= len(self._starts) or self._text[self._starts[self.cursor]] != bracket:
            return None
        return self.open(bracket)

    def close(self, opened: int) -> int:
        """The token that closes the bracket `opened`; the walk now stands behind it."""
        if self._frozen:
            return self.cursor - 1
        token = self._match.get(opened)
        if token is None or token < self.cursor:
            raise Misaligned("brackets do not match")
        self.cursor = token + 1
        return token

    def freeze(self) -> None:
        """From here on everything stands at the token that was consumed last."""
        self._frozen += 1

    def thaw(self) -> None:
        """Ends the innermost `freeze`."""
        self._frozen -= 1

    @property
    def is_complete(self) -> bool:
        """Whether every atom of the text was met."""
        return self._next_atom == len(self._atoms)
