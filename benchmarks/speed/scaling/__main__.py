"""`python -m benchmarks.speed.scaling`: runs kerlint on what grows, fits the exponents, and keeps the series.

`python -m benchmarks.speed --keep` then shows them on the page.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from platformdirs import user_cache_path

from benchmarks.ecosystem import PACKAGES
from benchmarks.ecosystem.download import folder_of
from benchmarks.ecosystem.packages import chosen, read_packages
from benchmarks.speed import SCALING_RESULTS
from benchmarks.speed.environments import environment_of
from benchmarks.speed.measuring import measured
from benchmarks.speed.scaling.growing import anew, one_file, one_package, packages, projects
from benchmarks.speed.scaling.results import Point, Series, write_series
from benchmarks.speed.scaling.sites import PROGRAMS

TIMES, LINES, SITES = (1, 2, 4, 8), (2_000, 5_000, 10_000, 20_000), (100, 200, 400, 800, 1_600, 3_200)
_EMPTY = "import keras\nx = keras.layers.Dense(1)\n"
_TREES: dict[str, Callable[[Path, Path, int], None]] = {
    "projects of their own": projects,
    "packages in one project": packages,
    "one package that grows": one_package,
}
_PARTS = ("trees", "lines", "sites")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.scaling", description=__doc__)
    parser.add_argument("--part", action="append", choices=_PARTS, help="only this part")
    parser.add_argument("--most", type=int, metavar="N", help="sizes up to this only")
    cache = user_cache_path("kerlint-benchmarks")
    parser.add_argument(
        "--cache", type=Path, default=cache, metavar="DIR", help="where trees and tools are kept (default: %(default)s)"
    )
    parser.add_argument("--results", type=Path, default=SCALING_RESULTS, metavar="FILE", help="where the series are kept")
    options = parser.parse_args(arguments)
    program = environment_of("kerlint", options.cache).program
    folder = anew(options.cache / "scaling")
    (package,) = chosen(read_packages(PACKAGES), None, ["keras-hub"])
    source = folder_of(package, options.cache) / "keras_hub"
    ways = {"trees": _of_trees, "lines": _of_lines, "sites": _of_sites}
    start = min(_point(program, folder, 0, _EMPTY).cpu for _ in range(3))
    series = [
        _grown(one, sizes, options.most)
        for part in options.part or _PARTS
        for one, sizes in ways[part](program, source, folder, start)
    ]
    write_series(options.results, series)
    return 0


Way = tuple[tuple[Series, Callable[[int], Point]], Sequence[int]]


def _of_trees(program: str, source: Path, folder: Path, start: float) -> Iterator[Way]:
    def point(make: Callable[[Path, Path, int], None], times: int) -> Point:
        make(source, anew(folder / "tree"), times)
        return _run(program, folder / "tree", ".", times)

    for name, make in _TREES.items():
        yield (Series(name, "times keras-hub", start), lambda times, make=make: point(make, times)), TIMES  # type: ignore[misc]


def _of_lines(program: str, source: Path, folder: Path, start: float) -> Iterator[Way]:
    series = Series("one file of modules of keras-hub", "lines", start)
    yield (series, lambda lines: _point(program, folder, lines, one_file(source, lines).decode())), LINES


def _of_sites(program: str, source: Path, folder: Path, start: float) -> Iterator[Way]:
    for name, make in PROGRAMS.items():
        yield (Series(name, "call sites", start), lambda n, make=make: _point(program, folder, n, make(n))), SITES  # type: ignore[misc]


def _grown(growing: tuple[Series, Callable[[int], Point]], sizes: Sequence[int], most: int | None) -> Series:
    series, point_of = growing
    for size in sizes:
        if most is None or size <= most:
            series.points.append(point_of(size))
            print(f"{series.name} {size}: {series.points[-1]}", file=sys.stderr)
    exponents = f"CPU exponent {series.cpu_exponent or 0:.2f}, memory exponent {series.memory_exponent or 0:.2f}"
    print(f"{series.name}: {exponents}", file=sys.stderr)
    return series


def _point(program: str, folder: Path, size: int, text: str) -> Point:
    """What one program takes."""
    place = anew(folder / "file")
    (place / "program.py").write_text(text, encoding="utf-8")
    return _run(program, place, "program.py", size)


def _run(program: str, folder: Path, path: str, size: int) -> Point:
    run, printed, said = measured((program, "--no-cache", path), folder)
    if run.exit_code not in (0, 1):
        raise SystemExit(f"benchmark: kerlint ended with {run.exit_code}: {said[-500:]}")
    return Point(size, run.cpu, run.memory, len(printed.splitlines()))


if __name__ == "__main__":
    sys.exit(main())
