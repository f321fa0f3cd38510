"""Follows the tensors of calls back to where they come in, through the calls of layers that made them.

Turns the calls that a picture is to show into `Stop`s, each with what feeds it. Knows nothing of why these calls are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, replace

from kerlint.execution.events import LayerCall, Trace
from kerlint.execution.shapes import channels_of, multiple_of, rank_of
from kerlint.execution.values import Derived, Instance, Parameter, Value, parts_of
from kerlint.records import dataclass
from kerlint.reuse.call_path import Role, Stop
from kerlint.reuse.passes import is_input, tensor_of
from kerlint.reuse.wording import callee, class_of
from kerlint.semantics import syntax as ir


@dataclass(frozen=True, slots=True)
class Upstream:
    """Stops by a number of their own, calls by their order and what comes in below zero; and which stops feed each."""

    stops: dict[int, Stop] = field(default_factory=dict)
    feeders: dict[int, list[int]] = field(default_factory=dict)


def upstream(calls: Sequence[LayerCall], trace: Trace, shared: Instance | None, unit: str = "channels") -> Upstream:
    """The calls and all that leads to them; those of the `shared` layer are marked as such."""
    every = _calls(trace)
    made_by = {call.result.number: call for call in reversed(every)}
    found = Upstream()
    consumers: dict[int, LayerCall] = {}
    pending: list[LayerCall | Value] = [*calls]
    while pending:
        item = pending.pop()
        key = _key(item)
        if key in found.stops:
            continue
        found.stops[key] = _stop(item, shared, unit) if isinstance(item, LayerCall) else _input(item, consumers[key], unit)
        before = list(_before(item, made_by, trace.function)) if isinstance(item, LayerCall) else []
        found.feeders[key] = [_key(one) for one in before]
        consumers.update((_key(one), item) for one in before if isinstance(item, LayerCall))
        pending.extend(before)
    _tell_what_is_called_again(found, {call.order: call for call in every})
    return found


def _tell_what_is_called_again(found: Upstream, every: dict[int, LayerCall]) -> None:
    called: set[int] = set()
    for order in sorted(key for key in found.stops if found.stops[key].role is Role.LAYER and key in every):
        number = every[order].instance.number
        found.stops[order] = replace(found.stops[order], again=number in called)
        called.add(number)


def _key(item: LayerCall | Value) -> int:
    """A number for each stop: calls by their order, what comes in below zero."""
    return item.order if isinstance(item, LayerCall) else -1 - item.number


def _calls(trace: Trace) -> list[LayerCall]:
    """The calls of layers that are not followed further: those whose result is their own."""
    return [
        call
        for call in trace.of(LayerCall)
        if isinstance(call.result, Derived) and call.result.operands and call.result.operands[0] is call.instance
    ]


def _before(
    call: LayerCall, calls: dict[int, LayerCall], function: ir.FunctionFacts | None
) -> Iterator[LayerCall | Value]:
    """The calls whose results a call is made on, through whatever was done with them since, and the tensors that came in."""
    seen: set[int] = set()
    tensor = tensor_of(call)
    pending = [tensor] if tensor is not None else []
    while pending:
        value = pending.pop(0)
        if value.number in seen:
            continue
        seen.add(value.number)
        made_by = calls.get(value.number)
        if made_by is not None and made_by.order < call.order:
            yield made_by
        elif _comes_in(value, function):
            yield value
        else:
            pending.extend(parts_of(value))


def _comes_in(value: Value, function: ir.FunctionFacts | None) -> bool:
    if isinstance(value, Parameter):
        return value.function is function and value.name not in ("self", "cls", "training", "mask")
    return is_input(value)


def _input(value: Value, consumer: LayerCall, unit: str) -> Stop:
    """A tensor that comes in, by its own name or that under which a call takes it."""
    node = consumer.arguments.nodes.get(0)
    given = node.id if isinstance(node, ir.Name) else "Input"
    return Stop(Role.INPUT, value.name if isinstance(value, Parameter) else given, gives=_size_of(value, unit))


def _stop(item: LayerCall, shared: Instance | None, unit: str) -> Stop:
    role = Role.SHARED if shared is not None and item.instance.number == shared.number else Role.LAYER
    name = callee(item.module, item.node) or class_of(item.instance)
    cell, span = item.module.source.locate(item.span)
    return Stop(
        role, name, class_of(item.instance), size_given(item, unit), _size_of(item.result, unit),
        path=item.module.source.path, line=span.line, cell=cell,
    )  # fmt: skip


def size_given(call: LayerCall, unit: str = "channels") -> str:
    """The size of the last axis, or the number of axes, of what a call is made on; empty where unknown."""
    return _size_of(tensor_of(call), unit)


def _size_of(value: Value | None, unit: str) -> str:
    number = rank_of(value) if unit == "dimensions" else channels_of(value)
    if number is not None:
        return str(number)
    width = multiple_of(value) if unit == "channels" else None
    return str(width) if width is not None else ""
