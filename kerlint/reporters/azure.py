"""Findings as logging commands, which Azure Pipelines shows as errors and warnings of the build."""

from __future__ import annotations

from kerlint.finding import Finding
from kerlint.reporters.file_places import file_place, told_in_file
from kerlint.reporters.levels import AZURE, severity_of
from kerlint.reporters.paths import below_root, repository_root
from kerlint.reporters.run import Run
from kerlint.reporters.texts import Texts


def as_logging_commands(run: Run) -> str:
    """One command a finding."""
    root, texts = repository_root(), Texts(run.handed_over)
    return "".join(_command(finding, root, texts) for finding in run.findings)


def _command(finding: Finding, root: str, texts: Texts) -> str:
    place = file_place(finding, texts)
    properties = {
        "type": AZURE[severity_of(finding)],
        "sourcepath": below_root(finding.path, root),
        "linenumber": place.line,
        **({} if place.column is None else {"columnnumber": place.column}),
        "code": finding.code,
    }
    written = "".join(f"{name}={_escaped_property(str(value))};" for name, value in properties.items())
    return f"##vso[task.logissue {written}]{_escaped(told_in_file(finding))}\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace("]", "%5D").replace(";", "%3B")
