"""Findings as JSON with ruff's keys, so that whatever reads ruff's output reads this; `related` comes on top."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from kerlint.finding import Finding, Related, Verdict


def as_json(findings: Sequence[Finding]) -> str:
    """A list of objects, in the order of the findings."""
    return json.dumps([_entry(finding) for finding in findings], indent=2) + "\n"


def _entry(finding: Finding) -> dict[str, object]:
    span = finding.span
    return {
        "cell": finding.cell,
        "code": finding.code,
        "end_location": {"column": span.end_column, "row": span.end_line},
        "filename": _filename(finding.path),
        "fix": None,
        "location": {"column": span.column, "row": span.line},
        "message": finding.message,
        "name": finding.name,
        "noqa_row": finding.noqa_line,
        "related": [_related(place) for place in finding.related],
        "severity": finding.severity.value,
        "url": None,
        **({} if finding.verdict is None else {"verdict": _verdict(finding.verdict)}),
    }


def _verdict(verdict: Verdict) -> dict[str, object]:
    return {
        "kind": verdict.kind.value,
        "summary": verdict.summary,
        "evidence": dict(verdict.evidence),
        "used": dict(verdict.used),
        "seconds": verdict.seconds,
        "reproduction": verdict.reproduction,
    }


def _related(place: Related) -> dict[str, object]:
    return {
        "cell": place.cell,
        "end_location": {"column": place.span.end_column, "row": place.span.end_line},
        "filename": _filename(place.path),
        "location": {"column": place.span.column, "row": place.span.line},
        "message": place.message,
    }


def _filename(path: str) -> str:
    return path if path in ("-", "stdin") else os.path.abspath(path)
