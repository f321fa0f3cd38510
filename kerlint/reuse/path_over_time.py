"""The path through a `TimeDistributed`: what it is called on, and the layer below it that is called once a time step."""

from __future__ import annotations

from kerlint.execution.events import LayerCall, Trace
from kerlint.execution.values import Instance
from kerlint.finding import Finding
from kerlint.project import Module, Project
from kerlint.reuse.call_path import CallPath, Role, Stop, arranged
from kerlint.reuse.over_time import OverTime, normalised_over_time
from kerlint.reuse.upstream import Upstream, size_given, upstream
from kerlint.reuse.wording import callee, class_of, written

_STEPS = ("step 1", "step 2", "further steps")


def path_over_time(finding: Finding, module: Module, project: Project) -> CallPath | None:
    """The way to the wrapper's call, and the first calls that it makes of the layer that keeps statistics."""
    for found in normalised_over_time(module, project):
        if module.span(found.made.node) == finding.span:
            return _path_of(found, module)
    return None


def _path_of(found: OverTime, module: Module) -> CallPath:
    call_and_trace = _first_call(found.wrapper, module)
    if call_and_trace is not None:
        call, trace = call_and_trace
        before, last = upstream([call], trace, None), call.order
    else:  # perhaps it is called by what it was handed to
        wrapper = Stop(Role.LAYER, written(found.made.module, found.made.node) or "TimeDistributed", "TimeDistributed")
        before, last = Upstream({0: wrapper}, {0: []}), 0
    keeper = found.keeper
    name = _called_by(keeper, module) or class_of(keeper)
    for step, told in enumerate(_STEPS, 1):
        before.stops[last + step] = Stop(Role.SHARED, name, class_of(keeper), _width(found, module), remark=told)
        before.feeders[last + step] = [last]
    return arranged(CallPath(name, class_of(keeper), ()), before.stops, before.feeders, None)


def _first_call(layer: Instance, module: Module) -> tuple[LayerCall, Trace] | None:
    """The first call that is found of a layer, wherever in the module it was made."""
    for trace in module.traces:
        for call in trace.of(LayerCall):
            if call.instance.number == layer.number and not call.is_deferred:
                return call, trace
    return None


def _width(found: OverTime, module: Module) -> str:
    """The channels that the layer is given: in its own call, or in that of the wrapper where it is wrapped itself."""
    call_and_trace = _first_call(found.wrapper if found.is_direct else found.keeper, module)
    return size_given(call_and_trace[0]) if call_and_trace is not None else ""


def _called_by(layer: Instance, module: Module) -> str | None:
    """The name under which the program calls the layer, where it does."""
    call_and_trace = _first_call(layer, module)
    if call_and_trace is None:
        return None
    called = callee(call_and_trace[0].module, call_and_trace[0].node)
    return called if called is not None and not called.endswith(")") else None
