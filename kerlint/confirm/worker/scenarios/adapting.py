"""Tells preprocessing layers something by `adapt` on made data, and compares what they do with what others of them do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import keras
import numpy

KINDS = ("Normalization", "Discretization", "TextVectorization", "StringLookup", "IntegerLookup")
WORDS = (("red", "green", "blue", "green sky", "blue sky"), ("one", "two", "three", "two more", "three more"))
ROWS = 48


def kind_of(layer: Any) -> str:
    """Which of Keras's adapting layers it is, or derives from; empty for every other."""
    for base in type(layer).__mro__:
        if base.__name__ in KINDS and base.__module__.startswith("keras"):
            return str(base.__name__)
    return ""


def rows_for(layer: Any, generation: int = 0, shape: Sequence[int] = (8,)) -> Any:
    """Made data of the kind that a layer learns from; each generation has other statistics and other words."""
    random = numpy.random.default_rng(generation)
    kind, size = kind_of(layer), (ROWS, *(input_shape_of(layer) or shape))
    if kind == "Normalization":
        size = (few_or_many(size[1:]), *size[1:])
        return random.normal((7.0, -20.0)[generation % 2], (3.0, 8.0)[generation % 2], size=size).astype("float32")
    if kind == "Discretization":
        return random.normal((50.0, 500.0)[generation % 2], 20.0, size=(ROWS, 1)).astype("float32")
    if kind == "IntegerLookup":
        return random.integers(1 + 2 * (generation % 2), 4 + 2 * (generation % 2), size=(ROWS, 1)).astype("int64")
    words = numpy.array(WORDS[generation % 2])[random.integers(0, 5, size=(ROWS, 1))]
    return strings(words[:, 0] if kind == "TextVectorization" else words)


def few_or_many(shape: Sequence[int]) -> int:
    """How many rows of a shape: of large ones, which go through large networks, a single one."""
    size = int(numpy.prod(shape)) if shape else 1
    return ROWS if size <= 1000 else 4 if size <= 20000 else 1


def strings(words: Any) -> Any:
    """Words as a tensor."""
    import tensorflow

    return tensorflow.constant(numpy.asarray(words).astype(str))


def input_shape_of(layer: Any) -> tuple[int, ...] | None:
    """The shape that a layer was built for, without the batch axis; unknown sizes are 6."""
    shape = getattr(layer, "_build_input_shape", None)
    try:
        shape = shape if shape is not None else layer.input.shape
        sizes = [None if size is None else int(size) for size in shape]
    except Exception:
        return None
    return tuple(6 if size is None else size for size in sizes[1:]) if sizes else None


def does(layer: Any, rows: Any) -> dict[str, Any]:
    """What a layer makes of rows: `values`, or the `error`."""
    try:
        return {"values": dense(layer(rows))}
    except Exception as error:
        return {"error": in_one_line(error)}


def dense(result: Any) -> Any:
    """A tensor as a numpy array, whatever its kind."""
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, (list, tuple)):
        return numpy.concatenate([numpy.ravel(dense(one)) for one in result])
    if hasattr(result, "to_tensor"):
        result = result.to_tensor()
    elif type(result).__name__ == "SparseTensor":
        import tensorflow

        result = tensorflow.sparse.to_dense(result)
    return numpy.asarray(result) if hasattr(result, "numpy") or not hasattr(keras, "ops") else keras.ops.convert_to_numpy(result)


def compared(before: Any, after: Any) -> str:
    """In which way something else comes out; empty where it is the same."""
    if "error" in before:
        return ""
    if "error" in after:
        return f"raises {after['error']}"
    one, other = numpy.asarray(before["values"]), numpy.asarray(after["values"])
    if one.shape != other.shape:
        return f"gives shape {other.shape} where it gave {one.shape}"
    if one.dtype.kind not in "fiub":
        return "gives other values" if (one != other).any() else ""
    gap = float(numpy.abs(one.astype("float64") - other.astype("float64")).max()) if one.size else 0.0
    scale = max(1.0, float(numpy.abs(one.astype("float64")).max())) if one.size else 1.0
    return f"differs by {gap:.2g}" if not gap <= 1e-4 * scale else ""


def measured(before: Any, after: Any) -> dict[str, float]:
    """The largest difference, and the largest number that came out before; nothing where numbers cannot be compared."""
    one, other = numpy.asarray(before.get("values")), numpy.asarray(after.get("values"))
    if one.shape != other.shape or not one.size or one.dtype.kind not in "fiub" or other.dtype.kind not in "fiub":
        return {}
    gap = float(numpy.abs(one.astype("float64") - other.astype("float64")).max())
    return {"gap": round(gap, 4), "scale": round(float(numpy.abs(one.astype("float64")).max()), 4)}


def is_identity(layer: Any, rows: Any) -> bool:
    """Whether a layer passes numbers on unchanged."""
    found = does(layer, rows)
    return "values" in found and found["values"].shape == numpy.shape(rows) and bool(numpy.allclose(found["values"], rows))


def layers_in(model: Any) -> list[Any]:
    """The layer and all layers inside it, each once."""
    found = [model]
    flatten = getattr(model, "_flatten_layers", None)
    for inner in flatten(include_self=False, recursive=True) if flatten is not None else ():
        if not any(inner is other for other in found):
            found.append(inner)
    return found


def learners_in(model: Any) -> list[Any]:
    """The layers that adapt, in a model or the layer itself."""
    return [layer for layer in layers_in(model) if kind_of(layer)]


def structure_of(model: Any) -> Any:
    """The symbols of a model's inputs, as they are nested; None where it has none yet."""
    try:
        return model.input
    except Exception:
        return None


def inputs_for(model: Any, generation: int = 0, shapes: Sequence[Sequence[int]] = ()) -> Any:
    """Made data that a model takes, as one array or nested as its inputs are. None where nothing was found that it takes."""
    structure = structure_of(model)
    if structure is not None:
        return _nested(structure, lambda symbol: _array(symbol, generation))
    told = [rows_for(layer, generation) for layer in learners_in(model)]
    tried = [*told, *(_numbers((8, *shape), generation) for shape in (*shapes, (8,), (6, 8), (16, 16, 3)))]
    for rows in [*tried, numpy.ones((8, 6), "int32"), numpy.ones((8, 100), "int32"), strings(WORDS[generation % 2])]:
        try:
            model(rows)
            return rows
        except Exception:
            continue
    return None


def _nested(structure: Any, make: Any) -> Any:
    if isinstance(structure, dict):
        return {name: _nested(inner, make) for name, inner in structure.items()}
    if isinstance(structure, (list, tuple)):
        return [_nested(inner, make) for inner in structure]
    return make(structure)


def _array(symbol: Any, generation: int) -> Any:
    shape = tuple(6 if size is None else int(size) for size in symbol.shape[1:])
    rows = few_or_many(shape)
    dtype = getattr(symbol.dtype, "name", symbol.dtype)
    if dtype == "string":
        random = numpy.random.default_rng(generation)
        return strings(numpy.array(WORDS[generation % 2])[random.integers(0, 5, size=(rows, *shape))])
    if "int" in dtype:
        return numpy.random.default_rng(generation).integers(1, 4, size=(rows, *shape)).astype(dtype)
    return _numbers((rows, *shape), generation)


def _numbers(size: Sequence[int], generation: int) -> Any:
    return numpy.random.default_rng(generation).normal((7.0, -20.0)[generation % 2], 3.0, size=tuple(size)).astype("float32")


def in_one_line(error: BaseException) -> str:
    """An exception in one line, the innermost cause of what Keras wraps."""
    text = re.sub(r"\x1b\[[0-9;]*m| at 0x[0-9a-f]+|\{\{\w+ [^}]*\}\}", "", str(error)).rsplit("Exception encountered:", 1)[-1]
    text = re.sub(r"^Exception encountered when calling [^\n]*\n", "", text.strip())
    text = " ".join(re.split(r"\s*Arguments received by|\s*\[Op:", text.strip())[0].split())
    return f"{type(error).__name__}: {text[:160]}" if text else type(error).__name__


def move_weights(model: Any) -> None:
    """Moves the numbers that are trained, as a training would: far in a small model, little in a large one."""
    random = numpy.random.default_rng(1)
    far = 0.5 if len(model.weights) < 60 else 0.02
    for variable in model.trainable_weights:
        value = numpy.asarray(variable)
        if value.dtype.kind == "f":
            variable.assign(value + far * random.normal(size=value.shape).astype(value.dtype))


def targets_for(model: Any, rows: Any) -> list[Any]:
    """Targets to try: whole numbers, then numbers of the outputs' shape."""
    outputs = does(model, rows).get("values")
    count = len(next(iter(rows.values()), ()) if isinstance(rows, dict) else rows[0] if isinstance(rows, list) else rows)
    random = numpy.random.default_rng(5)
    found: list[Any] = [] if outputs is None else [random.uniform(0.0, 1.0, size=outputs.shape).astype("float32")]
    if outputs is not None and outputs.ndim > 2:
        found.append(random.integers(0, 2, size=outputs.shape[:-1]))
    return [*found, random.integers(0, 2, size=(count,)), random.integers(0, 2, size=(count, 1))]


def rerooted(path: str) -> str:
    """The path inside the current folder, its ending as it was."""
    path = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://", "", path.replace("\\", "/"))
    path = re.sub(r"^(?:[A-Za-z]:|~\w*)?/+|^~$", "", path)
    return "/".join("up" if part == ".." else part for part in path.split("/")) or "model"


def write_legacy_weights(model: Any, path: str) -> None:
    """Writes weights as Keras 2 did."""
    if not hasattr(keras, "ops"):
        model.save_weights(path)
        return
    import h5py  # type: ignore[import-not-found,unused-ignore]
    from keras.src.legacy.saving import legacy_h5_format

    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)
