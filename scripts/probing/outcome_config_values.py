"""What the constructor receives after load when `get_config` returns a value of each kind as it is.

Cases read `layer raw initializer` (stored as it is), `layer get initializer` (the constructor passes it through
`initializers.get` and its likes), `layer serialized layer` (`serialize_keras_object`, and nothing turns it back).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import keras

from probing.cases import Case, floats, register, step
from probing.values import VALUES, comparison

RECEIVED: list[object] = []
GETTERS = {
    "initializer": keras.initializers.get,
    "regularizer": keras.regularizers.get,
    "constraint": keras.constraints.get,
    "keras_function": keras.activations.get,
    "activation_layer": keras.activations.get,
    "tensorflow_function": keras.activations.get,
    "function": keras.activations.get,
    "lambda": keras.activations.get,
    "loss": keras.losses.get,
    "metric": keras.metrics.get,
    "optimizer": keras.optimizers.get,
}


def cases() -> dict[str, Case]:
    """Every case of this table."""
    found: dict[str, Case] = {}
    for kind, make in VALUES.items():
        found[f"layer raw {kind}"] = partial(_measure, make, None, None)
        found[f"layer serialized {kind}"] = partial(_measure, make, None, keras.utils.serialize_keras_object)
        if kind in GETTERS:
            found[f"layer get {kind}"] = partial(_measure, make, GETTERS[kind], None)
    return found


def _measure(make: Callable, getter: Callable | None, serializer: Callable | None) -> str:
    @register
    class Probe(keras.layers.Layer):
        def __init__(self, value, **kwargs):
            super().__init__(**kwargs)
            self.__dict__["value"] = getter(value) if getter else value
            RECEIVED.append(self.__dict__["value"])

        def call(self, inputs):
            return inputs * 1.0

        def get_config(self):
            value = self.__dict__["value"]
            return {**super().get_config(), "value": serializer(value) if serializer else value}

    given = make()
    step("construct")
    inputs = keras.Input((4,))
    model = keras.Model(inputs, Probe(given)(inputs))
    expected = RECEIVED[-1]
    step("save")
    model.save("saved.keras")
    RECEIVED.clear()
    step("load")
    loaded = keras.models.load_model("saved.keras")
    step("call")
    loaded(floats(2, 4))
    return comparison(expected, RECEIVED[-1])
