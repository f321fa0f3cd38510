"""Translates functions, their parameters, lambdas and classes."""

from __future__ import annotations

import ast

from kerlint.semantics import syntax as ir
from kerlint.semantics.translating.expressions import argument, keyword
from kerlint.semantics.translating.walk import Translation, translates, translates_statement


def _parameters(self: Translation, node: ast.arguments) -> tuple[ir.Parameter, ...]:
    result: list[ir.Parameter] = []

    def add(kind: str, parameter: ast.arg, default: ast.expr | None) -> None:
        token = self.at.first(parameter)
        annotation = self.optional(parameter.annotation)
        result.append(
            ir.Parameter(token, token, parameter.arg, kind, self.optional(default), annotation)  # type: ignore[arg-type]
        )

    positional = [("positional_only", one) for one in node.posonlyargs] + [("positional", one) for one in node.args]
    defaults = [None] * (len(positional) - len(node.defaults)) + list(node.defaults)
    for (kind, parameter), default in zip(positional, defaults, strict=True):
        add(kind, parameter, default)
    if node.vararg is not None:
        add("var_positional", node.vararg, None)
    for parameter, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        add("keyword_only", parameter, default)
    if node.kwarg is not None:
        add("var_keyword", node.kwarg, None)
    return tuple(result)


@translates_statement(ast.FunctionDef, ast.AsyncFunctionDef)
def _function(self: Translation, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ir.Stmt]:
    decorators = tuple(map(self.expression, node.decorator_list))
    token = self.at.first(node) + (1 if isinstance(node, ast.FunctionDef) else 2)  # behind `def` or `async def`
    parameters = _parameters(self, node.args)
    returns = self.optional(node.returns)
    outer, self.yields = self.yields, False
    body = self.block(node.body)
    yields, self.yields = self.yields, outer
    return [ir.FunctionFacts(token, token, node.name, parameters, body, decorators, returns, yields)]


@translates(ast.Lambda)
def _lambda(self: Translation, node: ast.Lambda, first: int, last: int) -> ir.Expr:
    parameters = _parameters(self, node.args)
    outer, self.yields = self.yields, False
    body = self.expression(node.body)
    self.yields = outer
    result = ir.Return(body.first, body.last, body)
    return ir.Lambda(first, last, ir.FunctionFacts(first, last, "<lambda>", parameters, (result,)))


@translates_statement(ast.ClassDef)
def _class(self: Translation, node: ast.ClassDef) -> list[ir.Stmt]:
    decorators = tuple(map(self.expression, node.decorator_list))
    token = self.at.first(node) + 1  # behind `class`
    bases = (*(argument(self, base) for base in node.bases), *(keyword(self, given) for given in node.keywords))
    body = self.block(node.body)
    methods = {s.name: s for s in ir.statements_of_scope(body) if isinstance(s, ir.FunctionFacts)}
    return [ir.ClassFacts(token, token, node.name, bases, body, decorators, methods)]
