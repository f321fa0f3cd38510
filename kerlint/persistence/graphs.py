"""What a saved model is made of: the layers of its graph, the operations between them, and what is compiled in.

Turns a model's value and the trace that built it into nodes. A layer that another layer or model holds inside is no
node: only what is itself serialised counts. Knows nothing of paths.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from kerlint.execution.events import Construction, LayerCall, MethodCall, Trace
from kerlint.execution.values import (
    UNFOLLOWED,
    Choice,
    Collection,
    Derived,
    FunctionValue,
    Instance,
    Literal,
    Mapping,
    Reference,
    Text,
    Value,
    alternatives,
)
from kerlint.records import dataclass
from kerlint.semantics.overriding import calls_of_keras

_OPERATORS = frozenset(("+", "-", "*", "/", "//", "%", "**", "@", "index"))
_LIMIT = 2000


@dataclass(slots=True, eq=False)
class Graph:
    """The nodes of a model. `is_complete` is false where a part of it is not known."""

    layers: list[Instance] = field(default_factory=list)
    operations: list[Derived] = field(default_factory=list)
    is_complete: bool = True


def graph_of(model: Instance, trace: Trace) -> Graph:
    """The graph of a model that was built in this trace."""
    return trace.answer((graph_of, model), lambda: _walked(model, trace))  # a program may save one model many times


def _walked(model: Instance, trace: Trace) -> Graph:
    graph = Graph()
    _Walk(trace, graph).model(model)
    return graph


class _Walk:
    def __init__(self, trace: Trace, graph: Graph) -> None:
        self.graph = graph
        self.seen: set[int] = set()
        self.calls: dict[int, LayerCall] = {}
        self.computing: dict[int, bool] = {}
        self.built_here = {event.instance.number for event in trace.of(Construction)}
        for call in trace.of(LayerCall):
            if call.instance.info is not None and calls_of_keras(call.instance.info) is False:
                continue  # its own `__call__` makes no node: what it calls inside does
            known = self.calls.get(call.result.number)
            if known is None or len(call.stack) < len(known.stack):
                self.calls[call.result.number] = call

    def model(self, model: Instance) -> None:
        """A model that is saved, or a model that is a node of another one."""
        if model.number in self.seen:
            return
        self.seen.add(model.number)
        if model.info is not None:
            self.graph.layers.append(model)
            return
        if model.number not in self.built_here:
            self.graph.is_complete = False
        if model.class_name == "keras.Sequential":
            for slot_value in (value for slot in (model.attributes.get("layers"),) if slot for _, value in slot.entries):
                self.members(slot_value)
        elif model.class_name == "keras.Model":
            outputs = model.arguments.get("outputs", 1)
            if outputs is None:
                self.graph.is_complete = False
            else:
                self.tensor(outputs)
        else:
            self.graph.layers.append(model)

    def members(self, value: Value) -> None:
        """The layers of a Sequential."""
        if not isinstance(value, Collection):
            self.graph.is_complete = False
            return
        self.graph.is_complete = self.graph.is_complete and not value.is_open
        for member in value.values():
            for _, leaf in alternatives(member):
                if isinstance(leaf, Instance):
                    self.layer(leaf)

    def layer(self, layer: Instance) -> None:
        """A layer that is a node; a nested model brings its own nodes, a wrapper what it is given."""
        if layer.number in self.seen:
            return
        if layer.info is None and layer.class_name in ("keras.Sequential", "keras.Model"):
            self.model(layer)
            return
        self.seen.add(layer.number)
        self.graph.layers.append(layer)
        if layer.info is None:
            for argument in layer.arguments.values():
                if isinstance(argument, Instance) and _is_layer(argument):
                    self.layer(argument)

    def tensor(self, value: Value) -> None:
        """What a tensor was made by, back to the inputs."""
        pending = [value]
        while pending and len(self.seen) < _LIMIT:
            current = pending.pop()
            if isinstance(current, Instance):
                continue
            call = self.calls.get(current.number)
            if current.number in self.seen:
                continue
            self.seen.add(current.number)
            if call is not None:
                self.layer(call.instance)
                pending.extend(call.arguments.values())
            elif isinstance(current, Derived):
                pending.extend(self.made_by(current))
            elif isinstance(current, Choice):
                pending.extend(inner for _, inner in current.alternatives)
            elif isinstance(current, Collection):
                pending.extend(current.values())
            elif isinstance(current, Mapping):
                pending.extend(value for slot in current.slots.values() for _, value in slot.entries)
            elif not isinstance(current, (Literal, Text)):
                self.graph.is_complete = False

    def computes(self, value: Derived) -> bool:
        """Whether an operator certainly works on a tensor: `model.inputs[1]` and `a.outputs + b.outputs` are lists."""
        known = self.computing.get(value.number)
        if known is None:
            self.computing[value.number] = False
            if value.operator == "index":
                known = len(value.operands) > 2 or self.is_tensor(value.operands[0], alone=True)
            else:
                known = any(self.is_tensor(operand) for operand in value.operands)
            self.computing[value.number] = known
        return known

    def is_tensor(self, value: Value, *, alone: bool = False) -> bool:
        """Whether a value is certainly what a layer gives; `alone`: and no list of several tensors."""
        if isinstance(value, Choice):
            return all(self.is_tensor(inner, alone=alone) for _, inner in value.alternatives)
        if not isinstance(value, Derived):
            return False
        call = self.calls.get(value.number)
        if call is not None:
            return not alone or (value.channels is not None and not _may_give_several(call))
        if value.operator in _OPERATORS:
            return self.computes(value)
        function = value.operands[0] if value.operator == "call" and value.operands else None
        return isinstance(function, Reference) and function.name in ("keras.Input", "keras.layers.Input")

    def made_by(self, value: Derived) -> Iterator[Value]:
        """The operands of an operation on tensors, which is noted."""
        if value.operator in _OPERATORS:
            if self.computes(value):
                self.graph.operations.append(value)
            else:
                self.graph.is_complete = False
        elif value.operator == "call" and value.operands:
            function = value.operands[0]
            if isinstance(function, Instance):
                self.layer(function)
            elif isinstance(function, Reference) and function.name in ("keras.Input", "keras.layers.Input"):
                return
            elif isinstance(function, Reference):
                self.graph.operations.append(value)
            elif isinstance(function, Derived) and function.operator.startswith("attribute:"):
                self.graph.is_complete = False
                yield from function.operands
        elif value.operator == UNFOLLOWED:  # nobody knows what of all that it was given stands in the graph
            self.graph.is_complete = False
            return
        elif value.operator not in ("element", "slice", "tuple"):
            self.graph.is_complete = False
        yield from value.operands


def _is_layer(value: Instance) -> bool:
    return value.module.project.kind_of_instance(value) in ("layer", "model")


def _may_give_several(call: LayerCall) -> bool:
    """Whether a call can give a list: a layer asked for its states or scores, a wrapper, a model, or a class of the project."""
    layer = call.instance
    if layer.info is not None or layer.class_name == "keras.Model":
        return True
    asked = {*layer.arguments.keywords, *call.arguments.keywords}
    return any(name.startswith("return_") and name != "return_sequences" for name in asked) or any(
        isinstance(argument, Instance) and _is_layer(argument) for argument in layer.arguments.values()
    )


# --- what goes into the file beside the graph -----------------------------------------------------------------------------


def compiled_with(model: Instance, trace: Trace, before: int | None = None) -> MethodCall | None:
    """The last `compile` of a model in a trace, before an event of that order."""
    found = None
    for event in trace.answer(compiled_with, lambda: [e for e in trace.of(MethodCall) if e.method == "compile"]):
        if event.receiver.number == model.number and (before is None or event.order < before):
            found = event
    return found


def leaves_of(value: Value | None) -> Iterator[Value]:
    """The single values in lists, dicts and choices."""
    pending = [value] if value is not None else []
    while pending:
        current = pending.pop()
        if isinstance(current, Choice):
            pending.extend(inner for _, inner in current.alternatives)
        elif isinstance(current, Collection):
            pending.extend(current.values())
        elif isinstance(current, Mapping):
            pending.extend(inner for slot in current.slots.values() for _, inner in slot.entries)
        else:
            yield current


def given_to(layer: Instance) -> Iterator[Value]:
    """The objects that a layer of Keras is given and writes into its configuration: functions and objects of classes."""
    if layer.info is None:
        for argument in layer.arguments.values():
            for leaf in leaves_of(argument):
                if isinstance(leaf, (FunctionValue, Instance)):
                    yield leaf
