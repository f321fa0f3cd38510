"""Where kerlint's documentation stands on the web: turns a code into the address of its page.

The addresses are those that mkdocs.yml makes; a code is never renamed, so neither is its page.
"""

from __future__ import annotations

SITE = "https://kerlint.github.io/kerlint/"


def page_of(code: str) -> str:
    """The page that explains a code."""
    return f"{SITE}rules/{code}.html"
