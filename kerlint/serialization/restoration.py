"""Reads `from_config`: which keys of the stored configuration reach the constructor, and which it makes up itself.

Knows nothing of reports.
"""

from __future__ import annotations

from dataclasses import dataclass

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import assignments, dotted, own_name, positional, text_of, walk
from kerlint.serialization.lineage import Lineage


@dataclass(frozen=True, slots=True)
class Restoration:
    """How an object is made from its configuration.

    `is_plain`: the configuration goes to the constructor as it is. `by_keras`: a class of Keras has a way of its own.
    `given`: parameters that the method gives by name. `positions`: how many it gives by position. `passes_rest`: what is
    left of the configuration is given as well.
    """

    is_plain: bool = False
    by_keras: str | None = None
    given: frozenset[str] = frozenset()
    positions: int = 0
    passes_rest: bool = False


def restoration_of(lineage: Lineage) -> Restoration:
    """How the class is restored."""
    for ancestor in lineage.ancestors:
        if ancestor.facts is not None:
            method = ancestor.facts.methods.get("from_config")
            if method is not None:
                return _read(method, ancestor.facts.name)
        elif ancestor.keras is not None:
            bare = not ancestor.keras.defines_get_config
            if ancestor.keras.defines_from_config and not bare:
                return Restoration(by_keras=ancestor.keras.name)
            if bare:
                return Restoration(is_plain=True, passes_rest=True)
        elif not ancestor.is_plain:
            return Restoration()
    return Restoration(is_plain=True, passes_rest=True)


def _read(method: ir.FunctionFacts, class_name: str) -> Restoration:
    own = own_name(method)
    given: set[str] = set()
    positions, rest, calls = 0, False, 0
    for node in walk(method.body):
        if not isinstance(node, ir.Call):
            continue
        name = dotted(node.function)
        chained = isinstance(node.function, ir.Attribute) and node.function.name == "from_config"
        if name in (own, class_name) or (chained and _is_super(node.function)):
            calls += 1
            given |= {a.keyword for a in node.arguments if a.keyword is not None}
            spread = [a for a in node.arguments if a.star]
            rest |= bool(spread) or chained
            positions = max(positions, 0 if chained else len(positional(node)))
    for target, _ in assignments(method.body):
        if isinstance(target, ir.Subscript) and len(target.indices) == 1:
            text = text_of(target.indices[0])
            if text is not None:
                given.add(text)
    is_plain = calls > 0 and rest and not given and not positions and _is_one_return(method.body)
    return Restoration(is_plain, None, frozenset(given), positions, rest)


def _is_one_return(body: ir.Block) -> bool:
    """Whether nothing but the documentation stands before the return."""
    spoken = [s for s in body if not (isinstance(s, ir.Expression) and isinstance(s.value, (ir.Constant, ir.Opaque)))]
    return len(spoken) == 1 and isinstance(spoken[0], ir.Return)


def _is_super(function: ir.Expr) -> bool:
    return (
        isinstance(function, ir.Attribute)
        and isinstance(function.value, ir.Call)
        and isinstance(function.value.function, ir.Name)
        and function.value.function.id == "super"
    )
