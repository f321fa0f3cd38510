"""Runs the tools on the trees in rounds, as far as their budget goes, and checks that each did its work.

A round runs each tool once, so that a slow minute of the machine hits all alike. A tool that has used up its budget on a tree
is left out of the further rounds; it is measured once in any case. The modes of kerlint follow on each other, so they stay
together.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.speed.measuring import Run, measured
from benchmarks.speed.results import Results
from benchmarks.speed.tools import SAME_FINDINGS, Tool
from benchmarks.speed.trees import Tree

_ALMOST_ALL = 0.97
"""The share of a tree's files that a tool has to look at: each leaves out a few by names of its own."""

Measure = Callable[[Sequence[str], Path], tuple[Run, str, str]]


class NotMeasured(Exception):
    """A tool did not do what was to be measured; says which, where and what it said."""


def run_in_rounds(
    trees: Sequence[Tree], chosen: Sequence[Tool], rounds: int, budget: float, results: Results, measure: Measure = measured
) -> None:
    """Adds the runs to the results. Raises NotMeasured where a tool looked at too few files, broke off or contradicts itself."""
    for tree in trees:
        left = {tool.name: budget for tool in chosen if tool.is_for(tree)}
        printed: dict[str, str] = {}
        last: dict[str, float] = {}
        running = [tool for tool in chosen if tool.name in left]
        for number in range(rounds):
            spent = {tool.budgeted_with for tool in running if left[tool.name] < last.get(tool.name, 0)}
            running = [tool for tool in running if tool.budgeted_with not in spent]
            for tool in running:
                run, files, output = _run(tool, tree, measure)
                results.add(tree, tool.name, run, files)
                last[tool.name] = run.wall
                left[tool.name] -= run.wall
                if tool.name in SAME_FINDINGS and printed.setdefault(tool.name, output) != output:
                    raise NotMeasured(f"{tree.name}: {tool.name} printed something else in round {number + 1}")
                print(f"{tree.name} {number + 1}/{rounds} {tool.name}: {run.cpu:.2f} s CPU, {run.wall:.2f} s", file=sys.stderr)
        _compare(tree, printed, results)


def _run(tool: Tool, tree: Tree, measure: Measure) -> tuple[Run, int, str]:
    with tool.around(tool.folder(tree)):
        run, output, said = measure(tool.command, tool.folder(tree))
    if run.exit_code not in tool.exit_codes:
        raise NotMeasured(f"{tree.name}: {tool.name} ended with {run.exit_code}: {(output + said)[-500:].strip()}")
    files, expected = tool.files_seen(tree, output + said), tool.files_expected(tree)
    if not files or files < expected * _ALMOST_ALL:
        raise NotMeasured(f"{tree.name}: {tool.name} looked at {files} of {expected} files: {(output + said)[-500:].strip()}")
    return run, files, output


def _compare(tree: Tree, printed: dict[str, str], results: Results) -> None:
    """Whether kerlint printed the same in all its modes."""
    modes = list(printed)
    for mode in modes[1:]:
        if printed[mode] != printed[modes[0]]:
            one, two = (set(printed[name].splitlines()) for name in (modes[0], mode))
            lines = sorted(one ^ two) or ["the same lines in another order"]
            raise NotMeasured(f"{tree.name}: {mode} differs from {modes[0]} in {len(lines)} lines, such as {lines[0]}")
    if len(modes) == len(SAME_FINDINGS):
        results.findings[tree.name] = len(printed[modes[0]].splitlines())
