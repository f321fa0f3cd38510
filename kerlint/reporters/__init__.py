"""Turns findings into text, one module a format. Knows nothing of how they were found."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kerlint.finding import Finding

Reporter = Callable[[Sequence[Finding]], str]


def reporter(name: str) -> Reporter:
    """The reporter of an output format."""
    if name == "json":
        from kerlint.reporters.ruff_json import as_json

        return as_json
    from kerlint.reporters.flake8 import as_lines

    return as_lines
