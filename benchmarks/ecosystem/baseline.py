"""What was found, a line a finding: reads and writes `baseline.jsonl`.

A sighting holds where a finding stands and a short form of its message, so that nothing of the packages' source is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LONGEST_MESSAGE = 100

Place = tuple[str, str, str, "int | None", int, str]
"""Name, version, path, cell, line and code: by this a finding is known again, whatever its words."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One finding in a package. `cell` counts the cells of a notebook from 0; `path` has slashes."""

    name: str
    version: str
    path: str
    cell: int | None
    line: int
    column: int
    code: str
    message: str
    is_info: bool = False

    @property
    def place(self) -> Place:
        return (self.name, self.version, self.path, self.cell, self.line, self.code)

    @property
    def sort_key(self) -> tuple[str | int, ...]:
        cell = -1 if self.cell is None else self.cell
        return (self.name, self.version, self.path, cell, self.line, self.column, self.code, self.message)


def shortened(message: str) -> str:
    """A message on one line, cut where it gets long."""
    line = " ".join(message.split())
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 1].rstrip() + "…"


def read_baseline(path: Path) -> tuple[Sighting, ...]:
    """The sightings of the file, none where there is no file."""
    if not path.exists():
        return ()
    return tuple(_sighting(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def write_baseline(path: Path, sightings: Iterable[Sighting]) -> None:
    ordered = sorted(sightings, key=lambda sighting: sighting.sort_key)
    path.write_text("".join(_line(sighting) + "\n" for sighting in ordered), encoding="utf-8", newline="\n")


def _sighting(fields: Mapping[str, Any]) -> Sighting:
    known = {key: value for key, value in fields.items() if key != "severity"}
    return Sighting(**{"cell": None, **known}, is_info=fields.get("severity") == "info")


def _line(sighting: Sighting) -> str:
    fields: dict[str, object] = {"name": sighting.name, "version": sighting.version, "path": sighting.path}
    if sighting.cell is not None:
        fields["cell"] = sighting.cell
    fields |= {"line": sighting.line, "column": sighting.column, "code": sighting.code}
    if sighting.is_info:
        fields["severity"] = "info"
    return json.dumps(fields | {"message": sighting.message}, ensure_ascii=False)
