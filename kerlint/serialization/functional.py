"""Tells whether a constructor builds a whole model: a functional one, or a Sequential that has its layers already.

`super().__init__(inputs, outputs)` makes a subclass of Model a functional one, which Keras writes and reads by rules of its
own. Turns a constructor into that answer; knows nothing of configurations.
"""

from __future__ import annotations

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import attribute_of, positional, walk
from kerlint.serialization.constructor import BaseCall, Constructor, constructor_of


def is_functional(constructor: Constructor) -> bool:
    """Whether the constructor, or the one of a base that it calls, gives Model its inputs and outputs."""
    return any(_gives_graph(constructor, call) for call in constructor.base_calls)


def _gives_graph(constructor: Constructor, call: BaseCall) -> bool:
    if call.names_graph:
        return True
    base = constructor_of(constructor.lineage, call.after)
    return is_functional(base) if base is not None else call.places_graph


def is_always_functional(constructor: Constructor) -> bool:
    """Whether it does so on every way through, and not on one arm of a condition only."""
    return _always(constructor, constructor.function.body)


def _always(constructor: Constructor, block: ir.Block) -> bool:
    for statement in block:
        if isinstance(statement, ir.If):
            bodies = [*(body for _, body in statement.arms), statement.orelse]
            if all(_always(constructor, body) or (body and isinstance(body[-1], ir.Raise)) for body in bodies):
                return True
            continue
        for call in constructor.base_calls:
            if _gives_graph(constructor, call) and any(_is_call(node, call) for node in walk(statement)):
                base = None if call.names_graph else constructor_of(constructor.lineage, call.after)
                return base is None or is_always_functional(base)
    return False


def _is_call(node: ir.Node, call: BaseCall) -> bool:
    return isinstance(node, ir.Call) and node.function is call.call.function


def graph_tensors(constructor: Constructor) -> list[str]:
    """The parameters that are themselves inputs of the graph: what a file can hold of them is no tensor."""
    found = []
    for call in constructor.base_calls:
        if _gives_graph(constructor, call):
            given = call.keywords.get("inputs") or next(iter(positional(call.call)), None)
            parts = given.elements if isinstance(given, ir.Display) else (given,)
            found += [part.id for part in parts if isinstance(part, ir.Name) and part.id in constructor.names]
    return [name for name in dict.fromkeys(found) if name not in constructor.rebound]


def fills_itself(constructor: Constructor) -> bool:
    """Whether the constructor of a Sequential makes its layers: gives them to its base, or adds them."""
    if any(
        isinstance(node, ir.Call) and attribute_of(node.function, constructor.own) == "add"
        for node in walk(constructor.function.body)
    ):
        return True
    for call in constructor.base_calls:
        base = constructor_of(constructor.lineage, call.after)
        if fills_itself(base) if base is not None else bool(positional(call.call) or "layers" in call.keywords):
            return True
    return False
