"""Pairs of calls of one layer that one execution reaches, on different tensors.

Turns the traces of a module into `Reuse`s. A pair is reported where the ways to its two calls part: at the second call
itself, or at the call of the helper, block or `Sequential` that leads to it. Knows nothing of what the layer keeps.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import Construction, FunctionCall, LayerCall, MethodCall, Site, Trace
from kerlint.execution.guards import contradict
from kerlint.execution.values import (
    Derived,
    Instance,
    Parameter,
    Reference,
    Value,
    depends_on,
    parts_of,
)
from kerlint.project import Module
from kerlint.records import dataclass
from kerlint.reuse.states import holds_layers
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import last_name

_MOST_CALLS = 12
"""Calls of one layer in one trace that are compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Reuse:
    """Two calls of one layer in one execution; `parting` is how many sites their ways have in common."""

    trace: Trace
    instance: Instance
    first: LayerCall
    second: LayerCall
    parting: int

    @property
    def node(self) -> ir.Node:
        """The call at which the way to the second use leaves that to the first."""
        return _way(self.second)[self.parting][1]

    @property
    def module(self) -> Module:
        """Where that call stands."""
        return _way(self.second)[self.parting][0]

    @property
    def first_node(self) -> ir.Node:
        """The call that leads to the first use, beside `node`."""
        return _way(self.first)[self.parting][1]

    @property
    def is_direct(self) -> bool:
        """Whether that call is the layer's own."""
        return self.parting == len(self.second.stack)

    @property
    def is_repeated(self) -> bool:
        """Whether both uses are one place in the code, which a loop or comprehension comes to again."""
        return self.node is self.first_node

    @property
    def is_chained(self) -> bool:
        """Whether the second tensor was made from what the first call gave."""
        given = tensor_of(self.second)
        return given is not None and depends_on(given, self.first.result.number)

    @property
    def is_tied(self) -> bool:
        """Whether everything that made the two tensors ready for the layer is shared as well, as in siamese towers."""
        if self.is_chained:
            return False
        if self.is_direct and self.instance.info is None and holds_layers(self.instance):
            return True
        one, other = (_producer(tensor_of(call)) for call in (self.first, self.second))
        if one is not None or other is not None:
            return one is other
        return not self.is_direct and self._callee(self.first) == self._callee(self.second)

    def _callee(self, call: LayerCall) -> int:
        return call.stack[self.parting].callee.number if self.parting < len(call.stack) else call.instance.number


def reuses(module: Module) -> tuple[Reuse, ...]:
    """Every layer that a trace of the module calls twice on different tensors, with the calls in their order."""
    return module.answer(_reuses)


def _reuses(module: Module) -> tuple[Reuse, ...]:
    return tuple(_found(module))


def _found(module: Module) -> Iterator[Reuse]:
    for trace in module.traces:
        by_instance: dict[int, list[LayerCall]] = {}
        for event in trace.of(LayerCall):
            if not event.is_deferred:
                by_instance.setdefault(event.instance.number, []).append(event)
        for calls in by_instance.values():
            if len(calls) > 1:
                yield from _pairs(trace, calls[:_MOST_CALLS])


def _pairs(trace: Trace, calls: list[LayerCall]) -> Iterator[Reuse]:
    for position, second in enumerate(calls):
        for first in calls[:position]:
            if not contradict(first.guard, second.guard) and _differ(tensor_of(first), tensor_of(second)):
                yield Reuse(trace, second.instance, first, second, _parting(first, second))


def _differ(one: Value | None, other: Value | None) -> bool:
    return one is not None and other is not None and one.number != other.number


def tensor_of(call: LayerCall) -> Value | None:
    """The tensor that a layer is called on."""
    if call.arguments.positional:
        return call.arguments.positional[0]
    return next(iter(call.arguments.keywords.values()), None)


def _way(call: LayerCall) -> list[tuple[Module, ir.Node]]:
    return [*((site.module, site.node) for site in call.stack), (call.module, call.node)]


def _parting(first: LayerCall, second: LayerCall) -> int:
    common = 0
    for one, other in zip(first.stack, second.stack, strict=False):
        if one is not other and not (one.node is other.node and _is_handed_over(one) and _is_handed_over(other)):
            break
        common += 1
    return common


def _is_handed_over(site: Site) -> bool:
    """Whether the function was an argument of the call, as in `tf.map_fn(lambda step: …, sequence)`."""
    if not isinstance(site.node, ir.Call) or site.function is None:
        return False
    if last_name(site.node.function) == site.function.name:
        return False
    return any(
        argument.value.function is site.function
        if isinstance(argument.value, ir.Lambda)
        else last_name(argument.value) == site.function.name
        for argument in site.node.arguments
    )


def _producer(value: Value | None) -> Instance | None:
    """The layer whose call made a tensor, through what was done with it since; None when several or none did."""
    seen: set[int] = set()
    pending = [value] if value is not None else []
    found: dict[int, Instance] = {}
    while pending:
        current = pending.pop()
        if current.number in seen:
            continue
        seen.add(current.number)
        if isinstance(current, Derived) and current.operator == "call" and isinstance(current.operands[0], Instance):
            found[current.operands[0].number] = current.operands[0]
        else:
            pending.extend(parts_of(current))
    return next(iter(found.values())) if len(found) == 1 else None


# --- what kind of execution it is ---------------------------------------------------------------------------------------


def is_forward_pass(trace: Trace) -> bool:
    """Whether a trace is what Keras itself calls to compute a layer's or model's outputs."""
    return (
        trace.owner is not None
        and trace.owner.kind in ("layer", "model")
        and trace.function is not None
        and trace.function.name in ("call", "__call__")
    )


def is_symbolic(value: Value | None) -> bool:
    """Whether a tensor belongs to a functional graph: it was made from a `keras.Input`."""
    return value is not None and any(is_input(part) for part in made_of(value))


def is_input(value: Value) -> bool:
    """Whether a tensor is a `keras.Input`."""
    return (
        isinstance(value, Derived)
        and value.operator == "call"
        and isinstance(value.operands[0], Reference)
        and value.operands[0].name.startswith("keras.")
        and value.operands[0].name.endswith(".Input")
    )


def is_one_graph(reuse: Reuse) -> bool:
    """Whether one functional model holds both calls: one is made of the other, or something is made of both."""
    if reuse.is_chained:
        return True
    results = reuse.first.result.number, reuse.second.result.number
    later = reuse.trace.events[reuse.second.order + 1 :]
    for event in later:
        match event:
            case Construction():
                values = list(event.instance.arguments.values())
            case LayerCall() | FunctionCall() | MethodCall():
                values = list(event.arguments.values())
            case _:
                continue
        parts = {part.number for value in values for part in made_of(value)}
        if all(number in parts for number in results):
            return True
    returned = reuse.trace.returned
    parts = {part.number for part in made_of(returned)} if returned is not None else set()
    return all(number in parts for number in results)


def is_given(value: Value | None) -> bool:
    """Whether a tensor was made from an argument of the function under analysis."""
    return value is not None and any(isinstance(part, Parameter) for part in made_of(value))


def made_of(value: Value) -> Iterator[Value]:
    """A value and all that it was made of."""
    seen: set[int] = set()
    pending = [value]
    while pending:
        current = pending.pop()
        if current.number not in seen:
            seen.add(current.number)
            yield current
            pending.extend(parts_of(current))
