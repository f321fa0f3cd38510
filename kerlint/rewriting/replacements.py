"""Text in place of other text, by offsets. Knows nothing of files, of lines and of what the text says."""

from __future__ import annotations

from collections.abc import Iterable

from kerlint.records import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Replacement:
    """`text` in place of the characters from `start` to before `end`; where both are one offset, it is put in there."""

    start: int
    end: int
    text: str


def replaced(text: str, replacements: Iterable[Replacement]) -> str:
    """The text with all of them made. They must not overlap."""
    pieces: list[str] = []
    done = 0
    for one in sorted(replacements):
        pieces += (text[done : one.start], one.text)
        done = one.end
    return "".join((*pieces, text[done:]))
