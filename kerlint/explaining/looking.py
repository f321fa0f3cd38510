"""Turns what stands and happens on a line into kinds of place, and those into the rules that look at such a place."""

from __future__ import annotations

from collections.abc import Iterable

from kerlint.execution.events import AttributeStore, Construction, Event, FunctionCall, LayerCall, MethodCall, Trace
from kerlint.rules import Rule, all_rules
from kerlint.semantics import syntax as ir

CALL, MAKING, CLASS, FUNCTION, METHOD_CALL, FUNCTION_CALL, STORE, IMPORT, OTHER = (
    "the call of a layer or model",
    "the making of an object of Keras or of the project",
    "a class",
    "a function or method",
    "the call of a method",
    "the call of a function",
    "the setting of an attribute",
    "an import",
    "an expression",
)

_OF_EVENTS: tuple[tuple[type[Event], str], ...] = (
    (LayerCall, CALL),
    (Construction, MAKING),
    (MethodCall, METHOD_CALL),
    (FunctionCall, FUNCTION_CALL),
    (AttributeStore, STORE),
)

_CODES: dict[str, tuple[str, ...]] = {
    CALL: ("KER10", "KER209", "KER502", "KER504"),
    MAKING: ("KER10", "KER209", "KER303", "KER306", "KER307", "KER403", "KER404", "KER405", "KER502", "KER504"),
    CLASS: ("KER201", "KER202", "KER211", "KER503"),
    FUNCTION: ("KER202", "KER203", "KER204", "KER209", "KER211", "KER503", "KER506"),
    METHOD_CALL: ("KER104", "KER206", "KER207", "KER208", "KER211", "KER3", "KER4", "KER502", "KER508", "KER509"),
    FUNCTION_CALL: ("KER104", "KER205", "KER206", "KER208", "KER211", "KER3", "KER407", "KER502", "KER504"),
    STORE: ("KER501", "KER502", "KER504", "KER508"),
    IMPORT: (),
    OTHER: ("KER101", "KER104", "KER202", "KER206", "KER207", "KER208", "KER211", "KER304", "KER306", "KER504"),
}
"""Beginnings of the codes of the rules that report such a place. The fixtures hold this to be true."""


def kinds_of(nodes: Iterable[ir.Node], traces: Iterable[Trace]) -> list[str]:
    """The kinds of place among these nodes, in a fixed order."""
    nodes = list(nodes)
    ids = {id(node) for node in nodes}
    happening = {type(event) for trace in traces for event in trace.events if id(event.node) in ids}
    kinds = [kind for event, kind in _OF_EVENTS if event in happening]
    kinds += [CLASS] if any(isinstance(node, ir.ClassFacts) for node in nodes) else []
    kinds += [FUNCTION] if any(isinstance(node, ir.FunctionFacts) for node in nodes) else []
    if not kinds and nodes and all(isinstance(node, (ir.Import, ir.ImportFrom)) for node in nodes):
        return [IMPORT]
    return kinds or [OTHER]


def rules_for(kinds: Iterable[str]) -> list[Rule]:
    """The rules that can report such a place."""
    prefixes = tuple(prefix for kind in kinds for prefix in _CODES[kind])
    return [rule for rule in all_rules().values() if rule.check is not None and rule.code.startswith(prefixes)]
