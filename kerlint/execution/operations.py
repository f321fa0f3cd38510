"""What an operator makes of two values: folded numbers, texts, longer lists, merged dicts, tensors that broadcast."""

from __future__ import annotations

from kerlint.execution import texts
from kerlint.execution.machine import Machine
from kerlint.execution.shapes import channels_of, rank_of
from kerlint.execution.stores import merge
from kerlint.execution.values import Collection, Literal, Mapping, Value, literal


def operate(machine: Machine, left: Value, operator: str, right: Value) -> Value:
    """`left operator right`."""
    text = texts.operate(machine, left, operator, right)
    if text is not None:
        return text
    if isinstance(left, Literal) and isinstance(right, Literal):
        folded = _fold(left.value, operator, right.value)
        if folded is not None:
            return machine.literal(folded)
    if operator == "*":
        repeated = _repeated(machine, left, right) or _repeated(machine, right, left)
        if repeated is not None:
            return repeated
    if operator == "+" and isinstance(left, Collection) and isinstance(right, Collection):
        return Collection(
            machine.numbering.fresh(), left.kind, [*left.elements, *right.elements],
            [*left.open_marks, *right.open_marks],
        )  # fmt: skip
    if operator == "|" and isinstance(left, Mapping):
        result = machine.mapping()
        assert isinstance(result, Mapping)
        merge(machine, result, left)
        merge(machine, result, right)
        return result
    ranks = {r for r in (rank_of(left), rank_of(right)) if r is not None}
    return machine.derived(
        operator, left, right,
        channels=_broadcast(left, operator, right),
        rank=max(ranks) if ranks else None,
    )  # fmt: skip


def _broadcast(left: Value, operator: str, right: Value) -> int | None:
    """The last axis of an operation on two tensors: a single channel takes any width, so that it tells nothing."""
    one, other = channels_of(left), channels_of(right)
    if operator == "@":
        return other
    wide = {count for count in (one, other) if count not in (None, 1)}
    if not wide:
        return 1 if one == other == 1 else None
    return wide.pop() if len(wide) == 1 else None


def _fold(left: object, operator: str, right: object) -> int | float | None:
    if isinstance(left, bool) or isinstance(right, bool):
        return None
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        return None
    try:
        match operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "/":
                return left / right
            case "//":
                return left // right
            case "%":
                return left % right
            case "**" if abs(right) <= 64 and abs(left) <= 1_000_000:
                power = left**right
                return power if isinstance(power, (int, float)) else None
    except (ZeroDivisionError, OverflowError):
        return None
    return None


def _repeated(machine: Machine, container: Value, times: Value) -> Value | None:
    """`[layer] * n`: the same objects again."""
    if not isinstance(container, Collection) or not container.elements:
        return None
    count = literal(times)
    known = isinstance(count, int) and not isinstance(count, bool)
    turns = min(count, 8) if isinstance(count, int) and known else 2
    result = machine.collection(container.kind, is_open=not known or container.is_open)
    result.elements.extend(container.elements * max(turns, 0))
    return result
