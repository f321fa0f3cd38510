"""`python -m benchmarks.speed`: measures, keeps the runs, and writes the page and the picture.

`--keep` measures nothing and writes page and picture from the runs that are kept. A trial run (`--files`, or fewer trees or
tools) should name `--results` and `--page` of its own.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from platformdirs import user_cache_path

from benchmarks.speed import PAGE, RESULTS, SCALING_RESULTS
from benchmarks.speed.environments import REQUIREMENTS, NotInstalled, environment_of
from benchmarks.speed.page import speed_page
from benchmarks.speed.plot import write_plot
from benchmarks.speed.results import Results, machine, read_results, write_results
from benchmarks.speed.running import NotMeasured, run_in_rounds
from benchmarks.speed.scaling.page import scaling_lines
from benchmarks.speed.scaling.results import read_series
from benchmarks.speed.tools import tools
from benchmarks.speed.trees import NAMES, tree_of

_PROGRAMS = ("kerlint", *REQUIREMENTS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and gives the exit code."""
    options = _parser().parse_args(arguments)
    if not options.keep:
        try:
            _measure(options)
        except (NotInstalled, NotMeasured) as error:
            print(f"benchmark: {error}", file=sys.stderr)
            return 1
    results = read_results(options.results)
    series = read_series(options.scaling) if options.scaling.is_file() else []
    options.page.write_text(speed_page(results, scaling_lines(series)), encoding="utf-8", newline="\n")
    write_plot(options.page.with_suffix(".svg"), results)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--tree", action="append", choices=NAMES, help="only this tree")
    parser.add_argument("--tool", action="append", choices=_PROGRAMS, help="only this program")
    parser.add_argument("--files", type=int, metavar="N", help="only the first files of each tree, for a trial")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="each runs every tool once (default: 5)")
    parser.add_argument(
        "--budget", type=float, default=150, metavar="SECONDS",
        help="no further round for a tool on a tree that would take it beyond this wall time (default: 150)",
    )  # fmt: skip
    cache = user_cache_path("kerlint-benchmarks")
    parser.add_argument(
        "--cache", type=Path, default=cache, metavar="DIR", help="where trees and tools are kept (default: %(default)s)"
    )
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FILE", help="where the runs are kept")
    parser.add_argument("--scaling", type=Path, default=SCALING_RESULTS, metavar="FILE", help="the series of `scaling`")
    parser.add_argument("--page", type=Path, default=PAGE, metavar="FILE", help="the page to write, with its picture beside it")
    parser.add_argument("--add", action="store_true", help="keep the runs on the other trees")
    parser.add_argument("--keep", action="store_true", help="measure nothing; write the page from the runs that are kept")
    return parser


def _measure(options: argparse.Namespace) -> None:
    """Keeps what was measured after each tree: the whole takes hours. Raises NotMeasured for runs that do not belong together."""
    environments = {name: environment_of(name, options.cache) for name in options.tool or _PROGRAMS}
    about = machine()
    for environment in environments.values():
        about.update(environment.versions())
    chosen = options.tree or NAMES
    results = others_of(options.results, chosen, about) if options.add and options.results.is_file() else Results(about=about)
    for name in chosen:
        tree = tree_of(name, options.cache, options.files)
        run_in_rounds([tree], tools(environments), options.rounds, options.budget, results)
        write_results(options.results, results)


def others_of(path: Path, trees: Sequence[str], about: Mapping[str, str]) -> Results:
    """The runs that are kept, without those on these trees."""
    kept = read_results(path)
    different = sorted(what for what in about.keys() & kept.about.keys() if about[what] != kept.about[what])
    if different:
        raise NotMeasured(f"the runs in {path} were made with another {', '.join(different)}; measure them again")
    return kept.without(trees, about)


if __name__ == "__main__":
    sys.exit(main())
