"""Methods of lists and dicts, and the functions of Python's library that make and read containers and attributes."""

from __future__ import annotations

from kerlint.execution.machine import Frame, Machine, library
from kerlint.execution.stores import merge, remove_key, store_attribute
from kerlint.execution.turns import turns_of
from kerlint.execution.values import (
    Arguments,
    Collection,
    Derived,
    Literal,
    Mapping,
    Slot,
    Text,
    Value,
    literal,
    store,
)
from kerlint.semantics import syntax as ir


def method(machine: Machine, receiver: Value, name: str, arguments: Arguments) -> Value | None:
    """The outcome of a container's method; None when it is no container or not understood."""
    if isinstance(receiver, Collection):
        return _of_collection(machine, receiver, name, arguments)
    if isinstance(receiver, Mapping):
        return _of_mapping(machine, receiver, name, arguments)
    return None


def may_be_changed(machine: Machine, value: Value) -> None:
    """What a container holds is no longer all known, once it was given to somebody who is not followed."""
    if isinstance(value, Collection) and value.kind != "tuple" and not value.is_open:
        value.open_marks.append(True)
    elif isinstance(value, Mapping) and not value.is_open:
        value.open_marks.append(machine.unknown())


def _of_collection(machine: Machine, receiver: Collection, name: str, arguments: Arguments) -> Value | None:
    given = arguments.positional[0] if arguments.positional else None
    match name:
        case "append" | "add" | "appendleft" if given is not None:
            receiver.elements.append((machine.guard, given))
        case "insert" if len(arguments.positional) == 2:
            position = literal(given)
            place = position if isinstance(position, int) else len(receiver.elements)
            receiver.elements.insert(place, (machine.guard, arguments.positional[1]))
        case "extend" if isinstance(given, Collection):
            receiver.elements.extend((machine.guard | guard, value) for guard, value in given.elements)
            receiver.open_marks.extend(given.open_marks)
        case "extend" | "update":
            receiver.open_marks.append(True)
        case "pop" if receiver.elements and not receiver.is_open and not machine.guard:
            position = literal(given) if given is not None else -1
            if isinstance(position, int) and -len(receiver.elements) <= position < len(receiver.elements):
                return receiver.elements.pop(position)[1]
            return None
        case "copy":
            return Collection(
                machine.numbering.fresh(), receiver.kind, list(receiver.elements), list(receiver.open_marks)
            )
        case "clear":
            receiver.elements.clear()
        case _:
            return None
    return machine.literal(None)


def _of_mapping(machine: Machine, receiver: Mapping, name: str, arguments: Arguments) -> Value | None:
    given = arguments.positional[0] if arguments.positional else None
    key = literal(given)
    is_key = isinstance(given, Literal) or (isinstance(given, Text) and given.known is not None)
    match name:
        case "update":
            if given is not None:
                merge(machine, receiver, given)
            for keyword, value in arguments.keywords.items():
                store(receiver.slots, keyword, machine.guard, value)
                if keyword in arguments.nodes:
                    receiver.nodes[keyword] = arguments.nodes[keyword]
            if arguments.is_open:
                receiver.open_marks.append(machine.unknown())
            return machine.literal(None)
        case "get" | "pop" | "setdefault" if is_key:
            if key in receiver.slots:
                value = machine.choice(receiver.slots[key].read(machine.guard))
            elif receiver.is_open or len(arguments.positional) < 2:
                value = machine.derived(f"item:{name}", receiver, *arguments.positional)
            else:
                value = arguments.positional[1]
            if name == "pop":
                remove_key(machine, receiver, key)
            elif name == "setdefault" and key not in receiver.slots and len(arguments.positional) > 1:
                receiver.slots[key] = Slot([(machine.guard, arguments.positional[1])])
            return value
        case "items" | "values" | "keys":
            return machine.derived(name, receiver)
        case "copy":
            result = machine.mapping()
            assert isinstance(result, Mapping)
            merge(machine, result, receiver)
            return result
    return None


def set_attribute(machine: Machine, frame: Frame, owner: Value, name: Value, value: Value, node: ir.Node) -> Value:
    """`setattr(owner, name, value)`."""
    known = literal(name)
    store_attribute(machine, frame, owner, known if isinstance(known, str) else None, value, node, name)
    return machine.literal(None)


# --- functions of the library -------------------------------------------------------------------------------------------


def _lazily(operator: str) -> None:
    def handler(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
        return machine.derived(operator, *arguments.values()) if not arguments.is_open else None

    library(f"builtins.{operator}")(handler)


for _name in ("range", "enumerate", "zip", "reversed"):
    _lazily(_name)


def _copies(kind: str) -> None:
    def handler(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
        if not arguments.positional:
            return machine.collection(kind) if not arguments.is_open else None
        given = arguments.positional[0]
        if isinstance(given, Collection):
            return Collection(machine.numbering.fresh(), kind, list(given.elements), list(given.open_marks))
        if isinstance(given, Derived) and given.operator in ("range", "enumerate", "zip", "reversed", "items", "values", "keys"):
            result = machine.collection(kind, is_open=not _is_countable(given))
            result.elements.extend(turns_of(machine, given, node))
            return result
        return None

    library(f"builtins.{kind}")(handler)


def _is_countable(given: Derived) -> bool:
    return all(
        isinstance(operand, Literal)
        or (isinstance(operand, (Collection, Mapping)) and not operand.is_open)
        or (isinstance(operand, Derived) and operand.operator in ("range", "zip") and _is_countable(operand))
        for operand in given.operands
    )


for _name in ("list", "tuple", "set", "sorted"):
    _copies(_name)


@library("builtins.dict", "collections.OrderedDict", "collections.defaultdict")
def _dict(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    result = machine.mapping()
    assert isinstance(result, Mapping)
    for given in arguments.positional:
        if isinstance(given, Derived) and given.operator == "items":
            given = given.operands[0]
        merge(machine, result, given)
    for keyword, value in arguments.keywords.items():
        result.slots[keyword] = Slot([(machine.guard, value)])
        if keyword in arguments.nodes:
            result.nodes[keyword] = arguments.nodes[keyword]
    if arguments.is_open:
        result.open_marks.append(machine.unknown())
    return result


@library("builtins.len")
def _len(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    given = arguments.positional[0] if arguments.positional else None
    if isinstance(given, Collection) and not given.is_open and all(not guard for guard, _ in given.elements):
        return machine.literal(len(given.elements))
    return None


@library("builtins.bool", "builtins.int", "builtins.float")
def _number(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    given = arguments.positional[0] if len(arguments.positional) == 1 else None
    return given if isinstance(given, Literal) and type(given.value) in (int, float) else None


@library("functools.partial")
def _partial(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    return machine.derived("partial", *arguments.values(), keywords=tuple(arguments.keywords))


@library("copy.copy", "copy.deepcopy")
def _copy(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    given = arguments.positional[0] if arguments.positional else None
    if isinstance(given, Mapping):
        return _of_mapping(machine, given, "copy", Arguments())
    if isinstance(given, Collection):
        return _of_collection(machine, given, "copy", Arguments())
    return None
