"""What variables an object brings with it, and whether they wait for `build`.

An object of Keras is judged by what was measured of its class; an object of the project by what its constructor and `build`
do. A wrapper is judged without the layer that it is given. What is not understood has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kerlint.execution.events import Construction, FunctionCall, LayerCall, MethodCall, Trace
from kerlint.execution.running import ClassRun
from kerlint.execution.values import (
    Collection,
    Derived,
    FunctionValue,
    Instance,
    Mapping,
    Parameter,
    Reference,
    SuperValue,
    Value,
    alternatives,
    is_literal,
    literal,
)
from kerlint.knowledge import KerasClass
from kerlint.preprocessing.story import allocation
from kerlint.project import Project
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.overriding import calls_of_keras

LAYER_KINDS = ("layer", "model")
CREATES_WEIGHT = ("add_weight", "add_variable")
_BUILDING = ("build", "call", "__call__")
VARIABLE_FUNCTIONS = ("tensorflow.Variable", "keras.Variable", "keras.backend.variable")


def is_layer(project: Project, value: Value) -> bool:
    """Whether a value is a layer or a model."""
    return isinstance(value, Instance) and project.kind_of_instance(value) in LAYER_KINDS


def is_called_by_keras(info: ClassInfo) -> bool:
    """Whether each call of its objects is one of Keras's: where a class has its own `__call__` that goes round Keras's, `call`
    is a function like others, run where the object is called, and what it makes belongs to the graph around.
    """
    return all(calls_of_keras(base) is True for base in info.project_classes())


def is_never_called_by_keras(info: ClassInfo) -> bool:
    """Whether no call of its objects is one of Keras's."""
    return any(calls_of_keras(base) is False for base in info.project_classes())


def instances_in(value: Value) -> Iterator[Instance]:
    """The objects in a value and in the containers in it, in order."""
    seen: set[int] = set()
    pending = [value]
    while pending:
        current = pending.pop()
        if current.number in seen:
            continue
        seen.add(current.number)
        if isinstance(current, Instance):
            yield current
        elif isinstance(current, Collection):
            pending.extend(reversed(current.values()))
        elif isinstance(current, Mapping):
            pending.extend(entry for slot in current.slots.values() for _, entry in slot.entries)
            pending.extend(current.open_marks)
        else:
            pending.extend(leaf for _, leaf in alternatives(current) if leaf is not current)


def given_layers(project: Project, instance: Instance) -> list[Instance]:
    """The layers that a wrapper, a Sequential or a stack of cells is made of."""
    values = list(instance.arguments.values())
    for slot in instance.attributes.values() if instance.info is None else ():
        values.extend(value for _, value in slot.entries)
    return [held for value in values for held in instances_in(value) if is_layer(project, held)]


def has_weights(project: Project, instance: Instance) -> bool:
    """Whether weights belong to it or to its parts, so that a file has something to keep of it."""
    return _any_part(project, instance, lambda known: known.has_weights, set())


def creates_variables(project: Project, instance: Instance) -> bool:
    """Whether making and calling it makes variables, the state of a random generator included."""
    if instance.info is None:
        known = instance.module.knowledge.find_class(instance.class_name)
        if known is None or known.kind not in LAYER_KINDS:
            return False
        if known.has_weights:
            return True
        return known.has_seed_state and not _is_wrapper(known) and not _is_switched_off(known, instance)
    return _any_part(project, instance, lambda known: known.has_weights or known.has_seed_state, set())


def _is_wrapper(known: KerasClass) -> bool:
    """Whether it is made round another layer, whose random generator it was measured with."""
    return known.parameter("layer") is not None or known.parameter("cell") is not None


def _is_switched_off(known: KerasClass, instance: Instance) -> bool:
    """`Dropout(0)` and its like need no random generator."""
    amount = _amount(known, instance)
    return is_literal(amount, 0) or is_literal(amount, 0.0)


def _amount(known: KerasClass, instance: Instance) -> Value | None:
    """The rate of a Dropout, and what is like it in others: their first parameter."""
    return instance.arguments.get(known.parameters[0].name, 0) if known.parameters else None


def off_unless_given(instance: Instance) -> str | None:
    """The parameter on which the random generator of a layer waits: it is 0 unless somebody says otherwise."""
    known = instance.module.knowledge.find_class(instance.class_name) if instance.info is None else None
    amount = _amount(known, instance) if known is not None else None
    default = amount.facts.default if isinstance(amount, Parameter) else None
    is_zero = isinstance(default, ir.Constant) and type(default.value) in (int, float) and default.value == 0
    return amount.name if isinstance(amount, Parameter) and is_zero else None


def _any_part(project: Project, instance: Instance, holds: Callable[[KerasClass], bool], seen: set[int]) -> bool:
    if instance.number in seen:
        return False
    seen.add(instance.number)
    if instance.info is None:
        known = instance.module.knowledge.find_class(instance.class_name)
        if known is not None and known.kind in LAYER_KINDS and holds(known):
            return True
        return any(_any_part(project, part, holds, seen) for part in given_layers(project, instance))
    base = instance.info.keras_base
    if base is None or base.kind not in LAYER_KINDS:
        return False
    if holds(base):
        return True
    run = project.class_run(instance.info)
    return any(
        creates_weight(event) or (isinstance(event, Construction) and _any_part(project, event.instance, holds, seen))
        for trace in (run.init, run.build)
        if trace is not None
        for event in trace.events
    )


def creates_weight(event: object) -> bool:
    """Whether an event makes a weight or a variable."""
    if isinstance(event, MethodCall):
        return event.method in CREATES_WEIGHT and isinstance(event.receiver, (Instance, SuperValue))
    return isinstance(event, FunctionCall) and event.name in VARIABLE_FUNCTIONS


def waits_for_build(project: Project, instance: Instance, built: set[int]) -> bool:
    """Whether it has weights that come into being only when it, or a part of it, is built or called; `built` are already."""
    return _waits(project, instance, set(built))


def _waits(project: Project, instance: Instance, seen: set[int]) -> bool:
    if instance.number in seen:
        return False
    seen.add(instance.number)
    if instance.info is not None:
        return _project_object_waits(project, instance, seen)
    if instance.class_name == "keras.Sequential":
        parts = given_layers(project, instance)
        return not _knows_its_input(instance, parts) and any(_waits(project, part, seen) for part in parts)
    known = instance.module.knowledge.find_class(instance.class_name)
    if known is None or known.kind != "layer":
        return False
    return known.has_weights or any(_waits(project, part, seen) for part in given_layers(project, instance))


def _knows_its_input(sequential: Instance, parts: list[Instance]) -> bool:
    """Whether a Sequential begins with an input, or its first layer is told the shape of one."""
    if any("input" in keyword for part in parts[:1] for keyword in part.arguments.keywords):
        return True
    values = [*sequential.arguments.values(), *(v for slot in sequential.attributes.values() for _, v in slot.entries)]
    first = [value.values()[0] for value in values if isinstance(value, Collection) and value.elements]
    return any(
        (isinstance(value, Instance) and value.class_name == "keras.layers.InputLayer")
        or (isinstance(value, Derived) and value.operator == "call" and _is_input(value.operands[0]))
        or not isinstance(value, Instance)
        for value in first
    )


def _is_input(callee: Value) -> bool:
    return isinstance(callee, Reference) and callee.name == "keras.Input"


def _project_object_waits(project: Project, instance: Instance, seen: set[int]) -> bool:
    info = instance.info
    if info is None or not info.is_fully_known or info.kind not in LAYER_KINDS:
        return False
    run = project.class_run(info)
    if is_functional(run):
        return False
    base = info.keras_base
    if base is not None and base.has_weights:
        return True
    if run.build is not None and any(creates_weight(event) for event in run.build.events):
        return True
    ready = _built_by_the_constructor(run)
    return any(_waits(project, part, seen) for part in _parts_of(instance) if allocation(part) not in ready)


def _built_by_the_constructor(run: ClassRun) -> set[int]:
    """The places where a class makes parts that its own constructor then builds: parts of another object of it are others."""
    built = built_in(run.init)
    return {allocation(part) for part in _parts_of(run.instance) if part.number in built} if run.instance is not None else set()


def _parts_of(instance: Instance) -> list[Instance]:
    return [part for slot in instance.attributes.values() for _, value in slot.entries for part in instances_in(value)]


def is_functional(run: ClassRun) -> bool:
    """Whether a class hands inputs and outputs to `super().__init__`, so that it is a finished graph."""
    return run.init is not None and any(
        event.method == "__init__"
        and isinstance(event.receiver, SuperValue)
        and (len(event.arguments.positional) >= 2 or "inputs" in event.arguments.keywords)
        for event in run.init.of(MethodCall)
    )


def built_in(trace: Trace | None) -> set[int]:
    """The objects that a trace builds or calls, or may: what is given to an unknown function, by number."""
    built: set[int] = set()
    for event in trace.events if trace is not None else ():
        if isinstance(event, LayerCall):
            built.add(event.instance.number)
        elif isinstance(event, MethodCall) and event.method == "build":
            layer = event.receiver
            built |= {layer.number} if isinstance(layer, Instance) and not _builds_nothing(layer) else set()
        elif isinstance(event, FunctionCall) and not event.name:
            built |= {part.number for value in event.arguments.values() for part in _reached_from(value)}
        for site in event.stack:
            callee = site.callee
            receiver = callee.receiver if isinstance(callee, FunctionValue) else None
            if isinstance(receiver, Instance) and site.function is not None and site.function.name in _BUILDING:
                built.add(receiver.number)
    return built


def _reached_from(value: Value) -> Iterator[Instance]:
    """The objects in a value, and what they hold."""
    seen: set[int] = set()
    pending = list(instances_in(value))
    while pending:
        current = pending.pop()
        if current.number not in seen:
            seen.add(current.number)
            yield current
            pending.extend(_parts_of(current))


def _builds_nothing(layer: Instance) -> bool:
    """Whether its `build` is the one of Keras's bare Layer, which leaves what the layer holds as it is."""
    info = layer.info
    if info is None or info.kind != "layer" or not info.is_fully_known or info.find_method("build") is not None:
        return False
    return info.keras_base is not None and info.keras_base.name == "keras.layers.Layer"


def has_own_name(project: Project, instance: Instance) -> bool | None:
    """Whether a layer was named by its author: True, False for an automatic name, None where that is not known."""
    name = instance.arguments.keywords.get("name")
    if name is not None:
        return None if literal(name) is None and not is_literal(name, None) else not is_literal(name, None)
    if instance.arguments.is_open:
        return None
    if instance.info is None:
        return False
    constructor = project.class_run(instance.info).init
    calls = [e for e in constructor.of(MethodCall) if e.method == "__init__"] if constructor is not None else []
    return None if any("name" in call.arguments.keywords for call in calls) else False
