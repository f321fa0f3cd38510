"""How bad a finding is in the words of each reader. What Keras showed not to happen is a note, whatever its rule says."""

from __future__ import annotations

from kerlint.finding import Finding, Severity

SARIF = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
AZURE = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "warning"}
GITLAB = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}
REVIEWDOG = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def severity_of(finding: Finding) -> Severity:
    """The severity that a reader should act on."""
    return Severity.INFO if finding.is_refuted else finding.severity
