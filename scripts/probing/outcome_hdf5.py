"""What a whole-model `.h5` file loses or refuses on load.

Cases read `loss mse`, `loss mse compile=False`, `graph x + y`, `subclassed`. `ok` means that the loaded model gives
the same output.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import keras
import tensorflow as tf

from probing.cases import KERAS_3, Case, Skip, floats, register, same, step

LOSSES = (
    "mse",
    "mae",
    "mape",
    "msle",
    "bce",
    "kld",
    "MSE",
    "MAE",
    "MAPE",
    "MSLE",
    "BCE",
    "KLD",
    "mean_squared_error",
    "mean_absolute_error",
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "kl_divergence",
    "kullback_leibler_divergence",
    "huber",
    "huber_loss",
    "log_cosh",
    "logcosh",
    "hinge",
    "poisson",
    "cosine_similarity",
    "MeanSquaredError",
    "Huber",
    "BinaryCrossentropy",
)
METRICS = (
    "mse",
    "mae",
    "accuracy",
    "acc",
    "AUC",
    "MeanAbsoluteError",
    "mean_absolute_error",
    "binary_accuracy",
    "top_k_categorical_accuracy",
)

GRAPHS: dict[str, Callable] = {
    "x + y": lambda x, y: x + y,
    "x - y": lambda x, y: x - y,
    "x * y": lambda x, y: x * y,
    "x / y": lambda x, y: x / (y * y + 1.0),
    "x * 2": lambda x, y: x * 2.0,
    "2 - x": lambda x, y: 2.0 - x,
    "-x": lambda x, y: -x,
    "abs(x)": lambda x, y: abs(x),
    "x ** 2": lambda x, y: x**2,
    "x @ y": lambda x, y: keras.layers.Flatten()(x[:, None, :] @ y[:, :, None]),
    "x > 0": lambda x, y: keras.layers.Multiply()([x, keras.layers.Lambda(lambda t: tf.cast(t, "float32"))(x > 0)]),
    "x[:, :2]": lambda x, y: x[:, :2],
    "x[:, 0]": lambda x, y: keras.layers.Reshape((1,))(x[:, 0]),
    "x[..., None]": lambda x, y: keras.layers.Flatten()(x[..., None]),
    "keras.ops.relu": lambda x, y: _operations().relu(x),
    "keras.ops.concatenate": lambda x, y: _operations().concatenate([x, y], axis=-1),
    "keras.ops.reshape": lambda x, y: _operations().reshape(x, (-1, 2, 2)),
    "keras.ops.mean": lambda x, y: _operations().mean(x, axis=-1, keepdims=True),
    "keras.ops.expand_dims": lambda x, y: keras.layers.Flatten()(_operations().expand_dims(x, 1)),
    "keras.activations.relu": lambda x, y: keras.activations.relu(x),
    "tf.nn.relu": lambda x, y: tf.nn.relu(x),
    "tf.concat": lambda x, y: tf.concat([x, y], -1),
    "Add": lambda x, y: keras.layers.Add()([x, y]),
    "Concatenate": lambda x, y: keras.layers.Concatenate()([x, y]),
    "Activation": lambda x, y: keras.layers.Activation("relu")(x),
}


def _operations() -> object:
    if not KERAS_3:
        raise Skip
    return keras.ops


def cases() -> dict[str, Case]:
    """Every case of this table."""
    found: dict[str, Case] = {}
    for loss in LOSSES:
        for route in (".h5", ".keras"):
            found[f"loss {loss} {route}"] = partial(_loss, loss, route, True)
        found[f"loss {loss} .h5 compile=False"] = partial(_loss, loss, ".h5", False)
    for metric in METRICS:
        found[f"metric {metric} .h5"] = partial(_loss, "mean_squared_error", ".h5", True, metric)
    found["loss object .h5"] = partial(_loss, keras.losses.MeanSquaredError(), ".h5", True)
    found["loss function .h5"] = partial(_loss, keras.losses.mean_squared_error, ".h5", True)
    found["loss ['mse'] .h5"] = partial(_loss, ["mse"], ".h5", True)
    found["loss {'out': 'mse'} .h5"] = partial(_loss, {"out": "mse"}, ".h5", True)
    found["loss ['mean_squared_error'] .h5"] = partial(_loss, ["mean_squared_error"], ".h5", True)
    for name, build in GRAPHS.items():
        for route in (".h5", ".keras"):
            found[f"graph {name} {route}"] = partial(_graph, build, route)
    found["subclassed .h5"] = partial(_subclassed, False)
    found["subclassed .h5 custom_objects"] = partial(_subclassed, True)
    found["custom layer .h5"] = partial(_custom_layer, True, False)
    found["custom layer .h5 unregistered custom_objects"] = partial(_custom_layer, False, True)
    found["custom layer .h5 unregistered"] = partial(_custom_layer, False, False)
    return found


def _inputs() -> tuple:
    return keras.Input((4,), name="first"), keras.Input((4,), name="second")


def _loss(loss: object, route: str, compiled: bool, metric: str | None = None) -> str:
    step("construct")
    inputs = keras.Input((4,))
    outputs = keras.layers.Dense(2, activation="softmax", name="out")(inputs)
    model = keras.Model(inputs, outputs)
    step("compile")
    model.compile("sgd", loss, metrics=[metric] if metric else None, run_eagerly=True)
    step("fit")
    targets = abs(floats(4, 2)) if loss != "sparse_categorical_crossentropy" else floats(4, 1) * 0
    model.fit(floats(4, 4), targets, verbose=0)
    step("save")
    model.save(f"saved{route}")
    step("load")
    loaded = keras.models.load_model(f"saved{route}", **({} if compiled else {"compile": False}))
    return "ok" if same(model(floats(2, 4)), loaded(floats(2, 4))) else "silent:other output"


def _graph(build: Callable, route: str) -> str:
    first, second = _inputs()
    step("construct")
    also_used = keras.layers.Activation("linear")(second)  # some versions refuse an input that nothing uses
    model = keras.Model([first, second], [build(first, second), also_used])
    step("save")
    model.save(f"saved{route}")
    step("load")
    loaded = keras.models.load_model(f"saved{route}", **({"safe_mode": False} if route == ".keras" else {}))
    step("call")
    data = [floats(3, 4), floats(3, 4) + 1]
    return "ok" if same(model(data)[0], loaded(data)[0]) else "silent:other output"


def _subclassed(with_objects: bool) -> str:
    class Program(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.dense = keras.layers.Dense(3)

        def call(self, inputs):
            return self.dense(inputs)

    register(Program)
    model = Program()
    model(floats(2, 4))
    step("save")
    model.save("saved.h5")
    step("load")
    loaded = keras.models.load_model("saved.h5", custom_objects={"Program": Program} if with_objects else None)
    return "ok" if same(model(floats(2, 4)), loaded(floats(2, 4))) else "silent:other output"


def _custom_layer(registered: bool, with_objects: bool) -> str:
    class Program(keras.layers.Layer):
        def call(self, inputs):
            return inputs * 2

    if registered:
        register(Program)
    inputs = keras.Input((4,))
    model = keras.Model(inputs, Program()(inputs))
    step("save")
    model.save("saved.h5")
    step("load")
    loaded = keras.models.load_model("saved.h5", custom_objects={"Program": Program} if with_objects else None)
    return "ok" if same(model(floats(2, 4)), loaded(floats(2, 4))) else "silent:other output"
