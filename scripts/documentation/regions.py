"""Fills the stretches of a page that stand between two marks, `<!-- NAME: begin -->` and `<!-- NAME: end -->`."""

from __future__ import annotations


def filled(page: str, name: str, content: str) -> str:
    """The page with this content between the marks. Raises ValueError when a mark is missing."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"the page has no region {name!r}")
    return f"{before}{begin}\n{content}\n{end}{after}"
