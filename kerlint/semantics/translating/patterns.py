"""Translates `match` statements: of a pattern, the names that it binds and the constant that it compares with."""

from __future__ import annotations

import ast

from kerlint.semantics import syntax as ir
from kerlint.semantics.translating.walk import Translation, translates_statement


@translates_statement(ast.Match)
def _match(self: Translation, node: ast.Match) -> list[ir.Stmt]:
    first, subject = self.at.first(node), self.expression(node.subject)
    cases = []
    for case in node.cases:
        names: list[str] = []
        constant = _pattern(self, case.pattern, names)
        guard = self.optional(case.guard)
        cases.append((tuple(names), constant, guard, self.block(case.body)))
    return [ir.Match(first, first, subject, tuple(cases))]


def _pattern(self: Translation, node: ast.pattern, names: list[str]) -> ir.Expr | None:
    """Adds the names that a pattern binds, in the order of the source, and gives the constant that it is, if it is one."""
    match node:
        case ast.MatchValue():
            value: ir.Expr = self.expression(node.value)
            return value
        case ast.MatchSingleton():
            token = self.at.first(node)
            return ir.Constant(token, token, node.value)
        case ast.MatchAs():
            inner = _pattern(self, node.pattern, names) if node.pattern else None
            names += [node.name] if node.name else []
            return inner
        case ast.MatchStar():
            names += [node.name] if node.name else []
        case ast.MatchSequence() | ast.MatchOr():
            _bind(self, node.patterns, names)
        case ast.MatchClass():
            _bind(self, [*node.patterns, *node.kwd_patterns], names)
        case ast.MatchMapping():
            _bind(self, node.patterns, names)
            names += [node.rest] if node.rest else []
    return None


def _bind(self: Translation, patterns: list[ast.pattern], names: list[str]) -> None:
    for one in patterns:
        _pattern(self, one, names)
