"""Runs a function where deeply nested programs cannot overflow the stack.

Parsers and the walks over their trees recurse with the nesting of the code that they read; a thread may have a larger stack
than the main one. Knows nothing of what it runs.
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

    def run(stack: int) -> None:
        sys.setrecursionlimit(max(sys.getrecursionlimit(), stack // _BYTES_A_FRAME))
        try:
            results.append(function())
        except BaseException as error:  # handed to the caller, who is in another thread
            failures.append(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size()
    try:
        _started(run).join()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
    if failures:
        raise failures[0]
    return results[0]


def _started(run: Callable[[int], None]) -> threading.Thread:
    """A thread that runs the function with its stack's size; tries smaller stacks where the system refuses."""
    for size in (*_SIZES, 0):
        thread = threading.Thread(target=run, args=(size,), name="kerlint", daemon=True)
        try:
            threading.stack_size(size)
            thread.start()
        except (ValueError, RuntimeError):
            continue
        return thread
    raise MemoryError("the system grants no thread")
