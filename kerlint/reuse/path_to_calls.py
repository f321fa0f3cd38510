"""Finds the path to the calls that a finding on reuse speaks of, while the traces of its module are there.

Turns a finding and its module into a `CallPath`. Knows nothing of messages but their words, and of pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kerlint.execution.events import LayerCall, Trace
from kerlint.execution.guards import contradict
from kerlint.execution.shapes import channels_of, multiple_of, rank_of
from kerlint.execution.values import Derived, Parameter, Value, parts_of
from kerlint.finding import Finding
from kerlint.project import Module, Project
from kerlint.reuse.call_path import CallPath, Role, Stop, arranged
from kerlint.reuse.passes import Reuse, is_input, reuses, tensor_of
from kerlint.reuse.path_in_sequential import path_in_sequential
from kerlint.reuse.widths import mismatch
from kerlint.reuse.wording import callee, class_of, subject
from kerlint.semantics import syntax as ir

_MOST_VISITS = 6
_OF_PAIRS = frozenset(("KER101", "KER102", "KER103", "KER105"))
_OF_REPETITIONS = "KER104"


def call_path(finding: Finding, module: Module, project: Project) -> CallPath | None:
    """The path to the calls that a finding on reuse speaks of; None for every other finding.

    It is a planner for `lint`: `finding` is placed in the whole program, and the module's code has just been followed.
    """
    if finding.code in _OF_PAIRS:
        reuse = _reuse_of(finding, module)
        return _path_of(reuse) if reuse is not None else None
    return path_in_sequential(finding, module, project) if finding.code == _OF_REPETITIONS else None


def _reuse_of(finding: Finding, module: Module) -> Reuse | None:
    """The pair of calls that a finding speaks of: of those at its place the first that fits its words."""
    here = [reuse for reuse in reuses(module) if reuse.module is module and module.span(reuse.node) == finding.span]
    named = [reuse for reuse in here if subject(reuse) in finding.message] or here
    sizes = [reuse for reuse in named if (found := mismatch(reuse)) is not None and str(found) in finding.message]
    widths = [reuse for reuse in named if f"{_size(reuse.first)} channels, then {_size(reuse.second)}" in finding.message]
    return next(iter(sizes or widths or named), None)


def _path_of(reuse: Reuse) -> CallPath:
    found = mismatch(reuse)
    unit = found.unit if found is not None else "channels"
    every = _calls(reuse.trace)
    calls = {call.result.number: call for call in reversed(every)}
    every_by_order = {call.order: call for call in every}
    visits, untold = _visits(reuse)
    stops: dict[int, Stop] = {}
    feeders: dict[int, list[int]] = {}
    consumers: dict[int, LayerCall] = {}
    pending: list[LayerCall | Value] = [*visits]
    while pending:
        item = pending.pop()
        key = _key(item)
        if key in stops:
            continue
        stops[key] = _stop(item, reuse, unit) if isinstance(item, LayerCall) else _input(item, consumers[key], unit)
        before = list(_before(item, calls, reuse.trace.function)) if isinstance(item, LayerCall) else []
        feeders[key] = [_key(one) for one in before]
        consumers.update((_key(one), item) for one in before if isinstance(item, LayerCall))
        pending.extend(before)
    called: set[int] = set()
    for order in sorted(key for key in stops if stops[key].role is Role.LAYER):
        number = every_by_order[order].instance.number
        stops[order] = replace(stops[order], again=number in called)
        called.add(number)
    clashing = None
    if _size(reuse.first, unit) != _size(reuse.second, unit) and all(_size(one, unit) for one in (reuse.first, reuse.second)):
        clashing = (reuse.first.order, reuse.second.order)
    name = callee(reuse.second.module, reuse.second.node) or class_of(reuse.instance)
    return arranged(CallPath(name, class_of(reuse.instance), (), unit, None, untold), stops, feeders, clashing)


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


def _visits(reuse: Reuse) -> tuple[list[LayerCall], int]:
    """The calls of the layer in one execution with the pair, and how many more there are."""
    pair = (reuse.first, reuse.second)
    found = [
        call
        for call in reuse.trace.of(LayerCall)
        if call.instance.number == reuse.instance.number
        and not call.is_deferred
        and not any(contradict(call.guard, one.guard) for one in pair)
        and (call in pair or all(_number(call) != _number(one) for one in pair))
    ]
    others = [call for call in found if call not in pair][: _MOST_VISITS - 2]
    told = sorted({*others, *pair}, key=lambda call: call.order)
    return told, len(found) - len(told)


def _number(call: LayerCall) -> int:
    tensor = tensor_of(call)
    return tensor.number if tensor is not None else -1


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


def _stop(item: LayerCall, reuse: Reuse, unit: str) -> Stop:
    role = Role.SHARED if item.instance.number == reuse.instance.number else Role.LAYER
    name = callee(item.module, item.node) or class_of(item.instance)
    cell, span = item.module.source.locate(item.span)
    return Stop(
        role, name, class_of(item.instance), _size(item, unit), _size_of(item.result, unit),
        path=item.module.source.path, line=span.line, cell=cell,
    )  # fmt: skip


def _size(call: LayerCall, unit: str = "channels") -> str:
    return _size_of(tensor_of(call), unit)


def _size_of(value: Value | None, unit: str) -> str:
    number = rank_of(value) if unit == "dimensions" else channels_of(value)
    if number is not None:
        return str(number)
    width = multiple_of(value) if unit == "channels" else None
    return str(width) if width is not None else ""
