"""Findings as flake8 prints them, `path:line:col: CODE message`.

In a notebook as ruff does, with the cell before the line.
"""

from __future__ import annotations

from collections.abc import Sequence

from kerlint.finding import Finding


def as_lines(findings: Sequence[Finding]) -> str:
    """One line a finding."""
    return "".join(f"{_place(finding)}: {finding.code} {finding.message}\n" for finding in findings)


def _place(finding: Finding) -> str:
    cell = "" if finding.cell is None else f"cell {finding.cell}:"
    return f"{finding.path}:{cell}{finding.span.line}:{finding.span.column}"
