"""The documentation of rules as SARIF's reporting descriptors, which services show beside a finding."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kerlint.explain import as_text
from kerlint.finding import Severity
from kerlint.links import rule_page
from kerlint.reporters.levels import SARIF
from kerlint.rules import Rule, all_rules

_MOST = 1000
"""Characters of a description; GitHub takes 1024."""
_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_SECTION = re.compile(r"^## Why is this bad\?\n+(?P<text>.+?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)


def rule_descriptors(codes: Sequence[str]) -> list[dict[str, object]]:
    """A descriptor a code, in their order."""
    known = all_rules()
    return [_descriptor(known[code]) for code in codes]


def _descriptor(rule: Rule) -> dict[str, object]:
    page = as_text([rule])
    summary = rule.summary or rule.name
    why = _SECTION.search(rule.documentation)
    full = f"{summary} {' '.join(why['text'].split())}" if why else summary
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": _shortened(summary)},
        "fullDescription": {"text": _shortened(full)},
        "help": {"text": page, "markdown": page},
        "helpUri": rule_page(rule.code),
        "defaultConfiguration": {
            "enabled": rule.severity is not Severity.INFO and not rule.preview,
            "level": SARIF[rule.severity],
        },
        "properties": {"tags": ["keras", "correctness"], "problem.severity": _PROBLEM[rule.severity]},
    }


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST else text[: _MOST - 3] + "..."
