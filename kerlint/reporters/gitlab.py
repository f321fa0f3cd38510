"""Findings as GitLab's code quality report, a subset of Code Climate's format, for the widget of merge requests."""

from __future__ import annotations

import json

from kerlint.finding import Finding
from kerlint.reporters.file_places import file_place, told_in_file
from kerlint.reporters.fingerprints import fingerprints
from kerlint.reporters.levels import GITLAB, severity_of
from kerlint.reporters.paths import as_text, below_root, repository_root
from kerlint.reporters.run import Run
from kerlint.reporters.texts import Texts


def as_code_quality(run: Run) -> str:
    """A list of objects, in the order of the findings."""
    root, texts = repository_root(), Texts(run.handed_over)
    named = zip(run.findings, fingerprints(run.findings, root), strict=True)
    return json.dumps([_entry(finding, name, root, texts) for finding, name in named], indent=2) + "\n"


def _entry(finding: Finding, fingerprint: str, root: str, texts: Texts) -> dict[str, object]:
    place = file_place(finding, texts)
    location: dict[str, object] = {
        "path": as_text(below_root(finding.path, root)),
        "lines": {"begin": place.line, "end": place.end_line},
    }
    if place.column is not None:
        location["positions"] = {
            "begin": {"line": place.line, "column": place.column},
            "end": {"line": place.end_line, "column": place.end_column},
        }
    return {
        "type": "issue",
        "check_name": finding.code,
        "description": as_text(f"{finding.code}: {told_in_file(finding)}"),
        "categories": ["Bug Risk"],
        "severity": GITLAB[severity_of(finding)],
        "fingerprint": fingerprint,
        "location": location,
    }
