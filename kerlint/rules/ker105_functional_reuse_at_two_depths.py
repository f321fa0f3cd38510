"""KER105 functional-reuse-at-two-depths.

## What it does
Reports a layer, of any class, that stands twice in one chain of a functional model that is saved, with another layer or
operation between the two calls.

## Why is this bad?
The model saves, and `load_model` raises "Layer node index out of bounds": the file is read layer by layer, and the
second call of the layer needs what is not there yet. It concerns layers without weights as well, such as ReLU.

## Example
    import keras
    from keras import layers

    inputs = keras.Input((8,))
    relu = layers.ReLU()
    x = relu(layers.Dense(20)(inputs))
    x = relu(layers.Dense(20)(x))       # loads in Keras 2 and from 3.7, raises on 3.0 to 3.6
    keras.Model(inputs, x).save("model.keras")

## Use instead
    import keras
    from keras import layers

    inputs = keras.Input((8,))
    x = layers.ReLU()(layers.Dense(20)(inputs))
    x = layers.ReLU()(layers.Dense(20)(x))
    keras.Model(inputs, x).save("model.keras")

or Keras 3.7 where the weights are to be shared.

## Keras versions
3.0 to 3.6.

## References
https://github.com/keras-team/keras/issues/20389. Measured: a layer called directly on its own output does load.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.values import FunctionValue, Instance
from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.reuse.choosing import first_of_each
from kerlint.reuse.passes import Reuse, is_symbolic, reuses, tensor_of
from kerlint.reuse.saved import configured_in, saved_models
from kerlint.reuse.wording import first_use, subject
from kerlint.rules import rule
from kerlint.words import LAYERS


@rule("KER105", "functional-reuse-at-two-depths", severity=Severity.ERROR, keras=">=3,<3.7", probe="reuse", words_reached=LAYERS)
def functional_reuse_at_two_depths(module: Module, project: Project) -> Iterator[Report]:
    kept: dict[int, set[int]] = {}
    for trace in module.traces:
        kept[id(trace)] = {inner.number for saved in saved_models(trace) for inner in configured_in(saved.model)}
    yield from first_of_each(
        (reuse, _report(reuse))
        for reuse in reuses(module)
        if reuse.module is module and reuse.instance.number in kept[id(reuse.trace)] and _is_deeper(reuse)
    )


def _is_deeper(reuse: Reuse) -> bool:
    """Whether both calls are nodes of one graph and something stands between them."""
    tensor = tensor_of(reuse.second)
    return (
        tensor is not None
        and is_symbolic(tensor)
        and reuse.is_chained
        and tensor.number != reuse.first.result.number
        and not any(_is_inside_a_layer(site.callee) for site in (*reuse.first.stack, *reuse.second.stack))
    )


def _is_inside_a_layer(callee: object) -> bool:
    receiver = callee.receiver if isinstance(callee, FunctionValue) else callee
    return isinstance(receiver, Instance) and receiver.module.project.kind_of_instance(receiver) in ("layer", "model")


def _report(reuse: Reuse) -> Report:
    return Report(
        reuse.module.span(reuse.node),
        f"{subject(reuse)} stands at two depths of a functional model that is saved: load_model raises "
        '"Layer node index out of bounds"; create a layer for each, or use Keras 3.7',
        related=first_use(reuse),
    )
