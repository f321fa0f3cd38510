"""Lowers expressions, chains of operators flat."""

from __future__ import annotations

from typing import Any

import libcst as cst

from kerlint.semantics import syntax as ir
from kerlint.semantics.lowering.walk import Lowering, Walk, lowers, outer_first, outer_last

BINARY = {
    cst.Add: "+", cst.Subtract: "-", cst.Multiply: "*", cst.Divide: "/", cst.FloorDivide: "//", cst.Modulo: "%",
    cst.Power: "**", cst.MatrixMultiply: "@", cst.BitAnd: "&", cst.BitOr: "|", cst.BitXor: "^", cst.LeftShift: "<<",
    cst.RightShift: ">>",
}  # fmt: skip


@lowers(cst.Attribute)
def _attribute(self: Lowering, node: cst.Attribute) -> Walk:
    value = yield node.value
    token = self.at.name(node.attr.value)
    return ir.Attribute(outer_first(node.value, value), token, value, node.attr.value)


@lowers(cst.Call)
def _call(self: Lowering, node: cst.Call) -> Walk:
    function = yield node.func
    opened = self.at.open("(")
    arguments = []
    for arg in node.args:
        arguments.append((yield arg))
    return ir.Call(outer_first(node.func, function), self.at.close(opened), function, tuple(arguments))


@lowers(cst.Arg)
def _argument(self: Lowering, node: cst.Arg) -> Walk:
    keyword = node.keyword
    first = self.at.name(keyword.value) if keyword is not None else -1
    value = yield node.value
    return ir.Argument(first if first >= 0 else value.first, value.last, value, keyword.value if keyword else None, node.star)


@lowers(cst.Subscript)
def _subscript(self: Lowering, node: cst.Subscript) -> Walk:
    value = yield node.value
    opened = self.at.open("[")
    indices = []
    for element in node.slice:
        indices.append((yield element.slice))
    return ir.Subscript(outer_first(node.value, value), self.at.close(opened), value, tuple(indices))


@lowers(cst.Index)
def _index(self: Lowering, node: cst.Index) -> Walk:
    value = yield node.value
    return ir.Starred(value.first, value.last, value) if node.star else value


@lowers(cst.Slice)
def _slice(self: Lowering, node: cst.Slice) -> Walk:
    first = self.at.cursor
    lower = (yield node.lower) if node.lower else None
    upper = (yield node.upper) if node.upper else None
    step = (yield node.step) if node.step else None
    return ir.Slice(first, max(first, self.at.cursor - 1), lower, upper, step)


@lowers(cst.StarredElement, cst.StarredDictElement)
def _starred(self: Lowering, node: cst.StarredElement) -> Walk:
    value = yield node.value
    return ir.Starred(value.first, value.last, value)


@lowers(cst.Element)
def _element(self: Lowering, node: cst.Element) -> Walk:
    return (yield node.value)


@lowers(cst.List, cst.Set)
def _bracketed(self: Lowering, node: cst.List | cst.Set) -> Walk:
    opened = self.at.open("[" if isinstance(node, cst.List) else "{")
    elements = []
    for element in node.elements:
        elements.append((yield element))
    kind = "list" if isinstance(node, cst.List) else "set"
    return ir.Display(opened, self.at.close(opened), kind, tuple(elements))  # type: ignore[arg-type]


@lowers(cst.Tuple)
def _tuple(self: Lowering, node: cst.Tuple) -> Walk:
    if not node.elements:
        opened = self.at.open_empty()
        return ir.Display(opened, self.at.close(opened), "tuple", ())
    elements = []
    for element in node.elements:
        elements.append((yield element))
    # The parenthesis that opens next may belong to something that begins with the tuple, as in `((a, b) + c)`.
    first = outer_first(node.elements[0].value, elements[0]) - isinstance(elements[0], ir.Starred)
    if node.lpar:
        return ir.Display(first - 1, self.at.close(first - 1), "tuple", tuple(elements))
    return ir.Display(first, outer_last(node.elements[-1].value, elements[-1]), "tuple", tuple(elements))


@lowers(cst.Dict)
def _dict(self: Lowering, node: cst.Dict) -> Walk:
    opened = self.at.open("{")
    items: list[tuple[ir.Expr | None, ir.Expr]] = []
    for element in node.elements:
        if isinstance(element, cst.DictElement):
            key = yield element.key
            items.append((key, (yield element.value)))
        else:
            items.append((None, (yield element.value)))
    return ir.DictDisplay(opened, self.at.close(opened), tuple(items))


@lowers(cst.BinaryOperation)
def _operation(self: Lowering, node: cst.BinaryOperation) -> Walk:
    operands: list[tuple[str, cst.BaseExpression]] = []
    left: cst.BaseExpression = node
    while isinstance(left, cst.BinaryOperation) and (left is node or not left.lpar):
        operands.append((BINARY.get(type(left.operator), "?"), left.right))
        left = left.left
    start = yield left
    rest = []
    for operator, right in reversed(operands):
        if operator in ("+", "-"):
            self.at.keyword(operator)  # which the operand may begin with, too
        rest.append((operator, (yield right)))
    last = outer_last(operands[0][1], rest[-1][1])
    return ir.Operation(outer_first(left, start), last, start, tuple(rest))


@lowers(cst.BooleanOperation)
def _logic(self: Lowering, node: cst.BooleanOperation) -> Walk:
    operator = type(node.operator)
    pending: list[cst.BaseExpression] = [node.right]
    left: cst.BaseExpression = node.left
    while isinstance(left, cst.BooleanOperation) and type(left.operator) is operator and not left.lpar:
        pending.append(left.right)
        left = left.left
    operands = [(yield left)]
    for operand in reversed(pending):
        operands.append((yield operand))
    first, last = outer_first(left, operands[0]), outer_last(pending[0], operands[-1])
    return ir.Logic(first, last, "and" if operator is cst.And else "or", tuple(operands))


_UNARY = {cst.Not: "not", cst.Minus: "-", cst.Plus: "+", cst.BitInvert: "~"}


@lowers(cst.UnaryOperation)
def _unary(self: Lowering, node: cst.UnaryOperation) -> Walk:
    operator = _UNARY.get(type(node.operator), "?")
    first = self.at.keyword(operator)
    operand = yield node.expression
    return ir.Unary(first, outer_last(node.expression, operand), operator, operand)


_COMPARE = {
    cst.Equal: "==", cst.NotEqual: "!=", cst.LessThan: "<", cst.LessThanEqual: "<=", cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=", cst.In: "in", cst.NotIn: "not in", cst.Is: "is", cst.IsNot: "is not",
}  # fmt: skip


@lowers(cst.Comparison)
def _comparison(self: Lowering, node: cst.Comparison) -> Walk:
    start = yield node.left
    rest = []
    for target in node.comparisons:
        rest.append((_COMPARE.get(type(target.operator), "?"), (yield target.comparator)))
    first, last = outer_first(node.left, start), outer_last(node.comparisons[-1].comparator, rest[-1][1])
    return ir.Comparison(first, last, start, tuple(rest))


@lowers(cst.IfExp)
def _conditional(self: Lowering, node: cst.IfExp) -> Walk:
    body = yield node.body
    test = yield node.test
    orelse = yield node.orelse
    first, last = outer_first(node.body, body), outer_last(node.orelse, orelse)
    return ir.Conditional(first, last, test, body, orelse)


@lowers(cst.Lambda)
def _lambda(self: Lowering, node: cst.Lambda) -> Walk:
    first = self.at.keyword("lambda")
    parameters = yield node.params
    outer, self.yields = self.yields, False
    body = yield node.body
    self.yields = outer
    last = outer_last(node.body, body)
    result = ir.Return(body.first, body.last, body)
    return ir.Lambda(first, last, ir.FunctionFacts(first, last, "<lambda>", parameters, (result,)))


@lowers(cst.ListComp, cst.SetComp, cst.GeneratorExp, cst.DictComp)
def _comprehension(self: Lowering, node: cst.BaseComp) -> Walk:
    bracket = {cst.ListComp: "[", cst.SetComp: "{", cst.DictComp: "{"}.get(type(node))
    opened = self.at.open(bracket) if bracket else self.at.cursor
    key = (yield node.key) if isinstance(node, cst.DictComp) else None
    element = yield (node.value if isinstance(node, cst.DictComp) else node.elt)  # type: ignore[attr-defined]
    if bracket is None:
        opened = outer_first(node.elt, element)  # type: ignore[attr-defined]
    clauses = []
    level: cst.CompFor | None = node.for_in
    while level is not None:
        target = yield level.target
        iterable = yield level.iter
        conditions = []
        for condition in level.ifs:
            conditions.append((yield condition.test))
        clauses.append(ir.Clause(target, iterable, tuple(conditions)))
        final = outer_last(level.ifs[-1].test, conditions[-1]) if conditions else outer_last(level.iter, iterable)
        level = level.inner_for_in
    last = self.at.close(opened) if bracket else final
    kinds = {cst.ListComp: "list", cst.SetComp: "set", cst.DictComp: "dict"}
    kind: Any = kinds.get(type(node), "generator")
    return ir.Comprehension(opened, last, kind, key, element, tuple(clauses))


@lowers(cst.NamedExpr)
def _walrus(self: Lowering, node: cst.NamedExpr) -> Walk:
    target = yield node.target
    value = yield node.value
    return ir.Walrus(target.first, outer_last(node.value, value), target, value)


@lowers(cst.Await)
def _await(self: Lowering, node: cst.Await) -> Walk:
    first = self.at.keyword("await")
    value = yield node.expression
    return ir.Effect(first, outer_last(node.expression, value), "await", value)


@lowers(cst.Yield)
def _yield(self: Lowering, node: cst.Yield) -> Walk:
    first, last, value = self.at.keyword("yield"), None, None
    given = node.value.item if isinstance(node.value, cst.From) else node.value
    if given is not None:
        value = yield given
        last = outer_last(given, value)
    self.yields = True
    is_from = isinstance(node.value, cst.From)
    return ir.Effect(first, first if last is None else last, "yield from" if is_from else "yield", value)
