"""The turns of a loop: its known elements one by one, or two turns that stand for many."""

from __future__ import annotations

from kerlint.execution.guards import ALWAYS, Guard
from kerlint.execution.machine import Machine
from kerlint.execution.values import Collection, Derived, Instance, Literal, Mapping, Reference, Value
from kerlint.semantics import syntax as ir

_LONGEST = {0: 10, 1: 5}
"""How many known elements are taken one by one, by how many loops are already around; deeper, three."""

Turns = list[tuple[Guard, Value]]


def turns_of(machine: Machine, iterable: Value, node: ir.Node) -> Turns:
    """For each turn that is followed: what must hold for it, and the element."""
    turns = _known(machine, iterable)
    longest = _LONGEST.get(machine.loop_depth, 3)
    if turns is not None:
        return turns[:longest]
    return [(ALWAYS, machine.derived("element", iterable, machine.literal(position))) for position in range(2)]


def _known(machine: Machine, iterable: Value) -> Turns | None:
    match iterable:
        case Collection():
            turns = list(iterable.elements)
            if iterable.is_open and len(turns) < 2:
                known = len(turns)
                turns += [
                    (ALWAYS, machine.derived("element", iterable, machine.literal(position)))
                    for position in range(known, 2)
                ]
            return turns
        case Mapping() if not iterable.is_open:
            return [(ALWAYS, machine.literal(key)) for key in iterable.slots]
        case Derived(operator="range"):
            return _range(machine, iterable)
        case Derived(operator="enumerate"):
            inner = turns_of(machine, iterable.operands[0], ir.Opaque(0, 0))
            start = iterable.operands[1] if len(iterable.operands) > 1 else machine.literal(0)
            first = start.value if isinstance(start, Literal) and isinstance(start.value, int) else 0
            return [
                (guard, machine.collection("tuple", [machine.literal(first + position), element]))
                for position, (guard, element) in enumerate(inner)
            ]
        case Derived(operator="zip"):
            columns = [turns_of(machine, operand, ir.Opaque(0, 0)) for operand in iterable.operands]
            return [
                (frozenset().union(*(guard for guard, _ in row)), machine.collection("tuple", [v for _, v in row]))
                for row in zip(*columns, strict=False)
            ]
        case Derived(operator="reversed"):
            return list(reversed(turns_of(machine, iterable.operands[0], ir.Opaque(0, 0))))
        case Derived(operator="items", operands=(Mapping() as mapping,)) if not mapping.is_open:
            return [
                (guard, machine.collection("tuple", [machine.literal(key), value]))
                for key, slot in mapping.slots.items()
                for guard, value in slot.read(machine.guard)
            ]
        case Derived(operator="values", operands=(Mapping() as mapping,)) if not mapping.is_open:
            return [entry for slot in mapping.slots.values() for entry in slot.read(machine.guard)]
        case Derived(operator="keys", operands=(Mapping() as mapping,)) if not mapping.is_open:
            return [(ALWAYS, machine.literal(key)) for key in mapping.slots]
        case Instance() if "layers" in iterable.attributes:
            return None
        case Reference():
            return None
    return None


def _range(machine: Machine, value: Derived) -> Turns:
    bounds = [operand.value if isinstance(operand, Literal) else None for operand in value.operands]
    if bounds and all(isinstance(bound, int) for bound in bounds):
        numbers = range(*(bound for bound in bounds if isinstance(bound, int)))
        return [(ALWAYS, machine.literal(number)) for number in numbers[:12]]
    start = bounds[0] if len(bounds) > 1 else 0
    if isinstance(start, int):
        return [(ALWAYS, machine.literal(start)), (ALWAYS, machine.literal(start + 1))]
    return [(ALWAYS, machine.derived("element", value, machine.literal(position))) for position in range(2)]
