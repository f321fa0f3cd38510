"""Whether a model has its variables at a point of a trace.

Turns what happened to a model so far into built, built by its shape alone, not built, or nobody knows. Knows nothing of
weights files.
"""

from __future__ import annotations

from enum import Enum

from kerlint.execution.events import AttributeStore, Event, FunctionCall, LayerCall, MethodCall, Trace
from kerlint.execution.values import Collection, Instance, SuperValue, Value, alternatives, parts_of
from kerlint.preprocessing.holding import Holdings
from kerlint.preprocessing.story import RUNS, is_model
from kerlint.semantics.classes import ClassInfo

SEQUENTIAL = "keras.Sequential"
INPUTS = ("keras.Input", "keras.layers.InputLayer")
SHAPED_BY = ("input_shape", "batch_input_shape", "input_dim", "batch_shape")
QUIET_METHODS = frozenset(("compile", "load_weights", "__init__", "append", "add", "extend", "info", "debug", "format"))
QUIET_FUNCTIONS = frozenset(f"builtins.{name}" for name in ("print", "len", "type", "isinstance", "str", "id"))


class Readiness(Enum):
    """What a model has of its variables."""

    NONE = "none"
    BY_SHAPE = "built by its shape, which calls nothing"
    MAYBE = "nobody knows"


def readiness(trace: Trace, model: Instance, before: Event, holdings: Holdings) -> Readiness:
    """What a model that the trace has made has of its variables when an event comes."""
    if not can_be_unbuilt(model, holdings):
        return Readiness.MAYBE
    parts = {found.number for found in holdings.of(model)}
    found = Readiness.NONE
    for event in trace.events:
        if event.order >= before.order:
            break
        match event:
            case LayerCall() if event.instance.number in parts:
                return Readiness.MAYBE
            case LayerCall() | FunctionCall() if _is_given(model, event) and not _is_quiet(event):
                return Readiness.MAYBE
            case MethodCall() if _is_receiver(model, event.receiver):
                if event.method == "build" and model.info is not None:
                    if model.info.find_method("build") is not None:
                        return Readiness.MAYBE
                    found = Readiness.BY_SHAPE
                elif event.method in RUNS or event.method not in QUIET_METHODS:
                    return Readiness.MAYBE
            case MethodCall() if event.method == "build" and _is_part(model, event.receiver, holdings):
                return Readiness.MAYBE
            case MethodCall() if event.method not in QUIET_METHODS and _is_given(model, event):
                return Readiness.MAYBE
            case AttributeStore() if event.name == "built" and _is_receiver(model, event.instance):
                return Readiness.MAYBE
    return found


def can_be_unbuilt(model: Instance, holdings: Holdings) -> bool:
    """Whether the model has no variables before something builds it."""
    if model.is_symbolic or model.arguments.is_open:
        return False
    if model.info is not None:
        return is_plain_subclass(model.info) and not holdings.is_functional(model)
    if model.class_name != SEQUENTIAL:
        return False
    held = [value for slot in model.attributes.values() for _, value in slot.entries]
    if len(held) != 1 or not isinstance(held[0], Collection) or held[0].is_open or not held[0].elements:
        return False
    return all(_knows_no_input(value) for value in held[0].values())


def is_plain_subclass(info: ClassInfo) -> bool:
    """Whether a class is a direct subclass of Model all of whose bases are known, with no way of its own but `build`."""
    base = info.keras_base
    if info.kind != "model" or not info.is_fully_known or base is None or base.name != "keras.Model":
        return False
    own = ("__new__", "__call__", "load_weights", "build_from_config")
    return info.find_method("call") is not None and all(info.find_method(name) is None for name in own)


def has_unbuilt_layer(model: Instance, holdings: Holdings) -> bool:
    """Whether a part of a subclassed model gets its variables only by being called."""
    for part in holdings.of(model):
        if part.number == model.number:
            continue
        if part.info is None:
            known = part.module.knowledge.find_class(part.class_name)
            if known is not None and known.kind == "layer" and known.has_weights and _stands_alone(part, model, holdings):
                return True
    return False


def _stands_alone(layer: Instance, model: Instance, holdings: Holdings) -> bool:
    """Whether no functional model, and no Sequential that knows its input, holds the layer inside the model."""
    for part in holdings.of(model):
        if part.number in (model.number, layer.number) or not is_model(part) or part.info is not None:
            continue
        if any(found.number == layer.number for found in holdings.of(part)):
            return part.class_name == SEQUENTIAL and can_be_unbuilt(part, holdings)
    return True


def _knows_no_input(layer: Value) -> bool:
    """Whether a layer of a Sequential is one of Keras, or of the project, that says nothing of its input."""
    if not isinstance(layer, Instance) or layer.class_name in INPUTS or is_model(layer):
        return False
    if layer.info is not None and layer.info.kind != "layer":
        return False
    given = [inner for inner in (layer, *layer.arguments.values()) if isinstance(inner, Instance)]
    return all(not inner.arguments.is_open and not any(name in inner.arguments.keywords for name in SHAPED_BY) for inner in given)


def _is_receiver(model: Instance, receiver: Value) -> bool:
    if isinstance(receiver, SuperValue):
        return False
    return any(found.number == model.number for _, found in alternatives(receiver))


def _is_part(model: Instance, receiver: Value, holdings: Holdings) -> bool:
    return any(_is_receiver(part, receiver) for part in holdings.of(model))


def _is_given(model: Instance, event: LayerCall | FunctionCall | MethodCall) -> bool:
    """Whether the model, or something with it inside, is among the arguments."""
    return any(_mentions(value, model) for value in event.arguments.values())


def _mentions(value: Value, model: Instance) -> bool:
    seen: set[int] = set()
    pending = [value]
    while pending:
        current = pending.pop()
        if current.number == model.number:
            return True
        if current.number in seen:
            continue
        seen.add(current.number)
        if isinstance(current, Instance):
            pending.extend(value for slot in current.attributes.values() for _, value in slot.entries)
        pending.extend(parts_of(current))
    return False


def _is_quiet(event: Event) -> bool:
    return isinstance(event, FunctionCall) and event.name in QUIET_FUNCTIONS

