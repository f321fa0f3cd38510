"""Whether a call of a layer trains: what `training` is there, and whether the layer or a model around it is frozen."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import LayerCall, MethodCall, Site, Trace
from kerlint.execution.values import Arguments, FunctionValue, Instance, SuperValue, Value, is_literal
from kerlint.reuse.states import instance_is_frozen


def training_of(trace: Trace, call: LayerCall) -> Value | None:
    """What `training` is in a call: its own argument, else that of the nearest call around it; None when none gives it."""
    own = _training_argument(call.instance, call.arguments)
    passed_on = _passed_to_super(trace, call)
    if passed_on is not None and (own is None or is_literal(passed_on, False)):
        return passed_on
    if own is not None and not trace.hands_on(own):
        return own
    for depth in range(len(call.stack) - 1, -1, -1):
        outer = _event_of(trace, call.stack[depth], depth)
        if outer is not None:
            around = _training_argument(outer.instance, outer.arguments)
            if around is not None and not trace.hands_on(around):
                return around
    return None


def is_frozen_at(call: LayerCall) -> bool:
    """Whether the layer, or a model around this call of it, has `trainable = False`."""
    if instance_is_frozen(call.instance):
        return True
    return any(isinstance(holder, Instance) and instance_is_frozen(holder) for holder in _around(call))


def _around(call: LayerCall) -> Iterator[Value]:
    for site in call.stack:
        yield site.callee
        if isinstance(site.callee, FunctionValue) and site.callee.receiver is not None:
            yield site.callee.receiver


def _event_of(trace: Trace, site: Site, depth: int) -> LayerCall | None:
    """The call of a layer that a site stands for."""
    return next(
        (
            event
            for event in trace.of(LayerCall)
            if event.node is site.node and len(event.stack) == depth and _belongs(event, site)
        ),
        None,
    )


def _belongs(event: LayerCall, site: Site) -> bool:
    callee = site.callee
    receiver = callee.receiver if isinstance(callee, FunctionValue) else callee
    return receiver is not None and receiver.number == event.instance.number


def _training_argument(instance: Instance, arguments: Arguments) -> Value | None:
    position: int | None = None
    if instance.info is not None:
        found = instance.info.find_method("call")
        names = [parameter.name for parameter in found[1].parameters[1:]] if found is not None else []
        position = names.index("training") if "training" in names else None
    return arguments.get("training", position)


def _passed_to_super(trace: Trace, call: LayerCall) -> Value | None:
    """What a subclass's `call` gives `super().call(…)` as `training`."""
    depth = len(call.stack)
    for event in trace.events[call.order + 1 :]:
        if len(event.stack) <= depth:
            break
        if (
            isinstance(event, MethodCall)
            and event.method in ("call", "__call__")
            and isinstance(event.receiver, SuperValue)
            and event.receiver.instance.number == call.instance.number
        ):
            return event.arguments.get("training", 1)
    return None
