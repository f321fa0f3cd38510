"""The series that were measured, as they are kept in a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.speed.scaling.fitting import exponent


@dataclass(frozen=True)
class Point:
    """What one size took: processor seconds, the most memory in MB, and the findings."""

    size: int
    cpu: float
    memory: float
    findings: int


@dataclass(frozen=True)
class Series:
    """One thing that grows. `start` is what kerlint takes for next to nothing: it is no part of what grows."""

    name: str
    unit: str
    start: float
    points: list[Point] = field(default_factory=list)

    @property
    def cpu_exponent(self) -> float | None:
        return exponent([(point.size, point.cpu - self.start) for point in self.points])

    @property
    def memory_exponent(self) -> float | None:
        return exponent([(point.size, point.memory) for point in self.points])


def write_series(path: Path, series: Sequence[Series]) -> None:
    """Keeps them."""
    path.write_text(json.dumps([asdict(one) for one in series], indent=1) + "\n", encoding="utf-8")


def read_series(path: Path) -> list[Series]:
    """What `write_series` kept. Raises OSError and ValueError."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return [Series(one["name"], one["unit"], one["start"], [Point(**point) for point in one["points"]]) for one in data]
