"""What `owner.name` is: a stored attribute, a method with its receiver, a name of another module."""

from __future__ import annotations

from kerlint.execution import texts
from kerlint.execution.machine import Frame, Machine
from kerlint.execution.values import (
    Arguments,
    ClassValue,
    Derived,
    FunctionValue,
    Instance,
    Literal,
    ModuleValue,
    Reference,
    SuperValue,
    Text,
    Value,
)
from kerlint.semantics import syntax as ir
from kerlint.semantics.bindings import dotted
from kerlint.semantics.classes import ClassInfo


def attribute(machine: Machine, frame: Frame, owner: Value, name: str, node: ir.Node) -> Value:
    """The attribute of a value that is no choice."""
    match owner:
        case Reference():
            return machine.reference(machine.project.qualified(owner.name, name))
        case ModuleValue():
            known = machine.project.global_value(owner.module, name)
            return known if known is not None else machine.derived(f"attribute:{name}", owner)
        case ClassValue():
            return _of_class(machine, owner.info, name, None) or machine.derived(f"attribute:{name}", owner)
        case Instance():
            return _of_instance(machine, frame, owner, name, node)
        case SuperValue():
            found = owner.instance.info.find_method(name, owner.after) if owner.instance.info else None
            if found is not None and not _hidden(owner.instance.info, owner.after, found[0]):
                return _method(machine, found[0], found[1], owner.instance)
        case Text():
            part = texts.attribute(machine, owner, name)
            if part is not None:
                return part
        case Derived(operator=texts.TEMPORARY_FILE, operands=(path,)) if name == "name":
            return path
        case Literal() if owner.value is None:
            return machine.unknown()
    return machine.derived(f"attribute:{name}", owner)


def _hidden(info: ClassInfo | None, after: ClassInfo, found: ClassInfo) -> bool:
    """Whether a class outside the project stands before the definition that was found."""
    if info is None:
        return False
    order = list(info.order)
    start = order.index(after) + 1 if after in order else 0
    return any(not isinstance(base, ClassInfo) for base in order[start : order.index(found)])


def _of_instance(machine: Machine, frame: Frame, owner: Instance, name: str, node: ir.Node) -> Value:
    slot = owner.attributes.get(name)
    if slot is not None:
        found = slot.read(machine.guard)
        if found:
            return machine.choice(found)
    if owner.info is None:
        return machine.derived(f"attribute:{name}", owner)
    if name == "__class__":
        return machine.project.class_value(owner.info.module, owner.info.facts)
    found_in_class = _of_class(machine, owner.info, name, owner)
    if isinstance(found_in_class, FunctionValue) and _is_property(found_in_class.facts):
        return machine.enter(found_in_class, Arguments(), node, frame.module)
    return found_in_class or machine.derived(f"attribute:{name}", owner)


def _of_class(machine: Machine, info: ClassInfo, name: str, receiver: Instance | None) -> Value | None:
    for base in info.project_classes():
        if name in base.facts.methods:
            return _method(machine, base, base.facts.methods[name], receiver)
        value = machine.project.class_attribute(machine, base, name)
        if value is not None:
            return value
    return None


def _method(machine: Machine, owner: ClassInfo, facts: ir.FunctionFacts, receiver: Instance | None) -> FunctionValue:
    decorators = {(dotted(decorator) or [""])[-1] for decorator in facts.decorators}
    bound: Value | None = receiver
    if "staticmethod" in decorators:
        bound = None
    elif "classmethod" in decorators:
        info = receiver.info if receiver is not None and receiver.info is not None else owner
        bound = machine.project.class_value(info.module, info.facts)
    number = machine.numbering.of("method", id(facts), bound.number if bound else 0)
    return FunctionValue(number, facts, owner.module, None, bound, owner)


def _is_property(facts: ir.FunctionFacts) -> bool:
    return any((dotted(decorator) or [""])[-1] in ("property", "cached_property") for decorator in facts.decorators)
