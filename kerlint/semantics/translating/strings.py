"""Translates constants and formatted strings."""

from __future__ import annotations

import ast

from kerlint.semantics import syntax as ir
from kerlint.semantics.translating.walk import Translation, translates


@translates(ast.Constant)
def _constant(self: Translation, node: ast.Constant, first: int, last: int) -> ir.Expr:
    if node.value is ...:
        return ir.Opaque(first, last)
    return ir.Constant(first, last, node.value)


@translates(ast.JoinedStr)
def _formatted_string(self: Translation, node: ast.JoinedStr, first: int, last: int) -> ir.Expr:
    outer, self.at.inside = self.at.inside, first
    parts: list[str | ir.Hole] = []
    for piece in node.values:
        if isinstance(piece, ast.FormattedValue):
            parts.append(ir.Hole(first, first, self.expression(piece.value), _spec(piece)))
        elif isinstance(piece, ast.Constant) and isinstance(piece.value, str):
            parts.append(piece.value)
    self.at.inside = outer
    return ir.FormattedString(first, last, tuple(parts))


def _spec(field: ast.FormattedValue) -> str:
    """The constant part of what stands behind the colon of a field."""
    spec = field.format_spec
    pieces = spec.values if isinstance(spec, ast.JoinedStr) else ()
    return "".join(p.value for p in pieces if isinstance(p, ast.Constant) and isinstance(p.value, str))
