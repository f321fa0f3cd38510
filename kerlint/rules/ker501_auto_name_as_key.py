"""KER501 auto-name-as-key.

## What it does
Reports a layer with weights that becomes an attribute named after itself, `setattr(self, layer.name, layer)`, when the layer
has an automatic name and no other attribute leads the save to it first.

## Why is this bad?
A `.keras` or `.weights.h5` file keeps a layer under the attribute that leads to it. An automatic name carries a counter
(`dense`, `dense_1`, …), so the object that is loaded holds the layer under another attribute: loading raises "expected 2
variables, but received 0". It works in a fresh process, where the counter starts again, and fails in every other.

## Example
    import keras

    class Stack(keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.names = []
            for _ in range(2):
                layer = keras.layers.Dense(4)
                setattr(self, layer.name, layer)
                self.names.append(layer.name)

        def call(self, x):
            for name in self.names:
                x = getattr(self, name)(x)
            return x

## Use instead
    import keras

    class Stack(keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.stages = [keras.layers.Dense(4) for _ in range(2)]

        def call(self, x):
            for stage in self.stages:
                x = stage(x)
            return x

## Keras versions
All. Which attribute is met first differs: Keras 3 walks the attributes in alphabetical order with private ones last, Keras 2
in the opposite order. A Model has its layers under `layers` besides, a Layer does not. A dict with automatic names as keys
is harmless: its values are kept by class and position.

## References
https://github.com/philipperemy/keras-tcn/issues/270
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.finding import Related, Report, Severity, Span
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.tracking.naming import Unstable, automatic_name, unstable_attributes
from kerlint.words import LAYERS


@rule("KER501", "auto-name-as-key", severity=Severity.ERROR, probe="serialization", words_reached=LAYERS)
def auto_name_as_key(module: Module, project: Project) -> Iterator[Report]:
    by_place: dict[Span, list[Unstable]] = {}
    for run in module.class_runs:
        if run.info.kind in ("layer", "model"):
            for unstable in unstable_attributes(project, run, module.target):
                if unstable.event.module is module:
                    by_place.setdefault(unstable.event.span, []).append(unstable)
    for span, found in by_place.items():
        names = sorted({unstable.layer.class_name.rpartition(".")[2] for unstable in found})
        yield Report(span, _message(names, found[0]), related=_creations(module, found))


def _message(names: list[str], first: Unstable) -> str:
    key = automatic_name(first.layer)
    later = f", and {first.stable[0]!r} is reached later" if first.stable else ""
    kept = "are kept under automatic names" if len(names) > 1 else "is kept under an automatic name"
    return (
        f"{' and '.join(names)} {kept} ({key}, {key}_1, …), which differ in the object that is loaded{later}: "
        "loading raises; use a list or names of your own"
    )


def _creations(module: Module, found: list[Unstable]) -> tuple[Related, ...]:
    layers = {unstable.layer.node: unstable.layer for unstable in found if unstable.layer.module is module}
    return tuple(module.related(layer.node, "created here without a name") for layer in layers.values())
