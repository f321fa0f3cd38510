"""Findings in reviewdog's Diagnostic Format, for review comments on any code host. Its columns count bytes of UTF-8."""

from __future__ import annotations

import json
from collections.abc import Sequence

from kerlint.finding import Finding, Related, Span
from kerlint.links import PROJECT, rule_page
from kerlint.reporters.file_places import file_place, told_in_file
from kerlint.reporters.levels import REVIEWDOG, severity_of
from kerlint.reporters.paths import as_text
from kerlint.reporters.run import Run
from kerlint.reporters.texts import Texts


def as_rdjson(run: Run) -> str:
    """One DiagnosticResult."""
    texts = Texts(run.handed_over)
    result = {
        "source": {"name": "kerlint", "url": PROJECT},
        "diagnostics": [_diagnostic(finding, texts) for finding in run.findings],
    }
    return json.dumps(result, indent=2) + "\n"


def _diagnostic(finding: Finding, texts: Texts) -> dict[str, object]:
    related = [{"message": as_text(place.message), "location": _location(place, texts)} for place in finding.related]
    return {
        "message": as_text(told_in_file(finding)),
        "location": _location(finding, texts),
        "severity": REVIEWDOG[severity_of(finding)],
        "code": {"value": finding.code, "url": rule_page(finding.code)},
        **({"related_locations": related} if related else {}),
        **_suggestions(finding, texts),
    }


def _suggestions(finding: Finding, texts: Texts) -> dict[str, object]:
    """The edits that mend a finding; not in a notebook, whose cells are no places of the file."""
    if finding.fix is None or finding.cell is not None:
        return {}
    lines = texts.lines(finding.path)
    suggestions = [{"range": _range(edit.span, lines), "text": edit.content} for edit in finding.fix.edits]
    return {"suggestions": suggestions}


def _range(span: Span, lines: Sequence[str]) -> dict[str, object]:
    start = {"line": span.line, "column": _in_bytes(lines, span.line, span.column)}
    return {"start": start, "end": {"line": span.end_line, "column": _in_bytes(lines, span.end_line, span.end_column)}}


def _location(place: Finding | Related, texts: Texts) -> dict[str, object]:
    found = file_place(place, texts)
    start: dict[str, int] = {"line": found.line}
    end: dict[str, int] = {"line": found.end_line}
    if found.column is not None and found.end_column is not None:
        lines = texts.lines(place.path)
        start["column"] = _in_bytes(lines, found.line, found.column)
        end["column"] = _in_bytes(lines, found.end_line, found.end_column)
    return {"path": as_text(place.path), "range": {"start": start, "end": end}}


def _in_bytes(lines: Sequence[str], line: int, column: int) -> int:
    """A column counted in bytes; what lies behind the end of the line counts on."""
    before = lines[line - 1][: column - 1] if line <= len(lines) else ""
    return column + len(before.encode("utf-8", "surrogatepass")) - len(before)
