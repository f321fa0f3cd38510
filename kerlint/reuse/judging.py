"""Whether a pair of calls mixes what a layer keeps, and how surely.

Turns a `Reuse` into a `Mixing`, or into nothing where the second call changes nothing: in inference, frozen, outside any
pass that trains. Knows nothing of messages.
"""

from __future__ import annotations

from kerlint.execution.events import LayerCall, MethodCall, Trace
from kerlint.execution.values import is_literal
from kerlint.project import Project
from kerlint.records import dataclass
from kerlint.reuse.passes import Reuse, is_forward_pass, is_given, is_one_graph, is_symbolic, tensor_of
from kerlint.reuse.states import Kind, State, held_state, state_of
from kerlint.reuse.training import is_frozen_at, training_of

_TRAINING_STEPS = frozenset(("train_step", "compute_loss"))


@dataclass(frozen=True, slots=True)
class Mixing:
    """What is mixed, and whether the whole way to the layer is shared on purpose, as in siamese towers."""

    state: State
    is_by_design: bool


def mixing(reuse: Reuse, project: Project) -> Mixing | None:
    """What the two calls of a pair mix; None when they do not."""
    state = kept_by(reuse.second, project)
    if state is None:
        return None
    if state.kind is Kind.CARRIED:
        return Mixing(state, False) if _carries_over(reuse) else None
    if not _both_train(reuse):
        return None
    return Mixing(state, reuse.is_tied or state.kind is Kind.ITERATION)


def kept_by(call: LayerCall, project: Project) -> State | None:
    """What a call writes: the layer's own state, or that of what it holds when its inside is not followed."""
    instance = call.instance
    own = state_of(instance, project)
    if own is not None or instance.info is not None or instance.class_name == "keras.Sequential":
        return own
    return held_state(instance, project)


def _is_still(trace: Trace, call: LayerCall) -> bool:
    """Whether a call leaves the statistics as they are."""
    training = training_of(trace, call)
    return is_frozen_at(call) or (training is not None and is_literal(training, False))


def _both_train(reuse: Reuse) -> bool:
    """Whether both calls belong to one pass that Keras trains through."""
    trace = reuse.trace
    if _is_still(trace, reuse.first) or _is_still(trace, reuse.second):
        return False
    if is_forward_pass(trace):
        return True
    if is_symbolic(tensor_of(reuse.second)):
        return is_one_graph(reuse)
    asked = training_of(trace, reuse.first) is not None and training_of(trace, reuse.second) is not None
    if trace.owner is not None and trace.owner.kind in ("layer", "model"):
        is_step = trace.function is not None and trace.function.name in _TRAINING_STEPS
        return asked and (reuse.is_chained or is_step)
    return reuse.is_chained and is_given(tensor_of(reuse.second)) and not reuse.is_repeated


def _carries_over(reuse: Reuse) -> bool:
    """Whether the state that the first call leaves is what the second begins with."""
    if "initial_state" in reuse.second.arguments.keywords:
        return False
    for event in reuse.trace.of(MethodCall):
        if event.method.startswith("reset_state") and reuse.first.order < event.order < reuse.second.order:
            return False
    tensor = tensor_of(reuse.second)
    return is_forward_pass(reuse.trace) or is_symbolic(tensor)
