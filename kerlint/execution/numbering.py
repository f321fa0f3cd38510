"""Numbers for values: the same operation on the same values gets the same number."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kerlint.execution.values import Derived, Reference


class Numbering:
    """Hands out numbers. `of` remembers what it was asked for as long as the project lives; `fresh` never repeats."""

    __slots__ = ("_counter", "_lasting", "derived", "references")

    def __init__(self) -> None:
        self._counter = count(1)
        self._lasting: dict[tuple[Hashable, ...], int] = {}
        self.references: dict[str, Reference] = {}
        """The values of names outside the project."""
        self.derived: dict[tuple[Hashable, ...], Derived] = {}
        """The derived values of the file at hand, by operation and operands: one object for one value."""

    def fresh(self) -> int:
        """A number that nothing else has."""
        return next(self._counter)

    def of(self, *what: Hashable) -> int:
        """The number of a constant, a name, a function: of whatever stays the same in every file."""
        number = self._lasting.get(what)
        if number is None:
            number = self._lasting[what] = next(self._counter)
        return number

    def forget(self) -> None:
        """Drops the derived values, not their numbers, when a file is done, so that memory stays flat."""
        self.derived.clear()
