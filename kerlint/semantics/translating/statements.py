"""Translates statements and imports, the latter to one node for each name that they bind."""

from __future__ import annotations

import ast
from typing import Any

from kerlint.semantics import syntax as ir
from kerlint.semantics.translating.expressions import BINARY
from kerlint.semantics.translating.walk import Translation, translates_statement


@translates_statement(ast.Expr)
def _expression(self: Translation, node: ast.Expr) -> list[ir.Stmt]:
    if isinstance(node.value, ast.Constant) and node.value.value is not ...:
        return []
    value = self.expression(node.value)
    return [ir.Expression(value.first, value.last, value)]


@translates_statement(ast.Break, ast.Continue)
def _jump(self: Translation, node: ast.Break | ast.Continue) -> list[ir.Stmt]:
    token = self.at.first(node)
    return [ir.Jump(token, token, "break" if isinstance(node, ast.Break) else "continue")]


@translates_statement(ast.Assign)
def _assign(self: Translation, node: ast.Assign) -> list[ir.Stmt]:
    targets = tuple(map(self.expression, node.targets))
    return [ir.Assign(targets[0].first, self.at.last_but_comma(node), targets, self.expression(node.value))]


@translates_statement(ast.AnnAssign)
def _annotated(self: Translation, node: ast.AnnAssign) -> list[ir.Stmt]:
    target, annotation = self.expression(node.target), self.expression(node.annotation)
    value = self.optional(node.value)
    return [ir.Assign(target.first, self.at.last_but_comma(node), (target,), value, annotation)]


@translates_statement(ast.AugAssign)
def _augmented(self: Translation, node: ast.AugAssign) -> list[ir.Stmt]:
    target, value = self.expression(node.target), self.expression(node.value)
    return [ir.AugmentedAssign(target.first, value.last, target, BINARY[type(node.op)], value)]


@translates_statement(ast.Return)
def _return(self: Translation, node: ast.Return) -> list[ir.Stmt]:
    first, value = self.at.first(node), self.optional(node.value)
    return [ir.Return(first, value.last if value else first, value)]


@translates_statement(ast.Raise)
def _raise(self: Translation, node: ast.Raise) -> list[ir.Stmt]:
    first, value = self.at.first(node), self.optional(node.exc)
    return [ir.Raise(first, value.last if value else first, value)]


@translates_statement(ast.Assert)
def _assert(self: Translation, node: ast.Assert) -> list[ir.Stmt]:
    test = self.expression(node.test)
    return [ir.Assert(test.first, test.last, test)]


@translates_statement(ast.Delete)
def _delete(self: Translation, node: ast.Delete) -> list[ir.Stmt]:
    targets = tuple(map(self.expression, node.targets))
    first, last = targets[0].first, targets[0].last if len(targets) == 1 else self.at.last_but_comma(node)
    if len(targets) == 1 and isinstance(targets[0], ir.Display):
        targets = targets[0].elements
    return [ir.Delete(first, last, targets)]


@translates_statement(ast.Global, ast.Nonlocal)
def _declare(self: Translation, node: ast.Global | ast.Nonlocal) -> list[ir.Stmt]:
    kind: Any = "global" if isinstance(node, ast.Global) else "nonlocal"
    return [ir.Declare(self.at.first(node) + 1, self.at.last(node), kind, tuple(node.names))]


@translates_statement(ast.If)
def _if(self: Translation, node: ast.If) -> list[ir.Stmt]:
    arms = [(self.expression(node.test), self.block(node.body))]
    orelse = node.orelse
    while len(orelse) == 1 and isinstance(level := orelse[0], ast.If) and self.at.is_word(self.at.first(level), "elif"):
        arms.append((self.expression(level.test), self.block(level.body)))
        orelse = level.orelse
    return [ir.If(self.at.first(node), self.at.last(node), tuple(arms), self.block(orelse))]


@translates_statement(ast.For, ast.AsyncFor)
def _for(self: Translation, node: ast.For | ast.AsyncFor) -> list[ir.Stmt]:
    target, iterable = self.expression(node.target), self.expression(node.iter)
    body = self.block(node.body)
    return [ir.For(target.first, iterable.last, target, iterable, body, self.block(node.orelse))]


@translates_statement(ast.While)
def _while(self: Translation, node: ast.While) -> list[ir.Stmt]:
    test = self.expression(node.test)
    body = self.block(node.body)
    return [ir.While(test.first, test.last, test, body, self.block(node.orelse))]


def _try(self: Translation, node: Any) -> list[ir.Stmt]:
    first, body = self.at.first(node), self.block(node.body)
    handlers = tuple([(handler.name, self.block(handler.body)) for handler in node.handlers])
    orelse = self.block(node.orelse)
    return [ir.Try(first, first, body, handlers, orelse, self.block(node.finalbody))]


_TRIES: tuple[type[ast.stmt], ...] = (ast.Try, *filter(None, [getattr(ast, "TryStar", None)]))  # `except*` since 3.11
translates_statement(*_TRIES)(_try)


@translates_statement(ast.With, ast.AsyncWith)
def _with(self: Translation, node: ast.With | ast.AsyncWith) -> list[ir.Stmt]:
    items = tuple([(self.expression(item.context_expr), self.optional(item.optional_vars)) for item in node.items])
    return [ir.With(self.at.first(node), self.at.last(node), items, self.block(node.body))]


@translates_statement(ast.Import)
def _import(self: Translation, node: ast.Import) -> list[ir.Stmt]:
    return [ir.Import(self.at.first(one), self.at.last(one), one.name, one.asname) for one in node.names]


@translates_statement(ast.ImportFrom)
def _import_from(self: Translation, node: ast.ImportFrom) -> list[ir.Stmt]:
    found: list[ir.Stmt] = []
    for one in node.names:
        token = self.at.first(one)
        found.append(ir.ImportFrom(token, token, node.module or "", node.level, one.name, one.asname))
    return found
