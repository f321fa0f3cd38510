"""KER506 fitted-call-lacks-training.

## What it does
Reports a subclass of Model that is itself fitted, whose `call` has no parameter `training`, and in which a layer behaves
differently in training: BatchNormalization, Dropout, noise, an RNN with dropout.

## Why is this bad?
Keras 3 tells a model that it is in training only through that parameter, and what it does not tell the outermost model
reaches none of its layers: during `fit` all of them stay in inference mode. Dropout drops nothing, BatchNormalization
never learns its statistics, and nothing is said.

## Example
    import keras

    class Net(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.norm = keras.layers.BatchNormalization()

        def call(self, inputs):
            return self.norm(inputs)

    def train(rows):
        net = Net()
        net.compile("adam", "mean_squared_error")
        net.fit(rows, rows)

## Use instead
    import keras

    class Net(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.norm = keras.layers.BatchNormalization()

        def call(self, inputs, training=None):
            return self.norm(inputs)

    def train(rows):
        net = Net()
        net.compile("adam", "mean_squared_error")
        net.fit(rows, rows)

## Keras versions
All 3.x. `**kwargs` does not help. A `train_step` that calls `self(x, training=True)` does from 3.10 on. Layers and models
inside a functional model, or inside one whose `call` has the parameter, are told by Keras.

## References
keras-team/keras-hub#1500. Measured: the moving mean stays 0.00 during fit instead of reaching 4.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.building.telling import forgetful_call, silenced_while_fitted
from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.words import LAYERS


@rule("KER506", "fitted-call-lacks-training", severity=Severity.WARNING, keras=">=3", probe="tracking", words_reached=LAYERS)
def fitted_call_lacks_training(module: Module, project: Project) -> Iterator[Report]:
    seen: set[int] = set()
    for info in module.classes:
        call = forgetful_call(info)
        if call is None or id(call) in seen or call not in info.facts.methods.values():
            continue
        seen.add(id(call))
        layer = silenced_while_fitted(info, module, project)
        if layer is not None:
            yield Report(
                module.span(call),
                f"call() of {info.name} has no 'training' parameter: while it is fitted its {layer} silently stays in "
                "inference mode; add training=None",
            )
