"""What a constructor puts into something that it keeps already: an element, a key, an attribute of another object.

Such a thing is in the stored configuration with what was put in, and a constructor that does it again on load spoils it. Turns a
statement into the containers that it fills, and into an answer whether it is left out when a parameter has its default. Knows
nothing of configurations and of reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kerlint.semantics import syntax as ir
from kerlint.serialization.deciding import defaults_of, truth

_MUTATORS = frozenset(("append", "extend", "insert", "add", "update", "setdefault", "appendleft"))
"""Methods of a container that only put something in."""

_OF_NOTHING = frozenset(("extend", "update"))
"""Those that do nothing where what they are given is empty."""


def filled_by(call: ir.Call) -> ir.Expr | None:
    """The container that a call puts something into."""
    match call.function:
        case ir.Attribute(value=held, name=name) if name in _MUTATORS:
            return held
    return None


def is_left_out(block: ir.Block, statement: ir.Stmt, parameter: ir.Parameter, asks_for: Callable[[ir.Expr], bool]) -> bool:
    """Whether a statement does nothing when the parameter has its default and the container is there already.

    `asks_for` says of a test whether it asks what the container is or holds.
    """
    default = defaults_of([parameter])
    match statement:
        case ir.Expression(value=ir.Call(function=ir.Attribute(name=name), arguments=(argument,))) if name in _OF_NOTHING:
            if truth(argument.value, default) is False:
                return True
    tests = next(_tests_above(block, statement), ())
    return any(truth(test, default) is False or asks_for(test) for test in tests)


def _tests_above(block: ir.Block, statement: ir.Stmt) -> Iterator[tuple[ir.Expr, ...]]:
    """What must hold for a statement to run, as far as `if`s say so."""
    for found in block:
        if found is statement:
            yield ()
        elif isinstance(found, ir.If):
            refused: tuple[ir.Expr, ...] = ()
            for test, body in found.arms:
                yield from ((*refused, test, *inner) for inner in _tests_above(body, statement))
                refused = (*refused, ir.Unary(test.first, test.last, "not", test))
            yield from ((*refused, *inner) for inner in _tests_above(found.orelse, statement))
        else:
            for inner_block in ir.blocks_of(found):
                yield from _tests_above(inner_block, statement)
