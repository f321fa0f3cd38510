"""Where a finding is shown: in a notebook, it counts inside its cell.

Turns a finding, placed in the whole program, into the one that is reported.
"""

from __future__ import annotations

import os
from dataclasses import replace

from kerlint.finding import Edit, Finding, Related
from kerlint.own_findings import point
from kerlint.sources.source import Source
from kerlint.sources.tokens import Tokens


def placed(finding: Finding, source: Source, tokens: Tokens) -> Finding:
    """The finding as it is shown: in a notebook, counted inside its cell."""
    last = tokens.logical_line(finding.span.line)[1]
    cell, span = source.locate(finding.span)
    related = tuple(_placed_related(place, source) for place in finding.related)
    if cell is None:
        return replace(finding, noqa_line=last, related=related)
    noqa_line = source.locate(point(last, 1))[1].line
    fix = finding.fix and replace(finding.fix, edits=tuple(_placed_edit(edit, source) for edit in finding.fix.edits))
    return replace(finding, span=span, cell=cell, related=related, noqa_line=noqa_line, fix=fix)


def _placed_edit(edit: Edit, source: Source) -> Edit:
    cell, span = source.locate(edit.span)
    return Edit(span, edit.content, cell)


def _placed_related(related: Related, source: Source) -> Related:
    if related.path != source.path:
        return replace(related, path=_named_alike(related.path, source.path))
    cell, span = source.locate(related.span)
    return replace(related, span=span, cell=cell)


def _named_alike(path: str, beside: str) -> str:
    """A file's name from the working directory where the other file is named so, whether or not it is asked for itself."""
    whole, here = os.path.abspath(path), os.getcwd()
    is_below = whole.startswith(os.path.join(here, ""))
    return os.path.relpath(whole, here) if is_below and not os.path.isabs(beside) else whole
