"""Which models a program writes to files as a whole, and what stands in them.

Turns traces into the set of layers and models whose configuration a saved file holds. Knows nothing of messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kerlint.execution.events import Construction, LayerCall, MethodCall, Trace
from kerlint.execution.values import (
    Collection,
    Derived,
    FunctionValue,
    Instance,
    Value,
    alternatives,
    is_literal,
    literal,
    parts_of,
)
from kerlint.persistence.uses import CHECKPOINT, Operation, uses_in
from kerlint.project import Module, Project
from kerlint.records import dataclass
from kerlint.reuse.states import keras_base

_MOST_FILES = 8
"""Other files that are followed to see what becomes of a model."""


@dataclass(frozen=True, slots=True, eq=False)
class SavedModel:
    """A model that a trace writes, and whether the file is an HDF5 one."""

    model: Instance
    is_hdf5: bool


def saved_models(trace: Trace) -> Iterator[SavedModel]:
    """The models that a trace saves as a whole, by `save` or by a ModelCheckpoint that a `fit` is given."""
    for use in uses_in(trace):
        if use.operation is Operation.SAVE and use.subject is not None:
            path = literal(use.path) if use.path is not None else None
            is_hdf5 = isinstance(path, str) and path.endswith((".h5", ".hdf5"))
            for _, model in alternatives(use.subject):
                if isinstance(model, Instance):
                    yield SavedModel(model, is_hdf5)
    for event in trace.of(MethodCall):
        if event.method == "fit" and isinstance(event.receiver, Instance):
            callbacks = event.arguments.get("callbacks", 5)
            if callbacks is not None and any(_writes_whole_models(callback) for callback in _elements(callbacks)):
                yield SavedModel(event.receiver, False)


def _elements(value: Value) -> Iterator[Value]:
    for _, leaf in alternatives(value):
        yield from leaf.values() if isinstance(leaf, Collection) else (leaf,)


def _writes_whole_models(callback: Value) -> bool:
    if not isinstance(callback, Instance) or callback.class_name != CHECKPOINT:
        return False
    only = callback.arguments.get("save_weights_only")
    return only is None or is_literal(only, False)


def configured_in(model: Instance) -> Iterator[Instance]:
    """A model and every layer whose configuration its file holds: the nodes of its graph, and theirs.

    What a class of the project makes for itself is made again by its constructor, and is not among them.
    """
    return (part for part in _configured(model) if isinstance(part, Instance))


def is_node_of(layer: Instance, model: Instance, trace: Trace) -> bool:
    """Whether the graph of a model holds what a call of the layer gave, outside any class of the project."""
    given = {
        call.result.number for call in trace.of(LayerCall)
        if call.instance.number == layer.number and not any(_is_inside_a_layer(site.callee) for site in call.stack)
    }  # fmt: skip
    return bool(given) and any(part.number in given for part in _configured(model))


def _is_inside_a_layer(callee: Value) -> bool:
    receiver = callee.receiver if isinstance(callee, FunctionValue) else callee
    return isinstance(receiver, Instance) and receiver.info is not None and receiver.info.kind in ("layer", "model")


def _configured(model: Instance) -> Iterator[Value]:
    """The model, the layers in it, and the tensors between them."""
    seen: set[int] = set()
    pending: list[Value] = [model]
    while pending:
        value = pending.pop()
        if value.number in seen:
            continue
        seen.add(value.number)
        yield value
        if isinstance(value, Instance):
            pending.extend(_configured_parts(value))
        elif isinstance(value, Derived):
            pending.extend(value.operands)
        else:
            pending.extend(parts_of(value))


def _configured_parts(instance: Instance) -> Iterator[Value]:
    if instance.info is not None and instance.info.constructor is not None:
        return
    base = keras_base(instance)
    if base is None:
        return
    if base.is_a("keras.Sequential"):
        yield from (value for _, value in instance.attributes["layers"].entries) if "layers" in instance.attributes else ()
    elif base.is_a("keras.Model"):
        outputs = instance.arguments.get("outputs", 1)
        if outputs is not None:
            yield outputs
    elif (inner := instance.arguments.get("layer", 0)) is not None:
        yield inner


def traces_that_reach(module: Module, project: Project, trace: Trace) -> Iterator[Trace]:
    """The traces of the module, and those of the files that save something and may import what the trace makes."""
    yield from module.traces
    if trace.owner is not None:
        return
    used = re.compile(rf"\b{re.escape(trace.function.name)}\b" if trace.function is not None else r"\bsave")
    others = [o for o in project.files_using(module, module.path.stem) if o is not module and used.search(o.text)]
    for other in others[:_MOST_FILES]:
        yield from other.traces


def makes_model(event: Construction, class_name: str) -> bool:
    """Whether an object of this class of Keras, or of a subclass that leaves its constructor alone, is made."""
    base = keras_base(event.instance)
    own = event.instance.info is not None and event.instance.info.constructor is not None
    return base is not None and base.is_a(class_name) and not own
