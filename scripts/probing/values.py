"""Values of every kind that a constructor can be given, by the name of the kind."""

from __future__ import annotations

import collections
import dataclasses
import enum
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf


class Colour(enum.Enum):
    """An enumeration."""

    RED = 1


class Number(enum.IntEnum):
    """An enumeration of integers."""

    ONE = 1


@dataclasses.dataclass
class Settings:
    """A dataclass."""

    rate: float = 0.5


Named = collections.namedtuple("Named", "first second")


class Plain:
    """An object that Keras knows nothing of."""


def named_function(x):
    """A function of the program."""
    return x * 2


VALUES: dict[str, Callable[[], object]] = {
    "int": lambda: 3,
    "float": lambda: 0.25,
    "str": lambda: "text",
    "bool": lambda: True,
    "None": lambda: None,
    "list": lambda: [1, 2],
    "list_of_lists": lambda: [[1], [2]],
    "empty_list": list,
    "dict": lambda: {"a": 1},
    "nested_dict": lambda: {"a": {"b": 1}},
    "dict_int_keys": lambda: {1: 2},
    "tuple": lambda: (1, 2),
    "namedtuple": lambda: Named(1, 2),
    "set": lambda: {1, 2},
    "frozenset": lambda: frozenset([1, 2]),
    "bytes": lambda: b"text",
    "complex": lambda: 1 + 2j,
    "range": lambda: range(3),
    "slice": lambda: slice(0, 2),
    "path": lambda: Path("folder/file"),
    "enum": lambda: Colour.RED,
    "int_enum": lambda: Number.ONE,
    "dataclass": Settings,
    "plain_object": Plain,
    "numpy_float": lambda: np.float32(0.5),
    "numpy_int": lambda: np.int64(3),
    "numpy_bool": lambda: np.bool_(True),
    "numpy_array": lambda: np.array([1.0, 2.0]),
    "tensor": lambda: tf.constant([1.0, 2.0]),
    "variable": lambda: tf.Variable([1.0, 2.0]),
    "tensor_shape": lambda: tf.TensorShape([None, 4]),
    "tf_dtype": lambda: tf.float32,
    "numpy_dtype": lambda: np.dtype("float32"),
    "numpy_type": lambda: np.float32,
    "dtype_policy": lambda: keras.layers.Dense(1).dtype_policy,
    "function": lambda: named_function,
    "lambda": lambda: lambda x: x * 2,
    "keras_function": lambda: keras.activations.relu,
    "tensorflow_function": lambda: tf.nn.relu,
    "class": lambda: Plain,
    "layer_class": lambda: keras.layers.Dense,
    "layer": lambda: keras.layers.Dense(2),
    "list_of_layers": lambda: [keras.layers.Dense(2), keras.layers.Dense(2)],
    "dict_of_layers": lambda: {"a": keras.layers.Dense(2)},
    "model": lambda: keras.Sequential([keras.layers.Dense(2)]),
    "activation_layer": lambda: keras.layers.ReLU(),
    "initializer": lambda: keras.initializers.RandomNormal(seed=1),
    "regularizer": lambda: keras.regularizers.L2(0.1),
    "constraint": lambda: keras.constraints.MaxNorm(2.0),
    "loss": lambda: keras.losses.MeanSquaredError(),
    "metric": lambda: keras.metrics.MeanSquaredError(),
    "optimizer": lambda: keras.optimizers.SGD(0.5),
    "schedule": lambda: keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5),
}


def comparison(given: object, received: object) -> str:
    """`ok` when the constructor receives the same value, else what it receives instead."""
    if type(given) is type(received):
        if isinstance(given, (np.ndarray, tf.Tensor, tf.Variable)):
            return "ok" if np.array_equal(given, received) else "silent:other value"
        if isinstance(given, (list, tuple)) and given and isinstance(given[0], keras.layers.Layer):
            return (
                "ok"
                if all(type(a) is type(b) for a, b in zip(given, received, strict=False))
                else f"silent:list of {type(received[0]).__name__}"
            )
        if isinstance(given, dict) and given and isinstance(next(iter(given.values())), keras.layers.Layer):
            return "ok" if isinstance(next(iter(received.values())), keras.layers.Layer) else "silent:dict of dict"
        if type(given).__module__.startswith(("keras", "probing")) or callable(given):
            return "ok"
        return "ok" if given == received else f"silent:becomes {_short(received)}"
    if isinstance(given, dict) and isinstance(received, dict):
        return "ok" if dict(given) == dict(received) else f"silent:becomes {_short(dict(received))}"
    if isinstance(given, list) and isinstance(received, list):
        return comparison(given, list(received))
    if isinstance(given, (int, float)) and isinstance(received, (int, float)) and given == received:
        return f"ok:becomes {type(received).__name__}"
    return f"silent:becomes {_kind(received)}"


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "dict"
    return "list" if isinstance(value, list) else type(value).__name__


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) < 30 else _kind(value)
