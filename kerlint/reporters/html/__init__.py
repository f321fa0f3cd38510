"""The report as one HTML page that needs no network: `page` puts it together, the other modules make its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kerlint.reporters.html.page import About, as_html

if TYPE_CHECKING:
    from kerlint.reporters.run import Run


def as_html_of_run(run: Run) -> str:
    """The page of findings alone, without what only the command knows of the run and of their code."""
    return as_html(run.findings)


__all__ = ["About", "as_html", "as_html_of_run"]
