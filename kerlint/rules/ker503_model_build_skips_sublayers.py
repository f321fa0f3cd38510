"""KER503 model-build-skips-sublayers.

## What it does
Reports a `keras.Model` with a `build` of its own that leaves sub-layers without their weights.

## Why is this bad?
`load_model` calls `build` to make the weights that it then fills from the file. A sub-layer that `build` leaves out gets
none, so the file's values have nowhere to go: its weights are made at the first call, at random. On Keras 3 nothing is said
of it. `super().build(input_shape)` does not build sub-layers there; without a `build` of its own the model is run instead,
which builds them all. A Layer is built again when the model around it is put together: for a Layer it is harmless, and so it is
for a Model that only ever stands inside a functional or `Sequential` one.

## Example
    import keras

    class Regressor(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.out = keras.layers.Dense(1)

        def build(self, input_shape):
            self.scale = self.add_weight(name="scale", shape=(), initializer="ones")
            super().build(input_shape)

        def call(self, x):
            return self.scale * self.out(x)

## Use instead
    import keras

    class Regressor(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.out = keras.layers.Dense(1)

        def build(self, input_shape):
            self.scale = self.add_weight(name="scale", shape=(), initializer="ones")
            self.out.build(input_shape)
            super().build(input_shape)

        def call(self, x):
            return self.scale * self.out(x)

## Keras versions
All. Keras 3 loads random weights silently; Keras 2 raises at load, unless `build` calls `super().build(input_shape)`, which
there runs the model.

## References
https://github.com/keras-team/keras/issues/18823
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.running import ClassRun
from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.semantics.classes import ClassInfo
from kerlint.tracking.building import calls_base_build, is_only_a_node, is_part_of_others, left_unbuilt
from kerlint.tracking.loading import is_loaded_its_own_way
from kerlint.tracking.variables import is_called_by_keras


@rule("KER503", "model-build-skips-sublayers", severity=Severity.WARNING, probe="serialization")
def model_build_skips_sublayers(module: Module, project: Project) -> Iterator[Report]:
    is_silent = module.target.major == 3
    for run in module.class_runs:
        if run.info.kind != "model" or not is_called_by_keras(run.info) or (not is_silent and calls_base_build(run)):
            continue
        names = [name for name in left_unbuilt(project, run) if name not in _left_by_base(project, run)]
        if names and not is_loaded_its_own_way(project, run.info) and not is_part_of_others(project, run.info):
            if is_only_a_node(project, run.info):
                continue
            own = run.info.facts.methods.get("build")
            happens = "a model that is loaded has random weights there" if is_silent else "loading the model raises"
            yield Report(
                module.span(own or run.info.facts),
                f"build() leaves {_listed(names)} unbuilt: {happens}; build each of them in build(), or leave out build()",
                Severity.WARNING if is_silent else Severity.ERROR,
                about=tuple(names),
            )


def _listed(names: list[str]) -> str:
    """The first three, and how many there are besides."""
    return ", ".join(names) if len(names) <= 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"


def _left_by_base(project: Project, run: ClassRun) -> list[str]:
    """What is reported already at the class that `build` is inherited from."""
    found = run.info.find_method("build")
    if found is None or found[0] is run.info:
        return []
    owner: ClassInfo = found[0]
    return left_unbuilt(project, project.class_run(owner)) if owner.kind == "model" else []
