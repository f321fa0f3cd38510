"""Writes and reads a small model at a path, and tells what came of it: an exception, or what is found there afterwards."""

from __future__ import annotations

import contextlib
import glob
import logging
import os
import re
import shutil
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, Callable

import keras
import numpy

ROWS = numpy.linspace(-1.0, 1.0, 32, dtype="float32").reshape(8, 4)
TARGETS = numpy.linspace(0.0, 1.0, 8, dtype="float32").reshape(8, 1)


def stand_in(kind: str = "functional") -> Any:
    """A small compiled model: `functional`, `sequential` or `subclassed`."""
    if kind == "sequential":
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(1)])
    elif kind == "subclassed":
        model = _subclassed()
        model(ROWS)
    else:
        inputs = keras.Input((4,))
        model = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Dense(3)(inputs)))
    model.compile(optimizer="sgd", loss="mean_squared_error", metrics=["accuracy"])
    return model


def _subclassed() -> Any:
    class StandIn(keras.Model):  # type: ignore[misc]
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.hidden = keras.layers.Dense(3)
            self.out = keras.layers.Dense(1)

        def call(self, inputs: Any) -> Any:
            return self.out(self.hidden(inputs))

    return keras.utils.register_keras_serializable("stand_in")(StandIn)()


def fitted(model: Any, callback: Any) -> None:
    """Trains for one epoch, so that a callback really saves."""
    model.fit(ROWS, TARGETS, validation_data=(ROWS, TARGETS), batch_size=4, epochs=1, verbose=0, callbacks=[callback])


def observe(action: Callable[[], Any], path: str = "") -> dict[str, Any]:
    """What comes of a call: `error` when it raises, else `wrote`, what is at the path afterwards; and what it warned of."""
    heard: list[str] = []
    with _listening(heard):
        try:
            action()
        except Exception as error:
            return {"error": told(error), "warned": heard}
    return {"wrote": what_is(path), "warned": heard}


def come_back(model: Any, path: str, kind: str, weights_only: bool) -> dict[str, Any]:
    """Loads what was written to a path: by how much the outputs `differ`, or the `load_error`."""
    found = written_to(path)
    if found is None:
        return {"load_error": "nothing was written"}
    try:
        if weights_only:
            again = stand_in(kind)
            again.load_weights(found)
        else:
            again = keras.models.load_model(found, compile=False)
        return {"differ": float(numpy.abs(numpy.asarray(model(ROWS)) - numpy.asarray(again(ROWS))).max())}
    except Exception as error:
        return {"load_error": told(error)}


def put(content: str, path: str, kind: str = "functional") -> None:
    """Leaves the thing of that name at the path, and nothing else."""
    for old in glob.glob(glob.escape(path.rstrip("/")) + "*"):
        shutil.rmtree(old) if os.path.isdir(old) else os.remove(old)
    make_room(path)
    model = stand_in(kind)
    if content == "a SavedModel directory":
        model.export(path) if hasattr(keras, "ops") else model.save(path, save_format="tf")
    elif content == "a TensorFlow checkpoint":
        import tensorflow

        tensorflow.train.Checkpoint(model=model).write(path)
    else:
        name = {"a .keras file": "made.keras", "an HDF5 file": "made.h5", "a file of weights": "made.weights.h5"}[content]
        model.save_weights(name) if content == "a file of weights" else model.save(name)
        os.replace(name, path)


def make_room(path: str) -> None:
    """Makes the folders that a path goes through."""
    folder = os.path.dirname(path.rstrip("/"))
    if folder:
        os.makedirs(folder, exist_ok=True)


def written_to(path: str) -> str | None:
    """What stands at a path, whose `{epoch}` and the like may be any number; a TensorFlow checkpoint by its prefix."""
    pattern = re.sub(r"\\{[^{}]*\\}|\{[^{}]*\}", "*", glob.escape(path.rstrip("/") or "."))
    for found in sorted(glob.glob(pattern)):
        return found
    for found in sorted(glob.glob(pattern + ".index")):
        return found[: -len(".index")]
    return None


def what_is(path: str) -> str:
    """What is found at a path, in words."""
    found = written_to(path) if path else None
    if found is None:
        return "nothing"
    if os.path.isdir(found):
        inside = os.listdir(found)
        return "a SavedModel directory" if "saved_model.pb" in inside else "a directory" if inside else "an empty directory"
    if not os.path.exists(found):
        return "a TensorFlow checkpoint"
    with open(found, "rb") as file:
        head = file.read(8)
    if head == b"\x89HDF\r\n\x1a\n":
        return "an HDF5 file"
    return "a .keras file" if zipfile.is_zipfile(found) else "another file"


@contextlib.contextmanager
def _listening(heard: list[str]) -> Iterator[None]:
    """Keras warns by `warnings` and by absl's log."""

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(" ".join(record.getMessage().split())[:200])

    ear = Ear()
    log = logging.getLogger("absl")
    log.addHandler(ear)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
        heard.extend(" ".join(str(one.message).split())[:200] for one in caught if issubclass(one.category, UserWarning))
    finally:
        log.removeHandler(ear)


def told(error: BaseException) -> str:
    """An exception in one line."""
    text = " ".join(re.sub(r"\x1b\[[0-9;]*m| at 0x[0-9a-f]+", "", str(error)).split())
    return f"{type(error).__name__}: {text[:240]}" if text else type(error).__name__
