"""`python -m benchmarks.speed`: measures, keeps the runs, and writes the page and the picture.

`--keep` adds nothing and only writes page and picture from the runs that are kept.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.speed import CACHE, PAGE, PLOT, RESULTS
from benchmarks.speed.measuring import measured
from benchmarks.speed.page import speed_page
from benchmarks.speed.plot import write_plot
from benchmarks.speed.results import Results, machine, read_results, write_results
from benchmarks.speed.tools import Tool, tools
from benchmarks.speed.trees import NAMES, Tree, tree_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and gives the exit code."""
    options = _parser().parse_args(arguments)
    if options.keep:
        results = read_results(options.results)
    else:
        every = tools()
        chosen = [tool for tool in every if not options.tool or tool.name.split()[0].rstrip(",") in options.tool]
        results = _measure([tree_of(name, options.cache) for name in options.tree or NAMES], chosen, options.runs)
        write_results(options.results, results)
    PAGE.write_text(speed_page(results), encoding="utf-8", newline="\n")
    write_plot(PLOT, results)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--tree", action="append", choices=NAMES, help="only this tree")
    parser.add_argument("--tool", action="append", help="only this tool, by its first word")
    parser.add_argument("--runs", type=int, default=5, help="rounds, each of which runs every tool once")
    parser.add_argument("--cache", type=Path, default=CACHE, metavar="DIR", help="where the trees are kept")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FILE", help="where the runs are kept")
    parser.add_argument("--keep", action="store_true", help="measure nothing; write the page from the runs that are kept")
    return parser


def _measure(trees: Sequence[Tree], chosen: Sequence[Tool], rounds: int) -> Results:
    results = Results(about=machine())
    for tree in trees:
        for number in range(rounds):
            for tool in chosen:
                if tool.prepare is not None:
                    tool.prepare(tree.folder)
                run = measured(tool.command, tree.folder)
                results.add(tree, tool.name, run)
                print(f"{tree.name} {number + 1}/{rounds} {tool.name}: {run.cpu:.2f} s CPU, {run.wall:.2f} s", file=sys.stderr)
    return results


sys.exit(main())
