"""Applies fixes until nothing is left that can be fixed: a fix may bring another finding to light, or make one true no longer.

Nothing is written here: what files hold after the passes is given back, and seen meanwhile by whoever reads them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from pathlib import Path

from kerlint import disk
from kerlint.cache.findings import FindingsCache
from kerlint.finding import Finding
from kerlint.linter import Input, Outcome
from kerlint.records import dataclass
from kerlint.rewriting.applying import applied
from kerlint.rewriting.files import CannotRewrite
from kerlint.sources.source import CannotRead, read_bytes

MOST_PASSES = 20
"""After that fixes are taken to undo each other."""

Lint = Callable[[Sequence[Input], FindingsCache], Outcome]


@dataclass(slots=True)
class Fixed:
    """What came of the passes: what is left to say, the changed files by their names, and what went wrong with others."""

    outcome: Outcome
    inputs: Sequence[Input]
    """What was checked, with the new contents of what was handed over."""
    before: dict[str, bytes] = field(default_factory=dict)
    after: dict[str, bytes] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    """Those that were mended, pass by pass."""
    complaints: list[str] = field(default_factory=list)


def fixed(inputs: Sequence[Input], lint: Lint, may_fix: Callable[[Finding], bool]) -> Fixed:
    """Lints, applies the fixes of what `may_fix` lets pass, and begins again, until a pass changes nothing."""
    known = FindingsCache()
    result = Fixed(lint(inputs, known), inputs)
    left_alone: set[str] = set()
    for number in range(MOST_PASSES):
        changed = _one_pass(result, may_fix, left_alone)
        if not changed:
            return result
        known = _known_after(known, {_absolute(path): data for path, data in changed.items()}, number)
        with disk.overlaid({_absolute(path): data for path, data in result.after.items()}):
            result.outcome = lint(result.inputs, known)
    result.complaints.append(f"fixes were still found after {MOST_PASSES} passes; please report it")
    return result


def _one_pass(result: Fixed, may_fix: Callable[[Finding], bool], left_alone: set[str]) -> dict[str, bytes]:
    """Applies what can be applied at once; gives the files that were changed."""
    by_path: dict[str, list[Finding]] = {}
    for finding in result.outcome.findings:
        if finding.fix is not None and finding.path not in left_alone and may_fix(finding):
            by_path.setdefault(finding.path, []).append(finding)
    handed_over = {item.path: item.data for item in result.inputs}
    changed: dict[str, bytes] = {}
    for path, findings in by_path.items():
        try:
            data = result.after.get(path, handed_over.get(path))
            data = read_bytes(path) if data is None else data
            done = applied(path, data, findings)
        except (CannotRead, CannotRewrite) as error:
            left_alone.add(path)
            result.complaints.append(f"{path}: {error}; nothing more was fixed there")
            continue
        if done.data != data:
            result.before.setdefault(path, data)
            result.after[path] = changed[path] = done.data
            result.findings += done.findings
    result.inputs = [
        item if item.data is None else replace(item, data=changed.get(item.path, item.data)) for item in result.inputs
    ]
    return changed


def _known_after(known: FindingsCache, changed: dict[str, bytes], number: int) -> FindingsCache:
    """What still holds of what was found, now that these files hold something else."""
    contents = {Path(path): data for path, data in changed.items()}
    after = FindingsCache(known.all_checked(), frozenset(contents))
    after.mark_stale(dict.fromkeys(contents, f"after pass {number}"), contents)
    return after


def _absolute(path: str) -> str:
    return os.path.abspath(path)
