"""Findings as pylint's `parseable` format and flake8's `pylint` format have them: `path:line: [CODE] message`."""

from __future__ import annotations

from kerlint.reporters.run import Run
from kerlint.reporters.wording import path_with_cell, told


def as_lines(run: Run) -> str:
    """One line a finding, without a column: the readers of this format expect none."""
    return "".join(
        f"{path_with_cell(finding)}:{finding.span.line}: [{finding.code}] {told(finding)}\n" for finding in run.findings
    )
