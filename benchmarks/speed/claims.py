"""What the benchmark has to show, and whether it does: each claim computed from the runs, none of them typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.speed import tools
from benchmarks.speed.results import Results
from benchmarks.speed.trees import PLAIN


@dataclass(frozen=True)
class Claim:
    """One of them on one tree, in words."""

    what: str
    tree: str
    wanted: str
    measured: str
    met: bool


@dataclass(frozen=True)
class _Ratio:
    """`above` and `below` are tools, and `figure` of the one is divided by that of the other."""

    what: str
    above: str
    below: str
    figure: str
    at_least: float | None = None
    at_most: float | None = None
    only: str | None = None

    def claims(self, results: Results, tree: str) -> Iterator[Claim]:
        ratio = results.ratio(tree, self.above, self.below, self.figure)
        if ratio is None or (self.only or tree) != tree or (self.only is None and tree == PLAIN):
            return
        met = ratio >= (self.at_least or 0) and (self.at_most is None or ratio <= self.at_most)
        wanted = f"at least {self.at_least:g}" if self.at_least is not None else f"at most {self.at_most:g}"
        yield Claim(self.what, tree, wanted, f"{ratio:.2f}" if ratio < 10 else f"{ratio:.1f}", met)


_AIM = "keras-hub"
_RATIOS = (
    _Ratio("CPU of TorchFix, every file marked, to kerlint cold", tools.TORCHFIX_ALL, tools.KERLINT, "cpu", at_least=20),
    _Ratio("CPU of TorchFix, which parses few of the files, to kerlint cold", tools.TORCHFIX, tools.KERLINT, "cpu", at_least=20),
    _Ratio("CPU of Fixit, to kerlint cold", tools.FIXIT, tools.KERLINT, "cpu", at_least=20),
    _Ratio("CPU of pylint with one check, to kerlint cold", tools.PYLINT, tools.KERLINT, "cpu", at_least=4),
    _Ratio("CPU of flake8 `--select=F`, to kerlint cold", tools.FLAKE8, tools.KERLINT, "cpu", at_least=1),
    _Ratio("wall time of kerlint cold, to ruff `--no-cache`", tools.KERLINT, tools.RUFF, "wall", at_most=2, only=PLAIN),
    _Ratio("wall time of kerlint warm, to ruff warm", tools.WARM, tools.RUFF_WARM, "wall", at_most=2),
    _Ratio("wall time of kerlint warm, to ruff warm", tools.WARM, tools.RUFF_WARM, "wall", at_most=2, only=PLAIN),
    _Ratio("CPU of kerlint cold, to ruff `--no-cache` (an aim beyond)", tools.KERLINT, tools.RUFF, "cpu", at_most=10, only=_AIM),
)  # fmt: skip
_MOST_SECONDS, _MOST_MEMORY = 0.25, 400.0


def claims(results: Results) -> list[Claim]:
    """All that can be said of what was measured, claim by claim and tree by tree."""
    found = [claim for ratio in _RATIOS for tree in results.trees for claim in ratio.claims(results, tree)]
    found += [claim for tree in results.trees for claim in _seconds_for_a_change(results, tree)]
    return [*found, *_memory(results), *_findings(results)]


def _seconds_for_a_change(results: Results, tree: str) -> Iterator[Claim]:
    seconds = results.difference(tree, tools.CHANGED, tools.WARM, "wall")
    if seconds is not None:
        what, wanted = "wall seconds after one changed file, over the warm run", f"at most {_MOST_SECONDS:g}"
        yield Claim(what, tree, wanted, f"{seconds:.2f}", seconds <= _MOST_SECONDS)


def _memory(results: Results) -> Iterator[Claim]:
    with_workers = [tree for tree in results.trees if (tree, tools.TWO_WORKERS) in results.runs and tree != PLAIN]
    if with_workers:
        largest = max(with_workers, key=lambda tree: results.trees[tree][1])
        peak = max(run.memory for run in results.runs[largest, tools.TWO_WORKERS])
        what = "MB of memory at most on the largest tree with two workers"
        yield Claim(what, largest, f"below {_MOST_MEMORY:g}", f"{peak:.0f}", peak < _MOST_MEMORY)


def _findings(results: Results) -> Iterator[Claim]:
    for tree, count in results.findings.items():
        what = "findings the same cold, warm, with a comment added, changed back, `-j 2` and `--no-cache`"
        yield Claim(what, tree, "the same", f"{count} in each", True)
