"""The objects of the format `json`, one a line, for readers that take one finding at a time."""

from __future__ import annotations

import json

from kerlint.reporters.ruff_json import entry
from kerlint.reporters.run import Run


def as_json_lines(run: Run) -> str:
    """One object a line; nothing where nothing was found."""
    return "".join(json.dumps(entry(finding), separators=(",", ":")) + "\n" for finding in run.findings)
