"""Goes through a piece of syntax: every node below it, and the small questions that the contract asks of an expression.

Knows nothing of Keras and of classes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any

from kerlint.semantics import bindings
from kerlint.semantics import syntax as ir

_Below = Callable[[Any], tuple[object, ...]]

_BELOW: dict[type, _Below] = {}
"""What stands directly below a node of each type, the last first."""
_PLAIN = re.compile(r"(int|str|bool|dict\[.*|OneOf\[.*)( \| .*)?")
"""The annotations of fields that hold no syntax."""


def _below(kind: type[ir.Node | ir.Clause]) -> _Below:
    names = [field.name for field in reversed(fields(kind)) if not _PLAIN.fullmatch(str(field.type))]
    if len(names) > 1:
        return attrgetter(*names)  # faster than any loop, and walks are a tenth of what the rules do
    return (lambda node: (getattr(node, names[0]),)) if names else lambda node: ()


def walk(*roots: object, into_scopes: bool = True) -> Iterator[ir.Node]:
    """Every node at and below the roots, in order; without `into_scopes` not into nested functions, lambdas and classes."""
    if into_scopes and len(roots) == 1 and isinstance(roots[0], tuple):
        return iter(_nodes_of(roots[0]))
    return _walk(roots, into_scopes)


@lru_cache(maxsize=1024)
def _nodes_of(block: tuple[ir.Node, ...]) -> tuple[ir.Node, ...]:
    """The same for a whole body, which many questions are asked of, one after the other."""
    return tuple(_walk(block, True))


def _walk(roots: tuple[object, ...], into_scopes: bool) -> Iterator[ir.Node]:
    stack = list(reversed(roots))
    while stack:
        item = stack.pop()
        if item.__class__ is tuple or isinstance(item, list):
            stack.extend(reversed(item))
            continue
        below = _BELOW.get(type(item))
        if below is None:
            if not isinstance(item, (ir.Node, ir.Clause)):
                continue
            below = _BELOW[type(item)] = _below(type(item))
        if isinstance(item, ir.Node):
            yield item
            if not into_scopes and isinstance(item, (ir.FunctionFacts, ir.ClassFacts)):
                continue
        stack.extend(below(item))


def names_in(*roots: object) -> set[str]:
    """The names read or bound anywhere in the roots."""
    return {node.id for node in walk(*roots) if isinstance(node, ir.Name)}


def mentions(name: str, *roots: object) -> bool:
    """Whether the name stands anywhere in the roots."""
    return any(name in (names_in(root) if isinstance(root, list) else _names_below(root)) for root in roots)


@lru_cache(maxsize=1 << 15)
def _names_below(root: object) -> frozenset[str]:
    """The names of one root, which is asked for one after the other."""
    return frozenset(names_in(root))


def forget_walks() -> None:
    """Lets go of the syntax that was walked through lately."""
    _nodes_of.cache_clear()
    _names_below.cache_clear()


def text_of(node: object) -> str | None:
    """The text of a constant string."""
    return node.value if isinstance(node, ir.Constant) and isinstance(node.value, str) else None


def dotted(node: object) -> str | None:
    """`a.b.c` as it stands in the source; None for anything else."""
    names = bindings.dotted(node) if isinstance(node, ir.Node) else None
    return ".".join(names) if names else None


def last_name(node: object) -> str | None:
    """`c` of `a.b.c` and of `a.b().c`; None for what has no name."""
    if isinstance(node, ir.Name):
        return node.id
    return node.name if isinstance(node, ir.Attribute) else None


def attribute_of(node: object, owner: str) -> str | None:
    """`x` of `owner.x`."""
    if isinstance(node, ir.Attribute) and isinstance(node.value, ir.Name) and node.value.id == owner:
        return node.name
    return None


def own_name(function: ir.FunctionFacts) -> str:
    """What a method calls its object: its first parameter."""
    return function.parameters[0].name if function.parameters else "self"


def positional(call: ir.Call) -> list[ir.Expr]:
    """The arguments given by position, up to the first `*`."""
    given = []
    for argument in call.arguments:
        if argument.star == "*":
            break
        if argument.keyword is None and not argument.star:
            given.append(argument.value)
    return given


def keyword(call: ir.Call, name: str) -> ir.Expr | None:
    """The value of a keyword argument."""
    return next((argument.value for argument in call.arguments if argument.keyword == name), None)


def assignments(block: ir.Block) -> Iterator[tuple[ir.Expr, ir.Expr]]:
    """Each (target, value) of a scope, with `a, b = x, y` taken apart; a value that cannot be taken apart is Opaque."""
    for statement in ir.statements_of_scope(block):
        if isinstance(statement, ir.Assign) and statement.value is not None:
            for target in statement.targets:
                yield from _paired(target, statement.value)
        elif isinstance(statement, ir.AugmentedAssign):
            yield statement.target, ir.Opaque(statement.first, statement.last)
        elif isinstance(statement, ir.For):
            yield from _paired(statement.target, ir.Opaque(statement.first, statement.last))
        elif isinstance(statement, ir.With):
            for _, bound in statement.items:
                if bound is not None:
                    yield from _paired(bound, ir.Opaque(statement.first, statement.last))


def _paired(target: ir.Expr, value: ir.Expr) -> Iterator[tuple[ir.Expr, ir.Expr]]:
    if not isinstance(target, ir.Display):
        yield target, value
        return
    values: tuple[ir.Expr, ...] = ()
    if isinstance(value, ir.Display) and not any(isinstance(e, ir.Starred) for e in (*value.elements, *target.elements)):
        values = value.elements
    for index, part in enumerate(target.elements):
        matched = values[index] if index < len(values) and len(values) == len(target.elements) else None
        yield from _paired(part, matched or ir.Opaque(value.first, value.last))
