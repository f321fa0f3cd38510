"""Findings as SARIF 2.1.0, which GitHub's code scanning, Azure DevOps and many viewers read."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from kerlint import __version__
from kerlint.finding import Finding, Related
from kerlint.links import PROJECT
from kerlint.reporters.file_places import FilePlace, file_place, told_in_file
from kerlint.reporters.fingerprints import fingerprints
from kerlint.reporters.levels import SARIF, severity_of
from kerlint.reporters.paths import as_text, as_uri, below_root, repository_root
from kerlint.reporters.ruff_json import verdict_entry
from kerlint.reporters.run import Run
from kerlint.reporters.sarif_rules import rule_descriptors
from kerlint.reporters.texts import Texts

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "SRCROOT"


def as_sarif(run: Run) -> str:
    """One log with one run. Paths are URIs from the root of the repository."""
    codes = sorted({finding.code for finding in run.findings})
    driver = {
        "name": "kerlint",
        "semanticVersion": __version__,
        "informationUri": PROJECT,
        "rules": rule_descriptors(codes),
    }
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "invocations": [{"executionSuccessful": not run.failed, "exitCode": run.exit_code}],
                "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
                "columnKind": "unicodeCodePoints",
                "results": _results(run, codes),
            }
        ],
    }
    return json.dumps(log, indent=2) + "\n"


def _results(run: Run, codes: Sequence[str]) -> list[dict[str, object]]:
    root, texts = repository_root(), Texts(run.handed_over)
    named = zip(run.findings, fingerprints(run.findings, root), strict=True)
    return [
        {
            "ruleId": finding.code,
            "ruleIndex": codes.index(finding.code),
            "level": SARIF[severity_of(finding)],
            "message": {"text": as_text(told_in_file(finding))},
            "locations": [_location(finding, root, texts)],
            "partialFingerprints": {"kerlint/v1": fingerprint},
            **_related(finding.related, root, texts),
            **_fixes(finding, root),
            **({} if finding.verdict is None else {"properties": {"verdict": verdict_entry(finding.verdict)}}),
        }
        for finding, fingerprint in named
    ]


def _related(places: Sequence[Related], root: str, texts: Texts) -> dict[str, object]:
    if not places:
        return {}
    entries = [
        {"id": number, **_location(place, root, texts), "message": {"text": as_text(place.message)}}
        for number, place in enumerate(places, 1)
    ]
    return {"relatedLocations": entries}


def _fixes(finding: Finding, root: str) -> dict[str, object]:
    """What mends a finding; not in a notebook, of whose cells SARIF's regions know nothing."""
    if finding.fix is None or finding.cell is not None:
        return {}
    replacements = [
        {
            "deletedRegion": {
                "startLine": edit.span.line, "startColumn": edit.span.column,
                "endLine": edit.span.end_line, "endColumn": edit.span.end_column,
            },
            "insertedContent": {"text": edit.content},
        }
        for edit in finding.fix.edits
    ]  # fmt: skip
    change = {"artifactLocation": _artifact(finding.path, root), "replacements": replacements}
    properties = {"applicability": finding.fix.applicability.value}
    return {"fixes": [{"description": {"text": finding.fix.message}, "artifactChanges": [change], "properties": properties}]}


def _location(place: Finding | Related, root: str, texts: Texts) -> dict[str, object]:
    physical = {"artifactLocation": _artifact(place.path, root), "region": _region(file_place(place, texts))}
    cell = {} if place.cell is None else {"logicalLocations": [{"name": f"cell {place.cell}", "kind": "element"}]}
    return {"physicalLocation": physical, **cell}


def _artifact(name: str, root: str) -> dict[str, object]:
    path = below_root(name, root)
    return {"uri": as_uri(path)} if os.path.isabs(path) else {"uri": as_uri(path), "uriBaseId": _ROOT}


def _region(place: FilePlace) -> dict[str, object]:
    region: dict[str, object] = {"startLine": place.line, "endLine": place.end_line}
    if place.column is not None and place.end_column is not None:
        region |= {"startColumn": place.column, "endColumn": place.end_column}
    return region
