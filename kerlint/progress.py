"""A line on the terminal that says how far a long run is, and is gone without a trace when it is over.

The libraries of the field (tqdm, rich) would be the largest dependency of kerlint for one line of text, so this is written
here. It is drawn between two files, or while Keras is waited for, at most ten times a second, and only once a run has taken a
second: what a short run costs is one look at the clock a file. It goes to the real standard error, past what a remembered run
repeats.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import TextIO, TypeVar

Item = TypeVar("Item")

_PATIENCE = 1.0
"""Seconds after which a run counts as long."""
_EVERY = 0.1
_BAR = 24


def is_wanted(output: TextIO | None, quiet: bool, environment: Mapping[str, str]) -> bool:
    """Whether somebody watches: a terminal that can go back in its line, no CI, and nobody asked for quiet."""
    if output is None or quiet or environment.get("CI") or environment.get("TERM") == "dumb":
        return False
    return output.isatty()


class Progress:
    """How many of so many are done, told on a terminal; `output` is None where nobody is to be told."""

    def __init__(self, total: int, output: TextIO | None, noun: str = "files") -> None:
        self._total = total
        self._noun = noun
        self._output = output
        self._next = time.monotonic() + _PATIENCE
        self._drawn = 0
        self._lock = Lock()

    def over(self, items: Iterable[Item]) -> Iterator[Item]:
        """The same items; whoever takes the next one is done with those before."""
        for done, item in enumerate(items):
            self.tell(done)
            yield item

    def tell(self, done: int) -> None:
        """Draws anew where it is time to."""
        if self._output is None or time.monotonic() < self._next:
            return
        with self._lock:
            if self._output is not None:
                self._next = time.monotonic() + _EVERY
                filled = _BAR * done // max(self._total, 1)
                self._draw(self._output, f"kerlint [{'#' * filled}{'-' * (_BAR - filled)}] {done} of {self._total} {self._noun}")

    def end(self) -> None:
        """Takes away what was drawn; nothing is drawn afterwards."""
        with self._lock:
            if self._output is not None and self._drawn:
                self._draw(self._output, "")
            self._output = None

    def _draw(self, output: TextIO, text: str) -> None:
        room = _columns(output) - 1
        shown = text[: max(room, 0)]
        output.write(f"\r{shown}{' ' * min(self._drawn - len(shown), room)}\r{shown if not shown else ''}")
        output.flush()
        self._drawn = len(shown)


def _columns(output: TextIO) -> int:
    try:
        return os.get_terminal_size(output.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


@contextmanager
def progress(total: int, quiet: bool, noun: str = "files") -> Iterator[Progress]:
    """Tells of a run in the block, where somebody watches; `noun` names what is counted."""
    shown = Progress(total, sys.__stderr__ if is_wanted(sys.__stderr__, quiet, os.environ) else None, noun)
    try:
        yield shown
    finally:
        shown.end()
