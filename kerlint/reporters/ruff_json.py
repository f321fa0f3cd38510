"""Findings as JSON with ruff's keys, so that whatever reads ruff's output reads this; `related` comes on top."""

from __future__ import annotations

import json
import os

from kerlint.finding import Finding, Fix, Related, Verdict
from kerlint.links import rule_page
from kerlint.reporters.paths import as_text
from kerlint.reporters.run import Run


def as_json(run: Run) -> str:
    """A list of objects, in the order of the findings."""
    return json.dumps([entry(finding) for finding in run.findings], indent=2) + "\n"


def entry(finding: Finding) -> dict[str, object]:
    """The object of one finding."""
    span = finding.span
    return {
        "cell": finding.cell,
        "code": finding.code,
        "end_location": {"column": span.end_column, "row": span.end_line},
        "filename": _filename(finding.path),
        "fix": fix_entry(finding.fix),
        "location": {"column": span.column, "row": span.line},
        "message": finding.message,
        "name": finding.name,
        "noqa_row": finding.noqa_line,
        "related": [_related(place) for place in finding.related],
        "severity": finding.severity.value,
        "url": rule_page(finding.code),
        **({} if finding.verdict is None else {"verdict": verdict_entry(finding.verdict)}),
    }


def fix_entry(fix: Fix | None) -> dict[str, object] | None:
    """The object of what mends a finding, as ruff writes it; edits of other cells name their cell."""
    if fix is None:
        return None
    edits = [
        {
            "cell": edit.cell,
            "content": edit.content,
            "end_location": {"column": edit.span.end_column, "row": edit.span.end_line},
            "location": {"column": edit.span.column, "row": edit.span.line},
        }
        for edit in fix.edits
    ]
    return {"applicability": fix.applicability.value, "edits": edits, "message": fix.message}


def verdict_entry(verdict: Verdict) -> dict[str, object]:
    """The object of what a run of Keras said."""
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
    return path if path in ("-", "stdin") else as_text(os.path.abspath(path))
