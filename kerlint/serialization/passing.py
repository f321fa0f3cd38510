"""Follows a parameter through the locals and attributes of a constructor to what its base, or another method, is given.

Turns a constructor and a name into an answer. Knows nothing of configurations and of reports.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import assignments, attribute_of, walk
from kerlint.serialization.constructor import Constructor

_SEES_ALL = frozenset(("locals", "vars", "globals"))


def may_come_to_its_base(constructor: Constructor, name: str) -> bool:
    """Whether a call of the base's constructor, or of a method of the object, may be given something of the parameter."""
    carriers = _carriers(constructor, name)
    calls = [call.call for call in constructor.base_calls]
    calls += [
        node
        for node in walk(constructor.function.body)
        if isinstance(node, ir.Call) and attribute_of(node.function, constructor.own) is not None
    ]
    return any(_names(argument.value, constructor.own) & (carriers | _SEES_ALL) for call in calls for argument in call.arguments)


def _carriers(constructor: Constructor, name: str) -> set[str]:
    """The names and attributes into which something of the parameter may have been put."""
    own = constructor.own
    steps = [(_root(target, own), _names(value, own)) for target, value in _puts(constructor.function.body)]
    carriers = {name}
    while further := {root for root, names in steps if names & carriers} - carriers:
        carriers |= further
    return carriers


def _puts(block: ir.Block) -> Iterator[tuple[ir.Expr, object]]:
    """Each thing that is put somewhere: by an assignment, or by a method of what it is put into."""
    yield from assignments(block)
    for node in walk(block):
        if isinstance(node, ir.AugmentedAssign):
            yield node.target, node.value
        elif isinstance(node, ir.Call) and isinstance(node.function, ir.Attribute):
            yield node.function.value, tuple(argument.value for argument in node.arguments)


def _root(target: ir.Expr, own: str) -> str:
    """The name, or the attribute of the object, that a target belongs to."""
    while isinstance(target, (ir.Attribute, ir.Subscript)):
        attribute = attribute_of(target, own)
        if attribute is not None:
            return f"{own}.{attribute}"
        target = target.value
    return target.id if isinstance(target, ir.Name) else ""


def _names(value: object, own: str) -> set[str]:
    """The names and attributes of the object that an expression mentions."""
    found = {node.id for node in walk(value) if isinstance(node, ir.Name)} - {own}
    return found | {f"{own}.{attribute}" for node in walk(value) if (attribute := attribute_of(node, own)) is not None}
