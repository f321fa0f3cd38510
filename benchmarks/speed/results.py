"""What was measured, as it is kept in a file: runs by tree and tool, and the machine and versions that they belong to."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

from benchmarks.speed.trees import Tree

_DISTRIBUTIONS = ("kerlint", "libcst", "ruff", "flake8", "pylint", "fixit", "torchfix")


@dataclass(frozen=True)
class Run:
    """One run: processor seconds (user and system, children included), wall seconds, the most memory at once in MB."""

    cpu: float
    wall: float
    memory: float
    exit_code: int

    def as_data(self) -> dict[str, float]:
        return asdict(self)


@dataclass
class Results:
    """Runs by tree and tool, in the order in which they were made: the nth runs of all tools belong to one round."""

    trees: dict[str, tuple[int, float]] = field(default_factory=dict)
    """Files and megabytes of each tree."""
    runs: dict[tuple[str, str], list[Run]] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)

    def add(self, tree: Tree, tool: str, run: Run) -> None:
        self.trees[tree.name] = (tree.files, tree.megabytes)
        self.runs.setdefault((tree.name, tool), []).append(run)

    def median_of(self, tree: str, tool: str, figure: str) -> float | None:
        """The median of `cpu`, `wall` or `memory`; None where the tool was not run."""
        runs = self.runs.get((tree, tool), [])
        return median(getattr(run, figure) for run in runs) if runs else None

    def ratio(self, tree: str, tool: str, other: str, figure: str) -> float | None:
        """The median over the rounds of how many times as much one tool takes as another."""
        pairs = zip(self.runs.get((tree, tool), []), self.runs.get((tree, other), []), strict=False)
        ratios = [getattr(one, figure) / getattr(two, figure) for one, two in pairs if getattr(two, figure)]
        return median(ratios) if ratios else None

    def tools(self, tree: str) -> list[str]:
        """The tools that were run on a tree, in their order."""
        return [tool for name, tool in self.runs if name == tree]


def machine() -> dict[str, str]:
    """What the figures depend on."""
    found = {"Python": platform.python_version(), "system": platform.system(), "processor": platform.machine()}
    for name in _DISTRIBUTIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def write_results(path: Path, results: Results) -> None:
    """Keeps everything, one line a run."""
    lines = [{"tree": tree, "tool": tool, **run.as_data()} for (tree, tool), runs in results.runs.items() for run in runs]
    data = {"about": results.about, "trees": results.trees, "runs": lines}
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def read_results(path: Path) -> Results:
    """What `write_results` kept. Raises OSError and ValueError."""
    data = json.loads(path.read_text(encoding="utf-8"))
    trees = {name: (int(files), float(size)) for name, (files, size) in data["trees"].items()}
    return Results(trees, _runs(data["runs"]), data["about"])


def _runs(lines: Iterable[Mapping[str, object]]) -> dict[tuple[str, str], list[Run]]:
    found: dict[tuple[str, str], list[Run]] = {}
    for line in lines:
        figures = {name: float(str(line[name])) for name in ("cpu", "wall", "memory")}
        run = Run(**figures, exit_code=int(str(line["exit_code"])))
        found.setdefault((str(line["tree"]), str(line["tool"])), []).append(run)
    return found
