"""What comments silence: the findings that are left, and what is wrong with the comments themselves.

Knows nothing of how findings are made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from kerlint.finding import Finding
from kerlint.own_findings import own
from kerlint.rules import Rule
from kerlint.selection import ALWAYS, INTERNAL_ERROR
from kerlint.sources.source import Source
from kerlint.sources.suppression import Suppression, Suppressions
from kerlint.sources.tokens import Tokens


def heeded(
    suppressions: Suppressions, findings: list[Finding], tokens: Tokens, source: Source, ran: tuple[Rule, ...]
) -> Iterator[Finding]:
    """The findings that no comment silences, then what is wrong with the comments themselves.

    A code is called unused only when every rule could do its work: what a broken file hides is no mistake.
    """
    used: set[Suppression] = set()
    for finding in findings:
        covering = suppressions.covering(finding.code, _lines(finding, tokens))
        used.update(covering)
        if not covering or finding.code == INTERNAL_ERROR:
            yield finding
    about = [own("KER911", source.path, misspelt.span, misspelt.reason) for misspelt in suppressions.misspelt]
    if all(finding.code not in ALWAYS for finding in findings):
        unused = {
            one
            for one in {*suppressions.lines, *suppressions.files} - used
            if one.code and any(one.covers(rule.code) for rule in ran)
        }
        about += _unused(unused, tokens, source)
    for finding in about:
        if not suppressions.covering(finding.code, frozenset({finding.span.line})):
            yield finding


def _unused(unused: Collection[Suppression], tokens: Tokens, source: Source) -> Iterator[Finding]:
    """A finding for each; one fix takes all those out that stand in one comment."""
    from kerlint.fixes.suppressions import without_suppressions

    by_line: dict[int, list[Suppression]] = {}
    for one in unused:
        by_line.setdefault(one.span.line, []).append(one)
    for beside in by_line.values():
        fix = without_suppressions(tokens, [one.span for one in beside], in_notebook=bool(source.cells))
        for one in beside:
            place = "here" if one.line is not None else "in this file"
            finding = own("KER910", source.path, one.span, f"{one.code} reports nothing {place}; remove it")
            yield replace(finding, fix=fix)


def _lines(finding: Finding, tokens: Tokens) -> frozenset[int]:
    """The lines on which a suppression speaks of a finding: its own, and the ends of its statement."""
    return frozenset({finding.span.line, *tokens.logical_line(finding.span.line)})
