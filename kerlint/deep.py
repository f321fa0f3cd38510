"""Runs a function where deeply nested programs cannot overflow the stack.

libcst's native parser and the walks over its trees recurse with the nesting of the code that they read; a thread
may have a larger stack than the main one. Knows nothing of what it runs.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

_MEBIBYTE = 1 << 20
_SIZES = tuple(size * _MEBIBYTE for size in (512, 256, 64, 16))
_BYTES_A_FRAME = 4096
"""What one level of Python recursion may take of the stack at most, with the native calls between two levels."""


def on_deep_stack(function: Callable[[], Result]) -> Result:
    """The function's result, or its exception, from a thread with the largest stack that the system grants."""
    results: list[Result] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(function())
        except BaseException as error:  # handed to the caller, who is in another thread
            failures.append(error)

    before = sys.getrecursionlimit(), threading.stack_size()
    thread, size = _started(run)
    sys.setrecursionlimit(max(before[0], size // _BYTES_A_FRAME))
    try:
        thread.join()
    finally:
        sys.setrecursionlimit(before[0])
        threading.stack_size(before[1])
    if failures:
        raise failures[0]
    return results[0]


def _started(run: Callable[[], None]) -> tuple[threading.Thread, int]:
    """A running thread and its stack's size; tries smaller stacks where the system refuses."""
    for size in _SIZES:
        try:
            threading.stack_size(size)
            thread = threading.Thread(target=run, name="kerlint", daemon=True)
            thread.start()
        except (ValueError, RuntimeError):
            continue
        return thread, size
    threading.stack_size(0)
    thread = threading.Thread(target=run, name="kerlint", daemon=True)
    thread.start()
    return thread, 0
