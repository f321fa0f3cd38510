"""Turns what was found into text, one module a format. Knows nothing of how it was found.

`FORMATS` is the one place where a format is entered; the command line and the configuration take the names from here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kerlint.reporters.run import Run

    Reporter = Callable[[Run], str]

FORMATS = {
    "flake8": "flake8.as_lines",
    "full": "full.as_frames",
    "grouped": "grouped.as_groups",
    "pylint": "pylint.as_lines",
    "json": "ruff_json.as_json",
    "json-lines": "json_lines.as_json_lines",
    "github": "github.as_workflow_commands",
    "gitlab": "gitlab.as_code_quality",
    "azure": "azure.as_logging_commands",
    "sarif": "sarif.as_sarif",
    "junit": "junit.as_junit",
    "rdjson": "rdjson.as_rdjson",
    "html": "html.as_html_of_run",
}
"""The formats by name: the module of this package, and the function in it that is the reporter."""


def reporter(name: str) -> Reporter:
    """The reporter of an output format."""
    from importlib import import_module

    module, _, function = FORMATS[name].partition(".")
    found: Reporter = getattr(import_module(f"{__name__}.{module}"), function)
    return found
