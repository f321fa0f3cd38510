"""The programs that findings lie in, line by line, for the formats that show code or count in bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field

from kerlint.records import dataclass
from kerlint.reporters.notebook_lines import lines_of_cells
from kerlint.sources.notebook import cell_texts
from kerlint.sources.source import CannotRead, decode, read_bytes

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(slots=True)
class Texts:
    """Reads each file once. `handed_over` holds programs that came on standard input, by their name."""

    handed_over: Mapping[str, bytes] = field(default_factory=dict)
    _cells: dict[str, Mapping[int | None, Sequence[str]]] = field(default_factory=dict)
    _file_lines: dict[str, Mapping[int, Sequence[int]]] = field(default_factory=dict)

    def lines(self, path: str, cell: int | None = None) -> Sequence[str]:
        """The lines of a program, or of a notebook's cell; none where it cannot be read."""
        if path not in self._cells:
            self._cells[path] = self._read(path)
        return self._cells[path].get(cell, ())

    def file_line(self, path: str, cell: int, line: int) -> int | None:
        """The line of a notebook's file in which a line of a cell is written."""
        if path not in self._file_lines:
            try:
                self._file_lines[path] = lines_of_cells(self._data(path).decode("utf-8-sig", "replace"))
            except (CannotRead, ValueError):  # a name that no file can have
                self._file_lines[path] = {}
        written = self._file_lines[path].get(cell, ())
        return written[line - 1] if 0 < line <= len(written) else None

    def _read(self, path: str) -> Mapping[int | None, Sequence[str]]:
        try:
            if path.endswith(".ipynb"):
                return {number: text.split("\n") for number, text in cell_texts(path, self._data(path)).items()}
            return {None: _LINE_END.split(decode(path, self._data(path)))}
        except (CannotRead, ValueError):  # a name that no file can have
            return {}

    def _data(self, path: str) -> bytes:
        return self.handed_over[path] if path in self.handed_over else read_bytes(path)
