"""Takes a program's model to a file in its own way and back in another process, and says what became of it there."""

from __future__ import annotations

import inspect
import pickle
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy

from .replacing import holders_of, methods_of_model, replaced


def input_arrays(model: Any, batch: int = 4) -> list[Any] | None:
    """Made data for a model whose inputs are known; None where they are not."""
    try:
        inputs = model.inputs
    except (AttributeError, ValueError):  # not built yet
        return None
    if not inputs:
        return None
    random = numpy.random.default_rng(0)
    arrays = []
    for tensor in inputs:
        sizes = tuple(tensor.shape)[1:]
        free = 32 if len(sizes) == 3 else 6
        shape = (batch, *(free if size is None else int(size) for size in sizes))
        dtype = str(getattr(tensor.dtype, "name", tensor.dtype))
        if dtype == "string":
            arrays.append(numpy.array(["red", "green", "blue"], dtype=object)[random.integers(0, 3, shape)])
        elif "int" in dtype or "bool" in dtype:
            arrays.append(random.integers(0, 2, shape).astype(dtype))
        else:
            arrays.append(random.normal(size=shape).astype("float32"))
    return arrays


def move_weights(model: Any) -> None:
    """Moves every number that the model holds; variances stay positive."""
    random = numpy.random.default_rng(1)
    for variable in model.weights:
        value = numpy.asarray(variable)
        if numpy.issubdtype(value.dtype, numpy.floating):
            variable.assign(random.uniform(0.25, 0.75, value.shape).astype(value.dtype))


def outputs(model: Any, arrays: Sequence[Any]) -> list[Any]:
    """What a model answers in inference, as arrays."""
    given = list(arrays) if len(arrays) > 1 else arrays[0]
    takes_training = "training" in inspect.signature(model.call).parameters
    result = model(given, training=False) if takes_training else model(given)
    return leaves(result)


def leaves(result: Any) -> list[Any]:
    """The arrays in a structure of tensors."""
    if isinstance(result, Mapping):
        return [array for key in sorted(result) for array in leaves(result[key])]
    if isinstance(result, (list, tuple)):
        return [array for item in result for array in leaves(item)]
    return [] if result is None else [numpy.array(result)]


def gap(before: Sequence[Any], after: Sequence[Any]) -> float:
    """The largest difference; infinite where shapes differ."""
    if [array.shape for array in before] != [array.shape for array in after]:
        return float("inf")
    gaps = [
        numpy.abs(a.astype("float64") - b.astype("float64")).max()
        for a, b in zip(before, after)
        if a.size and a.dtype.kind in "fiub"
    ]
    return float(numpy.nan_to_num(max(gaps, default=0.0), nan=float("inf")))


def told(error: BaseException) -> str:
    """An exception in one line: the innermost cause of what Keras wraps."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).rsplit("Exception encountered:", 1)[-1]
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return f"{type(error).__name__}: {' '.join(lines[:2])[:240]}" if lines else type(error).__name__


def load(path: str, arrays: Sequence[Any], expected: Sequence[Any], **keywords: Any) -> dict[str, Any]:
    """Loads a file and compares what the model answers: `error` and `step` where that raises, else `difference`."""
    try:
        model = keras.models.load_model(path, **keywords)
    except Exception as error:
        return {"step": "load", "error": told(error), "whole": re.sub(r"\x1b\[[0-9;]*m", "", str(error))[:4000]}
    try:
        return {"step": "compared", "difference": gap(expected, outputs(model, arrays)), "class": type(model).__name__}
    except Exception as error:
        return {"step": "call", "error": told(error), "whole": str(error)[:4000]}


@contextmanager
def work_left_out() -> Iterator[list[tuple[str, Any, dict[str, Any]]]]:
    """Lets what trains, saves and loads do nothing in the block. Gives these calls: the name, the model and its keywords."""
    calls: list[tuple[str, Any, dict[str, Any]]] = []

    def method(name: str) -> Any:
        return lambda model, *arguments, **keywords: calls.append((name, model, keywords))

    methods = [(keras.Model, name, method(name)) for name in methods_of_model()]
    with replaced([*methods, *((module, "save_model", method("save")) for module in holders_of("save_model"))]):
        yield calls


def keep(model: Any, arrays: Sequence[Any]) -> None:
    """Moves the weights of a model, and writes down what it answers then."""
    move_weights(model)
    with open("before.pickle", "wb") as file:
        pickle.dump({"arrays": list(arrays), "expected": outputs(model, arrays)}, file)


def kept() -> tuple[list[Any], list[Any]]:
    """The arrays, and what was written down that the model answers to them."""
    with open("before.pickle", "rb") as file:
        before = pickle.load(file)
    return before["arrays"], before["expected"]


def in_words(found: dict[str, Any], expected: Sequence[Any]) -> str:
    """What came back wrong, in a line; empty where the model came back."""
    if "error" in found:
        return f"load_model raises {found['error']}"
    scale = max([1.0, *(float(numpy.abs(array).max()) for array in expected if array.size and array.dtype.kind in "fiu")])
    return f"loaded without an error, outputs differ by {found['difference']:.2g}" if found["difference"] > 1e-4 * scale else ""


def loaded_weights(model: Any, path: str, arrays: Sequence[Any], expected: Sequence[Any], **keywords: Any) -> str:
    """What is wrong with loading weights, in a line; empty where they are loaded."""
    try:
        model.load_weights(path, **keywords)
    except Exception as error:
        return f"load_weights raises {told(error)}"
    scale = max([1.0, *(float(numpy.abs(array).max()) for array in expected if array.size)])
    difference = gap(expected, outputs(model, arrays))
    return f"load_weights says nothing, outputs differ by {difference:.2g}" if difference > 1e-4 * scale else ""
