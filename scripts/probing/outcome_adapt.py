"""Which adapted layer keeps its state on which way, and what a layer does that never was adapted.

Cases read `Normalization in_model .keras`: the layer (with its mode), then the route. `ok` means that the output
after the route is that of the adapted layer, `silent:lost` that it is another without an exception.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import keras
import numpy as np
import tensorflow as tf

from probing.cases import KERAS_3, Case, Skip, register, same, shift_names, step


@dataclass(frozen=True)
class Adapting:
    """A layer that adapts, data for it, and what the input of a model is."""

    make: Callable[[], object]
    data: Callable[[], object]
    shape: tuple
    dtype: str


def _numbers() -> np.ndarray:
    return np.random.default_rng(1).normal(50.0, 5.0, size=(40, 3)).astype("float32")


LAYERS: dict[str, Adapting] = {
    "Normalization": Adapting(lambda: keras.layers.Normalization(), _numbers, (3,), "float32"),
    "Normalization axis=None": Adapting(lambda: keras.layers.Normalization(axis=None), _numbers, (3,), "float32"),
    "Discretization": Adapting(lambda: keras.layers.Discretization(num_bins=4), _numbers, (3,), "float32"),
    "StringLookup": Adapting(lambda: keras.layers.StringLookup(), lambda: np.array([["a"], ["b"], ["c"]] * 4), (1,), "string"),
    "IntegerLookup": Adapting(lambda: keras.layers.IntegerLookup(), lambda: np.array([[10], [20], [30]] * 4), (1,), "int64"),
    "TextVectorization": Adapting(
        lambda: keras.layers.TextVectorization(output_sequence_length=3),
        lambda: np.array([["a b"], ["b c"], ["c d e"]] * 4),
        (1,),
        "string",
    ),
    "TextVectorization tf_idf": Adapting(
        lambda: keras.layers.TextVectorization(output_mode="tf_idf"),
        lambda: np.array([["a b"], ["b c"], ["c d e"]] * 4),
        (1,),
        "string",
    ),
}

GIVEN: dict[str, tuple[str, Callable]] = {
    "Normalization mean,variance": ("Normalization", lambda: keras.layers.Normalization(mean=[50.0] * 3, variance=[25.0] * 3)),
    "Discretization bin_boundaries": ("Discretization", lambda: keras.layers.Discretization(bin_boundaries=[45.0, 50.0, 55.0])),
    "StringLookup vocabulary": ("StringLookup", lambda: keras.layers.StringLookup(vocabulary=["a", "b", "c"])),
    "IntegerLookup vocabulary": ("IntegerLookup", lambda: keras.layers.IntegerLookup(vocabulary=[10, 20, 30])),
    "TextVectorization vocabulary": (
        "TextVectorization", lambda: keras.layers.TextVectorization(output_sequence_length=3, vocabulary=["a", "b", "c"]),
    ),
}  # fmt: skip


@register
class Holding(keras.layers.Layer):
    """A custom layer that holds a preprocessing layer."""

    def __init__(self, layer_name=None, **kwargs):
        super().__init__(**kwargs)
        self.layer_name = layer_name
        self.layer = LAYERS[layer_name].make()

    def call(self, inputs):
        return self.layer(inputs)

    def get_config(self):
        return {**super().get_config(), "layer_name": self.layer_name}


@register
class HoldingModel(keras.Model):
    """A subclassed model that holds a preprocessing layer."""

    def __init__(self, layer_name=None, **kwargs):
        super().__init__(**kwargs)
        self.layer_name = layer_name
        self.layer = LAYERS[layer_name].make()

    def call(self, inputs):
        return self.layer(inputs)

    def get_config(self):
        return {"layer_name": self.layer_name}


def adapted(name: str) -> object:
    """A layer of that kind, adapted."""
    layer = LAYERS[name].make()
    layer.adapt(LAYERS[name].data())
    return layer


def model_of(layer: object, name: str) -> keras.Model:
    """A functional model that begins with the layer."""
    step("construct")
    inputs = keras.Input(LAYERS[name].shape, dtype=LAYERS[name].dtype)
    return keras.Model(inputs, layer(inputs))


def sample(name: str) -> object:
    """Some input."""
    return tf.constant(LAYERS[name].data()[:6])


def _verdict(expected: object, received: object) -> str:
    expected, received = _dense(expected), _dense(received)
    return "ok" if same(expected, received) else "silent:lost"


def _dense(value: object) -> np.ndarray:
    value = value.to_dense() if hasattr(value, "to_dense") else value
    return np.asarray(value).astype("float32")


def cases() -> dict[str, Case]:
    """Every case of this table."""
    found: dict[str, Case] = {}
    for name in LAYERS:
        for route in (".keras", ".h5", "savedmodel"):
            found[f"{name} in_model {route}"] = partial(_whole, name, route)
            found[f"{name} in_sequential {route}"] = partial(_whole, name, route, sequential=True)
        found[f"{name} in_layer .keras"] = partial(_held, name, "layer")
        found[f"{name} in_subclassed_model .keras"] = partial(_held, name, "model")
        for route in (".weights.h5", ".h5", ".keras", "(none)", "tf_checkpoint"):
            found[f"{name} weights_into_new {route}"] = partial(_weights, name, route)
        for operation in OPERATIONS:
            found[f"{name} {operation}"] = partial(OPERATIONS[operation], name)
    for name, (base, make) in GIVEN.items():
        for route in (".keras", ".h5", "savedmodel"):
            found[f"{name} in_model {route}"] = partial(_whole, base, route, make=make)
        found[f"{name} from_config"] = partial(_from_config, base, make=make)
        found[f"{name} clone_model"] = partial(_clone, base, make=make)
        found[f"{name} weights_into_new .weights.h5"] = partial(_weights, base, ".weights.h5", make=make)
    for version_route in ("finalize", "save_and_load"):
        found[f"Normalization set_weights_then_{version_route}"] = partial(_set_weights_then, version_route)
    return found


def _whole(name: str, route: str, sequential: bool = False, make: Callable | None = None) -> str:
    layer = make() if make else adapted(name)
    data = sample(name)
    step("construct")
    if sequential:
        model = keras.Sequential([keras.Input(LAYERS[name].shape, dtype=LAYERS[name].dtype), layer])
    else:
        model = model_of(layer, name)
    step("call")
    expected = model(data)
    if route == "savedmodel":
        return _exported(model, data, expected)
    step("save")
    model.save(f"saved{route}")
    shift_names()
    step("load")
    loaded = keras.models.load_model(f"saved{route}")
    step("call loaded")
    return _verdict(expected, loaded(data))


def _exported(model: keras.Model, data: object, expected: object) -> str:
    step("save")
    if not KERAS_3:
        model.save("saved", save_format="tf")
        step("load")
        loaded = keras.models.load_model("saved")
        step("call loaded")
        return _verdict(expected, loaded(data))
    model.export("saved")
    step("load")
    loaded = tf.saved_model.load("saved")
    step("call loaded")
    return _verdict(expected, loaded.serve(data))


def _held(name: str, base: str) -> str:
    data = sample(name)
    step("construct")
    if base == "layer":
        holder = Holding(layer_name=name)
        holder.layer.adapt(LAYERS[name].data())
        model = model_of(holder, name)
    else:
        model = HoldingModel(layer_name=name)
        model.layer.adapt(LAYERS[name].data())
    step("call")
    expected = model(data)
    step("save")
    model.save("saved.keras")
    shift_names()
    step("load")
    loaded = keras.models.load_model("saved.keras")
    step("call loaded")
    return _verdict(expected, loaded(data))


def _weights(name: str, route: str, make: Callable | None = None) -> str:
    if route == "(none)" and KERAS_3:
        raise Skip
    model, data = model_of(make() if make else adapted(name), name), sample(name)
    expected = model(data)
    step("save")
    if route == ".weights.h5":
        model.save_weights("saved.weights.h5")
    elif route == "(none)":
        model.save_weights("saved")
    elif route == ".keras":
        model.save("saved.keras")
    elif route == ".h5":
        if KERAS_3:
            model.save("saved.h5")
        else:
            model.save_weights("saved.h5")
    else:
        tf.train.Checkpoint(model=model).write("saved")
    other = model_of(make() if make else LAYERS[name].make(), name)
    step("load")
    if route == "tf_checkpoint":
        tf.train.Checkpoint(model=other).read("saved")
    else:
        other.load_weights("saved" if route == "(none)" else f"saved{route}")
    step("call loaded")
    return _verdict(expected, other(data))


def _from_config(name: str, make: Callable | None = None) -> str:
    layer, data = (make() if make else adapted(name)), sample(name)
    expected = layer(data)
    step("from_config")
    other = type(layer).from_config(layer.get_config())
    step("call")
    return _verdict(expected, other(data))


def _clone(name: str, make: Callable | None = None) -> str:
    model, data = model_of(make() if make else adapted(name), name), sample(name)
    expected = model(data)
    step("clone")
    other = keras.models.clone_model(model)
    step("call")
    return _verdict(expected, other(data))


def _clone_then_set_weights(name: str) -> str:
    model, data = model_of(adapted(name), name), sample(name)
    expected = model(data)
    step("clone")
    other = keras.models.clone_model(model)
    step("set_weights")
    other.set_weights(model.get_weights())
    step("call")
    return _verdict(expected, other(data))


def _layer_set_weights(name: str) -> str:
    layer, data = adapted(name), sample(name)
    expected = layer(data)
    other = LAYERS[name].make()
    step("build")
    if "Normalization" in name:
        other.build((None, *LAYERS[name].shape))
    step("set_weights")
    other.set_weights(layer.get_weights())
    step("call")
    return _verdict(expected, other(data))


def _pickle_model(name: str) -> str:
    model, data = model_of(adapted(name), name), sample(name)
    expected = model(data)
    step("pickle")
    other = pickle.loads(pickle.dumps(model))
    step("call")
    return _verdict(expected, other(data))


def _deepcopy_layer(name: str) -> str:
    layer, data = adapted(name), sample(name)
    expected = layer(data)
    step("deepcopy")
    other = copy.deepcopy(layer)
    step("call")
    return _verdict(expected, other(data))


def _never_adapted(name: str) -> str:
    layer, data = LAYERS[name].make(), sample(name)
    step("call")
    layer(data)
    return "silent:not adapted"


def _never_adapted_predict(name: str) -> str:
    model, data = model_of(LAYERS[name].make(), name), sample(name)
    step("predict")
    model.predict(data, verbose=0)
    return "silent:not adapted"


def _adapt_after_construction(name: str) -> str:
    expected = adapted(name)(sample(name))
    layer = LAYERS[name].make()
    model = model_of(layer, name)
    step("adapt")
    layer.adapt(LAYERS[name].data())
    step("predict")
    return _verdict(expected, model.predict(sample(name), verbose=0))


def _adapt_after_predict(name: str, recompile: bool = False) -> str:
    expected = adapted(name)(sample(name))
    layer = LAYERS[name].make()
    model = model_of(layer, name)
    model.compile("sgd", "mean_squared_error")
    step("predict before")
    model.predict(sample(name), verbose=0)
    step("adapt")
    layer.adapt(LAYERS[name].data())
    if recompile:
        model.compile("sgd", "mean_squared_error")
    step("predict")
    return _verdict(expected, model.predict(sample(name), verbose=0))


def _adapt_again_after_predict(name: str) -> str:
    layer = adapted(name)
    model = model_of(layer, name)
    model.compile("sgd", "mean_squared_error")
    model.predict(sample(name), verbose=0)
    first = LAYERS[name].data()
    other = first * 3 if first.dtype.kind in "if" else np.array([["z"], ["y"]] * 4)
    step("adapt")
    layer.adapt(other)
    step("predict")
    return _verdict(layer(sample(name)), model.predict(sample(name), verbose=0))


def _adapt_after_save(name: str) -> str:
    layer = LAYERS[name].make()
    model = model_of(layer, name)
    step("save")
    model.save("saved.keras")
    layer.adapt(LAYERS[name].data())
    expected = model(sample(name))
    step("load")
    loaded = keras.models.load_model("saved.keras")
    step("call")
    return _verdict(expected, loaded(sample(name)))


def _set_weights_then(repair: str) -> str:
    layer = adapted("Normalization")
    model = model_of(layer, "Normalization")
    data = sample("Normalization")
    expected = model(data)
    other_layer = keras.layers.Normalization()
    other = model_of(other_layer, "Normalization")
    other.set_weights(model.get_weights())
    step("repair")
    if repair == "finalize":
        if not hasattr(other_layer, "finalize_state"):
            raise Skip
        other_layer.finalize_state()
    else:
        other.save("saved.keras")
        other = keras.models.load_model("saved.keras")
    return _verdict(expected, other(data))


OPERATIONS: dict[str, Callable[[str], str]] = {
    "from_config": _from_config,
    "clone_model": _clone,
    "clone_model then set_weights": _clone_then_set_weights,
    "layer set_weights": _layer_set_weights,
    "pickle model": _pickle_model,
    "deepcopy layer": _deepcopy_layer,
    "never adapted call": _never_adapted,
    "never adapted predict": _never_adapted_predict,
    "adapt after construction": _adapt_after_construction,
    "adapt after predict": _adapt_after_predict,
    "adapt after predict, compiled again": partial(_adapt_after_predict, recompile=True),
    "adapt again after predict": _adapt_again_after_predict,
    "adapt after save": _adapt_after_save,
}
