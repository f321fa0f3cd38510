"""KER502 layer-created-in-call.

## What it does
Reports a layer with variables, or a variable, that `call` (or a training step, or what they call) creates, and on Keras 3 any
layer that `call` keeps in the object.

## Why is this bad?
Each pass makes new variables: `fit` and `predict` raise, because a compiled function may not create any, and a direct call
uses fresh random weights every time, which nothing trains and nothing saves. On Keras 3 an object cannot be added to once
it is built, so a layer that is stored on the first call raises as well, even one without variables. Where Keras runs `call` to
build the sub-layers that a Layer has already, it is the loaded object that cannot be added to.

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
from enum import Enum

from kerlint.execution.running import ClassRun
from kerlint.finding import Report, Severity, Span
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.tracking.creation import Creation, creations_in_passes, holds_layers_to_build
from kerlint.tracking.eagerness import runs_in_graph_mode
from kerlint.tracking.variables import LAYER_KINDS, is_called_by_keras
from kerlint.words import LAYERS

_NEAR = 2
"""Lines from the first of several creations to the last that belong to one finding."""


class _Fate(Enum):
    """What comes of it; the value is what is said of it behind `Dense is`."""

    ANEW = "created anew in every call: fit raises"
    ANEW_AT_TIMES = "created anew in every call, with new weights each time, and where Keras itself runs call(), fit raises"
    REFUSED = "created in every call, when Keras 3 no longer lets the object be added to: the first call raises"
    ON_FIRST_CALL = "created on the first call, when Keras 3 no longer lets the object be added to: that call raises"
    ON_LOADING = "created on the first call, and a loaded object is built before it is called: loading raises"


@rule("KER502", "layer-created-in-call", severity=Severity.ERROR, probe="tracking", words_reached=LAYERS)
def layer_created_in_call(module: Module, project: Project) -> Iterator[Report]:
    said: set[Span] = set()
    for run in module.class_runs:
        if run.info.kind not in LAYER_KINDS:
            continue
        together: dict[tuple[str, _Fate], list[Creation]] = {}
        for creation in creations_in_passes(project, run):
            span, fate = module.span(creation.node), _fate(module, project, run, creation)
            if creation.module is module and span not in said and fate is not None:
                said.add(span)
                together.setdefault((creation.method, fate), []).append(creation)
        if together and not runs_in_graph_mode(module):
            for (_, fate), creations in together.items():
                yield from (_report(module, fate, neighbours) for neighbours in _neighbours(module, creations))


def _fate(module: Module, project: Project, run: ClassRun, creation: Creation) -> _Fate | None:
    is_new = module.target.major == 3
    if not is_called_by_keras(run.info):
        is_new_each_time = creation.has_variables and not creation.is_kept_once and not creation.is_random_state
        return _Fate.ANEW_AT_TIMES if is_new_each_time and not creation.is_added else None
    if not creation.is_kept_once:
        return _Fate.REFUSED if is_new and creation.is_added else _Fate.ANEW
    if is_new and not holds_layers_to_build(project, run):
        return _Fate.ON_FIRST_CALL
    if is_new and run.info.kind == "layer" and run.info.find_method("from_config") is None:
        return _Fate.ON_LOADING
    return None


def _neighbours(module: Module, creations: list[Creation]) -> Iterator[list[Creation]]:
    """What is created within a few lines is mended together, and is one finding; what stands further off is seen on its own."""
    group: list[Creation] = []
    for creation in sorted(creations, key=lambda creation: module.span(creation.node)):
        if group and module.span(creation.node).line > module.span(group[0].node).line + _NEAR:
            yield group
            group = []
        group.append(creation)
    if group:
        yield group


def _report(module: Module, fate: _Fate, creations: list[Creation]) -> Report:
    """One report for creations that stand together, in order, at the first place."""
    first, *others = creations
    names = list(dict.fromkeys(creation.name for creation in (first, *others)))
    verb, them = ("is", "it") if len(names) == 1 else ("are", "them")
    why = _circumstances(creations) if fate is _Fate.ANEW else ""
    return Report(
        module.span(first.node),
        f"{_listed(names)} {verb} {fate.value}{why}; create {them} in __init__ or build",
        related=tuple(module.related(other.node, f"{other.name} is created here") for other in others),
    )


def _circumstances(creations: list[Creation]) -> str:
    """When `fit` raises, and what else happens."""
    if not all(creation.is_random_state for creation in creations):
        return ", and a direct call starts afresh each time"
    awaited = {creation.waits_for for creation in creations}
    name = awaited.pop() if len(awaited) == 1 else None
    return f"{f' when {name} is not 0' if name else ''}, as a random generator holds a variable"


def _listed(names: list[str]) -> str:
    shown = names if len(names) <= 4 else [*names[:3], f"{len(names) - 3} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
