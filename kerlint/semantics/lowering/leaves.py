"""Lowers names, numbers and strings."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator

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
    if quote in "\"'" and "\\" not in literal and "\r" not in literal:
        width = 3 if literal.startswith(quote * 3) and len(literal) >= 6 else 1
        return literal[width:-width]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = ast.literal_eval(literal)
    except (ValueError, SyntaxError):
        return ""
    return value if isinstance(value, (str, bytes)) else ""


@lowers(cst.Ellipsis)
def _ellipsis(self: Lowering, node: cst.Ellipsis) -> ir.Expr:
    token = self.at.keyword("...")
    return ir.Opaque(token, token)


@lowers(*_TEMPLATED)
def _template(self: Lowering, node: cst.BaseExpression) -> ir.Expr:
    token = self.at.atom()
    return ir.Opaque(token, token)


@lowers(cst.FormattedString)
def _formatted_string(self: Lowering, node: cst.FormattedString) -> Walk:
    token = self.at.atom()
    self.at.freeze()
    is_raw = "r" in node.prefix.lower()
    parts: list[str | ir.Hole] = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            parts.append(_field_text(part.value, None if is_raw else node.quote))
        elif isinstance(part, cst.FormattedStringExpression):
            if part.equal is not None:
                parts.append(_as_written(part))
            value = yield part.expression
            spec = "".join(p.value for p in part.format_spec or () if isinstance(p, cst.FormattedStringText))
            parts.append(ir.Hole(token, token, value, spec))
    self.at.thaw()
    return ir.FormattedString(token, token, tuple(_joined(parts)))


def _field_text(text: str, quote: str | None) -> str:
    """What the text between two fields stands for; without a quote, a backslash is only a backslash."""
    text = re.sub(r"\r\n?", "\n", text).replace("{{", "{").replace("}}", "}")
    if quote is None or "\\" not in text:
        return text
    value = _string_value(f"{quote}{text} {quote}")  # the space keeps quotes and backslashes at the end apart
    return value[:-1] if isinstance(value, str) else text


def _as_written(part: cst.FormattedStringExpression) -> str:
    """The text of a field that shows its own expression: `{size = }`."""
    written = cst.Module([]).code_for_node(part.with_changes(format_spec=None, conversion=None))
    return written.removeprefix("{").removesuffix("}")


def _joined(parts: Iterable[str | ir.Hole]) -> Iterator[str | ir.Hole]:
    """The parts of a string, texts that follow one another made one."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        if text:
            yield text
        text = ""
        yield part
    if text:
        yield text


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
    last = lowered[-1].last
    texts = [piece.value for piece in lowered if isinstance(piece, ir.Constant) and isinstance(piece.value, str)]
    if len(texts) == len(lowered):
        return ir.Constant(lowered[0].first, last, "".join(texts))
    octets = [piece.value for piece in lowered if isinstance(piece, ir.Constant) and isinstance(piece.value, bytes)]
    if len(octets) == len(lowered):
        return ir.Constant(lowered[0].first, last, b"".join(octets))
    parts: list[str | ir.Hole] = []
    for piece in lowered:
        if isinstance(piece, ir.Opaque):
            return ir.Opaque(lowered[0].first, last)
        parts.extend(piece.parts if isinstance(piece, ir.FormattedString) else [piece.value])
    return ir.FormattedString(lowered[0].first, last, tuple(_joined(parts)))
