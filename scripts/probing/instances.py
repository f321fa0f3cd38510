"""Makes a small working instance of any Keras class, by trying sensible arguments.

The candidates are only tries: whatever Keras refuses is not used, and the arguments that worked are recorded with the
result.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Iterator

import keras
import numpy as np


def _layers(name: str):
    return getattr(keras.layers, name)


CANDIDATES = {
    "units": lambda: [2],
    "filters": lambda: [2],
    "kernel_size": lambda: [1],
    "pool_size": lambda: [2],
    "layer": lambda: [_layers("Activation")("relu"), _layers("LSTM")(2), _layers("Dense")(2)],
    "cell": lambda: [_layers("LSTMCell")(2)],
    "cells": lambda: [[_layers("LSTMCell")(2), _layers("LSTMCell")(2)]],
    "layers": lambda: [[_layers("Activation")("relu")]],
    "function": lambda: [lambda x: x, np.abs],
    "activation": lambda: ["relu"],
    "rate": lambda: [0.5],
    "stddev": lambda: [0.5],
    "target_shape": lambda: [(-1,)],
    "dims": lambda: [(1,), (2, 1)],
    "n": lambda: [2],
    "axes": lambda: [-1],
    "input_dim": lambda: [5],
    "output_dim": lambda: [3],
    "num_heads": lambda: [2],
    "num_query_heads": lambda: [2],
    "num_key_value_heads": lambda: [1],
    "head_dim": lambda: [2],
    "key_dim": lambda: [2],
    "equation": lambda: ["...x,xy->...y"],
    "output_shape": lambda: [(2,)],
    "num_bins": lambda: [3],
    "num_tokens": lambda: [8],
    "scale": lambda: [0.5],
    "height": lambda: [4],
    "width": lambda: [4],
    "factor": lambda: [0.2],
    "height_factor": lambda: [0.2],
    "width_factor": lambda: [0.2],
    "value_range": lambda: [(0, 1)],
    "crop_to_aspect_ratio": lambda: [False],
    "target_size": lambda: [(4, 4)],
    "size": lambda: [2],
    "bounding_box_format": lambda: ["xyxy"],
    "max_boxes": lambda: [4],
    "shape": lambda: [(4,)],
    "sequence_length": lambda: [4],
    "frame_length": lambda: [4],
    "block_size": lambda: [2],
    "inputs": lambda: [[1.0]],
    "num_classes": lambda: [2],
    "target_class_ids": lambda: [[0]],
    "fn": lambda: [keras.losses.mean_squared_error],
    "name": lambda: ["probe"],
    "recall": lambda: [0.5],
    "precision": lambda: [0.5],
    "specificity": lambda: [0.5],
    "sensitivity": lambda: [0.5],
    "value": lambda: [0.5],
    "initial_learning_rate": lambda: [0.1],
    "decay_steps": lambda: [10],
    "decay_rate": lambda: [0.5],
    "first_decay_steps": lambda: [10],
    "boundaries": lambda: [[1, 2]],
    "values": lambda: [[0.1, 0.2, 0.3]],
    "schedule": lambda: [lambda epoch: 0.1],
    "filepath": lambda: ["probe.keras"],
    "backup_dir": lambda: ["backup"],
    "filename": lambda: ["log.csv"],
    "inner_optimizer": lambda: [keras.optimizers.SGD()],
    "optimizer": lambda: [keras.optimizers.SGD()],
    "initializer": lambda: ["zeros"],
    "mode": lambda: ["fan_in"],
    "distribution": lambda: ["normal"],
    "fft_length": lambda: [4],
    "projection_dim": lambda: [2],
    "vocabulary_size": lambda: [8],
    "rank": lambda: [1],
    "metric": lambda: [keras.metrics.Mean()],
    "model": lambda: [keras.Sequential([keras.layers.Dense(1)])],
    "seed": lambda: [1],
}


def first_tries() -> dict[str, list[dict]]:
    """Tried before the names of the parameters are looked at; several classes need more than what their signature
    requires.
    """
    return {
        "Lambda": [{"function": lambda x: x}],
        "CategoryEncoding": [{"num_tokens": 8}],
        "Hashing": [{"num_bins": 8}],
        "Discretization": [{"bin_boundaries": [0.0, 1.0]}],
        "TextVectorization": [{"vocabulary": ["a", "b"]}],
        "StringLookup": [{"vocabulary": ["a", "b"]}],
        "IntegerLookup": [{"vocabulary": [1, 2]}],
        "Wrapper": [{"layer": _layers("Dense")(2)}],
        "Bidirectional": [{"layer": _layers("LSTM")(2)}],
        "SpectralNormalization": [{"layer": _layers("Dense")(2)}],
        "RNN": [{"cell": _layers("LSTMCell")(2)}],
        "GroupNormalization": [{"groups": 2}],
        "GroupedQueryAttention": [{"head_dim": 2, "num_query_heads": 2, "num_key_value_heads": 1}],
        "GroupQueryAttention": [{"head_dim": 2, "num_query_heads": 2, "num_key_value_heads": 1}],
    }


def attempts(cls: type) -> Iterator[dict]:
    """The keyword arguments worth trying, the plainest first."""
    yield from first_tries().get(cls.__name__, [])
    try:
        parameters = inspect.signature(cls.__init__).parameters.values()
    except (TypeError, ValueError):
        return
    required = [
        parameter.name
        for parameter in parameters
        if parameter.name != "self"
        and parameter.default is inspect.Parameter.empty
        and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    ]
    if all(name in CANDIDATES for name in required):
        for values in itertools.product(*(CANDIDATES[name]() for name in required)):
            yield dict(zip(required, values, strict=False))


def make_instance(cls: type) -> tuple[object, dict] | None:
    """The first instance that the constructor agrees to, with its arguments."""
    for arguments in attempts(cls):
        try:
            return cls(**arguments), arguments
        except Exception:
            continue
    return None


def readable(arguments: dict) -> str:
    """The arguments as a person would write them."""
    return ", ".join(f"{name}={_readable(value)}" for name, value in arguments.items())


def _readable(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_readable(item) for item in value) + "]"
    if isinstance(value, (str, int, float, bool)) or value is None:
        return repr(value)
    return f"<{getattr(value, '__name__', type(value).__name__)}>"
