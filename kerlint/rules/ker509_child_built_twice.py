"""KER509 child-built-twice.

## What it does
Reports `build()` of a layer that builds a child which came from outside, without asking whether it is built already.

## Why is this bad?
When the layer is loaded its child is deserialized, and built, before it. Building the child again raises: "You cannot add
new elements of state to a layer that is already built". The same happens with a child that was built before it was
handed over.

## Example
    import keras

    class Residual(keras.layers.Layer):
        def __init__(self, inner, **kwargs):
            super().__init__(**kwargs)
            self.inner = inner

        def build(self, input_shape):
            self.inner.build(input_shape)

        def call(self, x):
            return x + self.inner(x)

        def get_config(self):
            return {**super().get_config(), "inner": keras.saving.serialize_keras_object(self.inner)}

        @classmethod
        def from_config(cls, config):
            config["inner"] = keras.saving.deserialize_keras_object(config["inner"])
            return cls(**config)

## Use instead
    import keras

    class Residual(keras.layers.Layer):
        def __init__(self, inner, **kwargs):
            super().__init__(**kwargs)
            self.inner = inner

        def build(self, input_shape):
            if not self.inner.built:
                self.inner.build(input_shape)

        def call(self, x):
            return x + self.inner(x)

        def get_config(self):
            return {**super().get_config(), "inner": keras.saving.serialize_keras_object(self.inner)}

        @classmethod
        def from_config(cls, config):
            config["inner"] = keras.saving.deserialize_keras_object(config["inner"])
            return cls(**config)

## Keras versions
All 3.x. A child without weights may be built twice, and so may a Sequential from 3.5 on.

## References
Measured: ValueError on load in every 3.x tried, for Dense, normalization and custom children.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.building.children import rebuilt_children
from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.serialization.subjects import subjects


@rule("KER509", "child-built-twice", severity=Severity.ERROR, keras=">=3", probe="serialization", words=("def build",))
def child_built_twice(module: Module, project: Project) -> Iterator[Report]:
    for subject in subjects(module, project):
        info = subject.contract.info
        if info.kind != "layer" or "build" not in info.facts.methods:
            continue
        for child in rebuilt_children(info, project):
            if child.event.module is module and subject.is_concerned:
                yield Report(
                    child.event.span,
                    f"{child.name} is already built when {info.name} is loaded, and building it again raises; write "
                    f"'if not {child.name}.built:' before it",
                )
