"""Builds a model, moves its weights, saves it, loads it, and compares what comes back with what was saved."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, Callable

import keras
import numpy

from .models import Handed, as_model


def outputs_of(model: Any, arrays: Sequence[Any], handed: Handed) -> list[Any]:
    """What a model answers in inference, as flat numpy arrays."""
    is_functional = not isinstance(getattr(model, "inputs", None), type(None)) and type(model) is keras.Model
    if is_functional or type(model).__name__ == "Functional":
        result = model(list(arrays) if len(arrays) > 1 else arrays[0], training=False)
    else:
        positional, named = handed(arrays)
        result = model(*positional, **named)
    return flat(result)


def flat(result: Any) -> list[Any]:
    """The arrays in a structure of tensors."""
    if isinstance(result, Mapping):
        return [array for key in sorted(result) for array in flat(result[key])]
    if isinstance(result, (list, tuple)):
        return [array for item in result for array in flat(item)]
    if result is None:
        return []
    if hasattr(result, "to_tensor"):
        result = result.to_tensor()  # a ragged tensor
    return [
        numpy.asarray(keras.ops.convert_to_numpy(result) if hasattr(keras, "ops") and not hasattr(result, "numpy") else result)
    ]


def move_weights(model: Any) -> None:
    """Moves every number that the model holds, so that one which is not restored is seen; variances stay positive."""
    random = numpy.random.default_rng(1)
    trainable = {id(variable) for variable in model.trainable_weights}
    for variable in model.weights:
        value = numpy.asarray(variable)
        if not numpy.issubdtype(value.dtype, numpy.floating):
            continue
        moved = (
            value + 0.5 * random.normal(size=value.shape) if id(variable) in trainable else random.uniform(0.5, 1.5, value.shape)
        )
        variable.assign(moved.astype(value.dtype))


def shift_automatic_names() -> None:
    """Makes a few layers, so that automatic names go on from elsewhere, as in a program that has other models."""
    layers = keras.layers
    for _ in range(3):
        for make in (layers.Dense, layers.Embedding, layers.MultiHeadAttention, layers.Conv1D, layers.Conv2D):
            make(1, 1) if make is not layers.Dense else make(1)
        for make in (layers.BatchNormalization, layers.LayerNormalization, layers.ReLU, layers.Flatten, layers.Add):
            make()
        for make in (layers.LSTM, layers.GRU, layers.Dropout):
            make(0.5 if make is layers.Dropout else 1)


def told(error: BaseException) -> str:
    """An exception in one line, the innermost cause of what Keras wraps."""
    text = re.sub(r"\x1b\[[0-9;]*m|(?<=\w) at 0x[0-9a-f]+", "", str(error)).replace(os.getcwd(), ".")
    inner = re.split(r"(?:Exception|Error) encountered(?: during deserialization)?:", text)[-1]
    lines = [line.strip() for line in inner.partition("Arguments received by ")[0].strip().splitlines() if line.strip()]
    return f"{type(error).__name__}: {' '.join(lines[:2])[:240]}" if lines else type(error).__name__


def error_of_use(make: Callable[[], Any], arrays: Sequence[Any], handed: Handed) -> str:
    """What is raised where a thing is made and called; empty where nothing is."""
    try:
        as_model(make(), arrays, handed)
    except Exception as error:
        return told(error)
    return ""


def difference(before: Sequence[Any], after: Sequence[Any]) -> float | None:
    """The largest difference between two lists of arrays; None where they cannot be compared, as their shapes differ."""
    if len(before) != len(after):
        return None
    largest = 0.0
    for one, other in zip(before, after):
        if one.shape != other.shape:
            return None
        if one.dtype.kind not in "fiub":
            largest = max(largest, float((one != other).any()))
        elif one.size:
            gap = numpy.abs(one.astype("float64") - other.astype("float64"))
            gap = numpy.where(numpy.isnan(one.astype("float64")) & numpy.isnan(other.astype("float64")), 0.0, gap)
            largest = max(largest, float(numpy.nan_to_num(gap, nan=numpy.inf).max()))
    return largest


def save(model: Any, arrays: Sequence[Any], handed: Handed, path: str) -> dict[str, Any]:
    """Saves a model whose weights were moved. Gives what it answered before, or the error."""
    move_weights(model)
    expected = outputs_of(model, arrays, handed)
    again = outputs_of(model, arrays, handed)
    steady = difference(expected, again) == 0.0
    try:
        keras.models.save_model(model, path)  # not a `save` of the class itself
    except Exception as error:
        return {"step": "save", "error": told(error)}
    return {"expected": expected, "steady": steady, "trainable": len(model.trainable_weights), "weights": len(model.weights)}


def load(before: Mapping[str, Any], arrays: Sequence[Any], handed: Handed, path: str, custom_objects: Any) -> dict[str, Any]:
    """Loads what was saved and compares: `step` and `error` where it raises, `difference` of the outputs otherwise."""
    try:
        loaded = keras.models.load_model(path, custom_objects=custom_objects, compile=False)
    except Exception as error:
        return {"step": "load", "error": told(error)}
    try:
        after = outputs_of(loaded, arrays, handed)
    except Exception as error:
        return {"step": "call", "error": told(error)}
    gap = difference(before["expected"], after)
    found = {"step": "compared", "trainable": [before["trainable"], len(loaded.trainable_weights)]}
    if not before["steady"]:
        return {**found, "difference": 0.0, "unsteady": True}
    if gap is None:
        return {**found, "shapes": [[list(a.shape) for a in before["expected"]], [list(a.shape) for a in after]]}
    scale = max([1.0, *(float(numpy.abs(a).max()) for a in before["expected"] if a.size and a.dtype.kind in "fiu")])
    return {**found, "difference": gap, "scale": scale}


def is_defect(outcome: Mapping[str, Any]) -> bool:
    """Whether a load or save shows that the model did not come back."""
    if "error" in outcome or "shapes" in outcome:
        return True
    return bool(outcome.get("difference", 0.0) > 1e-4 * outcome.get("scale", 1.0))


def in_words(outcome: Mapping[str, Any]) -> str:
    """The defect in one line; empty where there is none."""
    if "error" in outcome:
        places = {"save": "saving", "load": "loading", "call": "calling the loaded model", "from_config": "from_config"}
        return f"{places.get(outcome['step'], outcome['step'])} raises {outcome['error']}"
    if "shapes" in outcome:
        return f"outputs have shape {outcome['shapes'][0]} before saving and {outcome['shapes'][1]} after loading"
    return f"outputs differ by {outcome['difference']:.2g} after loading" if is_defect(outcome) else ""


def reload(
    make: Callable[[], Any], arrays: Sequence[Any], handed: Handed, custom_objects: Any = None, folder: str = "."
) -> dict[str, Any]:
    """One whole round trip through `.keras` in this process, with automatic names shifted in between."""
    model = as_model(make(), arrays, handed)
    path = os.path.join(folder, "model.keras")
    before = save(model, arrays, handed, path)
    if "error" in before:
        return before
    shift_automatic_names()
    return load(before, arrays, handed, path, custom_objects)
