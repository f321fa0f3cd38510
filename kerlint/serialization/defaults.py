"""Tells whether a constructor refuses its own defaults: whether it raises where nothing is given for some parameters.

Decides the tests that the defaults alone decide; where anything else does, the constructor is taken to run.
"""

from __future__ import annotations

from collections.abc import Collection

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import assignments, dotted, walk
from kerlint.serialization.constructor import Constructor

_Values = dict[str, object]


def refuses_defaults(constructor: Constructor, given: Collection[str]) -> bool:
    """Whether it raises where everything but these parameters has its default."""
    values: _Values = {
        p.name: p.default.value
        for p in constructor.parameters
        if isinstance(p.default, ir.Constant) and p.name not in given
    }
    return _end(constructor.function.body, values) == "raises"


def _end(block: ir.Block, values: _Values) -> str:
    """How a block ends: it `raises`, `goes on`, or is `left` so that nothing can be said of what follows."""
    for statement in block:
        match statement:
            case ir.Raise():
                return "raises"
            case ir.Return() | ir.Jump():
                return "left"
            case ir.Assert(test=test):
                end = "raises" if _truth(test, values) is False else "goes on"
            case ir.If():
                end = _end_of_if(statement, values)
            case ir.With(body=body):
                end = _end(body, values)
            case _:
                end = "left" if any(isinstance(node, ir.Return) for node in walk(statement, into_scopes=False)) else "goes on"
        if end != "goes on":
            return end
        _forget(statement, values)
    return "goes on"


def _end_of_if(statement: ir.If, values: _Values) -> str:
    ends: set[str] = set()
    for test, body in statement.arms:
        truth = _truth(test, values)
        if truth is not False:
            ends.add(_end(body, dict(values)))
        if truth:
            break
    else:
        ends.add(_end(statement.orelse, dict(values)))
    if len(ends) == 1:
        return ends.pop()
    return "left" if "left" in ends else "goes on"


def _forget(statement: ir.Stmt, values: _Values) -> None:
    """What a statement assigns has its default no more."""
    for target, _ in assignments((statement,)):
        if isinstance(target, ir.Name):
            values.pop(target.id, None)
    for node in walk(statement):
        if isinstance(node, ir.AugmentedAssign) and isinstance(node.target, ir.Name):
            values.pop(node.target.id, None)


def _truth(test: ir.Expr, values: _Values) -> bool | None:
    """What a test gives; None where the defaults do not tell."""
    match test:
        case ir.Constant(value=value):
            return bool(value)
        case ir.Name(id=name) if name in values:
            return bool(values[name])
        case ir.Unary(operator="not", operand=operand):
            truth = _truth(operand, values)
            return None if truth is None else not truth
        case ir.Logic(operator=operator, operands=operands):
            truths = [_truth(operand, values) for operand in operands]
            decisive = operator == "or"
            if decisive in truths:
                return decisive
            return None if None in truths else not decisive
        case ir.Call(function=function, arguments=(argument, _)) if dotted(function) == "isinstance":
            is_none = isinstance(argument.value, ir.Name) and values.get(argument.value.id, test) is None
            return False if is_none else None
        case ir.Comparison(start=ir.Name(id=name), rest=((operator, ir.Constant(value=other)),)) if name in values:
            return _compared(values[name], operator, other)
    return None


def _compared(value: object, operator: str, other: object) -> bool | None:
    match operator:
        case "is" | "is not" if other is None or isinstance(other, bool):
            return (value is other) == (operator == "is")
        case "==":
            return value == other
        case "!=":
            return value != other
    return None
