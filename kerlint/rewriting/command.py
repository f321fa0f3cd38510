"""What the command does about fixes, in its words: mends files, shows what would be changed, and tells what was done."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Iterable, Sequence

from kerlint.cache.findings import FindingsCache
from kerlint.console import counted
from kerlint.finding import Finding
from kerlint.linter import Input, Outcome
from kerlint.linting import beside_baselines, findings_of
from kerlint.rewriting.diffs import unified_diff
from kerlint.rewriting.files import write
from kerlint.rewriting.passes import Fixed, fixed
from kerlint.settings import SettingsFinder


def mended(inputs: Sequence[Input], request: argparse.Namespace, finder: SettingsFinder) -> Fixed:
    """What is left after all fixes that may be applied; files are written, unless a diff is asked for."""

    def lint(current: Sequence[Input], known: FindingsCache) -> Outcome:
        # Processes of their own see the files on the disk, so only the first pass is shared out.
        jobs = request.jobs if known.before.findings == {} else 1
        return beside_baselines(findings_of(current, request, finder, known, jobs=jobs), current, request, finder, tells=False)

    result = fixed(inputs, lint, lambda finding: is_fixable(finding, finder))
    if not request.diff:
        _write(result, {item.path for item in inputs if item.data is not None})
    return result


def is_fixable(finding: Finding, finder: SettingsFinder) -> bool:
    """Whether its fix may be applied under the settings of its file."""
    folder = os.path.dirname(os.path.abspath(finding.path))
    return finding.fix is not None and finder.settings_of(folder).fixes.allows(finding.fix)


def _write(result: Fixed, handed_over: set[str]) -> None:
    for path, data in result.after.items():
        if path not in handed_over:
            try:
                write(path, data)
            except OSError as error:
                result.complaints.append(f"{path}: {(error.strerror or str(error)).lower()}; nothing was fixed there")
                result.findings = [finding for finding in result.findings if finding.path != path]


def as_diff(result: Fixed) -> str:
    """What the files would change."""
    return "".join(unified_diff(path, result.before[path], data) for path, data in sorted(result.after.items()))


def told(result: Fixed, finder: SettingsFinder, *, is_done: bool, in_full: bool) -> str:
    """What was mended, or would be, in a line; in full with the codes of each file below it. Empty where nothing was."""
    if not result.findings:
        left = fixes_left(result.outcome.findings, finder)
        return "" if is_done else f"nothing to fix{left and f'; {left}'}"
    paths = sorted({finding.path for finding in result.findings})
    verb = "fixed" if is_done else "would fix"
    line = f"{verb} {counted(len(result.findings), 'finding')} in {counted(len(paths), 'file')}"
    if not in_full:
        return line
    lists = (_by_code(path, [finding for finding in result.findings if finding.path == path]) for path in paths)
    return "\n".join((line, *lists))


def _by_code(path: str, findings: Iterable[Finding]) -> str:
    counts = Counter((finding.code, finding.name) for finding in findings)
    return "\n".join((f"  {path}", *(f"    {number} x {code} ({name})" for (code, name), number in sorted(counts.items()))))


def fixes_left(findings: Iterable[Finding], finder: SettingsFinder) -> str:
    """What `--fix` could still do, for the line that sums a run up; empty where it could do nothing."""
    fixable = [finding for finding in findings if finding.fix is not None]
    now = sum(is_fixable(finding, finder) for finding in fixable)
    more = len(fixable) - now
    if now and more:
        return f"{now} fixable with --fix, {more} more with --unsafe-fixes"
    if now:
        return f"{now} fixable with --fix"
    return f"{more} fixable with --fix --unsafe-fixes" if more else ""
