"""Saves a Sequential that holds one layer object more than once, loads it, and counts what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy


def differ_after_loading(
    model: Any, arrays: Sequence[Any], custom_objects: Any = None, path: str = "model.keras"
) -> dict[str, Any]:
    """Moves the weights, saves, loads, and compares: how many layers there were and are, and how far the outputs are apart."""
    fed = list(arrays) if len(arrays) > 1 else arrays[0]
    model(fed)
    random = numpy.random.default_rng(1)
    for variable in model.trainable_weights:
        value = numpy.asarray(variable)
        variable.assign((value + 0.5 * random.normal(size=value.shape)).astype(value.dtype))
    before = [numpy.asarray(array) for array in listed(model(fed, training=False))]
    try:
        model.save(path)
    except Exception as error:
        return {"step": "saving", "error": in_one_line(error)}
    try:
        loaded = keras.models.load_model(path, custom_objects=custom_objects, compile=False)
        after = [numpy.asarray(array) for array in listed(loaded(fed, training=False))]
    except Exception as error:
        return {"step": "loading", "error": in_one_line(error)}
    counts = {"layers": len(model.layers), "layers_loaded": len(loaded.layers)}
    if [array.shape for array in before] != [array.shape for array in after]:
        return {**counts, "shapes": [[list(array.shape) for array in before], [list(array.shape) for array in after]]}
    gaps = [float(numpy.abs(one - two).max()) for one, two in zip(before, after) if one.size]
    return {**counts, "difference": max(gaps, default=0.0)}


def listed(result: Any) -> list[Any]:
    """The tensors of an output."""
    if isinstance(result, dict):
        return [result[key] for key in sorted(result)]
    return list(result) if isinstance(result, (list, tuple)) else [result]


def in_one_line(error: BaseException) -> str:
    """An exception's type and the last cause that it names."""
    text = str(error).rsplit("Exception encountered:", 1)[-1].strip()
    return f"{type(error).__name__}: {text.splitlines()[0] if text else ''}"


def loss_in_words(outcome: Any) -> str:
    """What was lost, in one line; empty where nothing was."""
    if "error" in outcome:
        return f"{outcome['step']} raises {outcome['error']}"
    back = f"{outcome['layers_loaded']} of {outcome['layers']} layers come back"
    if "shapes" in outcome:
        return f"{back}, outputs have shape {outcome['shapes'][1][0]} instead of {outcome['shapes'][0][0]}"
    if outcome["difference"] > 1e-4:
        return f"{back}, outputs differ by {outcome['difference']:.2g}"
    return back if outcome["layers_loaded"] < outcome["layers"] else ""
