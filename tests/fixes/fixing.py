"""Lints the files of a folder and carries the fixes of single rules out, as the tests of fixes need it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kerlint.core import CoreSettings, findings_of
from kerlint.finding import Finding
from kerlint.options import read_options
from kerlint.rewriting.applying import applied
from kerlint.rules import is_known


@dataclass(frozen=True)
class Fixed:
    """What was carried out, in order, and what is reported afterwards."""

    done: tuple[Finding, ...]
    left: tuple[Finding, ...]


def files_of(root: Path) -> list[Path]:
    return [root] if root.is_file() else sorted(p for p in root.rglob("*") if p.suffix in (".py", ".ipynb"))


def reported(paths: Sequence[Path], target: str, codes: Iterable[str]) -> tuple[Finding, ...]:
    """What is said of the files with every rule of these codes on."""
    table = {"extend-select": sorted(codes), "preview": True} | ({"target-keras": target} if target else {})
    settings = CoreSettings((read_options(table, "", is_known),), isolated=True)
    return findings_of([str(path) for path in paths], settings)


def fix(root: Path, target: str, codes: Collection[str], *, passes: int = 8) -> Fixed:
    """Carries out the fixes of these codes until there are no more."""
    paths, done = files_of(root), []
    for _ in range(passes):
        found = reported(paths, target, codes)
        before = len(done)
        for path in paths:
            done += _apply(path, [one for one in found if one.path == str(path) and one.code in codes and one.fix is not None])
        if len(done) == before:
            return Fixed(tuple(done), found)
    raise AssertionError(f"{root} is still changed after {passes} passes")


def _apply(path: Path, findings: list[Finding]) -> tuple[Finding, ...]:
    done = applied(str(path), path.read_bytes(), findings)
    path.write_bytes(done.data)
    return done.findings
