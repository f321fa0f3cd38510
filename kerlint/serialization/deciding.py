"""Decides the tests of a constructor that the defaults of its parameters decide. Knows nothing of configurations."""

from __future__ import annotations

from collections.abc import Iterable

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import dotted

Values = dict[str, object]
"""What names hold: constants, and for lists and dictionaries that are written out the tuple of what stands in them."""


def defaults_of(parameters: Iterable[ir.Parameter]) -> Values:
    """The defaults that are known."""
    found: Values = {}
    for parameter in parameters:
        match parameter.default:
            case ir.Constant(value=value):
                found[parameter.name] = value
            case ir.Display(elements=elements):
                found[parameter.name] = elements
            case ir.DictDisplay(items=items):
                found[parameter.name] = items
    return found


def truth(test: ir.Expr, values: Values) -> bool | None:
    """What a test gives; None where the values do not tell."""
    match test:
        case ir.Constant(value=value):
            return bool(value)
        case ir.Name(id=name) if name in values:
            return bool(values[name])
        case ir.Unary(operator="not", operand=operand):
            inner = truth(operand, values)
            return None if inner is None else not inner
        case ir.Logic(operator=operator, operands=operands):
            truths = [truth(operand, values) for operand in operands]
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
