"""Lowers functions, their parameters, and classes."""

from __future__ import annotations

import libcst as cst

from kerlint.semantics import syntax as ir
from kerlint.semantics.lowering.walk import Lowering, Walk, lowers


@lowers(cst.Parameters)
def _parameters(self: Lowering, node: cst.Parameters) -> Walk:
    result: list[ir.Parameter] = []
    groups: list[tuple[str, list[cst.Param]]] = [
        ("positional_only", list(node.posonly_params)),
        ("positional", list(node.params)),
        ("var_positional", [node.star_arg] if isinstance(node.star_arg, cst.Param) else []),
        ("keyword_only", list(node.kwonly_params)),
        ("var_keyword", [node.star_kwarg] if node.star_kwarg else []),
    ]
    for kind, parameters in groups:
        for param in parameters:
            token = self.at.name(param.name.value)
            annotation = (yield param.annotation.annotation) if param.annotation else None
            default = (yield param.default) if param.default else None
            result.append(ir.Parameter(token, token, param.name.value, kind, default, annotation))  # type: ignore[arg-type]
    return tuple(result)


@lowers(cst.TypeParameters)
def _type_parameters(self: Lowering, node: cst.TypeParameters) -> Walk:
    opened = self.at.open("[")
    for parameter in node.params:
        self.at.name(parameter.param.name.value)
        if isinstance(parameter.param, cst.TypeVar) and parameter.param.bound is not None:
            yield parameter.param.bound
        if parameter.default is not None:
            yield parameter.default
    self.at.close(opened)


@lowers(cst.FunctionDef)
def _function(self: Lowering, node: cst.FunctionDef) -> Walk:
    decorators = []
    for decorator in node.decorators:
        decorators.append((yield decorator.decorator))
    token = self.at.name(node.name.value)
    if node.type_parameters is not None:
        yield node.type_parameters
    opened = self.at.open("(")
    parameters = yield node.params
    self.at.close(opened)
    returns = (yield node.returns.annotation) if node.returns else None
    outer, self.yields = self.yields, False
    body = yield node.body
    yields, self.yields = self.yields, outer
    return [
        ir.FunctionFacts(token, token, node.name.value, parameters, body, tuple(decorators), returns, yields)
    ]


@lowers(cst.ClassDef)
def _class(self: Lowering, node: cst.ClassDef) -> Walk:
    decorators = []
    for decorator in node.decorators:
        decorators.append((yield decorator.decorator))
    token = self.at.name(node.name.value)
    if node.type_parameters is not None:
        yield node.type_parameters
    opened = self.at.open_if_next("(")
    bases = []
    for base in [*node.bases, *node.keywords]:
        bases.append((yield base))
    if opened is not None:
        self.at.close(opened)
    body = yield node.body
    methods = {s.name: s for s in ir.statements_of_scope(body) if isinstance(s, ir.FunctionFacts)}
    return [ir.ClassFacts(token, token, node.name.value, tuple(bases), body, tuple(decorators), methods)]
