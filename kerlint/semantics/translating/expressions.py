"""Translates expressions, chains of operators flat."""

from __future__ import annotations

import ast
from operator import attrgetter
from typing import Any

from kerlint.semantics import syntax as ir
from kerlint.semantics.translating.places import begins_at
from kerlint.semantics.translating.walk import Translation, translates

BINARY = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
}  # fmt: skip
_UNARY = {ast.Not: "not", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}
_COMPARE = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.In: "in",
    ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip
_in_the_text = attrgetter("lineno", "col_offset")


@translates(ast.Name)
def _name(self: Translation, node: ast.Name, first: int, last: int) -> ir.Expr:
    return ir.Name(first, last, node.id)


@translates(ast.Attribute)
def _attribute(self: Translation, node: ast.Attribute, first: int, last: int) -> ir.Expr:
    return ir.Attribute(first, last, self.expression(node.value), node.attr)


def argument(self: Translation, node: ast.expr) -> ir.Argument:
    """An argument without a keyword."""
    if isinstance(node, ast.Starred):
        value = self.expression(node.value)
        return ir.Argument(value.first, value.last, value, None, "*")
    value = self.expression(node)
    return ir.Argument(value.first, value.last, value, None, "")


def keyword(self: Translation, node: ast.keyword) -> ir.Argument:
    """An argument with a keyword, or with two stars."""
    value = self.expression(node.value)
    if node.arg is None:
        return ir.Argument(value.first, value.last, value, None, "**")
    return ir.Argument(self.at.first(node), value.last, value, node.arg, "")


@translates(ast.Call)
def _call(self: Translation, node: ast.Call, first: int, last: int) -> ir.Expr:
    function = self.expression(node.func)
    if not node.keywords:
        arguments = tuple([argument(self, one) for one in node.args])
    elif not node.args:
        arguments = tuple([keyword(self, one) for one in node.keywords])
    else:
        given: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
        given.sort(key=_in_the_text)  # `f(key=1, *rest)`
        arguments = tuple([keyword(self, one) if isinstance(one, ast.keyword) else argument(self, one) for one in given])
    return ir.Call(first, last, function, arguments)


@translates(ast.Subscript)
def _subscript(self: Translation, node: ast.Subscript, first: int, last: int) -> ir.Expr:
    value = self.expression(node.value)
    inner = node.slice
    if isinstance(inner, ast.Tuple) and not _has_parentheses(self, inner):
        indices = tuple(map(self.expression, inner.elts))
    else:
        indices = (self.expression(inner),)
    return ir.Subscript(first, last, value, indices)


def _has_parentheses(self: Translation, node: ast.Tuple) -> bool:
    if self.at.inside is not None:  # the field of a string, of which there are no tokens
        return not node.elts or not begins_at(node, node.elts[0])
    return self.at.match.get(self.at.first(node)) == self.at.last(node)


@translates(ast.Slice)
def _slice(self: Translation, node: ast.Slice, first: int, last: int) -> ir.Expr:
    return ir.Slice(first, last, self.optional(node.lower), self.optional(node.upper), self.optional(node.step))


@translates(ast.Starred)
def _starred(self: Translation, node: ast.Starred, first: int, last: int) -> ir.Expr:
    value = self.expression(node.value)
    return ir.Starred(value.first, value.last, value)


@translates(ast.List)
def _list(self: Translation, node: ast.List, first: int, last: int) -> ir.Expr:
    return ir.Display(first, last, "list", tuple(map(self.expression, node.elts)))


@translates(ast.Set)
def _set(self: Translation, node: ast.Set, first: int, last: int) -> ir.Expr:
    return ir.Display(first, last, "set", tuple(map(self.expression, node.elts)))


@translates(ast.Tuple)
def _tuple(self: Translation, node: ast.Tuple, first: int, last: int) -> ir.Expr:
    return ir.Display(first, self.at.last_but_comma(node), "tuple", tuple(map(self.expression, node.elts)))


@translates(ast.Dict)
def _dict(self: Translation, node: ast.Dict, first: int, last: int) -> ir.Expr:
    items = tuple([(self.optional(key), self.expression(value)) for key, value in zip(node.keys, node.values, strict=True)])
    return ir.DictDisplay(first, last, items)


@translates(ast.BinOp)
def _operation(self: Translation, node: ast.BinOp, first: int, last: int) -> ir.Expr:
    operands: list[tuple[str, ast.expr]] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and (left is node or begins_at(left, node)):
        operands.append((BINARY[type(left.op)], left.right))
        left = left.left
    start = self.expression(left)
    rest = tuple([(operator, self.expression(right)) for operator, right in reversed(operands)])
    return ir.Operation(first, last, start, rest)


@translates(ast.BoolOp)
def _logic(self: Translation, node: ast.BoolOp, first: int, last: int) -> ir.Expr:
    operands = tuple(map(self.expression, node.values))
    return ir.Logic(first, last, "and" if isinstance(node.op, ast.And) else "or", operands)


@translates(ast.UnaryOp)
def _unary(self: Translation, node: ast.UnaryOp, first: int, last: int) -> ir.Expr:
    return ir.Unary(first, last, _UNARY[type(node.op)], self.expression(node.operand))


@translates(ast.Compare)
def _comparison(self: Translation, node: ast.Compare, first: int, last: int) -> ir.Expr:
    start = self.expression(node.left)
    pairs = zip(node.ops, node.comparators, strict=True)
    return ir.Comparison(
        first, last, start, tuple([(_COMPARE[type(operator)], self.expression(operand)) for operator, operand in pairs])
    )


@translates(ast.IfExp)
def _conditional(self: Translation, node: ast.IfExp, first: int, last: int) -> ir.Expr:
    body, test = self.expression(node.body), self.expression(node.test)
    return ir.Conditional(first, last, test, body, self.expression(node.orelse))


_COMPREHENSIONS = {ast.ListComp: "list", ast.SetComp: "set", ast.DictComp: "dict", ast.GeneratorExp: "generator"}


@translates(*_COMPREHENSIONS)
def _comprehension(self: Translation, node: Any, first: int, last: int) -> ir.Expr:
    kind: Any = _COMPREHENSIONS[type(node)]
    key = self.expression(node.key) if kind == "dict" else None
    element = self.expression(node.value if kind == "dict" else node.elt)
    clauses = tuple(
        [
            ir.Clause(self.expression(one.target), self.expression(one.iter), tuple(map(self.expression, one.ifs)))
            for one in node.generators
        ]
    )
    if kind == "generator" and first != last:  # without its parentheses, which may be those of a call
        first, last = first + 1, last - 1
    return ir.Comprehension(first, last, kind, key, element, clauses)


@translates(ast.NamedExpr)
def _walrus(self: Translation, node: ast.NamedExpr, first: int, last: int) -> ir.Expr:
    return ir.Walrus(first, last, self.expression(node.target), self.expression(node.value))


@translates(ast.Await)
def _await(self: Translation, node: ast.Await, first: int, last: int) -> ir.Expr:
    return ir.Effect(first, last, "await", self.expression(node.value))


@translates(ast.Yield)
def _yield(self: Translation, node: ast.Yield, first: int, last: int) -> ir.Expr:
    self.yields = True
    return ir.Effect(first, self.at.last_but_comma(node), "yield", self.optional(node.value))


@translates(ast.YieldFrom)
def _yield_from(self: Translation, node: ast.YieldFrom, first: int, last: int) -> ir.Expr:
    self.yields = True
    return ir.Effect(first, last, "yield from", self.expression(node.value))
