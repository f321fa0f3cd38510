"""Where an object keeps layers that Keras does not find, and what was measured of such places.

Turns the attributes of an object into the layers that Keras tracks and those that it does not, each with the pattern under
which the outcome was measured. Knows nothing of reports.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import AttributeStore
from kerlint.execution.machine import Frame
from kerlint.execution.running import ClassRun
from kerlint.execution.values import Collection, Derived, FunctionValue, Instance, Mapping, Reference, Value, alternatives
from kerlint.knowledge import Knowledge
from kerlint.project import Project
from kerlint.records import dataclass
from kerlint.semantics.classes import UnknownBase
from kerlint.semantics.walking import names_in
from kerlint.tracking.variables import given_layers, has_weights, instances_in, is_layer

TRACKED = ""
"""The pattern of a place where Keras looks."""

_CONTAINERS = {"collections.deque": "deque", "numpy.array": "numpy_object_array", "numpy.asarray": "numpy_object_array"}
_NESTED = {
    ("list", "list"): "nested_list",
    ("list", "tuple"): "list_of_tuples",
    ("list", "dict"): "list_of_dicts",
    ("tuple", "list"): "tuple_of_lists",
    ("tuple", "tuple"): "tuple_of_tuples",
    ("dict", "list"): "dict_of_lists",
    ("dict", "tuple"): "dict_of_tuples",
    ("dict", "dict"): "dict_of_dicts",
}


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A layer in an attribute: the pattern of its place, and the name of what holds it there."""

    layer: Instance
    pattern: str
    holder: str


@dataclass(frozen=True, slots=True, eq=False)
class Lost:
    """An attribute whose layers Keras does not find, or that Keras refuses.

    `outcome` says what was measured: `silent:untrained,unsaved`, or `raises:AttributeError@construct`.
    """

    store: AttributeStore
    layers: tuple[Instance, ...]
    holder: str
    outcome: str


def lost_layers(project: Project, run: ClassRun, knowledge: Knowledge) -> Iterator[Lost]:
    """The attributes of an object whose layers are not trained or not saved, by what was measured."""
    if run.instance is None or run.info.kind is None:
        return
    held: dict[str, list[Held]] = {}
    for name, slot in run.instance.attributes.items():
        places = [place for _, value in slot.entries for place in places_in(project, value)]
        is_list = any(isinstance(value, Collection) for _, value in slot.entries)
        own = _own_pattern(name, knowledge, run.info.kind, is_list)
        held[name] = [Held(p.layer, own, "an attribute of that name") if own and not p.pattern else p for p in places]
    tracked = _reached(
        project, [p.layer for places in held.values() for p in places if not _outcome(p.pattern, knowledge, run.info.kind)]
    )
    for name, places in held.items():
        lost = [
            (place, outcome)
            for place in places
            if (outcome := _outcome(place.pattern, knowledge, run.info.kind))
            and place.layer.number not in tracked
            and has_weights(project, place.layer)
        ]
        store = next((s for s in _stores(run) if s.name == name), None) if lost else None
        if store is not None:
            yield Lost(store, tuple(place.layer for place, _ in lost), lost[0][0].holder, lost[0][1])


def _stores(run: ClassRun) -> Iterator[AttributeStore]:
    for trace in (run.init, run.build):
        for store in trace.of(AttributeStore) if trace is not None else ():
            if run.instance is not None and store.instance.number == run.instance.number:
                yield store


def _outcome(pattern: str, knowledge: Knowledge, kind: str) -> str | None:
    """What was measured of a pattern, unless all was well."""
    outcome = knowledge.outcome("containers", f"{pattern} {kind} .keras") if pattern else None
    return None if outcome == "ok" else outcome


def _own_pattern(name: str, knowledge: Knowledge, kind: str, is_list: bool) -> str:
    """The pattern of an attribute whose very name belongs to Keras."""
    if name.startswith("__") and name.endswith("__"):
        return "dunder_attribute"
    pattern = f"{'list' if is_list else 'attribute'}_named_{name}"
    return pattern if _outcome(pattern, knowledge, kind) else TRACKED


def _reached(project: Project, tracked: list[Instance]) -> set[int]:
    """The layers that Keras finds, those inside of others included."""
    reached: set[int] = set()
    pending = list(tracked)
    while pending:
        layer = pending.pop()
        if layer.number in reached:
            continue
        reached.add(layer.number)
        pending.extend(given_layers(project, layer))
        values = [value for slot in layer.attributes.values() for _, value in slot.entries]
        pending.extend(place.layer for value in values for place in places_in(project, value) if not place.pattern)
    return reached


def places_in(project: Project, value: Value) -> Iterator[Held]:
    """The layers that an attribute leads to, each with the pattern of its place."""
    for _, leaf in alternatives(value):
        if isinstance(leaf, Instance):
            yield from _in_object(project, leaf)
        elif isinstance(leaf, Collection | Mapping):
            yield from _in_container(project, leaf)
        elif isinstance(leaf, Derived) and leaf.operator == "call" and isinstance(leaf.operands[0], Reference):
            pattern = _CONTAINERS.get(leaf.operands[0].name, TRACKED)
            if pattern:
                yield from _all_in(project, leaf.operands[1:], pattern, leaf.operands[0].name)
        elif isinstance(leaf, Derived) and leaf.operator == "partial":
            yield from _all_in(project, leaf.operands, "partial", "functools.partial")
        elif isinstance(leaf, FunctionValue) and leaf.receiver is None and leaf.closure is not None:
            yield from _all_in(project, _captured(leaf, leaf.closure), "closure", "a function")


def _all_in(project: Project, values: tuple[Value, ...], pattern: str, holder: str) -> Iterator[Held]:
    for value in values:
        for inside in instances_in(value):
            if is_layer(project, inside) and not inside.is_symbolic:
                yield Held(inside, pattern, holder)


def _captured(function: FunctionValue, closure: Frame) -> tuple[Value, ...]:
    """The values of the names that a function takes from around it."""
    own = {parameter.name for parameter in function.facts.parameters}
    return tuple(
        value
        for name in sorted(names_in(function.facts.body) - own)
        if name in closure.variables
        for _, value in closure.variables[name].entries
    )


def _in_object(project: Project, holder: Instance) -> Iterator[Held]:
    if is_layer(project, holder):
        yield Held(holder, TRACKED, holder.class_name)
        return
    if holder.info is None or holder.info.kind is not None:
        return
    unknown = [base.name for base in holder.info.order if isinstance(base, UnknownBase)]
    if unknown not in ([], ["tensorflow.Module"]):
        return
    pattern = "tf_module" if unknown else "dataclass" if "dataclasses.dataclass" in holder.info.decorators else "plain_object"
    values = tuple(value for slot in holder.attributes.values() for _, value in slot.entries)
    yield from _all_in(project, values, pattern, holder.class_name)


def _in_container(project: Project, container: Collection | Mapping) -> Iterator[Held]:
    kind = container.kind if isinstance(container, Collection) else "dict"
    if isinstance(container, Collection):
        values = container.values()
    else:
        values = [value for slot in container.slots.values() for _, value in slot.entries] + container.open_marks
    for value in values:
        for _, leaf in alternatives(value):
            if isinstance(leaf, Instance) and kind not in ("set", "frozenset"):
                yield from _in_object(project, leaf)
            elif isinstance(leaf, Instance):
                yield from _all_in(project, (leaf,), kind, f"a {kind}")
            elif isinstance(leaf, Collection | Mapping):
                inner = leaf.kind if isinstance(leaf, Collection) else "dict"
                pattern = _NESTED.get((kind, inner), _NESTED["list", "list"])
                yield from _all_in(project, (leaf,), pattern, f"a {inner} in a {kind}")
