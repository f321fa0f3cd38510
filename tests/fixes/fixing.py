"""Lints the files of a folder and carries the fixes of single rules out, as the tests of fixes need it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kerlint.core import CoreSettings, findings_of
from kerlint.finding import Edit, Finding
from kerlint.options import read_options
from kerlint.rewriting.files import rewritten
from kerlint.rewriting.replacements import Replacement
from kerlint.rules import is_known
from kerlint.sources.source import Source, read_source
from kerlint.sources.tokens import Tokens, lex


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


def _apply(path: Path, findings: list[Finding]) -> list[Finding]:
    data = path.read_bytes()
    source = read_source(str(path), data)
    tokens = lex(source.text)
    taken: list[Replacement] = []
    done = []
    for finding in findings:
        edits = finding.fix.edits if finding.fix is not None else ()
        new = [_replacement(edit, source, tokens) for edit in edits]
        if set(new) <= set(taken) or not any(_touch(one, other) for one in new for other in taken):
            taken += [one for one in new if one not in taken]
            done.append(finding)
    if done:
        path.write_bytes(rewritten(str(path), data, source, tokens, taken))
    return done


def _touch(one: Replacement, other: Replacement) -> bool:
    return one.start <= other.end and other.start <= one.end


def _replacement(edit: Edit, source: Source, tokens: Tokens) -> Replacement:
    before = indent = 0
    if edit.cell is not None:
        cell = next(cell for cell in source.cells if cell.number == edit.cell)
        before, indent = cell.first_line - 1, cell.indent
    start, end = (
        tokens.line_starts[before + line - 1] + column - 1 - indent
        for line, column in ((edit.span.line, edit.span.column), (edit.span.end_line, edit.span.end_column))
    )
    return Replacement(start, end, edit.content)
