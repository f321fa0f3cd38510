"""What happens when one layer is called at more than one place.

Cases read `BatchNormalization two sites same channels subclassed`, `Dense sequential twice .keras`, `ReLU functional
chain .keras`. `silent:mixed statistics` means that training and evaluation differ on the same batch although the
statistics have converged.
"""

from __future__ import annotations

from functools import partial

import keras
import numpy as np

from probing.cases import Case, floats, randomise, register, same, shift_names, step

MAKE = {
    "BatchNormalization": lambda: keras.layers.BatchNormalization(momentum=0.5),
    "LayerNormalization": keras.layers.LayerNormalization,
    "GroupNormalization": lambda: keras.layers.GroupNormalization(2),
    "Dense": lambda: keras.layers.Dense(4),
    "ReLU": keras.layers.ReLU,
    "Activation": lambda: keras.layers.Activation("tanh"),
    "Dropout": lambda: keras.layers.Dropout(0.5),
    "LSTM": lambda: keras.layers.LSTM(4, return_sequences=True),
    "LSTM stateful": lambda: keras.layers.LSTM(4, return_sequences=True, stateful=True),
    "Conv1D": lambda: keras.layers.Conv1D(4, 1),
    "PReLU": keras.layers.PReLU,
    "Rescaling": lambda: keras.layers.Rescaling(0.5),
    "SpectralNormalization": lambda: keras.layers.SpectralNormalization(keras.layers.Dense(4)),
}


def cases() -> dict[str, Case]:
    """Every case of this table."""
    found: dict[str, Case] = {}
    for name in ("BatchNormalization", "LayerNormalization", "Dense", "Dropout", "SpectralNormalization"):
        found[f"{name} two sites same channels subclassed"] = partial(_two_sites, name, "subclassed")
        found[f"{name} two sites same channels functional"] = partial(_two_sites, name, "functional")
    for name in (
        "BatchNormalization",
        "LayerNormalization",
        "GroupNormalization",
        "Dense",
        "Conv1D",
        "LSTM",
        "PReLU",
        "ReLU",
        "Dropout",
        "Rescaling",
    ):
        found[f"{name} other channels"] = partial(_other_channels, name)
        found[f"{name} other rank"] = partial(_other_rank, name)
    found["BatchNormalization two sites, second training=False"] = partial(_two_sites, "BatchNormalization", "inference")
    found["BatchNormalization two sites, frozen"] = partial(_two_sites, "BatchNormalization", "frozen")
    found["BatchNormalization loop"] = partial(_two_sites, "BatchNormalization", "loop")
    found["TimeDistributed BatchNormalization"] = partial(_time_distributed, False)
    found["TimeDistributed model with BatchNormalization"] = partial(_time_distributed, True)
    found["LSTM stateful two sites"] = _stateful
    for name in ("ReLU", "Dense", "BatchNormalization", "LayerNormalization", "Activation", "Dropout", "Rescaling"):
        for route in (".keras", ".h5", ".weights.h5", "clone_model"):
            found[f"{name} sequential twice {route}"] = partial(_sequential_twice, name, route)
            found[f"{name} functional chain {route}"] = partial(_functional_chain, name, route)
        found[f"{name} functional siblings .keras"] = partial(_siblings, name)
        found[f"{name} sequential twice forward"] = partial(_sequential_forward, name)
    found["metric shared by two outputs"] = _shared_metric
    found["optimizer shared by two models"] = _shared_optimizer
    found["initializer shared by two layers"] = _shared_initializer
    return found


def _two_sites(name: str, form: str) -> str:
    layer = MAKE[name]()
    if form == "functional":
        first, second = keras.Input((4,)), keras.Input((4,))
        model = keras.Model([first, second], [layer(first), layer(second)])
    else:
        if form == "frozen":
            layer.trainable = False
        model = _TwoSites(layer, form)
    generator = np.random.default_rng(1)
    batch = [generator.normal(0, 1, (256, 4)).astype("float32"), generator.normal(5, 10, (256, 4)).astype("float32")]
    step("call")
    model(batch, training=True)
    for _ in range(40):
        model(batch, training=True)
    trained, evaluated = model(batch, training=True), model(batch, training=False)
    if name == "Dropout":
        return "ok"
    first_only = form == "inference"
    pairs = list(zip(trained, evaluated, strict=False))[: 1 if first_only else 2]
    worst = max(float(np.abs(np.asarray(a) - np.asarray(b)).max()) for a, b in pairs)
    return "ok" if worst < 0.3 else "silent:mixed statistics"


class _TwoSites(keras.Model):
    def __init__(self, layer, form):
        super().__init__()
        self.layer, self.form = layer, form

    def call(self, inputs, training=False):
        if self.form == "loop":
            return [self.layer(x, training=training) for x in inputs]
        if "BatchNormalization" not in type(self.layer).__name__:
            return [self.layer(inputs[0]), self.layer(inputs[1])]
        return [self.layer(inputs[0], training=training), self.layer(inputs[1], training=training and self.form != "inference")]


def _other_channels(name: str) -> str:
    layer = MAKE[name]()
    step("first call")
    layer(floats(2, 8, 4))
    step("second call")
    layer(floats(2, 8, 10))
    return "ok"


def _other_rank(name: str) -> str:
    layer = MAKE[name]()
    step("first call")
    layer(floats(2, 8, 4))
    step("second call")
    layer(floats(2, 8, 8, 4))
    return "ok"


def _time_distributed(within_model: bool) -> str:
    layer = keras.layers.BatchNormalization(momentum=0.5)
    if within_model:
        layer = keras.Sequential([keras.Input((4,)), layer])
    inputs = keras.Input((3, 4))
    model = keras.Model(inputs, keras.layers.TimeDistributed(layer)(inputs))
    data = np.random.default_rng(1).normal(0, 1, (256, 3, 4)).astype("float32") * np.array([1.0, 5.0, 20.0])[None, :, None]
    step("call")
    for _ in range(40):
        trained = model(data.astype("float32"), training=True)
    evaluated = model(data.astype("float32"), training=False)
    worst = float(np.abs(np.asarray(trained) - np.asarray(evaluated)).max())
    return "ok" if worst < 0.3 else "silent:mixed statistics"


def _stateful() -> str:
    inputs = keras.Input((3, 4), batch_size=2)
    layer = MAKE["LSTM stateful"]()
    model = keras.Model(inputs, [layer(inputs), layer(inputs)])
    first, second = model(floats(2, 3, 4))
    return "ok" if same(first, second) else "silent:state carried over"


def _chained(name: str) -> tuple[list, tuple]:
    shared = MAKE[name]()
    return [keras.layers.Dense(4, name="one"), shared, keras.layers.Dense(4, name="two"), shared], (4,)


def _prepared(model: keras.Model) -> tuple:
    data = floats(6, 4)
    model(data)
    randomise(model.trainable_weights)
    return data, np.asarray(model(data))


def _sequential_forward(name: str) -> str:
    layers, _shape = _chained(name)
    step("construct")
    model = keras.Sequential(layers)
    data, got = _prepared(model)
    expected = data
    for layer in layers:
        expected = layer(expected)
    return "ok" if same(expected, got) else "silent:second occurrence skipped"


def _sequential_twice(name: str, route: str) -> str:
    layers, shape = _chained(name)
    step("construct")
    return _through(
        keras.Sequential([keras.Input(shape), *layers]), route, lambda: keras.Sequential([keras.Input(shape), *_chained(name)[0]])
    )


def _functional(name: str) -> keras.Model:
    layers, shape = _chained(name)
    inputs = keras.Input(shape)
    x = inputs
    for layer in layers:
        x = layer(x)
    return keras.Model(inputs, x)


def _functional_chain(name: str, route: str) -> str:
    step("construct")
    return _through(_functional(name), route, lambda: _functional(name))


def _through(model: keras.Model, route: str, again: object) -> str:
    data, expected = _prepared(model)
    shift_names()
    if route == "clone_model":
        step("clone")
        other = keras.models.clone_model(model)
        other.set_weights(model.get_weights())
    elif route == ".weights.h5":
        step("save")
        model.save_weights("saved.weights.h5")
        other = again()
        step("load")
        other.load_weights("saved.weights.h5")
    else:
        step("save")
        model.save(f"saved{route}")
        step("load")
        other = keras.models.load_model(f"saved{route}")
    step("call")
    return "ok" if same(expected, other(data)) else "silent:other output"


def _siblings(name: str) -> str:
    step("construct")
    shared = MAKE[name]()
    first, second = keras.Input((4,)), keras.Input((4,))
    left, right = keras.layers.Dense(4)(first), keras.layers.Dense(4)(second)
    model = keras.Model([first, second], keras.layers.Concatenate()([shared(left), shared(right)]))
    randomise(model.trainable_weights)
    data = [floats(6, 4), floats(6, 4) + 1]
    expected = np.asarray(model(data))
    step("save")
    model.save("saved.keras")
    step("load")
    other = keras.models.load_model("saved.keras")
    return "ok" if same(expected, other(data)) else "silent:other output"


def _shared_metric() -> str:
    inputs = keras.Input((4,))
    outputs = {"a": keras.layers.Dense(1, name="a")(inputs), "b": keras.layers.Dense(1, name="b")(inputs)}
    model = keras.Model(inputs, outputs)
    metric = keras.metrics.MeanSquaredError(name="m")
    step("compile")
    model.compile("sgd", "mean_squared_error", metrics={"a": metric, "b": metric})
    step("fit")
    model.fit(floats(4, 4), {"a": floats(4, 1) * 0, "b": floats(4, 1) * 0 + 100}, verbose=0)
    return "silent:one mixed value"


def _shared_optimizer() -> str:
    optimizer = keras.optimizers.Adam()
    for _ in range(2):
        inputs = keras.Input((4,))
        model = keras.Model(inputs, keras.layers.Dense(1)(inputs))
        model.compile(optimizer, "mean_squared_error")
        step("fit")
        model.fit(floats(4, 4), floats(4, 1), verbose=0)
    return "ok"


def _shared_initializer() -> str:
    shared = keras.initializers.RandomNormal()
    first, second = keras.layers.Dense(3, kernel_initializer=shared), keras.layers.Dense(3, kernel_initializer=shared)
    first(floats(2, 4)), second(floats(2, 4))
    return "silent:identical values" if same(first.kernel, second.kernel) else "ok"


register(_TwoSites)
