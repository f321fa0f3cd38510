"""Turns an error into plain data that can be learnt from and remembered: what it says, and how far the program came before it.

Of two attempts that fail, the one that came farther is the nearer to what works. Knows nothing of what was attempted.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Progress = tuple[float, ...]
"""Bigger is farther: constructor, build, then anything else; then the lines, from the outermost frame inwards."""

NOWHERE: Progress = (0.0,)

_STAGES = {"__init__": 1.0, "build": 2.0}
_IN_TEXT = re.compile(r'File "([^"]+)", line (\d+), in (\w+)')
_LONGEST = 1500


@dataclass(frozen=True)
class Failure:
    """An attempt that raised: its name, the error in one line, the texts of all its causes, the frames in the slice."""

    what: str
    told: str
    texts: tuple[str, ...] = ()
    frames: tuple[tuple[str, str, int], ...] = ()
    """File, function, line; outermost first."""

    @property
    def progress(self) -> Progress:
        """How far it came; NOWHERE when no line of the slice was running."""
        if not self.frames:
            return NOWHERE
        return (_STAGES.get(self.frames[0][1], 3.0), *(float(line) for _, _, line in self.frames[:6]))

    def passed(self, path: str, lines: Sequence[int]) -> bool:
        """Whether one of these lines was running."""
        return any(file == path and lines[0] <= line <= lines[1] for file, _, line in self.frames)

    def as_data(self) -> list[Any]:
        """As JSON can carry it."""
        return [self.what, self.told, list(self.texts), [list(frame) for frame in self.frames]]

    @staticmethod
    def from_data(data: Sequence[Any]) -> Failure:
        """The inverse of `as_data`."""
        return Failure(data[0], data[1], tuple(data[2]), tuple((path, name, line) for path, name, line in data[3]))


def failure_of(what: str, told: str, error: BaseException, paths: Collection[str]) -> Failure:
    """An error as data; of the frames those of the cause that came deepest into these files."""
    found = list(_causes(error))
    best: list[tuple[str, str, int]] = []
    for cause in found:
        frames = [(entry.filename, entry.name, entry.lineno or 0) for entry in traceback.extract_tb(cause.__traceback__)]
        frames = [frame for frame in frames if frame[0] in paths]
        in_text = [(path, name, int(line)) for path, line, name in _IN_TEXT.findall(str(cause)) if path in paths]
        best = max(best, frames + [frame for frame in in_text if frame not in frames], key=len)
    return Failure(what, told, tuple(_text(cause) for cause in found), tuple(best))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error, and what lies behind it."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen and len(seen) < 6:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _text(error: BaseException) -> str:
    """What an error says, without colours and without the arguments that Keras repeats."""
    if isinstance(error, KeyError) and len(error.args) == 1 and isinstance(error.args[0], str):
        return f"KeyError: {error.args[0]}"
    return re.sub(r"\x1b\[[0-9;]*m", "", str(error)).partition("Arguments received by")[0][:_LONGEST]


def farthest_first(progress: Progress) -> tuple[float, ...]:
    """As a key for sorting: what came farther is smaller, and what came deeper on the same line too."""
    return (*(-value for value in progress), float("inf"))


_learnt: dict[str, Failure] = {}


def remember(made: str, failure: Failure) -> None:
    """Keeps a failure for the later findings of the same subject. `made` is what was run on the input, or nothing."""
    _learnt[f"{made} {failure.what}"] = failure


def learnt() -> dict[str, list[Any]]:
    """All that this process was told, as data; forgets it."""
    found = {key: failure.as_data() for key, failure in _learnt.items()}
    _learnt.clear()
    return found


def known(memory: Mapping[str, Sequence[Any]], made: str, what: str) -> Failure | None:
    """What an earlier finding's attempt of the same kind ended in."""
    data = memory.get(f"{made} {what}")
    return None if data is None else Failure.from_data(data)
