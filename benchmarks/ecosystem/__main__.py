"""`python -m benchmarks.ecosystem`: downloads the packages, runs kerlint over them, compares, and writes what is kept.

Exit codes of `check`: 0 no difference, 1 differences, 2 something failed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.ecosystem import BASELINE, CACHE, LABELS, PACKAGES, PRECISION_PAGE
from benchmarks.ecosystem.baseline import Sighting, read_baseline, write_baseline
from benchmarks.ecosystem.differences import differences
from benchmarks.ecosystem.download import WrongArchive, folder_of
from benchmarks.ecosystem.index import IndexFailed
from benchmarks.ecosystem.labels import InvalidLabels, Judgements, read_labels
from benchmarks.ecosystem.packages import InvalidPackages, Package, chosen, read_packages
from benchmarks.ecosystem.page import precision_page
from benchmarks.ecosystem.pinning import entry, pin
from benchmarks.ecosystem.running import KerlintFailed, sightings_in
from benchmarks.ecosystem.showing import as_markdown, as_text
from benchmarks.ecosystem.unpacking import UnsafeArchive
from kerlint.rules import all_rules

FAILURES = (IndexFailed, WrongArchive, UnsafeArchive, KerlintFailed, OSError)

Results = dict[Package, "tuple[Sighting, ...] | str"]
"""What was found in each package, or the words of what went wrong."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives the exit code."""
    options = _parser().parse_args(arguments)
    commands: dict[str, Callable[[argparse.Namespace], int]] = {
        "download": download,
        "check": check,
        "update": update,
        "precision": precision,
        "pin": pin_release,
    }
    try:
        return commands[options.command](options)
    except (InvalidPackages, InvalidLabels, IndexFailed) as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ecosystem", description="kerlint on real packages.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    some = argparse.ArgumentParser(add_help=False)
    some.add_argument("--part", help="only the packages of this part of the list; CI runs `ci`")
    some.add_argument("--package", action="append", default=[], metavar="NAME", help="only this one, or NAME==VERSION")
    some.add_argument("-j", "--jobs", type=int, default=1, help="how many packages at a time")
    some.add_argument("--cache", type=Path, default=CACHE, metavar="DIR", help="where archives and files are kept")
    commands.add_parser("download", parents=[some], help="fetch and unpack the packages; nothing is installed or run")
    checked = commands.add_parser("check", parents=[some], help="compare what kerlint says with the baseline")
    checked.add_argument("--markdown", type=Path, metavar="FILE", help="write the differences for a pull request as well")
    commands.add_parser("update", parents=[some], help="rewrite the baseline")
    commands.add_parser("precision", help="write docs/precision.md from baseline and labels")
    pinned = commands.add_parser("pin", help="print the entry of a release for packages.toml")
    pinned.add_argument("name")
    pinned.add_argument("version")
    pinned.add_argument("--keras", type=int, choices=(2, 3), required=True, help="the major that it is judged for")
    return parser


def download(options: argparse.Namespace) -> int:
    """Fills the cache."""
    packages = chosen(read_packages(PACKAGES), options.part, options.package)
    results = _for_each(packages, options.jobs, lambda package: _unpacked(package, options.cache))
    return 2 if _tell_failures(results) else 0


def _unpacked(package: Package, cache: Path) -> tuple[Sighting, ...]:
    folder_of(package, cache)
    return ()


def check(options: argparse.Namespace) -> int:
    """Shows how what kerlint says differs from the baseline."""
    every = read_packages(PACKAGES)
    judgements = _judgements(every)
    results = _run(chosen(every, options.part, options.package), options)
    failures = [result for result in results.values() if isinstance(result, str)]
    now = [sighting for result in results.values() if not isinstance(result, str) for sighting in result]
    changes = differences(_of_packages(read_baseline(BASELINE), _that_ran(results)), now)
    sys.stdout.write(as_text(changes, failures, judgements, len(results)))
    if options.markdown:
        options.markdown.write_text(as_markdown(changes, failures, judgements, len(results)), encoding="utf-8")
    return 2 if failures else int(bool(changes))


def update(options: argparse.Namespace) -> int:
    """Rewrites the baseline of the chosen packages; those that failed keep theirs, those no longer listed lose it."""
    every = read_packages(PACKAGES)
    results = _run(chosen(every, options.part, options.package), options)
    fresh = _that_ran(results)
    kept = _of_packages(read_baseline(BASELINE), set(every) - fresh)
    found = [sighting for result in results.values() if not isinstance(result, str) for sighting in result]
    write_baseline(BASELINE, [*kept, *found])
    return 2 if _tell_failures(results) else 0


def precision(options: argparse.Namespace) -> int:
    """Writes the page of precision."""
    packages = read_packages(PACKAGES)
    page = precision_page(packages, read_baseline(BASELINE), _judgements(packages), all_rules())
    PRECISION_PAGE.write_text(page, encoding="utf-8", newline="\n")
    return 0


def pin_release(options: argparse.Namespace) -> int:
    """Prints the entry of a release."""
    print(entry(pin(options.name, options.version, options.keras)))
    return 0


def _run(packages: Sequence[Package], options: argparse.Namespace) -> Results:
    return _for_each(packages, options.jobs, lambda package: sightings_in(package, folder_of(package, options.cache)))


def _for_each(packages: Sequence[Package], jobs: int, work: Callable[[Package], tuple[Sighting, ...]]) -> Results:
    """Does the work for several packages at a time, in threads: they wait for the network and for kerlint's process."""

    def one(package: Package) -> tuple[Sighting, ...] | str:
        start = time.monotonic()
        try:
            result = work(package)
        except FAILURES as error:
            return str(error)
        print(f"{package.title}: {len(result)} findings, {time.monotonic() - start:.1f} s", file=sys.stderr, flush=True)
        return result

    with ThreadPoolExecutor(max_workers=max(1, jobs)) as threads:
        return dict(zip(packages, threads.map(one, packages), strict=True))


def _that_ran(results: Results) -> set[Package]:
    return {package for package, result in results.items() if not isinstance(result, str)}


def _of_packages(sightings: Sequence[Sighting], packages: set[Package]) -> list[Sighting]:
    wanted = {(package.name, package.version) for package in packages}
    return [sighting for sighting in sightings if (sighting.name, sighting.version) in wanted]


def _judgements(packages: Sequence[Package]) -> Judgements:
    return Judgements(read_labels(LABELS), {(package.name, package.version): package.keras for package in packages})


def _tell_failures(results: Results) -> bool:
    failures = [result for result in results.values() if isinstance(result, str)]
    for failure in failures:
        print(f"FAILED {failure}", file=sys.stderr)
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
