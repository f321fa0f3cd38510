"""What an object keeps from one call to the next: the statistics of its inputs, a recurrent state, variables of its own.

Turns an `Instance` into the `State` that its calls in training write, directly or in a layer that it holds and whose
calls are not followed. Which classes of Keras do so is measured and comes from `kerlint.knowledge`.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from kerlint.execution.events import MethodCall
from kerlint.execution.values import (
    Derived,
    Instance,
    Parameter,
    SuperValue,
    Value,
    alternatives,
    is_literal,
    literal,
    parts_of,
)
from kerlint.knowledge import KerasClass
from kerlint.project import Project
from kerlint.records import dataclass
from kerlint.semantics.classes import ClassInfo

SPECTRAL_NORMALIZATION = "keras.layers.SpectralNormalization"
_ASSIGNING = frozenset(("assign", "assign_add", "assign_sub"))


class Kind(Enum):
    """What is kept."""

    STATISTICS = "moving statistics"
    """Averages over the inputs, written in training and read in inference."""
    CARRIED = "carried state"
    """What a stateful recurrent layer hands from one call to the next, in inference too."""
    OWN = "state of its own"
    """Non-trainable weights that a custom layer assigns from its inputs."""
    ITERATION = "power iteration"
    """Moves on at each call, whatever the inputs are."""


@dataclass(frozen=True, slots=True)
class State:
    """What a call writes, and the layer that keeps it (the called object itself, or one that it holds)."""

    kind: Kind
    keeper: Instance


def state_of(instance: Instance, project: Project) -> State | None:
    """What a call of the object itself writes in training; None for nothing."""
    base = keras_base(instance)
    if base is None or instance_is_frozen(instance):
        return None
    kind: Kind | None = None
    if base.is_a(SPECTRAL_NORMALIZATION):
        kind = Kind.ITERATION
    elif base.stateful_argument and _is_true(instance.arguments.get("stateful")):
        kind = Kind.CARRIED
    elif base.updates_state_in_training:
        kind = Kind.STATISTICS if _normalises(instance, project) else None
    elif instance.info is not None and _assigns_from_inputs(instance.info, project):
        kind = Kind.OWN
    return State(kind, instance) if kind is not None else None


def held_state(instance: Instance, project: Project) -> State | None:
    """What is written inside an object whose calls are not followed: a wrapper, or a functional model."""
    for inner in inside(instance):
        state = state_of(inner, project)
        if state is not None and inner is not instance:
            return state
    return None


def inside(instance: Instance) -> Iterator[Instance]:
    """The object and every layer that it is known to hold, down to the last, unless it is frozen as a whole."""
    seen: set[int] = set()
    pending: list[Value] = [instance]
    while pending:
        value = pending.pop(0)
        if value.number in seen:
            continue
        seen.add(value.number)
        if isinstance(value, Instance):
            if instance_is_frozen(value):
                continue
            yield value
            pending.extend(inner for slot in value.attributes.values() for _, inner in slot.entries)
            pending.extend(_given_layers(value))
        else:
            pending.extend(parts_of(value))


def _given_layers(instance: Instance) -> Iterator[Value]:
    """What an object of Keras was made of: the layer of a wrapper, the outputs of a functional model."""
    if instance.info is not None and instance.info.constructor is not None:
        return
    for name, position in (("layer", 0), ("outputs", 1)):
        value = instance.arguments.get(name, position if _takes(instance, name) else None)
        if value is not None:
            yield value


def _takes(instance: Instance, name: str) -> bool:
    base = keras_base(instance)
    if base is None:
        return False
    return base.is_a("keras.Model") if name == "outputs" else base.parameter(name) is not None


def holds_layers(instance: Instance) -> bool:
    """Whether an object of Keras is known to hold other layers: a functional model, a Sequential, a wrapper."""
    return any(inner is not instance for inner in inside(instance))


def keras_base(instance: Instance) -> KerasClass | None:
    """The class of Keras that an object is of, or is first derived from."""
    if instance.info is not None:
        return instance.info.keras_base
    return instance.module.knowledge.find_class(instance.class_name)


def instance_is_frozen(instance: Instance) -> bool:
    """Whether `trainable=False` is given or set, and never anything else."""
    set_to = [value for name, value, _ in instance.stores if name == "trainable"]
    if set_to:
        return all(is_literal(value, False) for value in set_to)
    return is_literal(instance.arguments.get("trainable"), False)


def keeps_statistics(instance: Instance) -> bool:
    """Whether an object is of a class that updates its state in training, frozen or not."""
    base = keras_base(instance)
    return base is not None and base.updates_state_in_training


def _is_true(value: Value | None) -> bool:
    return value is not None and any(is_literal(leaf, True) for _, leaf in alternatives(value))


def _normalises(instance: Instance, project: Project) -> bool:
    """Whether a subclass leaves the layer's own way to update in place, or calls it as it likes."""
    if instance.info is None:
        return True
    overridden = instance.info.find_method("call")
    if overridden is None:
        return True
    trace = project.class_run(instance.info).passes.get("call")
    if trace is None:
        return False
    calls = [e for e in trace.of(MethodCall) if e.method in ("call", "__call__") and isinstance(e.receiver, SuperValue)]
    return any(not is_literal(e.arguments.get("training", 1), False) for e in calls)


def _assigns_from_inputs(info: ClassInfo, project: Project) -> bool:
    """Whether `call` of a layer of the project assigns something made of its inputs to a weight that is not trained."""
    found = info.find_method("call")
    trace = project.class_run(info).passes.get("call")
    if found is None or trace is None or info.kind != "layer":
        return False
    own = {id(parameter) for parameter in found[1].parameters}
    return any(
        event.method in _ASSIGNING
        and not event.is_deferred
        and _is_untrained_weight(event.receiver)
        and any(_comes_from(value, own) for value in event.arguments.values())
        for event in trace.of(MethodCall)
    )


def _is_untrained_weight(value: Value) -> bool:
    return any(_is_untrained(leaf) for _, leaf in alternatives(value))


def _is_untrained(value: Value) -> bool:
    if not isinstance(value, Derived) or value.operator != "call" or not value.operands:
        return False
    made_by = value.operands[0]
    is_maker = (isinstance(made_by, Derived) and made_by.operator == "attribute:add_weight") or getattr(
        made_by, "name", ""
    ) in ("tensorflow.Variable", "keras.Variable")
    given = dict(zip(value.keywords, value.operands[len(value.operands) - len(value.keywords) :], strict=True))
    return is_maker and "trainable" in given and literal(given["trainable"]) is False


def _comes_from(value: Value, parameters: set[int]) -> bool:
    seen: set[int] = set()
    pending = [value]
    while pending:
        current = pending.pop()
        if current.number in seen:
            continue
        seen.add(current.number)
        if isinstance(current, Parameter) and id(current.facts) in parameters:
            return True
        pending.extend(parts_of(current))
    return False
