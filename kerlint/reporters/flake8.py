"""Findings as flake8 prints them, `path:line:col: CODE message`.

In a notebook as ruff does, with the cell before the line.
"""

from __future__ import annotations

from kerlint.reporters.run import Run
from kerlint.reporters.wording import on_one_line, position, told


def as_lines(run: Run) -> str:
    """One line a finding."""
    return "".join(
        f"{on_one_line(finding.path)}:{position(finding)}: {finding.code} {told(finding)}\n" for finding in run.findings
    )
