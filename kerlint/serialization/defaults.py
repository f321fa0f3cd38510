"""Tells whether a constructor refuses its own defaults: whether it raises where nothing is given for some parameters.

Decides the tests that the defaults alone decide; where anything else does, the constructor is taken to run.
"""

from __future__ import annotations

from collections.abc import Collection

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import assignments, walk
from kerlint.serialization.constructor import Constructor
from kerlint.serialization.deciding import Values, defaults_of, truth


def refuses_defaults(constructor: Constructor, given: Collection[str]) -> bool:
    """Whether it raises where everything but these parameters has its default."""
    values = defaults_of(parameter for parameter in constructor.parameters if parameter.name not in given)
    return _end(constructor.function.body, values) == "raises"


def _end(block: ir.Block, values: Values) -> str:
    """How a block ends: it `raises`, `goes on`, or is `left` so that nothing can be said of what follows."""
    for statement in block:
        match statement:
            case ir.Raise():
                return "raises"
            case ir.Return() | ir.Jump():
                return "left"
            case ir.Assert(test=test):
                end = "raises" if truth(test, values) is False else "goes on"
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


def _end_of_if(statement: ir.If, values: Values) -> str:
    ends: set[str] = set()
    for test, body in statement.arms:
        holds = truth(test, values)
        if holds is not False:
            ends.add(_end(body, dict(values)))
        if holds:
            break
    else:
        ends.add(_end(statement.orelse, dict(values)))
    if len(ends) == 1:
        return ends.pop()
    return "left" if "left" in ends else "goes on"


def _forget(statement: ir.Stmt, values: Values) -> None:
    """What a statement assigns has its default no more."""
    for target, _ in assignments((statement,)):
        if isinstance(target, ir.Name):
            values.pop(target.id, None)
    for node in walk(statement):
        if isinstance(node, ir.AugmentedAssign) and isinstance(node.target, ir.Name):
            values.pop(node.target.id, None)
