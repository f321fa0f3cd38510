"""Keeps the snapshots of whole runs in a cache folder, and finds the one that still answers a question."""

from __future__ import annotations

import os
import time
import zlib

from kerlint.cache import folder, snapshot
from kerlint.cache.seen import renewed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kerlint.cache.seen import Seen
    from kerlint.cache.snapshot import Answer

    Before = tuple[str, list[Seen], list[Seen], list[str]]
    """A snapshot's path, all that it saw, what of that still holds, and the files that hold something else."""

_RUNS = "runs"
_MOST = 32
"""Snapshots in one cache: as many ways of asking as one project is asked in."""


def recall(cache: str, question: str) -> tuple[Answer | None, Before | None]:
    """What the same run printed before, when nothing that it saw has changed since; else what it saw that has not changed."""
    path = _path(cache, question)
    try:
        with open(path, "rb") as file:
            found = snapshot.read(file.read(), question)
    except (OSError, ValueError):
        return None, None
    if found is None:
        return None, None
    answer, seen = found
    now = time.time_ns()
    today, changed = [], []
    for one in seen:
        same = renewed(one, now)
        if same is not None:
            today.append(same)
        elif one[0] == "file":
            changed.append(one[3])
        else:
            return None, None
    if changed:
        return None, (path, seen, today, changed)
    if today != seen:
        _write(path, question, answer, today)
    return answer, None


def keep(cache: str, question: str, answer: Answer, seen: Iterable[Seen]) -> str | None:
    """Remembers a run; gives the path of its snapshot. A cache that cannot be written is none."""
    if not folder.prepare(cache):
        return None
    path = _path(cache, question)
    _write(path, question, answer, seen)
    _forget_the_oldest(os.path.join(cache, _RUNS))
    return path


def _path(cache: str, question: str) -> str:
    encoded = question.encode("utf-8", "surrogateescape")
    return os.path.join(cache, _RUNS, f"{zlib.crc32(encoded):08x}{zlib.adler32(encoded):08x}")


def _write(path: str, question: str, answer: Answer, seen: Iterable[Seen]) -> None:
    data = snapshot.as_bytes(question, answer, seen)
    if data is not None:
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            folder.replace(path, data)
        except OSError:
            return


def _forget_the_oldest(runs: str) -> None:
    try:
        with os.scandir(runs) as entries:
            by_age = sorted(entries, key=lambda entry: entry.stat().st_mtime_ns)
        for entry in by_age[:-_MOST]:
            os.unlink(entry.path)
    except OSError:
        return
