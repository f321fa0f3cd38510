"""Findings by a template of flake8's: `%(path)s:%(row)d:%(col)d: %(code)s %(text)s`, or by the name of one that flake8 has."""

from __future__ import annotations

import re
from dataclasses import replace

from kerlint.options import InvalidOption
from kerlint.reporters.run import Run
from kerlint.reporters.wording import path_with_cell, told
from kerlint.terminal import COLOURS

_NAMED = {
    "default": (
        "%(bold)s%(path)s%(reset)s%(cyan)s:%(reset)s%(row)d%(cyan)s:%(reset)s%(col)d%(cyan)s:%(reset)s "
        "%(bold)s%(red)s%(code)s%(reset)s %(text)s"
    ),
    "pylint": "%(path)s:%(row)d: [%(code)s] %(text)s",
    "quiet-filename": "%(path)s",
    "quiet-nothing": "",
}
_FIELDS = {"path": "a.py", "row": 1, "col": 1, "code": "KER101", "text": "a message"}
_FIELD = re.compile(r"%(?:%|\((?P<name>[^)]*)\))?")


def check_template(template: str) -> None:
    """Raises InvalidOption for what is neither a template nor the name of one."""
    if template.lower() in _NAMED:
        return
    fields = list(_FIELD.finditer(template))
    if not any(field["name"] is not None for field in fields):
        raise InvalidOption(
            f"--format: {template!r} has no field such as %(path)s and is none of {', '.join(_NAMED)}; "
            "other formats are chosen by --output-format"
        )
    known = [*_FIELDS, *COLOURS]
    for field in fields:
        if field["name"] is not None and field["name"] not in known:
            raise InvalidOption(f"--format: unknown field {field[0]}; there are {', '.join(known)}")
        if field[0] == "%":
            raise InvalidOption(f"--format: a lone % in {template!r}; write %% for a per cent sign")
    try:
        template % {**_FIELDS, **COLOURS}
    except (ValueError, TypeError) as error:
        raise InvalidOption(f"--format: {template!r}: {error}") from error


def by_template(template: str, run: Run) -> str:
    """One line a finding. `quiet-filename` gives each file once, `quiet-nothing` nothing."""
    name = template.lower()
    if name == "quiet-nothing":
        return ""
    findings = run.findings
    if name == "quiet-filename":
        findings = list({finding.path: replace(finding, cell=None) for finding in findings}.values())
    pattern = _NAMED.get(name, template)
    colours = COLOURS if run.colour else dict.fromkeys(COLOURS, "")
    return "".join(
        pattern
        % {
            "path": path_with_cell(finding),
            "row": finding.span.line,
            "col": finding.span.column,
            "code": finding.code,
            "text": told(finding),
            **colours,
        }
        + "\n"
        for finding in findings
    )
