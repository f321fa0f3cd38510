"""Which path suffix each save, load and checkpoint call takes, for a functional and for a subclassed model.

Cases read `save .keras functional`, `checkpoint_weights .h5 subclassed`, `load_model .tf of savedmodel`. `(none)` is
a path without a suffix, `(directory)` one that ends in a slash.
"""

from __future__ import annotations

import os
import shutil
from functools import partial
from pathlib import Path

import keras
import tensorflow as tf

from probing.cases import KERAS_3, Case, Skip, floats, register, same, step

SUFFIXES = (
    "(none)",
    ".keras",
    ".h5",
    ".hdf5",
    ".weights.h5",
    ".tf",
    ".ckpt",
    ".pb",
    ".zip",
    ".json",
    ".KERAS",
    ".H5",
    ".weights",
    ".weights.keras",
    ".model",
    ".pth",
    ".pkl",
    "_0.25",
    "(directory)",
)
FORMS = ("functional", "subclassed")


@register
class Subclassed(keras.Model):
    """A model that a file can bring back."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = keras.layers.Dense(3)

    def call(self, inputs):
        return self.dense(inputs)


def model_of(form: str) -> keras.Model:
    """A built and compiled model."""
    if form == "functional":
        inputs = keras.Input((4,))
        model = keras.Model(inputs, keras.layers.Dense(3)(inputs))
    else:
        model = Subclassed()
        model(floats(2, 4))
    model.compile("sgd", "mean_squared_error")
    return model


def path_with(suffix: str) -> str:
    """A path of that kind."""
    if suffix == "(none)":
        return "saved"
    return "saved/" if suffix == "(directory)" else f"saved{suffix}"


def cases() -> dict[str, Case]:
    """Every case of this table."""
    found: dict[str, Case] = {}
    for suffix in SUFFIXES:
        for form in FORMS:
            found[f"save {suffix} {form}"] = partial(_save, suffix, form)
            found[f"save_weights {suffix} {form}"] = partial(_save_weights, suffix, form)
            found[f"checkpoint {suffix} {form}"] = partial(_checkpoint, suffix, form, False)
            found[f"checkpoint_weights {suffix} {form}"] = partial(_checkpoint, suffix, form, True)
        found[f"save_model {suffix} functional"] = partial(_save, suffix, "functional", with_function=True)
        found[f"export {suffix} functional"] = partial(_export, suffix)
        for content in ("keras", "hdf5", "savedmodel", "exported", "tf.saved_model", "weights"):
            found[f"load_model {suffix} of {content}"] = partial(_load_model, suffix, content)
        for content in ("keras", "hdf5", "weights", "tf_checkpoint"):
            found[f"load_weights {suffix} of {content}"] = partial(_load_weights, suffix, content)
    for name, arguments in ARGUMENTS.items():
        for suffix in ("(none)", ".keras", ".h5"):
            found[f"save {suffix} functional {name}"] = partial(_save, suffix, "functional", arguments=arguments)
    for name in ("save_format='tf'", "save_format='h5'", "options=None"):
        found[f"save_weights .weights.h5 functional {name}"] = partial(
            _save_weights, ".weights.h5", "functional", ARGUMENTS[name]
        )
        found[f"save_weights (none) functional {name}"] = partial(_save_weights, "(none)", "functional", ARGUMENTS[name])
    for name in ("period=1", "options=None", "save_format='tf'", "save_freq='epoch'", "initial_value_threshold=1.0"):
        arguments = {
            **ARGUMENTS,
            "period=1": {"period": 1},
            "save_freq='epoch'": {"save_freq": "epoch"},
            "initial_value_threshold=1.0": {"initial_value_threshold": 1.0},
        }[name]
        found[f"checkpoint .keras functional {name}"] = partial(_checkpoint, ".keras", "functional", False, arguments)
    found["checkpoint .keras functional Path"] = partial(_checkpoint, ".keras", "functional", False, None, Path)
    found["save .keras functional Path"] = partial(_save, ".keras", "functional", path_type=Path)
    found["save (none) functional Path"] = partial(_save, "(none)", "functional", path_type=Path)
    found["checkpoint .keras missing monitor"] = _checkpoint_without_monitor
    found["load_weights by_name=True of hdf5"] = partial(_load_weights, ".h5", "hdf5", {"by_name": True})
    found["load_weights skip_mismatch=True of weights"] = partial(
        _load_weights, ".weights.h5", "weights", {"skip_mismatch": True}
    )
    return found


ARGUMENTS = {
    "save_format='tf'": {"save_format": "tf"},
    "save_format='h5'": {"save_format": "h5"},
    "save_format='keras'": {"save_format": "keras"},
    "include_optimizer=False": {"include_optimizer": False},
    "overwrite=True": {"overwrite": True},
    "zipped=False": {"zipped": False},
    "zipped=True": {"zipped": True},
    "signatures=None": {"signatures": None},
    "options=None": {"options": None},
    "save_traces=False": {"save_traces": False},
}


def _save(suffix: str, form: str, with_function: bool = False, arguments: dict | None = None, path_type: type = str) -> str:
    model, path = model_of(form), path_type(path_with(suffix))
    inputs = floats(2, 4)
    step("save")
    if with_function:
        keras.models.save_model(model, path, **(arguments or {}))
    else:
        model.save(path, **(arguments or {}))
    written = what_is_at(str(path))
    step("load")
    loaded = keras.models.load_model(path)
    return f"writes:{written}" if same(model(inputs), loaded(inputs)) else f"silent:{written} loads other weights"


def _save_weights(suffix: str, form: str, arguments: dict | None = None) -> str:
    model, path, inputs = model_of(form), path_with(suffix), floats(2, 4)
    step("save_weights")
    model.save_weights(path, **(arguments or {}))
    written = what_is_at(path)
    other = model_of(form)
    step("load_weights")
    other.load_weights(path)
    return f"writes:{written}" if same(model(inputs), other(inputs)) else f"silent:{written} loads other weights"


def _checkpoint(suffix: str, form: str, weights_only: bool, arguments: dict | None = None, path_type: type = str) -> str:
    model, path = model_of(form), path_type(path_with(suffix))
    step("constructor")
    callback = keras.callbacks.ModelCheckpoint(path, save_weights_only=weights_only, **(arguments or {}))
    step("fit")
    model.fit(floats(4, 4), floats(4, 3), epochs=1, verbose=0, callbacks=[callback])
    return f"writes:{what_is_at(str(path))}"


def _checkpoint_without_monitor() -> str:
    model = model_of("functional")
    callback = keras.callbacks.ModelCheckpoint("saved.keras", save_best_only=True, monitor="val_loss")
    step("fit")
    model.fit(floats(4, 4), floats(4, 3), epochs=1, verbose=0, callbacks=[callback])
    return "ok" if os.path.exists("saved.keras") else "silent:never saves"


def _export(suffix: str) -> str:
    model, path = model_of("functional"), path_with(suffix)
    step("export")
    model.export(path)
    return f"writes:{what_is_at(path)}"


def what_is_at(path: str) -> str:
    """The form of what was written: keras, hdf5, savedmodel, directory, tf_checkpoint or nothing."""
    if os.path.exists(path.rstrip("/") + ".index") or os.path.exists(path + ".index"):
        return "tf_checkpoint"
    if os.path.isdir(path):
        names = os.listdir(path)
        if "saved_model.pb" in names:
            return "savedmodel"
        return "tf_checkpoint" if ".index" in names else "directory"
    if not os.path.exists(path):
        return "nothing"
    with open(path, "rb") as stream:
        start = stream.read(8)
    return "hdf5" if start.startswith(b"\x89HDF") else "keras" if start.startswith(b"PK") else "other"


def _put(content: str, path: str, model: keras.Model) -> None:
    """Puts a file of that content under any name."""
    if content == "keras":
        model.save("content.keras")
        shutil.move("content.keras", path.rstrip("/"))
    elif content == "hdf5":
        model.save("content.h5")
        shutil.move("content.h5", path.rstrip("/"))
    elif content == "weights":
        model.save_weights("content.weights.h5")
        shutil.move("content.weights.h5", path.rstrip("/"))
    elif content == "savedmodel":
        if KERAS_3:
            raise Skip
        model.save("content", save_format="tf")
        shutil.move("content", path.rstrip("/"))
    elif content == "exported":
        model.export("content")
        shutil.move("content", path.rstrip("/"))
    elif content == "tf.saved_model":
        tf.saved_model.save(model, "content")
        shutil.move("content", path.rstrip("/"))
    elif content == "tf_checkpoint" and KERAS_3:
        tf.train.Checkpoint(model=model).write(path)
    elif content == "tf_checkpoint":
        model.save_weights(path, save_format="tf")


def _load_model(suffix: str, content: str) -> str:
    model, path, inputs = model_of("functional"), path_with(suffix), floats(2, 4)
    if content in ("keras", "hdf5", "weights") and suffix == "(directory)":
        raise Skip
    step("prepare")
    _put(content, path, model)
    step("load_model")
    loaded = keras.models.load_model(path)
    step("call")
    return "ok" if same(model(inputs), loaded(inputs)) else "silent:other weights"


def _load_weights(suffix: str, content: str, arguments: dict | None = None) -> str:
    model, path, inputs = model_of("functional"), path_with(suffix), floats(2, 4)
    if suffix == "(directory)":
        raise Skip
    step("prepare")
    _put(content, path, model)
    other = model_of("functional")
    step("load_weights")
    other.load_weights(path, **(arguments or {}))
    return "ok" if same(model(inputs), other(inputs)) else "silent:other weights"
