"""Reads `labels.jsonl`: what people judged of places in the packages, and finds the judgement of a sighting.

A label is TRUE, FALSE or DEBATABLE, and may speak of a place where kerlint says nothing: a defect that it misses, or a false
alarm that was repaired.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from benchmarks.ecosystem.baseline import Place, Sighting


class InvalidLabels(ValueError):
    """A line of the file is no label; says which and why."""


class Judgement(Enum):
    """What was judged. FALSE weighs heaviest, then DEBATABLE: where two judgements of a place differ, that one counts."""

    FALSE = "FALSE"
    DEBATABLE = "DEBATABLE"
    TRUE = "TRUE"


@dataclass(frozen=True, slots=True)
class Label:
    """One judgement. `keras` holds the majors for which a TRUE is known to hold; `column` tells findings on one line apart."""

    name: str
    version: str
    path: str
    cell: int | None
    line: int
    column: int | None
    code: str
    judgement: Judgement
    keras: tuple[int, ...]
    why: str

    @property
    def place(self) -> Place:
        return (self.name, self.version, self.path, self.cell, self.line, self.code)

    def speaks_of(self, sighting: Sighting) -> bool:
        return self.place == sighting.place and self.column in (None, sighting.column)


def read_labels(path: Path) -> tuple[Label, ...]:
    """The labels of the file, none where there is no file. Raises InvalidLabels."""
    if not path.exists():
        return ()
    labels = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                labels.append(_label(json.loads(line)))
            except (KeyError, TypeError, ValueError) as error:
                raise InvalidLabels(f"{path.name}:{number}: {type(error).__name__}: {error}") from error
    return tuple(labels)


def _label(fields: Mapping[str, Any]) -> Label:
    if not re.fullmatch(r"KER\d{3}", fields["code"]):
        raise ValueError(f"{fields['code']!r} is no code")
    return Label(
        fields["name"],
        fields["version_or_commit"],
        fields["path"],
        fields.get("cell"),
        int(fields["line"]),
        fields.get("column"),
        fields["code"],
        Judgement(fields["label"]),
        tuple(int(major) for major in fields["keras"]),
        fields["why"],
    )


class Judgements:
    """The labels, to be asked of sightings."""

    def __init__(self, labels: Sequence[Label], majors: Mapping[tuple[str, str], int]) -> None:
        """`majors` says for which Keras each package, by name and version, is judged."""
        self._at: dict[Place, list[Label]] = defaultdict(list)
        for label in labels:
            if label.judgement is not Judgement.TRUE or majors.get((label.name, label.version)) in label.keras:
                self._at[label.place].append(label)

    def of(self, sighting: Sighting) -> Judgement | None:
        """What was judged of the finding for the Keras of its package; nothing where nobody did."""
        judged = {label.judgement for label in self._at.get(sighting.place, ()) if label.speaks_of(sighting)}
        return next((judgement for judgement in Judgement if judgement in judged), None)

    def unreported(self, sightings: Sequence[Sighting]) -> tuple[Label, ...]:
        """The labels of places where kerlint says nothing of that code."""
        said: dict[Place, list[Sighting]] = defaultdict(list)
        for sighting in sightings:
            said[sighting.place].append(sighting)
        return tuple(
            label
            for labels in self._at.values()
            for label in labels
            if not any(label.speaks_of(sighting) for sighting in said.get(label.place, ()))
        )
