"""Where kerlint and its rules are described on the web, for readers of reports who have no kerlint at hand."""

from __future__ import annotations

PROJECT = "https://github.com/kerlint/kerlint"


def rule_page(code: str, name: str) -> str:
    """The address of a rule's description: its module, whose docstring is its documentation."""
    return f"{PROJECT}/blob/main/kerlint/rules/{code.lower()}_{name.replace('-', '_')}.py"
