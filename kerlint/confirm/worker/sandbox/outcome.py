"""What one stage of a probe may use up, and what came of it. Plain data; knows nothing of processes and of Keras."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

GIGABYTE = 1024**3
MEGABYTE = 1024**2


@dataclass(frozen=True)
class Limits:
    """What a child may use up."""

    seconds: float = 60.0
    """Wall time."""
    cpu_seconds: int = 120
    memory: int = 4 * GIGABYTE
    """Bytes that it may add to what it has after the fork."""
    file_size: int = 512 * MEGABYTE
    """Bytes of one file, and of all the files in its folder together."""
    open_files: int = 256
    processes: int = 256
    """Threads count; TensorFlow needs some dozens."""
    output: int = 64 * 1024
    """Bytes kept of what it prints."""


@dataclass(frozen=True)
class StageOutcome:
    """What came of a stage: its value, or the trouble in words that complete "the probe …"."""

    value: Any = None
    trouble: str | None = None
    output: str = ""
    """The last of what it printed, on either stream."""
    seconds: float = 0.0
    refusals: tuple[str, ...] = ()
    """What it tried and was refused, in its order, even when it came through with a value."""


def in_words(size: int) -> str:
    """A number of bytes, as a user would say it."""
    for unit, name in ((GIGABYTE, "GB"), (MEGABYTE, "MB"), (1024, "kB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"
