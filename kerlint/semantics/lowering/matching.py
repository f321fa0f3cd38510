"""Lowers `match` statements, and `type` aliases, whose soft keywords are names in the text but not in the tree."""

from __future__ import annotations

from typing import Any

import libcst as cst

from kerlint.semantics import syntax as ir
from kerlint.semantics.lowering.walk import Lowering, Walk, lowers


@lowers(cst.Match)
def _match(self: Lowering, node: cst.Match) -> Walk:
    first = self.at.name("match")
    subject = yield node.subject
    cases = []
    for case in node.cases:
        self.at.name("case")
        names: list[str] = []
        constant = yield from _pattern(self, case.pattern, names)
        guard = (yield case.guard) if case.guard else None
        cases.append((tuple(names), constant, guard, (yield case.body)))
    return [ir.Match(first, first, subject, tuple(cases))]


def _pattern(self: Lowering, node: Any, names: list[str]) -> Walk:
    """Walks a pattern, collects the names that it binds, and gives the constant that it compares with, if it is one."""
    if isinstance(node, (cst.MatchValue, cst.MatchSingleton)):
        return (yield node.value)
    if isinstance(node, cst.MatchAs):
        inner = (yield from _pattern(self, node.pattern, names)) if node.pattern else None
        self.at.name(node.name.value if node.name else "_")
        if node.name:
            names.append(node.name.value)
        return inner
    if isinstance(node, cst.MatchStar):
        self.at.name(node.name.value if node.name else "_")
        if node.name:
            names.append(node.name.value)
        return None
    if isinstance(node, cst.MatchClass):
        yield node.cls
    bracket = _bracket_of(node)
    opened = self.at.open(bracket) if bracket else None
    for child in getattr(node, "patterns", ()):
        inner = child.value if isinstance(child, cst.MatchSequenceElement) else child
        yield from _pattern(self, inner.pattern if isinstance(inner, cst.MatchOrElement) else inner, names)
    for keyword in getattr(node, "kwds", ()):
        self.at.name(keyword.key.value)
        yield from _pattern(self, keyword.pattern, names)
    if isinstance(node, cst.MatchMapping):
        for element in node.elements:
            yield element.key
            yield from _pattern(self, element.pattern, names)
        if node.rest is not None:
            self.at.name(node.rest.value)
            names.append(node.rest.value)
    if opened is not None:
        self.at.close(opened)
    return None


def _bracket_of(node: Any) -> str | None:
    """The bracket that a pattern owns."""
    if isinstance(node, cst.MatchClass) or (isinstance(node, cst.MatchTuple) and node.lpar):
        return "("
    if isinstance(node, cst.MatchList):
        return "[" if node.lbracket else None
    return "{" if isinstance(node, cst.MatchMapping) else None


@lowers(cst.TypeAlias)
def _type_alias(self: Lowering, node: cst.TypeAlias) -> Walk:
    self.at.name("type")
    self.at.name(node.name.value)
    if node.type_parameters is not None:
        yield node.type_parameters
    yield node.value
    return []
