"""What was measured, as it is kept in a file: runs by tree and tool, and the machine and versions that they belong to."""

from __future__ import annotations

import json
import platform
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.speed.measuring import Run
from benchmarks.speed.trees import NAMES, Tree


@dataclass
class Results:
    """Runs by tree and tool, in the order in which they were made: the nth runs of all tools belong to one round."""

    trees: dict[str, tuple[int, float]] = field(default_factory=dict)
    """Files and megabytes of each tree."""
    runs: dict[tuple[str, str], list[Run]] = field(default_factory=dict)
    files: dict[tuple[str, str], int] = field(default_factory=dict)
    """Files that a tool looked at, by its own word."""
    findings: dict[str, int] = field(default_factory=dict)
    """Findings of kerlint on each tree on which all its modes were compared, and printed the same."""
    about: dict[str, str] = field(default_factory=dict)

    def add(self, tree: Tree, tool: str, run: Run, files: int) -> None:
        self.trees[tree.name] = (tree.files, tree.megabytes)
        self.runs.setdefault((tree.name, tool), []).append(run)
        self.files[tree.name, tool] = files

    def without(self, trees: Collection[str], about: Mapping[str, str]) -> Results:
        """The same without what was measured on these trees; `about` adds to what is known of machine and versions."""
        return Results(
            {tree: size for tree, size in self.trees.items() if tree not in trees},
            {key: runs for key, runs in self.runs.items() if key[0] not in trees},
            {key: files for key, files in self.files.items() if key[0] not in trees},
            {tree: number for tree, number in self.findings.items() if tree not in trees},
            {**self.about, **about},
        )

    def median_of(self, tree: str, tool: str, figure: str) -> float | None:
        """The median of `cpu`, `wall` or `memory`; None where the tool was not run."""
        runs = self.runs.get((tree, tool), [])
        return median(getattr(run, figure) for run in runs) if runs else None

    def ratio(self, tree: str, tool: str, other: str, figure: str) -> float | None:
        """The median over the rounds of how many times as much one tool takes as another."""
        ratios = [one / two for one, two in self._pairs(tree, tool, other, figure) if two]
        return median(ratios) if ratios else None

    def difference(self, tree: str, tool: str, other: str, figure: str) -> float | None:
        """The median over the rounds of how much more one tool takes than another."""
        differences = [one - two for one, two in self._pairs(tree, tool, other, figure)]
        return median(differences) if differences else None

    def _pairs(self, tree: str, tool: str, other: str, figure: str) -> list[tuple[float, float]]:
        pairs = zip(self.runs.get((tree, tool), []), self.runs.get((tree, other), []), strict=False)
        return [(getattr(one, figure), getattr(two, figure)) for one, two in pairs]

    def tools(self, tree: str) -> list[str]:
        """The tools that were run on a tree, in their order."""
        return [tool for name, tool in self.runs if name == tree]


def machine() -> dict[str, str]:
    """What the figures depend on."""
    import os

    cores = f"{os.cpu_count()} cores"
    return {"Python": platform.python_version(), "system": platform.system(), "processor": f"{platform.machine()}, {cores}"}


def write_results(path: Path, results: Results) -> None:
    """Keeps everything, one line a run."""
    runs = [
        {"tree": tree, "tool": tool, "files": results.files[tree, tool], **asdict(run)}
        for (tree, tool), made in results.runs.items()
        for run in made
    ]
    parts = {"about": results.about, "trees": results.trees, "findings": results.findings}
    head = json.dumps(parts, indent=1)[:-2]
    lines = ",\n".join(f"  {json.dumps(run)}" for run in runs)
    path.write_text(f'{head},\n "runs": [\n{lines}\n ]\n}}\n', encoding="utf-8")


def read_results(path: Path) -> Results:
    """What `write_results` kept, the trees in the order of `NAMES`. Raises OSError and ValueError."""
    data = json.loads(path.read_text(encoding="utf-8"))
    kept = sorted(data["trees"].items(), key=lambda item: (*NAMES, item[0]).index(item[0]))
    trees = {name: (int(files), float(size)) for name, (files, size) in kept}
    found = Results(trees, findings=data["findings"], about=data["about"])
    _add_runs(found, data["runs"])
    return found


def _add_runs(results: Results, lines: Iterable[Mapping[str, Any]]) -> None:
    for line in lines:
        key = line["tree"], line["tool"]
        results.files[key] = line["files"]
        run = Run(line["cpu"], line["wall"], line["memory"], line["exit_code"])
        results.runs.setdefault(key, []).append(run)
