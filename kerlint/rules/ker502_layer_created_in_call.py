"""KER502 layer-created-in-call.

## What it does
Reports a layer with variables, or a variable, that `call` (or a training step, or what they call) creates.

## Why is this bad?
Each pass makes new variables: `fit` and `predict` raise, because a compiled function may not create any, and a direct call
uses fresh random weights every time, which nothing trains and nothing saves. On Keras 3 an object cannot be added to once
it is built, so a layer that is stored on the first call raises as well.

## Example
    import keras

    class Head(keras.layers.Layer):
        def call(self, x):
            return keras.layers.Dense(10)(x)

## Use instead
    import keras

    class Head(keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.out = keras.layers.Dense(10)

        def call(self, x):
            return self.out(x)

## Keras versions
All. On Keras 3 Dropout, the noise layers and the random augmentations hold the state of a random generator, so they count;
on Keras 2 they do not. Stored once behind a condition (`if self.dense is None`) is right on Keras 2 and raises on Keras 3.

## References
https://www.tensorflow.org/guide/function#creating_tfvariables
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.tracking.creation import creations_in_passes, holds_layers_to_build
from kerlint.tracking.variables import LAYER_KINDS

_FRESH = ", and a direct call starts afresh each time"


@rule("KER502", "layer-created-in-call", severity=Severity.ERROR, probe="tracking")
def layer_created_in_call(module: Module, project: Project) -> Iterator[Report]:
    said = set()
    for run in module.class_runs:
        if run.info.kind not in LAYER_KINDS:
            continue
        for creation in creations_in_passes(project, run):
            span = module.span(creation.node)
            if creation.module is not module or span in said:
                continue
            if not creation.is_kept_once:
                why = ", as its random generator holds a variable" if creation.is_random_state else _FRESH
                happens = f"is created anew in every call: fit raises{why}"
            elif module.target.major == 3 and not holds_layers_to_build(project, run):
                happens = "is created on the first call, when Keras 3 no longer lets the object be added to: that call raises"
            else:
                continue
            said.add(span)
            yield Report(span, f"{creation.name} {happens}; create it in __init__ or build")
