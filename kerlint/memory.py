"""How much memory a linter may take: when it is to let go of what it has linked, and when cycles are looked for.

Turns numbers into these answers. Knows nothing of what is linked.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_LARGE, _MANY = 12_000_000, 4_000_000
"""Characters of linked programs at which a linter begins anew, and pieces of memory, such as objects, that they may take: with
the larger ones beside them, a hundred bytes each."""
_LARGE_TOGETHER, _MANY_TOGETHER = 8_000_000, 3_000_000
"""The same for several linters, which share it: less, as each of them has kerlint itself in memory besides."""
_COUNTED_EVERY, _COUNTED_FROM = 8, 500_000
"""Files, and characters that are linked; counting the pieces takes a millisecond."""
_MUCH_GARBAGE = 10_000
"""Objects made and not freed after which cycles are looked for among them: traces have some. They are found in a quarter of the
time while the processor still has them at hand, so this is most often after the file that made them."""
_FIRST_GARBAGE = 500_000
"""The same for the first time: where a few files are checked, the run is over before looking for cycles pays."""


@contextmanager
def garbage_kept() -> Iterator[None]:
    """Syntax trees hold many objects and no cycles: looking for cycles among them costs a tenth of the run."""
    enabled = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if enabled:
            gc.enable()


class Memory:
    """What one linter, with some `beside` it that work on the same run, takes of it."""

    def __init__(self, beside: int) -> None:
        self._large, self._many = _LARGE, _MANY
        if beside:
            self._large, self._many = _LARGE_TOGETHER // (1 + beside), _MANY_TOGETHER // (1 + beside)
        self._checked = self._alone = 0
        self._much_garbage = _FIRST_GARBAGE

    def begin(self) -> None:
        """Told before anything is linked."""
        self._alone = sys.getallocatedblocks()

    def is_full(self, size: int) -> bool:
        """Whether what is linked, programs of so many characters, takes much: some make many more values than others.

        To be asked before each file.
        """
        self._checked += 1
        is_counted = self._checked % _COUNTED_EVERY == 0 and size > _COUNTED_FROM
        return size > self._large or (is_counted and sys.getallocatedblocks() - self._alone > self._many)

    def tidy(self) -> None:
        """Told after each file: frees the cycles that it left, where they may be many."""
        if gc.get_count()[0] > self._much_garbage:
            _collect()
            self._much_garbage = _MUCH_GARBAGE

    def begin_anew(self) -> None:
        """Told once all that was linked is let go of."""
        self._much_garbage = _MUCH_GARBAGE
        gc.unfreeze()
        _collect()
        self.begin()


def _collect() -> None:
    """Frees the cycles among what was made since the last time; what is in use then is not looked at again."""
    gc.collect()
    gc.freeze()
