"""KER102 shape-bound-layer-reuse.

## What it does
Reports a layer whose weights are made for the last axis of its first input, such as Dense, a convolution, an RNN or
LayerNormalization, and that is called again on a tensor with another last axis.

## Why is this bad?
The second call raises. A recurrent layer passes the construction of a functional model and raises when the model runs.

## Example
    import keras
    from keras import layers

    inputs = keras.Input((32,))
    coarse = layers.Dense(64)(inputs)
    fine = layers.Dense(128)(coarse)
    project = layers.Dense(10)
    y = project(coarse) + project(fine)     # 64 channels, then 128

## Use instead
    import keras
    from keras import layers

    inputs = keras.Input((32,))
    coarse = layers.Dense(64)(inputs)
    fine = layers.Dense(128)(coarse)
    y = layers.Dense(10)(coarse) + layers.Dense(10)(fine)

A width need not be a number: `Dense(units)` and `Dense(units * 2)` differ whatever `units` is.

Sharing a layer between tensors of one width is weight sharing, and is not reported.

## Keras versions
All.

## References
Measured: every layer of Keras with such weights was called on another last axis.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.shapes import multiple_of
from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.reuse.choosing import first_of_each
from kerlint.reuse.passes import Reuse, reuses, tensor_of
from kerlint.reuse.states import keeps_statistics, keras_base
from kerlint.reuse.widths import is_expected_to_fail, mismatch
from kerlint.reuse.wording import first_use, subject
from kerlint.rules import rule
from kerlint.words import LAYERS


@rule("KER102", "shape-bound-layer-reuse", severity=Severity.ERROR, probe="reuse", words_reached=LAYERS)
def shape_bound_layer_reuse(module: Module, project: Project) -> Iterator[Report]:
    yield from first_of_each(
        (reuse, report)
        for reuse in reuses(module)
        if reuse.module is module and not keeps_statistics(reuse.instance) and (report := _refused(reuse)) is not None
    )


def _refused(reuse: Reuse) -> Report | None:
    sizes = mismatch(reuse) or _unequal_multiples(reuse)
    if sizes is None or is_expected_to_fail(reuse):
        return None
    message = f"{subject(reuse)} is called on {sizes}: its weights fit only the first, and the second call raises"
    return Report(reuse.module.span(reuse.node), message, Severity.ERROR, first_use(reuse))


def _unequal_multiples(reuse: Reuse) -> str | None:
    """Two widths of which only this is known, that they are different multiples of one number: `units`, then `units * 2`."""
    layer = keras_base(reuse.instance) if reuse.instance.info is None else None
    if layer is None or not layer.input_last_axis_bound or {"axis", "data_format"} & set(reuse.instance.arguments.keywords):
        return None
    one, other = multiple_of(tensor_of(reuse.first)), multiple_of(tensor_of(reuse.second))
    if one is None or other is None or not one.differs_from(other):
        return None
    return f"{one} channels, then {other}"
