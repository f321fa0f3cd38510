"""Where kerlint and its rules are described on the web: turns a code into the address of its page.

The addresses are those that mkdocs.yml makes. A page is named by the code, which never changes.
"""

from __future__ import annotations

PROJECT = "https://github.com/kerlint/kerlint"
SITE = "https://kerlint.github.io/kerlint/"


def rule_page(code: str) -> str:
    """The page that explains a code."""
    return f"{SITE}rules/{code}.html"
