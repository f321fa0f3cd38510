"""Finds the path to the calls that a finding on reuse speaks of, while the traces of its module are there.

Turns a finding and its module into a `CallPath`. Knows nothing of messages but their words, and of pictures.
"""

from __future__ import annotations

from kerlint.execution.events import LayerCall
from kerlint.execution.guards import contradict
from kerlint.finding import Finding
from kerlint.project import Module, Project
from kerlint.reuse.call_path import CallPath, arranged
from kerlint.reuse.passes import Reuse, reuses, tensor_of
from kerlint.reuse.path_in_sequential import path_in_sequential
from kerlint.reuse.path_over_time import path_over_time
from kerlint.reuse.upstream import size_given, upstream
from kerlint.reuse.widths import mismatch
from kerlint.reuse.wording import callee, class_of, subject

_MOST_VISITS = 6
_OF_PAIRS = frozenset(("KER101", "KER102", "KER103", "KER105"))
_OTHERS = {"KER104": path_in_sequential, "KER106": path_over_time}


def call_path(finding: Finding, module: Module, project: Project) -> CallPath | None:
    """The path to the calls that a finding on reuse speaks of; None for every other finding.

    It is a planner for `lint`: `finding` is placed in the whole program, and the module's code has just been followed.
    """
    if finding.code in _OF_PAIRS:
        reuse = _reuse_of(finding, module)
        return _path_of(reuse) if reuse is not None else None
    other = _OTHERS.get(finding.code)
    return other(finding, module, project) if other is not None else None


def _reuse_of(finding: Finding, module: Module) -> Reuse | None:
    """The pair of calls that a finding speaks of: of those at its place the first that fits its words."""
    here = [reuse for reuse in reuses(module) if reuse.module is module and module.span(reuse.node) == finding.span]
    named = [reuse for reuse in here if subject(reuse) in finding.message] or here
    sizes = [reuse for reuse in named if (found := mismatch(reuse)) is not None and str(found) in finding.message]
    widths = [
        reuse for reuse in named if f"{size_given(reuse.first)} channels, then {size_given(reuse.second)}" in finding.message
    ]
    return next(iter(sizes or widths or named), None)


def _path_of(reuse: Reuse) -> CallPath:
    found = mismatch(reuse)
    unit = found.unit if found is not None else "channels"
    visits, untold = _visits(reuse)
    before = upstream(visits, reuse.trace, reuse.instance, unit)
    sizes = [size_given(call, unit) for call in (reuse.first, reuse.second)]
    clash = (reuse.first.order, reuse.second.order) if all(sizes) and sizes[0] != sizes[1] else None
    name = callee(reuse.second.module, reuse.second.node) or class_of(reuse.instance)
    path = CallPath(name, class_of(reuse.instance), (), unit, None, untold)
    return arranged(path, before.stops, before.feeders, clash)


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
