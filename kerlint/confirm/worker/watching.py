"""Notes which lines of the slice run, so that nothing is called refuted that was never put to the test."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def lines_run(path: str) -> Iterator[set[int]]:
    """The lines of one file that run in the block."""
    seen: set[int] = set()

    def follow(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename != path:
            return None
        seen.add(frame.f_lineno)
        return follow

    before = sys.gettrace()
    sys.settrace(follow)
    try:
        yield seen
    finally:
        sys.settrace(before)


def were_run(seen: set[int], request: Mapping[str, Any]) -> bool:
    """Whether a line of the finding is among them."""
    first, last = request["lines"]
    return any(first <= line <= last for line in seen)
