"""Which fixes go together: each whole or not at all, first come first served, none over another one's edits."""

from __future__ import annotations

from collections.abc import Iterable

from kerlint.finding import Edit, Finding


def compatible(findings: Iterable[Finding]) -> tuple[list[Edit], list[Finding]]:
    """The edits that can be made at once, each once, and the findings that they mend; what is left out waits for another pass."""
    edits: list[Edit] = []
    mended: list[Finding] = []
    for finding in findings:
        if finding.fix is None:
            continue
        new = [edit for edit in finding.fix.edits if edit not in edits]
        if not any(_overlap(one, other) for one in new for other in edits):
            edits += new
            mended.append(finding)
    return edits, mended


def _overlap(one: Edit, other: Edit) -> bool:
    """Whether two edits concern the same characters, or put something in at the same place."""
    if one.cell != other.cell:
        return False
    a, b = one.span, other.span
    first, second = ((a.line, a.column), (a.end_line, a.end_column)), ((b.line, b.column), (b.end_line, b.end_column))
    return (first[0] < second[1] and second[0] < first[1]) or first[0] == second[0]
