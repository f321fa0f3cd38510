"""Numbers for values: the same operation on the same values gets the same number."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import count


class Numbering:
    """Hands out numbers. `of` remembers what it was asked for; `fresh` never repeats."""

    __slots__ = ("_counter", "_known")

    def __init__(self) -> None:
        self._counter = count(1)
        self._known: dict[tuple[Hashable, ...], int] = {}

    def fresh(self) -> int:
        """A number that nothing else has."""
        return next(self._counter)

    def of(self, *what: Hashable) -> int:
        """The number of an operation with its operands' numbers."""
        number = self._known.get(what)
        if number is None:
            number = self._known[what] = next(self._counter)
        return number

    def forget(self) -> None:
        """Drops what is remembered, not what was handed out: for a new file, so that memory stays flat."""
        self._known.clear()
