"""Names for findings that stay when lines move, so that a service knows a finding again in the next report.

A name is made of the file, the code and the message, and of nothing that an edit elsewhere in the file changes. Where the same is
said several times in one file, the second, third … in the order of the file are told apart by their number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

from kerlint.finding import Finding
from kerlint.reporters.paths import as_text, below_root


def fingerprints(findings: Sequence[Finding], root: str) -> list[str]:
    """One name a finding, no two alike, in the order of the findings, which is that of their files."""
    seen: Counter[tuple[str, str, str]] = Counter()
    names = []
    for finding in findings:
        said = as_text(below_root(finding.path, root)), finding.code, as_text(finding.message)
        seen[said] += 1
        names.append(sha256("\0".join((*said, str(seen[said]))).encode()).hexdigest()[:32])
    return names
