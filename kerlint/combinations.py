"""Which options do not go together, told before anything is read."""

from __future__ import annotations

import argparse

from kerlint.options import InvalidOption

STDIN = "-"


def mends(request: argparse.Namespace) -> bool:
    """Whether fixes are to be applied, or shown."""
    return bool(request.fix or request.fix_only or request.diff)


def check_combinations(request: argparse.Namespace) -> None:
    """Raises InvalidOption where one option asks for what another one forbids."""
    adopts = request.add_noqa is not None or request.write_baseline is not None
    if request.watch and STDIN in request.paths:
        raise InvalidOption("--watch cannot watch standard input")
    if request.watch and (adopts or mends(request)):
        raise InvalidOption("--watch only reads; --add-noqa, --write-baseline and --fix write, and --diff shows no findings")
    if request.add_noqa is not None and STDIN in request.paths:
        raise InvalidOption("--add-noqa writes into the files: standard input cannot be edited")
    if request.add_noqa is not None and request.write_baseline is not None:
        raise InvalidOption("--add-noqa writes into the files: --write-baseline does the same in another way")
    if adopts and mends(request):
        raise InvalidOption("--fix corrects findings, --add-noqa and --write-baseline silence them; ask for one after the other")
    if request.diff and request.confirm is not None:
        raise InvalidOption("--diff shows no findings, so there is nothing to confirm")
