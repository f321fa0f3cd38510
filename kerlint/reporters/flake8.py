"""Findings as flake8 prints them, `path:line:col: CODE message`.

In a notebook as ruff does, with the cell before the line.
"""

from __future__ import annotations

from collections.abc import Sequence

from kerlint.finding import Finding


def as_lines(findings: Sequence[Finding]) -> str:
    """One line a finding."""
    return "".join(f"{_place(finding)}: {finding.code} {finding.message}{_verdict(finding)}\n" for finding in findings)


def _verdict(finding: Finding) -> str:
    """What a run of Keras said, and what was run."""
    verdict = finding.verdict
    if verdict is None:
        return ""
    what = verdict.used.get("call") or verdict.used.get("made")
    fed = verdict.used.get("input")
    ran = f"; ran {what}{f' on {fed}' if fed else ''}" if what else ""
    return f" [{verdict.kind.value}: {verdict.summary}{ran}]"


def _place(finding: Finding) -> str:
    cell = "" if finding.cell is None else f"cell {finding.cell}:"
    return f"{finding.path}:{cell}{finding.span.line}:{finding.span.column}"
