"""What a model holds: its layers, theirs, and the pretrained networks it is built upon.

Turns a model or a tensor into the objects that stand in it. Knows nothing of order and of what happens to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kerlint.execution.events import MethodCall, Trace
from kerlint.execution.values import Derived, Instance, Parameter, Reference, SuperValue, Value, alternatives, parts_of

APPLICATIONS = "keras.applications."
FUNCTIONAL = "keras.Model"


class Holdings:
    """Answers what an object holds, in the traces that it was given."""

    def __init__(self, traces: Iterable[Trace]) -> None:
        self._graphs: dict[int, list[Value]] = {}
        for trace in traces:
            for event in trace.of(MethodCall):
                if event.method == "__init__" and isinstance(event.receiver, SuperValue):
                    graph = self._graphs.setdefault(event.receiver.instance.number, [])
                    graph.extend(event.arguments.values())

    def of(self, value: Value) -> list[Instance]:
        """The objects in a value, itself included."""
        return [found for found in self._walk(value) if isinstance(found, Instance)]

    def pretrained(self, value: Value) -> list[Derived]:
        """The calls of `keras.applications` that a model is built upon."""
        return [found for found in self._walk(value) if isinstance(found, Derived)]

    def is_functional(self, model: Instance) -> bool:
        """Whether an object of a subclass of Model is made from inputs and outputs."""
        return bool(self._graphs.get(model.number))

    def _walk(self, value: Value) -> Iterator[Value]:
        seen: set[int] = set()
        pending = [value]
        while pending:
            current = pending.pop()
            if current.number in seen:
                continue
            seen.add(current.number)
            if isinstance(current, Instance):
                yield current
                pending.extend(self._parts(current))
                continue
            if isinstance(current, Derived) and is_application(current):
                yield current
            pending.extend(parts_of(current))

    def _parts(self, instance: Instance) -> Iterator[Value]:
        for slot in instance.attributes.values():
            for _, value in slot.entries:
                yield from _objects_in(value)
        if instance.info is None:
            for value in instance.arguments.values():
                yield from (value,) if instance.class_name == FUNCTIONAL else _objects_in(value)
        yield from self._graphs.get(instance.number, ())


def _objects_in(value: Value) -> Iterator[Value]:
    """The objects in a value and in containers, but not those that a tensor or a number was made with."""
    pending, seen = [value], set[int]()
    while pending:
        current = pending.pop()
        if current.number in seen:
            continue
        seen.add(current.number)
        if isinstance(current, Instance) or is_application(current):
            yield current
        elif not isinstance(current, (Derived, Parameter)):
            pending.extend(parts_of(current))


def is_application(value: Value) -> bool:
    """Whether a value is a network made by a function of `keras.applications`."""
    if not isinstance(value, Derived) or value.operator != "call" or not isinstance(value.operands[0], Reference):
        return False
    return value.operands[0].name.startswith(APPLICATIONS)


def owners_of(value: Value) -> list[Instance]:
    """The objects at the root of `model.layers[0]`, `model.get_layer("x")` or `self.model`."""
    found: list[Instance] = []
    pending = [value]
    for _ in range(12):
        if not pending:
            break
        current = pending.pop()
        for _, leaf in alternatives(current):
            if isinstance(leaf, Instance):
                found.append(leaf)
            elif isinstance(leaf, Derived) and leaf.operands and _leads_on(leaf):
                pending.append(leaf.operands[0])
    return found


def _leads_on(value: Derived) -> bool:
    return value.operator in ("index", "element", "call", "getattr", "items", "values", "enumerate", "reversed") or (
        value.operator.startswith("attribute:")
    )


def carried(value: Value, holdings: Holdings) -> Iterator[Instance]:
    """The objects that are handed on with a value: in containers and in the objects themselves, not in tensors they made."""
    for found in _objects_in(value):
        yield from holdings.of(found)
