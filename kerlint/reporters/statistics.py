"""Findings counted by code, as `--statistics` prints them in place of the findings; the most frequent first."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from kerlint.finding import Finding


def as_table(findings: Sequence[Finding]) -> str:
    """Count, code and name, one line a code."""
    return "".join(f"{count}\t{code}\t{name}\n" for (code, name), count in _counts(findings))


def as_json_table(findings: Sequence[Finding]) -> str:
    """The same as a JSON list."""
    entries = [{"code": code, "name": name, "count": count} for (code, name), count in _counts(findings)]
    return json.dumps(entries, indent=2) + "\n"


def _counts(findings: Sequence[Finding]) -> list[tuple[tuple[str, str], int]]:
    counted = Counter((finding.code, finding.name) for finding in findings)
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))
