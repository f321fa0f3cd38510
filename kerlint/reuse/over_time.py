"""What a `TimeDistributed` does to the statistics of what it wraps: one call, and one update of them, a time step.

Finds the wrappers of a module whose layer keeps moving statistics, with that layer and the calls of the wrapper. Knows nothing
of messages.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import Construction, LayerCall, Trace
from kerlint.execution.values import Instance, is_literal
from kerlint.project import Module, Project
from kerlint.records import dataclass
from kerlint.reuse.states import Kind, held_state

_WRAPPER = "keras.layers.TimeDistributed"


@dataclass(frozen=True, slots=True)
class OverTime:
    """Where a wrapper is made, and the layer below it that keeps statistics."""

    made: Construction
    keeper: Instance

    @property
    def wrapper(self) -> Instance:
        """The TimeDistributed itself."""
        return self.made.instance

    @property
    def is_direct(self) -> bool:
        """Whether the layer itself is wrapped, not a layer or model that holds it."""
        return self.keeper is self.wrapper.arguments.get("layer", 0)


def normalised_over_time(module: Module, project: Project) -> Iterator[OverTime]:
    """The wrappers that the module makes, but for those that are only ever called with `training=False`."""
    for trace in module.traces:
        for event in trace.of(Construction):
            if event.module is module and event.instance.class_name == _WRAPPER and event.instance.info is None:
                state = held_state(event.instance, project)
                if state is not None and state.kind is Kind.STATISTICS and not _only_infers(trace, event.instance):
                    yield OverTime(event, state.keeper)


def calls_of(wrapper: Instance, trace: Trace) -> list[LayerCall]:
    """The calls of a wrapper in one trace."""
    return [call for call in trace.of(LayerCall) if call.instance is wrapper]


def _only_infers(trace: Trace, wrapper: Instance) -> bool:
    """Whether every call of the wrapper says `training=False`."""
    given = [call.arguments.get("training") for call in calls_of(wrapper, trace)]
    return bool(given) and all(value is not None and is_literal(value, False) for value in given)
