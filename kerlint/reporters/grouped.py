"""Findings under the name of their file, for a person who works through one file after the other."""

from __future__ import annotations

from itertools import groupby

from kerlint.finding import Finding
from kerlint.reporters.run import Run
from kerlint.reporters.wording import on_one_line, position, told


def as_groups(run: Run) -> str:
    """The file on a line of its own, its findings below with their columns under each other, and an empty line."""
    files = groupby(run.findings, key=lambda finding: finding.path)
    return "".join(_group(path, list(findings)) for path, findings in files)


def _group(path: str, findings: list[Finding]) -> str:
    width = max(len(position(finding)) for finding in findings)
    lines = (f"  {position(finding):<{width}} {finding.code} {told(finding)}\n" for finding in findings)
    return f"{on_one_line(path)}:\n{''.join(lines)}\n"
