"""Lowers names, numbers and strings."""

from __future__ import annotations

import ast

import libcst as cst

from kerlint.semantics import syntax as ir
from kerlint.semantics.lowering.walk import Lowering, Walk, lowers

_WORDS = {"True": True, "False": False, "None": None}

_TEMPLATED: tuple[type[cst.FormattedString], ...] = tuple(
    filter(None, [getattr(cst, "TemplatedString", None)])  # since libcst 1.8.3
)


@lowers(cst.Name)
def _name(self: Lowering, node: cst.Name) -> ir.Expr:
    token = self.at.name(node.value)
    if node.value in _WORDS:
        return ir.Constant(token, token, _WORDS[node.value])
    return ir.Name(token, token, node.value)


@lowers(cst.Integer)
def _integer(self: Lowering, node: cst.Integer) -> ir.Expr:
    token = self.at.atom()
    try:
        return ir.Constant(token, token, int(node.value, 0))  # base 0: as in a program
    except ValueError:  # more digits than Python reads
        return ir.Opaque(token, token)


@lowers(cst.Float)
def _float(self: Lowering, node: cst.Float) -> ir.Expr:
    token = self.at.atom()
    return ir.Constant(token, token, float(node.value))


@lowers(cst.Imaginary)
def _imaginary(self: Lowering, node: cst.Imaginary) -> ir.Expr:
    token = self.at.atom()
    return ir.Constant(token, token, complex(node.value))


@lowers(cst.SimpleString)
def _string(self: Lowering, node: cst.SimpleString) -> ir.Expr:
    token = self.at.atom()
    return ir.Constant(token, token, _string_value(node.value))


def _string_value(literal: str) -> str | bytes:
    quote = literal[0]
    if quote in "\"'" and "\\" not in literal:
        width = 3 if literal.startswith(quote * 3) and len(literal) >= 6 else 1
        return literal[width:-width]
    try:
        value = ast.literal_eval(literal)
    except (ValueError, SyntaxError):
        return ""
    return value if isinstance(value, (str, bytes)) else ""


@lowers(cst.Ellipsis)
def _ellipsis(self: Lowering, node: cst.Ellipsis) -> ir.Expr:
    token = self.at.keyword("...")
    return ir.Opaque(token, token)


@lowers(cst.FormattedString, *_TEMPLATED)
def _formatted_string(self: Lowering, node: cst.FormattedString) -> Walk:
    token = self.at.atom()
    self.at.freeze()
    parts: list[str | ir.Hole] = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            parts.append(_field_text(part.value))
        elif isinstance(part, cst.FormattedStringExpression):
            value = yield part.expression
            spec = "".join(p.value for p in part.format_spec or () if isinstance(p, cst.FormattedStringText))
            parts.append(ir.Hole(token, token, value, spec))
        else:
            parts.append(ir.Hole(token, token, ir.Opaque(token, token), ""))
    self.at.thaw()
    return ir.FormattedString(token, token, tuple(parts))


def _field_text(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")


@lowers(cst.ConcatenatedString)
def _concatenated(self: Lowering, node: cst.ConcatenatedString) -> Walk:
    pieces: list[cst.BaseExpression] = []
    rest: cst.BaseExpression = node
    while isinstance(rest, cst.ConcatenatedString):
        pieces.append(rest.left)
        rest = rest.right
    lowered = []
    for piece in [*pieces, rest]:
        lowered.append((yield piece))
    first, last = lowered[0].first, lowered[-1].last
    values = [piece.value for piece in lowered if isinstance(piece, ir.Constant) and isinstance(piece.value, str)]
    if len(values) == len(lowered):
        return ir.Constant(first, last, "".join(values))
    parts: list[str | ir.Hole] = []
    for piece in lowered:
        if isinstance(piece, ir.FormattedString):
            parts.extend(piece.parts)
        elif isinstance(piece, ir.Constant) and isinstance(piece.value, str):
            parts.append(piece.value)
        else:
            return ir.Opaque(first, last)
    return ir.FormattedString(first, last, tuple(parts))
