"""Reads what a constructor refuses: a parameter for which it admits one value only need not be stored.

Knows nothing of configurations and of reports.
"""

from __future__ import annotations

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import mentions
from kerlint.serialization.constructor import Constructor

_FLAGS: tuple[bool | None, ...] = (True, False, None)
"""What an argument can be that is one of these."""


def admits_one_value(constructor: Constructor, parameter: ir.Parameter) -> bool:
    """Whether the constructor raises unless the parameter has the value that it has by default as well."""
    default = parameter.default
    if not isinstance(default, ir.Constant):
        return False
    is_looked_up = False
    for statement in constructor.function.body:
        match statement:
            case ir.If(arms=((test, (*_, ir.Raise())), *_)) if mentions(parameter.name, test):
                if _leaves_only(test, parameter.name, default.value, is_looked_up):
                    return True
            case ir.Assign(targets=(ir.Name(id=name),)) if name == parameter.name:
                is_looked_up = True
            case _ if mentions(parameter.name, statement):
                return False  # it has done something before it is refused
    return False


def _leaves_only(test: ir.Expr, name: str, default: object, is_looked_up: bool) -> bool:
    """Whether what does not raise is the default, or one constant that the parameter was looked up to be."""
    match test:
        case ir.Comparison(start=ir.Name(id=found), rest=(("!=" | "is not", ir.Constant(value=value)),)) if found == name:
            return is_looked_up or _is_same(value, default)
        case ir.Comparison(start=ir.Name(id=found), rest=(("in", ir.Display(elements=elements)),)) if found == name:
            refused = [e.value for e in elements if isinstance(e, ir.Constant)]
            left = [flag for flag in _FLAGS if not any(_is_same(flag, one) for one in refused)]
            return len(left) == 1 and _is_same(left[0], default)
        case ir.Name(id=found) if found == name:
            return default is None or default is False
        case ir.Unary(operator="not", operand=ir.Name(id=found)) if found == name:
            return default is True
    return False


def _is_same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other
