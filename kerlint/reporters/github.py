"""Findings as workflow commands, which GitHub Actions turns into annotations of the changed lines."""

from __future__ import annotations

from kerlint.finding import Finding
from kerlint.reporters.file_places import file_place, told_in_file
from kerlint.reporters.levels import GITHUB, severity_of
from kerlint.reporters.paths import below_root, repository_root
from kerlint.reporters.run import Run
from kerlint.reporters.texts import Texts


def as_workflow_commands(run: Run) -> str:
    """One command a finding. Its message begins with the place, because the log of the job shows the message alone."""
    root, texts = repository_root(), Texts(run.handed_over)
    return "".join(_command(finding, root, texts) for finding in run.findings)


def _command(finding: Finding, root: str, texts: Texts) -> str:
    path, place = below_root(finding.path, root), file_place(finding, texts)
    properties = {"title": f"kerlint ({finding.code})", "file": path, "line": place.line, "endLine": place.end_line}
    # GitHub refuses columns for what goes over several lines.
    if place.column is not None and place.line == place.end_line:
        properties |= {"col": place.column, "endColumn": place.end_column or place.column}
    written = ",".join(f"{name}={_escaped_property(str(value))}" for name, value in properties.items())
    column = "" if place.column is None else f":{place.column}"
    message = f"{path}:{place.line}{column}: {finding.code} {told_in_file(finding)}"
    return f"::{GITHUB[severity_of(finding)]} {written}::{_escaped(message)}\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
