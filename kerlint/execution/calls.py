"""What a call does: makes objects, calls layers, follows functions, and otherwise leaves an event."""

from __future__ import annotations

from dataclasses import replace

from kerlint.execution import containers, texts
from kerlint.execution.attributes import attribute
from kerlint.execution.events import Construction, FunctionCall, LayerCall, MethodCall, Site
from kerlint.execution.machine import LIBRARY, Frame, Machine
from kerlint.execution.shapes import channels_of, declared_shape, output_shape, rank_of
from kerlint.execution.values import (
    UNFOLLOWED,
    Arguments,
    ClassValue,
    Collection,
    Derived,
    FunctionValue,
    Instance,
    Mapping,
    Reference,
    Slot,
    SuperValue,
    Text,
    Value,
    literal,
    store,
)
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo, UnknownBase
from kerlint.semantics.walking import walk

CALLABLE_KINDS = ("layer", "model")
_GRAPH_METHODS = ("call", "__call__")


def call(machine: Machine, frame: Frame, callee: Value, arguments: Arguments, node: ir.Call) -> Value:
    """The outcome of calling a value that is no choice."""
    match callee:
        case ClassValue():
            return construct(machine, frame, callee.info, arguments, node)
        case FunctionValue():
            return _call_function(machine, frame, callee, arguments, node)
        case Instance():
            return call_instance(machine, frame, callee, arguments, node)
        case Reference():
            return _call_reference(machine, frame, callee, arguments, node)
        case Derived() if callee.operator.startswith("attribute:"):
            return _call_method(machine, frame, callee, callee.operator[10:], arguments, node)
        case Derived(operator="partial"):
            return _call_partial(machine, frame, callee, arguments, node)
    hand_over(machine, frame, arguments, node)
    result = machine.derived("call", callee, *arguments.values(), keywords=tuple(arguments.keywords))
    machine.record(FunctionCall, node, frame.module, "", arguments, result)
    return result


# --- objects ----------------------------------------------------------------------------------------------------------


def construct(machine: Machine, frame: Frame, info: ClassInfo, arguments: Arguments, node: ir.Node) -> Value:
    """Makes an object of a class of the project and follows its `__init__`, or its `__new__` where that gives another."""
    made = info.find_method("__new__")
    if made is not None and not _makes_its_own(made[1]):
        owner, facts = made
        of_class = machine.project.class_value(info.module, info.facts)
        number = machine.numbering.of("method", id(facts), of_class.number)
        function = FunctionValue(number, facts, owner.module, None, of_class, owner)
        return machine.enter(function, arguments, node, frame.module)
    instance = Instance(
        machine.numbering.fresh(), info.name, info, arguments, node, frame.module, machine.guard
    )
    machine.record(Construction, node, frame.module, instance)
    initialize(machine, frame, instance, arguments, node)
    return instance


def _makes_its_own(method: ir.FunctionFacts) -> bool:
    """Whether a `__new__` asks another one for the object, as all do that give an object of their own class."""
    return any(isinstance(inner, ir.Attribute) and inner.name == "__new__" for inner in walk(method.body))


def initialize(machine: Machine, frame: Frame, instance: Instance, arguments: Arguments, node: ir.Node) -> None:
    """Follows the constructor of an object of the project."""
    assert instance.info is not None
    found = instance.info.constructor
    if found is not None:
        owner, facts = found
        number = machine.numbering.of("method", id(facts), instance.number)
        _call_function(machine, frame, FunctionValue(number, facts, owner.module, None, instance, owner), arguments, node)
    elif instance.info.kind is None:
        for base in instance.info.project_classes():
            names = [s.targets[0].id for s in base.facts.body if isinstance(s, ir.Assign) and isinstance(s.targets[0], ir.Name)]
            for position, name in enumerate(names):  # a dataclass
                value = arguments.get(name, position)
                if value is not None:
                    store(instance.attributes, name, machine.guard, value)


def _construct_keras(machine: Machine, frame: Frame, name: str, arguments: Arguments, node: ir.Node) -> Value:
    instance = Instance(machine.numbering.fresh(), name, None, arguments, node, frame.module, machine.guard)
    layers = arguments.get("layers", 0) if name == "keras.Sequential" else None
    if name == "keras.Sequential":
        held = machine.collection("list", is_open=layers is not None and not isinstance(layers, Collection))
        if isinstance(layers, Collection):
            held.elements.extend(layers.elements)
            held.open_marks.extend(layers.open_marks)
        instance.attributes["layers"] = Slot([(machine.guard, held)])
    machine.record(Construction, node, frame.module, instance)
    return instance


# --- calling a layer or model ------------------------------------------------------------------------------------------


def call_instance(machine: Machine, frame: Frame, instance: Instance, arguments: Arguments, node: ir.Node) -> Value:
    """Calls an object: a layer's call site, followed into the project's `call` or into a Sequential's layers."""
    given = arguments.positional[0] if arguments.positional else next(iter(arguments.keywords.values()), None)
    channels, rank = _result_shape(machine, instance, given)
    result: Value = machine.derived(
        "call", instance, *arguments.values(), channels=channels, rank=rank, keywords=tuple(arguments.keywords)
    )
    kind = machine.project.kind_of_instance(instance)
    position = len(machine.trace.events)
    if kind in CALLABLE_KINDS:
        machine.record(LayerCall, node, frame.module, instance, arguments, result)
    inner = _follow(machine, frame, instance, arguments, node, kind, given)
    if inner is None:
        hand_over(machine, frame, arguments, node)
        return result
    if kind in CALLABLE_KINDS:
        event = machine.trace.events[position]
        assert isinstance(event, LayerCall)
        machine.trace.events[position] = LayerCall(
            event.module, event.node, event.guard, event.stack, event.order, event.is_deferred,
            instance, arguments, inner,
        )  # fmt: skip
    return inner


def _result_shape(machine: Machine, instance: Instance, given: Value | None) -> tuple[int | None, int | None]:
    layer = machine.keras_class(instance.class_name) if instance.info is None else None
    if layer is not None:
        return output_shape(layer, instance, given)
    return None, None


def _follow(
    machine: Machine, frame: Frame, instance: Instance, arguments: Arguments, node: ir.Node, kind: str | None,
    given: Value | None,
) -> Value | None:  # fmt: skip
    """What comes out of an object whose inside is known, else None."""
    if instance.info is not None:
        if kind in CALLABLE_KINDS and instance.number not in machine.built:
            machine.built.add(instance.number)
            build(machine, frame, instance, node)
        names = ("__call__", "call") if kind not in CALLABLE_KINDS else ("call", "__call__")
        for name in names:
            found = instance.info.find_method(name)
            if found is not None:
                if not machine.follows(found[1]):
                    return None
                number = machine.numbering.of("method", id(found[1]), instance.number)
                function = FunctionValue(number, found[1], found[0].module, None, instance, found[0])
                if kind in CALLABLE_KINDS:
                    arguments = _in_context(machine, function, arguments)
                return machine.enter(function, arguments, node, frame.module)
        return None
    if instance.class_name == "keras.Sequential" and given is not None:
        held = [inner for _, inner in instance.attributes["layers"].read(machine.guard)]
        if len(held) == 1 and isinstance(held[0], Collection):
            value = given
            machine.stack = (*machine.stack, Site(frame.module, node, instance, None))
            for guard, layer in list(held[0].elements):
                with machine.under(guard):
                    inside = Arguments((value,))
                    value = machine.each(
                        layer,
                        lambda one, inside=inside: (  # type: ignore[misc]
                            call_instance(machine, frame, one, inside, node)
                            if isinstance(one, Instance)
                            else machine.derived("call", one, *inside.values())
                        ),
                    )
            machine.stack = machine.stack[:-1]
            return value if not held[0].is_open else machine.derived("call", instance, given)
    if instance.class_name == "keras.layers.Lambda":
        wrapped = instance.arguments.get("function", 0)
        if isinstance(wrapped, FunctionValue):
            return machine.enter(wrapped, arguments, node, frame.module)
    return None


def _in_context(machine: Machine, function: FunctionValue, arguments: Arguments) -> Arguments:
    """The arguments with the `training` that Keras hands on where none is given, whatever its default is."""
    names = [parameter.name for parameter in function.facts.parameters[1:]]
    if "training" not in names or arguments.is_open or arguments.get("training", names.index("training")) is not None:
        return arguments
    handed_on = machine.symbols(function.facts, function.module, skip_first=True).get("training", names.index("training"))
    if handed_on is None:
        return arguments
    return replace(arguments, keywords={**arguments.keywords, "training": handed_on})


def build(machine: Machine, frame: Frame, instance: Instance, node: ir.Node) -> None:
    """Follows the project's `build` of an object, with an unknown input shape."""
    assert instance.info is not None
    found = instance.info.find_method("build")
    if found is not None and len(found[1].parameters) <= 3:
        number = machine.numbering.of("method", id(found[1]), instance.number)
        function = FunctionValue(number, found[1], found[0].module, None, instance, found[0])
        arguments = machine.symbols(found[1], found[0].module, skip_first=True)
        machine.enter(function, arguments, node, frame.module)


# --- functions --------------------------------------------------------------------------------------------------------


def _call_function(machine: Machine, frame: Frame, function: FunctionValue, arguments: Arguments, node: ir.Node) -> Value:
    """Follows a call of a function of the project. Where it is not followed, it is as unknown as any other."""
    if machine.follows(function.facts):
        return machine.enter(function, arguments, node, frame.module)
    receiver = () if function.receiver is None else (function.receiver,)
    given = Arguments((*receiver, *arguments.positional), arguments.keywords, arguments.is_open)
    for value in given.values():
        containers.may_be_changed(machine, value)
    result = Derived(machine.numbering.fresh(), UNFOLLOWED, (function, *given.values()), keywords=tuple(given.keywords))
    machine.record(FunctionCall, node, frame.module, "", given, result)
    return result


def _call_reference(machine: Machine, frame: Frame, callee: Reference, arguments: Arguments, node: ir.Call) -> Value:
    name = callee.name
    layer = machine.keras_class(name)
    if layer is not None:
        return _construct_keras(machine, frame, layer.name, arguments, node)
    owner, _, method = name.rpartition(".")
    if method.startswith("__") and machine.keras_class(owner) and arguments.positional:
        return _old_style_super(machine, frame, method, arguments, node)
    handler = LIBRARY.get(name)
    if handler is not None:
        known = handler(machine, arguments, node)
        if known is not None:
            return known
    hand_over(machine, frame, arguments, node, name)
    channels, rank = (None, None)
    if name == "keras.Input":
        shape = arguments.get("shape", 0)
        channels, rank = declared_shape(shape, batch_included=False)
        if shape is None:
            channels, rank = declared_shape(arguments.get("batch_shape"), batch_included=True)
        result: Value = Derived(machine.numbering.fresh(), "call", (callee, *arguments.values()), channels, rank)
    elif method == "from_config" and (made := machine.keras_class(owner)) is not None and made.updates_state_in_training:
        result = _construct_keras(machine, frame, made.name, Arguments(is_open=True), node)
    elif name == "argparse.ArgumentParser":  # two parsers made alike are two all the same
        result = Derived(machine.numbering.of("made", id(node)), "call", (callee, *arguments.values()))
    else:
        result = machine.derived("call", callee, *arguments.values(), keywords=tuple(arguments.keywords))
    machine.record(FunctionCall, node, frame.module, name, arguments, result)
    return result


def _old_style_super(machine: Machine, frame: Frame, method: str, arguments: Arguments, node: ir.Call) -> Value:
    """`keras.layers.Layer.__init__(self, …)`, which is `super().__init__(…)` of old."""
    receiver, *rest = arguments.positional
    nodes: dict[int | str, ir.Node] = {
        (key - 1 if isinstance(key, int) else key): place for key, place in arguments.nodes.items() if key != 0
    }
    inner = Arguments(tuple(rest), arguments.keywords, arguments.is_open, nodes)
    if isinstance(receiver, Instance) and receiver.info is not None and frame.owner is not None:
        receiver = SuperValue(machine.numbering.of("super", receiver.number, id(frame.owner)), receiver, frame.owner)
    return _record_method(machine, frame, receiver, method, inner, node)


def _call_partial(machine: Machine, frame: Frame, callee: Derived, arguments: Arguments, node: ir.Call) -> Value:
    function, *bound = callee.operands
    count = len(bound) - len(callee.keywords)
    keywords = dict(zip(callee.keywords, bound[count:], strict=True)) | arguments.keywords
    merged = Arguments((*bound[:count], *arguments.positional), keywords, arguments.is_open, arguments.nodes)
    return machine.each(function, lambda inner: call(machine, frame, inner, merged, node))


def hand_over(machine: Machine, frame: Frame, arguments: Arguments, node: ir.Node, name: str = "") -> None:
    """Follows once, as deferred, each function that is handed to something that is not followed."""
    for value in arguments.values():
        if isinstance(value, FunctionValue) and len(machine.stack) < 6:
            machine.deferred += 1
            try:
                symbols = machine.symbols(value.facts, value.module, skip_first=value.receiver is not None)
                machine.enter(value, symbols, node, frame.module)
            finally:
                machine.deferred -= 1


# --- methods ----------------------------------------------------------------------------------------------------------


def _call_method(
    machine: Machine, frame: Frame, callee: Derived, method: str, arguments: Arguments, node: ir.Call
) -> Value:
    receiver = callee.operands[0]
    if isinstance(receiver, Text):
        known = texts.method(machine, receiver, method, arguments)
        if known is not None:
            return known
    known = containers.method(machine, receiver, method, arguments)
    if known is not None:
        return known
    if isinstance(receiver, Instance):
        if method == "__call__" or (method == "call" and receiver.info is None):
            return call_instance(machine, frame, receiver, arguments, node)
        if method == "add" and receiver.class_name == "keras.Sequential" and arguments.positional:
            for _, held in receiver.attributes["layers"].read(machine.guard):
                if isinstance(held, Collection):
                    held.elements.append((machine.guard, arguments.positional[0]))
        if method == "__setattr__" and len(arguments.positional) == 2:
            return containers.set_attribute(machine, frame, receiver, *arguments.positional, node)
    return _record_method(machine, frame, receiver, method, arguments, node)


def _record_method(
    machine: Machine, frame: Frame, receiver: Value, method: str, arguments: Arguments, node: ir.Call
) -> Value:
    hand_over(machine, frame, arguments, node)
    result: Value | None = None
    if isinstance(receiver, SuperValue):
        if method == "get_config":
            result = _base_config(machine, receiver)
        elif method in _GRAPH_METHODS:
            result = machine.derived("call", receiver.instance, *arguments.values())
        elif method == "__setattr__" and len(arguments.positional) == 2:
            result = containers.set_attribute(machine, frame, receiver.instance, *arguments.positional, node)
    if result is None:
        target = machine.derived(f"attribute:{method}", receiver)
        result = machine.derived(
            "call", target, *arguments.values(), keywords=tuple(arguments.keywords),
            channels=channels_of(receiver) if method in ("reshape", "astype", "numpy") else None,
            rank=rank_of(receiver) if method in ("astype", "numpy") else None,
        )  # fmt: skip
    machine.record(MethodCall, node, frame.module, receiver, method, arguments, result)
    return result


def _base_config(machine: Machine, receiver: SuperValue) -> Value:
    """What `super().get_config()` returns when the next definition is Keras's: its keys, each with an unknown value."""
    info = receiver.instance.info
    base = info.next_outside(receiver.after) if info is not None else None
    result = machine.mapping()
    assert isinstance(result, Mapping)
    if base is None or isinstance(base, UnknownBase):
        result.open_marks.append(machine.unknown())
        return result
    keys = machine.project.inherited_config_keys(base)
    for key in keys or ():
        value = machine.derived(f"config:{key}", receiver.instance)
        result.slots[key] = Slot([(machine.guard, value)])
    if keys is None:
        result.open_marks.append(machine.unknown())
    return result


def call_value(machine: Machine, frame: Frame, callee: Value, given: tuple[Value, ...], node: ir.Node) -> Value:
    """Calls a value with positional arguments only, as map and scan do."""
    as_call = node if isinstance(node, ir.Call) else ir.Call(node.first, node.last, ir.Opaque(0, 0), ())
    return machine.each(callee, lambda one: call(machine, frame, one, Arguments(given), as_call))


__all__ = ["attribute", "build", "call", "call_instance", "call_value", "construct", "initialize", "literal"]
