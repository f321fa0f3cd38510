"""Writes what is kept of a program onto blank lines, each piece on the line where it stood.

Only the first line of a statement may be moved to the left; the lines that continue it (in brackets, in strings) stay as
they are, so no string is ever changed. Knows nothing of why something is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kerlint.confirm.slicing.outline import Place


class Canvas:
    """The lines of a program, blank but for what was written. `prefix` is the indentation that is taken off."""

    def __init__(self, lines: list[str], prefix: str = "") -> None:
        self._lines = lines
        self._prefix = prefix
        self.written = [""] * len(lines)

    def keep(self, start: Place, end: Place, indent: str) -> None:
        """Keeps a statement."""
        self.write(start, self.original(start, end), indent)

    def original(self, start: Place, end: Place) -> str:
        """The text between two places."""
        if start[0] == end[0]:
            return self._lines[start[0] - 1][start[1] : end[1]]
        inner = self._lines[start[0] : end[0] - 1]
        return "\n".join([self._lines[start[0] - 1][start[1] :], *inner, self._lines[end[0] - 1][: end[1]]])

    def write(self, start: Place, text: str, indent: str) -> None:
        """Writes a statement where another one stood; after what is on that line already."""
        first, *rest = text.split("\n")
        before = self.written[start[0] - 1]
        if not before.strip():
            before = indent.removeprefix(self._prefix)
        elif before.rstrip().endswith(":"):
            before = before.rstrip() + " "
        else:
            before += "; "
        self.written[start[0] - 1] = before + first
        for offset, line in enumerate(rest):
            self.written[start[0] + offset] = line

    def blank(self, start: Place, end: Place, replacement: str) -> None:
        """Puts a word in the place of a statement that has its lines for itself; leaves it when it has not."""
        first, last = self.written[start[0] - 1], self.written[end[0] - 1]
        tail = last[end[1] :].strip()
        if first[: start[1]].strip() or (tail and not tail.startswith("#")):
            return
        self.written[start[0] - 1] = first[: start[1]] + replacement
        for line in range(start[0], end[0]):
            self.written[line] = ""

    def dedent(self, line: int) -> None:
        """Moves a written line to the left."""
        self.written[line - 1] = self.written[line - 1].removeprefix(self._prefix)

    def replace_word(self, line: int, word: str, replacement: str) -> None:
        """Puts another word in the place of the first such word on a line."""
        self.written[line - 1] = re.sub(rf"\b{word}\b", replacement, self.written[line - 1], count=1)

    def merge(self, other: Canvas) -> None:
        """Takes over the lines of another canvas where this one is blank."""
        self.written = [mine or others for mine, others in zip(self.written, other.written, strict=True)]

    def append(self, line: str) -> None:
        """Adds a line after all of the program's."""
        self.written.append(line)

    def text(self) -> str:
        """What was written, with its lines where they were."""
        last = max(self._filled(), default=0)
        return "\n".join(self.written[:last]) + "\n" if last else ""

    def _filled(self) -> Iterator[int]:
        return (number for number, line in enumerate(self.written, 1) if line.strip())
