"""Where values go: names, attributes, items of containers, and patterns of them."""

from __future__ import annotations

from kerlint.execution.events import AttributeStore
from kerlint.execution.machine import Frame, Machine
from kerlint.execution.turns import turns_of
from kerlint.execution.values import Collection, Instance, Literal, Mapping, Text, Value, alternatives, literal, store
from kerlint.semantics import syntax as ir


def assign(machine: Machine, frame: Frame, target: ir.Expr, value: Value) -> None:
    """Binds a target to a value."""
    match target:
        case ir.Name():
            store_name(machine, frame, target.id, value)
        case ir.Attribute():
            owner = machine.evaluate(frame, target.value)
            store_attribute(machine, frame, owner, target.name, value, target)
        case ir.Subscript():
            owner = machine.evaluate(frame, target.value)
            key = machine.evaluate(frame, target.indices[0]) if target.indices else machine.unknown()
            store_item(machine, owner, key, value, target)
        case ir.Display():
            _unpack(machine, frame, target, value)
        case ir.Starred():
            assign(machine, frame, target.value, machine.collection("list", is_open=True))


def store_name(machine: Machine, frame: Frame, name: str, value: Value) -> None:
    """Binds a name in the scope that it belongs to."""
    scope = frame
    if name in frame.outer_names:
        outer = frame.parent
        while outer is not None and name not in outer.variables:
            outer = outer.parent
        scope = outer or machine.live.get(id(frame.module)) or frame
    store(scope.variables, name, machine.guard, value)


def store_attribute(
    machine: Machine, frame: Frame, owner: Value, name: str | None, value: Value, node: ir.Node,
    name_value: Value | None = None,
) -> None:  # fmt: skip
    """Sets an attribute; a name that is not known leaves the other attributes as they are."""
    for guard, target in alternatives(owner):
        with machine.under(guard):
            machine.record(AttributeStore, node, frame.module, target, name, value, name_value)
            if isinstance(target, Instance):
                target.stores.append((name, value, node))
                if name is not None:
                    store(target.attributes, name, machine.guard, value)


def store_item(machine: Machine, owner: Value, key: Value, value: Value, node: ir.Node) -> None:
    """`owner[key] = value`."""
    for guard, target in alternatives(owner):
        with machine.under(guard):
            if isinstance(target, Mapping):
                if isinstance(key, (Literal, Text)) and (isinstance(key, Literal) or key.known is not None):
                    constant = literal(key)
                    store(target.slots, constant, machine.guard, value)
                    target.nodes.setdefault(constant, node)
                    target.removed.pop(constant, None)
                else:
                    target.open_marks.append(value)
            elif isinstance(target, Collection):
                position = literal(key)
                if isinstance(position, int) and -len(target.elements) <= position < len(target.elements):
                    target.elements[position] = (machine.guard, value)
                else:
                    target.open_marks.append(True)


def delete(machine: Machine, frame: Frame, target: ir.Expr) -> None:
    """`del target`."""
    if isinstance(target, ir.Name):
        frame.variables.pop(target.id, None)
    elif isinstance(target, ir.Subscript) and target.indices:
        owner = machine.evaluate(frame, target.value)
        key = literal(machine.evaluate(frame, target.indices[0]))
        for _, holder in alternatives(owner):
            if isinstance(holder, Mapping):
                remove_key(machine, holder, key)


def remove_key(machine: Machine, mapping: Mapping, key: object) -> None:
    """Takes a key out of a dict; under a guard it stays there for those whom the guard does not cover."""
    if not isinstance(key, (str, bytes, int, float, complex, bool, type(None))):
        return
    if machine.guard and key in mapping.slots and not all(machine.guard <= g for g, _ in mapping.slots[key].entries):
        mapping.removed[key] = machine.guard
        return
    mapping.slots.pop(key, None)
    mapping.removed[key] = machine.guard


def _unpack(machine: Machine, frame: Frame, target: ir.Display, value: Value) -> None:
    elements: list[Value] | None = None
    if isinstance(value, Collection) and not value.is_open and all(not guard for guard, _ in value.elements):
        elements = value.values()
    starred = [index for index, element in enumerate(target.elements) if isinstance(element, ir.Starred)]
    if elements is not None and not starred and len(elements) == len(target.elements):
        for element, item in zip(target.elements, elements, strict=True):
            assign(machine, frame, element, item)
        return
    if elements is not None and len(starred) == 1 and len(elements) >= len(target.elements) - 1:
        before, after = starred[0], len(target.elements) - starred[0] - 1
        middle = elements[before : len(elements) - after]
        parts: list[Value] = [*elements[:before], machine.collection("list", middle), *elements[len(elements) - after :]]
        for element, item in zip(target.elements, parts, strict=True):
            inner = element.value if isinstance(element, ir.Starred) else element
            assign(machine, frame, inner, item)
        return
    known = [v for _, v in turns_of(machine, value, target)] if isinstance(value, Collection) and not starred else []
    for position, element in enumerate(target.elements):
        item = known[position] if position < len(known) else machine.derived("index", value, machine.literal(position))
        assign(machine, frame, element, item)


def merge(machine: Machine, target: Mapping, other: Value) -> None:
    """`target.update(other)`."""
    if isinstance(other, Mapping):
        for key, slot in other.slots.items():
            for guard, value in slot.entries:
                store(target.slots, key, machine.guard | guard, value)
            if key in other.nodes:
                target.nodes[key] = other.nodes[key]
        target.open_marks.extend(other.open_marks)
    elif isinstance(other, Collection) and not other.is_open:
        for pair in other.values():
            known = pair.values() if isinstance(pair, Collection) else []
            if len(known) == 2 and isinstance(known[0], (Literal, Text)) and literal(known[0]) is not None:
                store(target.slots, literal(known[0]), machine.guard, known[1])
            else:
                target.open_marks.append(pair)
    else:
        target.open_marks.append(other)
