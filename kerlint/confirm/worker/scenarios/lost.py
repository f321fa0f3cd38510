"""Shows on one layer and the smallest model what becomes of what `adapt` finds out: left out, copied, written, too late."""

from __future__ import annotations

import re
from typing import Any

import keras
import numpy

KIND_OF_ROWS = {"Normalization": "numbers", "Discretization": "numbers", "IntegerLookup": "whole numbers"}


def made_rows(layer: Any, generation: int = 0) -> Any:
    """Made data, as a column or as rows of numbers."""
    random = numpy.random.default_rng(generation)
    kind = KIND_OF_ROWS.get(type(layer).__name__, "words")
    if kind == "numbers":
        return random.normal((50.0, -200.0)[generation], 20.0, size=(48, *columns_of(layer))).astype("float32")
    if kind == "whole numbers":
        return random.integers(1 + 3 * generation, 4 + 3 * generation, size=(48, 1)).astype("int64")
    import tensorflow

    words = (("red", "green", "blue", "green sky"), ("one", "two", "three", "three more"))[generation]
    return tensorflow.constant(numpy.array(words)[random.integers(0, 4, size=(48, 1))])


def columns_of(layer: Any) -> tuple[int, ...]:
    """The shape of a row: for a Normalization with as many axes as it has to have."""
    if type(layer).__name__ != "Normalization":
        return (1,)
    axis = layer.get_config()["axis"]
    last = max([1, *(axis if isinstance(axis, (list, tuple)) else [axis if axis is not None else 1])])
    return (*[6] * (last - 1), 4)


def model_with(layer: Any) -> Any:
    """A model that begins with the layer."""
    rows = made_rows(layer)
    dtype = "string" if not hasattr(rows, "astype") else str(rows.dtype)
    return keras.Sequential([keras.Input(tuple(rows.shape[1:]), dtype=dtype), layer])


def values_of(layer: Any, rows: Any) -> Any:
    """What a layer or model makes of rows, as numbers."""
    result = layer(rows)
    result = result.to_tensor() if hasattr(result, "to_tensor") else result
    if type(result).__name__ == "SparseTensor":
        import tensorflow

        result = tensorflow.sparse.to_dense(result)
    return numpy.asarray(result, dtype="float64")


def unlike(told: Any, other: Any, rows: Any) -> str:
    """In which way another layer or model does something else; empty where it does the same."""
    expected = values_of(told, rows)
    try:
        found = values_of(other, rows)
    except Exception as error:
        return f"raises {in_one_line(error)}"
    if found.shape != expected.shape:
        return f"gives shape {found.shape} instead of {expected.shape}"
    gap = float(numpy.abs(found - expected).max())
    return f"differs by {gap:.2g}" if not gap <= 1e-4 * max(1.0, float(numpy.abs(expected).max())) else ""


def untold(layer: Any) -> str:
    """What a layer does that was told nothing."""
    rows = made_rows(layer)
    try:
        found = values_of(layer, rows)
    except Exception as error:
        return f"raises {in_one_line(error)}"
    if type(layer).__name__ == "Normalization":
        return "passes its inputs on unchanged" if numpy.allclose(found, numpy.asarray(rows)) else ""
    return f"gives {found.flat[0]} for everything" if len(numpy.unique(found)) == 1 else ""


def left_out(layer: Any, again: Any) -> str:
    """What the layer does when it is made again, where the saved model does not hold it."""
    layer.adapt(made_rows(layer))
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.save("model.keras")
    loaded = keras.models.load_model("model.keras")
    if any(type(inner) is type(layer) for inner in loaded.layers):
        return ""
    return unlike(layer, again, made_rows(layer))


def copied(layer: Any, how: str) -> str:
    """What a copy of a model does: `clone_model`, `from_config`, `model_from_json`, `set_weights`."""
    layer.adapt(made_rows(layer))
    model = model_with(layer)
    if how == "from_config":
        return unlike(layer, type(layer).from_config(layer.get_config()), made_rows(layer))
    copy = keras.models.model_from_json(model.to_json()) if how == "model_from_json" else keras.models.clone_model(model)
    if how == "set_weights":
        copy.set_weights(model.get_weights())
    return unlike(model, copy, made_rows(layer))


def filed(layer: Any, again: Any, form: str, path: str) -> str:
    """What comes back of a model that was saved, or of one made again that reads its weights."""
    layer.adapt(made_rows(layer))
    model = model_with(layer)
    try:
        getattr(model, form)(path)
    except Exception as error:
        return f"saving raises {in_one_line(error)}"
    if form == "save":
        return unlike(model, keras.models.load_model(path, compile=False), made_rows(layer))
    other = model_with(again)
    other.load_weights(path)
    return unlike(model, other, made_rows(layer))


def from_legacy_weights(layer: Any, again: Any) -> str:
    """A model that read the legacy weights of a told one, beside the file that is saved from it."""
    layer.adapt(made_rows(layer))
    told, model = model_with(layer), model_with(again)
    if hasattr(keras, "ops"):
        import h5py  # type: ignore[import-not-found,unused-ignore]
        from keras.src.legacy.saving import legacy_h5_format

        with h5py.File("old.h5", "w") as file:
            legacy_h5_format.save_weights_to_hdf5_group(file, told)
    else:
        told.save_weights("old.h5")
    model.load_weights("old.h5")
    model.save("new.keras")
    return unlike(model, keras.models.load_model("new.keras"), made_rows(layer))


def too_late(layer: Any, again: Any, name: str) -> str:
    """What `predict` gives after a second `adapt`; or the model after its first, or its file, beside those before."""
    rows = made_rows(layer)
    model = model_with(layer)
    if name == "save":
        model.save("before.keras")
        layer.adapt(rows)
        return unlike(model, keras.models.load_model("before.keras"), rows)
    if name == "trained":
        layer.adapt(rows)
        return unlike(layer, again, rows)
    layer.adapt(rows)
    model.predict(rows, verbose=0)
    layer.adapt(made_rows(layer, 1))
    stale = model.predict(rows, verbose=0)
    gap = float(numpy.abs(numpy.asarray(stale, dtype="float64") - values_of(model, rows)).max())
    return f"what was traced before differs by {gap:.2g} from the model" if gap > 1e-4 else ""


def in_one_line(error: Exception) -> str:
    """An exception in one line."""
    text = re.sub(r"\x1b\[[0-9;]*m|\{\{\w+ [^}]*\}\}", "", str(error))
    text = " ".join(re.split(r"Arguments received by|\[Op:", text)[0].split())
    return f"{type(error).__name__}: {text[:200]}"
