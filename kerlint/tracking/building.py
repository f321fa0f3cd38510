"""Which sub-layers an object's own `build` leaves without their weights.

Turns the traces of the constructor and of `build` into the attributes that hold them. Knows nothing of reports.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kerlint.execution.events import AttributeStore, LayerCall, MethodCall, Trace
from kerlint.execution.running import ClassRun
from kerlint.execution.values import Choice, Collection, FunctionValue, Instance, SuperValue
from kerlint.project import Project
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import attribute_of, own_name, walk
from kerlint.tracking.remembering import is_forgotten
from kerlint.tracking.variables import (
    built_in,
    creates_weight,
    given_layers,
    instances_in,
    is_functional,
    waits_for_build,
)

_CALLS = ("call", "__call__")
_MAKE_THEIR_PARTS_IN_BUILD = ("keras.layers.MultiHeadAttention", "keras.layers.GroupQueryAttention")
"""Layers that hold nothing before they are built, so that loading finds nothing there that lacks weights."""

Unbuilt = dict[str, list[Instance]]
"""Attributes of an object, each with the layers in it that have no weights."""


def left_unbuilt(project: Project, run: ClassRun) -> Unbuilt:
    """The attributes whose layers have no weights when `build` has run, in the order in which they were set.

    Empty where that cannot be told: `build` calls the object itself, or builds something that is not known.
    """
    if run.instance is None or run.build is None or is_functional(run):
        return {}
    if not run.build.is_complete or _builds_something_unknown(run.build) or _calls_itself(run.build, run.instance):
        return {}
    built = built_in(run.init) | built_in(run.build)
    found: Unbuilt = {}
    for trace in (run.init, run.build):
        for store in trace.of(AttributeStore) if trace is not None else ():
            if store.instance.number != run.instance.number or store.name is None or is_forgotten(run, store):
                continue
            slot = run.instance.attributes.get(store.name)
            values = [value for _, value in slot.entries] if slot is not None else []
            layers = [inside for value in values for inside in instances_in(value)]
            waiting = [layer for layer in layers if waits_for_build(project, layer, built)]
            if waiting and _is_reached(run, store.name, waiting):
                found[store.name] = waiting
    return found


def _is_reached(run: ClassRun, name: str, layers: list[Instance]) -> bool:
    """Whether any way into the object uses an attribute, or a layer in it: one that nothing calls has no weights to lose."""
    numbers = {layer.number for layer in layers}
    if any(event.instance.number in numbers for trace in run.passes.values() for event in trace.of(LayerCall)):
        return True
    methods = [
        method for base in run.info.project_classes() for other, method in base.facts.methods.items()
        if other not in ("__init__", "build", "get_config")
    ]  # fmt: skip
    return any(
        attribute_of(node, own_name(method)) == name for method in methods for node in walk(method.body)
    )


def always_set(run: ClassRun) -> set[str]:
    """The attributes that every object has and that hold the same for all, whatever its arguments are."""
    found: set[str] = set()
    methods = [base.facts.methods.get(name) for base in run.info.project_classes() for name in ("__init__", "build")]
    chosen = {id(node) for method in methods if method is not None for node in _under_conditions(method.body)}
    for trace in (run.init, run.build):
        for store in trace.of(AttributeStore) if trace is not None else ():
            parts = store.value.values() if isinstance(store.value, Collection) else [store.value]
            if store.name is not None and id(store.node) not in chosen and not any(isinstance(part, Choice) for part in parts):
                found.add(store.name)
    return found


def _under_conditions(block: ir.Block) -> Iterator[ir.Node]:
    """Everything in the arms of the conditions of a body."""
    for node in walk(block):
        if isinstance(node, ir.If):
            yield from walk(*(body for _, body in node.arms), node.orelse)


def loading_complains(project: Project, run: ClassRun, unbuilt: Unbuilt) -> bool:
    """Whether loading a Layer raises for what its `build` left out, as Keras 3 does where it looks at a sub-layer once.

    What stands under two attributes is looked at again by a name that the file does not have, and that passes for loaded.
    """
    held: Counter[int] = Counter()
    for slot in run.instance.attributes.values() if run.instance is not None else ():
        held.update({layer.number for _, value in slot.entries for layer in instances_in(value)})
    return any(held[layer.number] < 2 and _is_missed(project, layer) for layers in unbuilt.values() for layer in layers)


def _is_missed(project: Project, layer: Instance, depth: int = 4) -> bool:
    """Whether the loading of a layer without weights raises.

    A model holds its layers under two names, always; and a layer that makes its parts in `build` holds none without it.
    """
    if layer.info is None:
        parts = given_layers(project, layer)
        is_alone = not parts and layer.class_name not in _MAKE_THEIR_PARTS_IN_BUILD
        return is_alone or any(_is_missed(project, part, depth - 1) for part in parts if depth)
    if layer.info.kind != "layer":
        return False
    run = project.class_run(layer.info)
    if run.build is not None and any(creates_weight(event) for event in run.build.events):
        return True
    stores = run.init.of(AttributeStore) if run.init is not None else ()
    parts = [part for store in stores for part in instances_in(store.value)]
    return any(_is_missed(project, part, depth - 1) for part in parts if depth)


def _builds_something_unknown(build: Trace) -> bool:
    return any(
        event.method in ("build", *_CALLS) and not isinstance(event.receiver, Instance | SuperValue)
        for event in build.of(MethodCall)
    )


def _calls_itself(build: Trace, owner: Instance) -> bool:
    if any(event.instance.number == owner.number for event in build.of(LayerCall)):
        return True
    return any(
        isinstance(site.callee, FunctionValue)
        and site.callee.facts.name in _CALLS
        and site.callee.receiver is not None
        and site.callee.receiver.number == owner.number
        for event in build.events
        for site in event.stack
    )


def calls_base_build(run: ClassRun) -> bool:
    """Whether `build` ends in Keras's own."""
    return run.build is not None and any(
        event.method == "build" and isinstance(event.receiver, SuperValue) for event in run.build.of(MethodCall)
    )
