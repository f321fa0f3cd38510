"""The lines of the programs that findings lie in, read once each through `kerlint.disk`. Knows nothing of HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kerlint.sources.source import CannotRead, read_source

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(slots=True)
class ProgramLines:
    """`handed_over` holds programs that came on standard input, by their name."""

    handed_over: Mapping[str, bytes] = field(default_factory=dict)
    _known: dict[str, Mapping[int | None, Sequence[str]]] = field(default_factory=dict)

    def lines(self, path: str, cell: int | None = None) -> Sequence[str]:
        """The lines of a program, or of a notebook's cell; none where it cannot be read."""
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path].get(cell, ())

    def _read(self, path: str) -> Mapping[int | None, Sequence[str]]:
        try:
            source = read_source(path, self.handed_over.get(path))
        except (CannotRead, ValueError):
            return {}
        lines = _LINE_END.split(source.text)
        if not source.cells:
            return {None: lines}
        return {
            cell.number: [" " * cell.indent + line for line in lines[cell.first_line - 1 : cell.last_line]]
            for cell in source.cells
        }
