"""Lowers statements and blocks."""

from __future__ import annotations

from typing import Any

import libcst as cst

from kerlint.semantics import syntax as ir
from kerlint.semantics.lowering.expressions import BINARY
from kerlint.semantics.lowering.walk import Lowering, Walk, lowers, outer_last


@lowers(cst.IndentedBlock, cst.SimpleStatementSuite, cst.SimpleStatementLine, cst.Module)
def _lower_suite(self: Lowering, node: Any) -> Walk:
    statements: list[ir.Stmt] = []
    for child in node.body:
        statements.extend((yield child))
    return tuple(statements)


@lowers(cst.Else, cst.Finally)
def _else(self: Lowering, node: cst.Else) -> Walk:
    return (yield node.body)


@lowers(cst.Expr)
def _expression(self: Lowering, node: cst.Expr) -> Walk:
    value = yield node.value
    return [] if isinstance(value, ir.Constant) else [ir.Expression(value.first, value.last, value)]


@lowers(cst.Pass)
def _nothing(self: Lowering, node: cst.CSTNode) -> list[ir.Stmt]:
    return []


@lowers(cst.Break, cst.Continue)
def _jump(self: Lowering, node: cst.Break | cst.Continue) -> list[ir.Stmt]:
    kind: Any = "break" if isinstance(node, cst.Break) else "continue"
    token = self.at.keyword(kind)
    return [ir.Jump(token, token, kind)]


@lowers(cst.Assign)
def _assign(self: Lowering, node: cst.Assign) -> Walk:
    targets = []
    for target in node.targets:
        targets.append((yield target.target))
    value = yield node.value
    return [ir.Assign(targets[0].first, outer_last(node.value, value), tuple(targets), value)]


@lowers(cst.AnnAssign)
def _annotated(self: Lowering, node: cst.AnnAssign) -> Walk:
    target = yield node.target
    annotation = yield node.annotation.annotation
    value, last = None, outer_last(node.annotation.annotation, annotation)
    if node.value is not None:
        value = yield node.value
        last = outer_last(node.value, value)
    return [ir.Assign(target.first, last, (target,), value, annotation)]


@lowers(cst.AugAssign)
def _augmented(self: Lowering, node: cst.AugAssign) -> Walk:
    target = yield node.target
    operator = type(node.operator).__name__.removesuffix("Assign")
    symbol = next((text for kind, text in BINARY.items() if kind.__name__ == operator), "?")
    if symbol in ("+", "-"):
        self.at.keyword(symbol)  # which the value may begin with, too
    value = yield node.value
    return [ir.AugmentedAssign(target.first, value.last, target, symbol, value)]


@lowers(cst.Return)
def _return(self: Lowering, node: cst.Return) -> Walk:
    first = self.at.keyword("return")
    value = (yield node.value) if node.value else None
    return [ir.Return(first, value.last if value else first, value)]


@lowers(cst.Raise)
def _raise(self: Lowering, node: cst.Raise) -> Walk:
    first = self.at.keyword("raise")
    value = (yield node.exc) if node.exc else None
    if node.cause is not None:
        yield node.cause.item
    return [ir.Raise(first, value.last if value else first, value)]


@lowers(cst.Assert)
def _assert(self: Lowering, node: cst.Assert) -> Walk:
    test = yield node.test
    if node.msg is not None:
        yield node.msg
    return [ir.Assert(test.first, test.last, test)]


@lowers(cst.Del)
def _delete(self: Lowering, node: cst.Del) -> Walk:
    target = yield node.target
    targets = target.elements if isinstance(target, ir.Display) else (target,)
    return [ir.Delete(target.first, target.last, targets)]


@lowers(cst.Global, cst.Nonlocal)
def _declare(self: Lowering, node: cst.Global | cst.Nonlocal) -> list[ir.Stmt]:
    tokens = [self.at.name(item.name.value) for item in node.names]
    kind: Any = "global" if isinstance(node, cst.Global) else "nonlocal"
    return [ir.Declare(tokens[0], tokens[-1], kind, tuple(item.name.value for item in node.names))]


@lowers(cst.If)
def _if(self: Lowering, node: cst.If) -> Walk:
    first = self.at.keyword("if")
    arms = []
    level: cst.If | cst.Else | None = node
    while isinstance(level, cst.If):
        test = yield level.test
        arms.append((test, (yield level.body)))
        level = level.orelse
    orelse = (yield level) if level is not None else ()
    return [ir.If(first, max(first, self.at.cursor - 1), tuple(arms), orelse)]


@lowers(cst.For)
def _for(self: Lowering, node: cst.For) -> Walk:
    target = yield node.target
    iterable = yield node.iter
    body = yield node.body
    orelse = (yield node.orelse) if node.orelse else ()
    return [ir.For(target.first, iterable.last, target, iterable, body, orelse)]


@lowers(cst.While)
def _while(self: Lowering, node: cst.While) -> Walk:
    test = yield node.test
    body = yield node.body
    orelse = (yield node.orelse) if node.orelse else ()
    return [ir.While(test.first, test.last, test, body, orelse)]


@lowers(cst.Try, cst.TryStar)
def _try(self: Lowering, node: cst.Try | cst.TryStar) -> Walk:
    first = self.at.keyword("try")
    body = yield node.body
    handlers = []
    for handler in node.handlers:
        if handler.type is not None:
            yield handler.type
        name = (yield handler.name.name) if handler.name else None
        handlers.append((name.id if isinstance(name, ir.Name) else None, (yield handler.body)))
    orelse = (yield node.orelse) if node.orelse else ()
    final = (yield node.finalbody) if node.finalbody else ()
    return [ir.Try(first, first, body, tuple(handlers), orelse, final)]


@lowers(cst.With)
def _with(self: Lowering, node: cst.With) -> Walk:
    first = self.at.keyword("async" if node.asynchronous else "with")
    items = []
    for item in node.items:
        context = yield item.item
        target = (yield item.asname.name) if item.asname else None
        items.append((context, target))
    return [ir.With(first, max(first, self.at.cursor - 1), tuple(items), (yield node.body))]
