"""KER503 model-build-skips-sublayers.

## What it does
Reports a `keras.Model` with a `build` of its own that leaves sub-layers without their weights. On Keras 3 a Layer is reported
as well, if it has a `compute_output_shape` or `compute_output_spec` and is made to be a node of functional models.

## Why is this bad?
`load_model` calls `build` to make the weights that it then fills from the file. A sub-layer that `build` leaves out gets
none, so the file's values have nowhere to go: its weights are made at the first call, at random. On Keras 3 nothing is said
of it where a model leaves them out. `super().build(input_shape)` does not build sub-layers there; without a `build` of its own
the model is run instead, which builds them all.

A node of a functional or `Sequential` model is called again when the model is put together, which builds what `build` left
out: a Layer is harmless there, and so is a Model that only ever stands there. On Keras 3 this holds no longer where the class
has a `compute_output_shape` or `compute_output_spec`: Keras asks that instead of running `call`. Then loading a model with
such a Layer raises, and one with such a Model comes back with random weights. So does one with a Layer where what it leaves
out is a MultiHeadAttention or another layer that makes its parts in `build`, a model of the project, or stands under two
attributes. Inside of other layers and of subclassed models it is harmless: their `call` runs it. A Layer of which the project
makes no object is taken for one that is offered as a node.

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
there runs the model. A node with a `compute_output_shape` loses its weights on Keras 3 alone.

## References
Measured: 3.0 to 3.15, as a node, in a `Sequential`, in a subclassed model and in another layer.
https://github.com/keras-team/keras/issues/18823
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.running import ClassRun
from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.semantics.classes import ClassInfo
from kerlint.tracking.building import Unbuilt, always_set, calls_base_build, left_unbuilt, loading_complains
from kerlint.tracking.loading import is_loaded_its_own_way
from kerlint.tracking.nodes import is_made_for_nodes, is_only_a_node, is_part_of_others, says_what_comes_out
from kerlint.tracking.variables import LAYER_KINDS, is_called_by_keras
from kerlint.words import LAYERS

_INSTEAD = "build each of them in build(), or leave out build()"


@rule("KER503", "model-build-skips-sublayers", severity=Severity.WARNING, probe="serialization", words_reached=LAYERS)
def model_build_skips_sublayers(module: Module, project: Project) -> Iterator[Report]:
    for run in module.class_runs:
        if run.info.kind not in LAYER_KINDS or not is_called_by_keras(run.info):
            continue
        unbuilt = left_unbuilt(project, run)
        left_by_base = _left_by_base(project, run) if unbuilt else {}
        unbuilt = {name: layers for name, layers in unbuilt.items() if name not in left_by_base}
        if unbuilt and not is_loaded_its_own_way(project, run.info):
            report = _of_a_model(project, run, unbuilt) or _of_a_node(project, run, unbuilt)
            if report is not None:
                yield report


def _of_a_model(project: Project, run: ClassRun, unbuilt: Unbuilt) -> Report | None:
    """A model that can be saved by itself."""
    is_silent = run.info.module.target.major == 3
    if run.info.kind != "model" or (not is_silent and calls_base_build(run)):
        return None
    if is_part_of_others(project, run.info) or is_only_a_node(project, run.info):
        return None
    happens = "a model that is loaded has random weights there" if is_silent else "loading the model raises"
    return _report(run, f"build() leaves {_listed(list(unbuilt))} unbuilt: {happens}", unbuilt, raises=not is_silent)


def _of_a_node(project: Project, run: ClassRun, unbuilt: Unbuilt) -> Report | None:
    """A layer or model that stands in functional models, which do not run its `call` when they are put together."""
    method = says_what_comes_out(project, run.info)
    unbuilt = {name: layers for name, layers in unbuilt.items() if name in always_set(run)}
    if not unbuilt or method is None or not is_made_for_nodes(project, run.info):
        return None
    raises = run.info.kind == "layer" and loading_complains(project, run, unbuilt)
    happens = "loading the model raises" if raises else "a model that is loaded has random weights there"
    told = f"build() leaves {_listed(list(unbuilt))} unbuilt, and so does a functional model, which asks {method}()"
    return _report(run, f"{told} and does not run call(): {happens}", unbuilt, raises=raises)


def _report(run: ClassRun, told: str, unbuilt: Unbuilt, *, raises: bool) -> Report:
    own = run.info.facts.methods.get("build")
    return Report(
        run.info.module.span(own or run.info.facts),
        f"{told}; {_INSTEAD}",
        Severity.ERROR if raises else Severity.WARNING,
        about=tuple(unbuilt),
    )


def _listed(names: list[str]) -> str:
    """The first three, and how many there are besides."""
    return ", ".join(names) if len(names) <= 4 else f"{', '.join(names[:3])} and {len(names) - 3} more"


def _left_by_base(project: Project, run: ClassRun) -> Unbuilt:
    """What is reported already at the class that `build` is inherited from."""
    found = run.info.find_method("build")
    if found is None or found[0] is run.info:
        return {}
    owner: ClassInfo = found[0]
    is_judged = owner.kind == "model" or says_what_comes_out(project, owner) is not None
    return left_unbuilt(project, project.class_run(owner)) if is_judged else {}
