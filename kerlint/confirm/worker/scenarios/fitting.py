"""Fits a model or layer on made data for two batches and looks at what happens: what it raises, which layers are told that
they are in training, whether two calls on the same input agree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Callable

import keras
import numpy

from .models import Handed, as_node

REFUSED_CREATION = re.compile(
    r"cannot add new elements of state|singleton tf\.Variable|tried to create variables on non-first call|"
    r"must either be wrapped in an init_scope or callable|create a variable while in a stateless scope",
    re.IGNORECASE,
)
"""What Keras and TensorFlow say when variables or layers are created where none may be."""


def as_fitted(thing: Any, arrays: Sequence[Any], handed: Handed, style: str = "one") -> Any:
    """What is fitted: a model itself, or a functional model round a layer, or round a model of several arguments."""
    if isinstance(thing, keras.Model) and style != "arguments":
        return thing
    return as_node(thing, arrays, handed)


def given(model: Any, thing: Any, arrays: Sequence[Any], handed: Handed) -> Any:
    """The first argument of `fit` and `predict`."""
    if model is thing:
        return handed(arrays)[0][0]
    return list(arrays) if len(arrays) > 1 else arrays[0]


def compile_simply(model: Any, eagerly: bool = False) -> None:
    """Plain descent on a squared error, in its own loop and one step at a time."""
    if hasattr(keras, "ops"):
        model.compile(optimizer=keras.optimizers.SGD(0.01), loss="mean_squared_error", run_eagerly=eagerly, jit_compile=False)
    else:
        model.compile(optimizer=keras.optimizers.SGD(0.01), loss="mean_squared_error", run_eagerly=eagerly)


def zeros_like(outputs: Any) -> Any:
    """Targets of the structure of the outputs."""
    if isinstance(outputs, Mapping):
        return {key: zeros_like(value) for key, value in outputs.items()}
    if isinstance(outputs, (list, tuple)):
        return (
            type(outputs)([zeros_like(value) for value in outputs])
            if type(outputs) in (list, tuple)
            else [zeros_like(value) for value in outputs]
        )
    return numpy.zeros([int(size) for size in outputs.shape], "float32")


def fit(model: Any, inputs: Any, targets: Any, batch: int = 2) -> None:
    """Two batches in the order in which they stand."""
    model.fit(inputs, targets, batch_size=batch, epochs=1, verbose=0, shuffle=False)


def fit_or_predict_error(
    make: Callable[[], Any], arrays: Sequence[Any], handed: Handed, targets: Any, style: str = "one"
) -> BaseException | None:
    """What raises because something was created where nothing may be: making the model, fitting it, using it."""
    last: BaseException | None = None
    for step in ("fit", "evaluate", "predict"):
        thing = make()
        try:
            model = as_fitted(thing, arrays, handed, style)
            inputs = given(model, thing, arrays, handed)
            compile_simply(model)
            if step == "fit":
                fit(model, inputs, targets)
            elif step == "evaluate":
                model.evaluate(inputs, targets, batch_size=2, verbose=0)
            else:
                model.predict(inputs, batch_size=2, verbose=0)
        except Exception as error:
            last = error
            if REFUSED_CREATION.search(str(error)):
                return error
    return last


def error_of_fit(
    make: Callable[[], Any], arrays: Sequence[Any], handed: Handed, name: str, style: str = "one"
) -> tuple[BaseException | None, bool]:
    """What fitting a thing that can be called raises, and whether that is about an attribute: named, or no longer what it was."""
    thing = make()
    held = getattr(thing, name, None)
    model = as_fitted(thing, arrays, handed, style)
    inputs = given(model, thing, arrays, handed)
    targets = zeros_like(model(inputs))
    try:
        compile_simply(model)
        fit(model, inputs, targets)
    except Exception as error:
        return error, name in str(error) or getattr(thing, name, None) is not held
    return None, False


def flat(result: Any) -> list[Any]:
    """The arrays in a structure of tensors."""
    if isinstance(result, Mapping):
        return [array for key in sorted(result) for array in flat(result[key])]
    if isinstance(result, (list, tuple)):
        return [array for item in result for array in flat(item)]
    if result is None:
        return []
    return [
        numpy.asarray(keras.ops.convert_to_numpy(result) if hasattr(keras, "ops") and not hasattr(result, "numpy") else result)
    ]


def gap_between_calls(call: Callable[[], Any]) -> float:
    """By how much two calls on the same input differ, in inference."""
    one, other = flat(call()), flat(call())
    gaps = [
        numpy.abs(a.astype("float64") - b.astype("float64")).max()
        for a, b in zip(one, other)
        if a.shape == b.shape and a.size and a.dtype.kind in "fiu"
    ]
    return float(max(gaps, default=0.0))


@contextmanager
def told_training(model: Any) -> Iterator[dict[str, set[Any]]]:
    """What each layer inside a model, by its name, is told of `training` during the training steps of the block."""
    seen: dict[str, set[Any]] = {}
    in_step: list[bool] = []
    step = model.train_step

    def stepping(*positional: Any, **named: Any) -> Any:
        in_step.append(True)
        try:
            return step(*positional, **named)
        finally:
            in_step.pop()

    patched = [(model, "train_step")]
    object.__setattr__(model, "train_step", stepping)
    for layer in layers_inside(model):
        patched.append((layer, "call"))
        object.__setattr__(layer, "call", _noting(layer, layer.call, seen, in_step))
    try:
        yield seen
    finally:
        for thing, name in patched:
            object.__delattr__(thing, name)


def _noting(layer: Any, call: Any, seen: dict[str, set[Any]], in_step: list[bool]) -> Callable[..., Any]:
    def noting(*positional: Any, **named: Any) -> Any:
        if in_step:
            seen.setdefault(layer.name, set()).add(bool(named.get("training", False)))
        return call(*positional, **named)

    return noting


def layers_inside(model: Any) -> list[Any]:
    """Every layer inside a model, at any depth."""
    return [layer for layer in model._flatten_layers(include_self=False) if layer is not model]


def training_of_layers(model: Any, inputs: Any, targets: Any, word: str) -> dict[str, Any]:
    """Fits a built model and says what its layers of a class were told, and how far their moving statistics went."""
    compile_simply(model)
    concerned = [layer for layer in layers_inside(model) if type(layer).__name__ == word]
    before = {layer.name: numpy.array(layer.moving_mean) for layer in concerned if hasattr(layer, "moving_mean")}
    for layer in concerned:
        if hasattr(layer, "momentum") and isinstance(layer.momentum, float):
            layer.momentum = 0.5
    with told_training(model) as seen:
        fit(model, inputs, targets)
    flags = {layer.name: sorted(seen[layer.name]) for layer in concerned if layer.name in seen}
    moved = {
        layer.name: float(numpy.abs(numpy.array(layer.moving_mean) - before[layer.name]).max())
        for layer in concerned
        if layer.name in before
    }
    return {"told": flags, "moved": moved, "silent": bool(flags) and not any(True in told for told in flags.values())}
