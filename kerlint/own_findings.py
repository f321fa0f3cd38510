"""Findings under the codes that no rule makes: what cannot be read or parsed, suppressions, errors of kerlint itself."""

from __future__ import annotations

from kerlint.finding import Finding, Span
from kerlint.rules import all_rules


def own(code: str, path: str, span: Span, message: str) -> Finding:
    """A finding under one of kerlint's own codes."""
    rule = all_rules()[code]
    return Finding(path, span, code, rule.name, message, rule.severity)


def point(line: int, column: int) -> Span:
    """A place without an extent."""
    return Span(line, column, line, column)
