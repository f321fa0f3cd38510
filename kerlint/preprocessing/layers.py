"""Layers that learn by `adapt`: which objects are such layers, and whether they were given what they would learn.

Turns an `Instance` into the Keras layer that it is, with the words a message needs. Knows nothing of models and of order.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.values import Collection, Derived, Instance, Reference, Value, alternatives, is_literal
from kerlint.knowledge import KerasClass

STATE = {"Normalization": "mean and variance", "Discretization": "bin boundaries"}
"""What `adapt` finds out; of every other layer that adapts it is the vocabulary."""

GIVEN_BY = ("mean", "variance", "bin_boundaries", "bins", "vocabulary")
"""The constructor arguments that say beforehand what `adapt` would find out."""


def adapting_class(instance: Instance) -> KerasClass | None:
    """The layer of Keras that an object is, when it is one that adapts."""
    if instance.info is not None:
        return None
    known = instance.module.knowledge.find_class(instance.class_name)
    return known if known is not None and known.adapts else None


def short_name(instance: Instance) -> str:
    """The class as people call it."""
    return instance.class_name.rpartition(".")[2]


def state_of(instance: Instance) -> str:
    """What the layer learns, in words."""
    return STATE.get(short_name(instance), "vocabulary")


def is_given(instance: Instance) -> bool:
    """Whether its constructor may have been told what `adapt` would find out, or that nothing of it is needed."""
    known = adapting_class(instance)
    if known is None or instance.arguments.is_open or is_literal(instance.arguments.get("output_mode"), None):
        return True
    names = [parameter.name for parameter in known.parameters]
    for name in GIVEN_BY:
        value = instance.arguments.get(name, names.index(name) if name in names else None)
        if value is not None and not is_literal(value, None):
            return True
    return False


def learners(value: Value) -> list[Instance]:
    """The layers that adapt among what a value can be."""
    return [
        found for _, found in alternatives(value) if isinstance(found, Instance) and adapting_class(found) is not None
    ]


def is_made_up(data: Value) -> bool:
    """Whether the data of an `adapt` is a single constant or an array of zeros or ones: a sample only to build with."""
    if isinstance(data, Collection):
        values = data.values()
        return not data.is_open and len(values) == 1 and not isinstance(values[0], Derived) and _is_constant(values[0])
    if isinstance(data, Derived) and data.operator == "call" and isinstance(data.operands[0], Reference):
        name = data.operands[0].name.rpartition(".")[2]
        if name in ("zeros", "ones", "empty"):
            return True
        if name in ("constant", "array", "convert_to_tensor") and len(data.operands) > 1:
            return is_made_up(data.operands[1])
    return False


def _is_constant(value: Value) -> bool:
    return all(not isinstance(part, (Derived, Instance)) for part in _leaves(value))


def _leaves(value: Value) -> Iterator[Value]:
    if isinstance(value, Collection):
        for inner in value.values():
            yield from _leaves(inner)
    else:
        yield value
