"""Lowers imports, one node for each name that they bind."""

from __future__ import annotations

import libcst as cst

from kerlint.semantics import syntax as ir
from kerlint.semantics.lowering.walk import Lowering, lowers


def _dotted(self: Lowering, node: cst.BaseExpression) -> tuple[int, str]:
    """A dotted name with its first token."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        parts.append(node.value)
    parts.reverse()
    tokens = [self.at.name(part) for part in parts]
    return tokens[0], ".".join(parts)


def _alias(self: Lowering, alias: cst.ImportAlias) -> str | None:
    if alias.asname is None or not isinstance(alias.asname.name, cst.Name):
        return None
    self.at.name(alias.asname.name.value)
    return alias.asname.name.value


@lowers(cst.Import)
def _import(self: Lowering, node: cst.Import) -> list[ir.Stmt]:
    result: list[ir.Stmt] = []
    for alias in node.names:
        first, module = _dotted(self, alias.name)
        name = _alias(self, alias)
        result.append(ir.Import(first, self.at.cursor - 1, module, name))
    return result


@lowers(cst.ImportFrom)
def _import_from(self: Lowering, node: cst.ImportFrom) -> list[ir.Stmt]:
    module = _dotted(self, node.module)[1] if node.module is not None else ""
    level = len(node.relative)
    if isinstance(node.names, cst.ImportStar):
        star = self.at.keyword("*")
        return [ir.ImportFrom(star, star, module, level, "*", None)]
    result: list[ir.Stmt] = []
    for alias in node.names:
        token, name = _dotted(self, alias.name)
        result.append(ir.ImportFrom(token, token, module, level, name, _alias(self, alias)))
    return result
