"""Measures what a layer class does, by building and calling instances of it on small inputs.

Turns a class into flags such as `updates_state_in_training`. A layer that holds another one given by the user (a
wrapper) is judged without that one's weights. What could not be called on any of the inputs gets no flags at all.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from probing.instances import attempts, readable

CHANNELS = 6
OTHER_CHANNELS = 10
BATCH = 4
RANDOM = np.random.default_rng(1)


def _floats(*shape: int) -> np.ndarray:
    return RANDOM.normal(3.0, 2.0, size=(BATCH, *shape)).astype("float32")


def _images(*shape: int) -> np.ndarray:
    return RANDOM.uniform(0.0, 1.0, size=(BATCH, *shape)).astype("float32")


def sample_inputs(channels: int = CHANNELS) -> Iterator[tuple[str, object]]:
    """Inputs by name, the most usual first: floats of rank 2 to 5, images, pairs, integers, strings."""
    yield "image", _images(8, 8, 3)
    for spatial in ((8, 8), (8,), (), (8, 8, 8), (8, 8, 8, 8)):
        yield f"rank{len(spatial) + 2}", tf.constant(_floats(*spatial, channels))
    yield "pair", [tf.constant(_floats(8, channels)), tf.constant(_floats(8, channels))]
    yield "pair_rank2", [tf.constant(_floats(channels)), tf.constant(_floats(channels))]
    yield "integers", tf.constant([[1, 2, 3], [2, 1, 0]] * (BATCH // 2))
    yield "rank1", tf.constant([1.0, 2.0, 3.0, 4.0])
    yield "rank1_integers", tf.constant([1, 2, 0, 1])
    yield "strings", tf.constant([["a"], ["b"]] * (BATCH // 2))
    yield "rank1_strings", tf.constant(["a b", "b"] * (BATCH // 2))
    yield "integer_pair", [tf.constant([1, 2, 0, 1]), tf.constant([2, 1, 0, 0])]
    yield "string_pair", [tf.constant(["a", "b"] * (BATCH // 2)), tf.constant(["c", "d"] * (BATCH // 2))]
    yield "cell", None


WORKS_ON_IMAGES = (
    "Random",
    "CenterCrop",
    "Resizing",
    "MixUp",
    "CutMix",
    "AugMix",
    "Grayscale",
    "Equalization",
    "Solarization",
    "AutoContrast",
    "RandAugment",
    "Contrast",
)


def ordered_inputs(cls: type, channels: int = CHANNELS) -> list[tuple[str, object]]:
    """The sample inputs; images come first only for classes that work on images by their name."""
    inputs = list(sample_inputs(channels))
    if cls.__name__.startswith(WORKS_ON_IMAGES):
        return inputs
    return inputs[1:] + inputs[:1]


@dataclass
class Trial:
    """A layer that could be called, with the input and the output of the call."""

    layer: object
    arguments: dict
    input_name: str
    inputs: object
    output: object


def call(layer: object, inputs: object, training: bool | None) -> object:
    """Calls the layer as a user does; layers whose `call` has no `training` are called without it."""
    if training is None:
        return layer(inputs)
    try:
        return layer(inputs, training=training)
    except TypeError as error:
        if "training" not in str(error):
            raise
        return layer(inputs)


def try_layer(cls: type, extra: dict | None = None, channels: int = CHANNELS, only: str | None = None) -> Trial | None:
    """Builds and calls an instance on the first input that it takes."""
    for arguments in attempts(cls):
        arguments = {**arguments, **(extra or {})}
        for name, inputs in ordered_inputs(cls, channels):
            if only is not None and name != only:
                continue
            try:
                layer = cls(**arguments)
                if name == "cell":
                    if not hasattr(layer, "state_size"):
                        continue
                    state = [tf.zeros((BATCH, 2)), tf.zeros((BATCH, 2))]
                    state = state if isinstance(layer.state_size, (list, tuple)) else state[:1]
                    inputs = tf.constant(_floats(channels))
                    output = layer(inputs, state)
                elif _takes_query_and_value(layer):
                    inputs = tf.constant(_floats(8, channels)) if name == "rank3" else inputs
                    output = layer(inputs, inputs)
                else:
                    output = call(layer, inputs, None)
                return Trial(layer, arguments, name, inputs, output)
            except Exception:
                continue
    return None


def _takes_query_and_value(layer: object) -> bool:
    return type(layer).__name__ in ("MultiHeadAttention", "GroupedQueryAttention", "GroupQueryAttention")


def describe_layer(cls: type) -> dict | None:
    """The measured flags of a layer class; None where no input could be found."""
    trial = try_layer(cls)
    if trial is None:
        return None
    flags = []
    owned = own_weights(trial)
    trainable = {id(weight) for weight in trial.layer.trainable_weights}
    seeds = seed_weights(trial.layer)
    if owned or seeds:
        flags.append("has_variables")
    if owned:
        flags.append("has_weights")
    if any(id(weight) in trainable for weight in owned):
        flags.append("has_trainable_weights")
    if any(id(weight) not in trainable for weight in owned):
        flags.append("has_non_trainable_weights")
    if seeds:
        flags.append("has_seed_state")
    if trial.input_name not in ("cell",):
        if _state_changes(cls, trial, training=True):
            flags.append("updates_state_in_training")
        if _state_changes(cls, trial, training=False):
            flags.append("updates_state_in_inference")
        if _differs(cls, trial, {}):
            flags.append("differs_in_training")
    if hasattr(cls, "adapt") and callable(cls.adapt):
        flags.append("adapts")
    if _binds_last_axis(cls, trial):
        flags.append("input_last_axis_bound")
    if _keeps_last_axis(trial):
        flags.append("keeps_last_axis")
    if _takes_any_rank(cls, trial):
        flags.append("takes_any_rank")
    described = {"flags": flags, "called_with": f"{cls.__name__}({readable(trial.arguments)}) on {trial.input_name}"}
    if (channels := _channels_from(cls, trial)) is not None:
        described["channels_from"] = channels
    if training_arguments := _training_arguments(cls, trial):
        described["differs_with"] = training_arguments
    if _stateful_argument_works(cls, trial):
        flags.append("stateful_argument")
    return described


def given_layers(arguments: dict) -> list:
    """The layers that the user hands to the constructor."""
    values = [item for value in arguments.values() for item in (value if isinstance(value, (list, tuple)) else [value])]
    return [value for value in values if isinstance(value, keras.layers.Layer)]


def seed_weights(layer: object) -> list:
    """The variables that only hold the state of a random generator."""
    variables = getattr(layer, "variables", [])
    return [variable for variable in variables if "seed" in variable.name or "StateVar" in variable.name]


def own_weights(trial: Trial) -> list:
    """The weights of the layer itself, without those of a layer given to it and without the state of random
    generators.
    """
    foreign = {id(weight) for layer in _given_and_held(trial) for weight in layer.weights}
    seeds = {id(weight) for weight in seed_weights(trial.layer)}
    return [weight for weight in trial.layer.weights if id(weight) not in foreign and id(weight) not in seeds]


def _given_and_held(trial: Trial) -> list:
    held = [getattr(trial.layer, name, None) for name in ("layer", "forward_layer", "backward_layer", "cell")]
    given = given_layers(trial.arguments)
    if not given:
        return []
    return given + [layer for layer in held if isinstance(layer, keras.layers.Layer)]


def _values(weights: list) -> list[np.ndarray]:
    return [np.array(weight.numpy() if hasattr(weight, "numpy") else weight) for weight in weights]


def _run(trial: Trial, training: bool) -> object:
    if _takes_query_and_value(trial.layer):
        return trial.layer(trial.inputs, trial.inputs, training=training)
    return call(trial.layer, trial.inputs, training)


def _state_changes(cls: type, trial: Trial, training: bool) -> bool:
    trainable = {id(weight) for weight in trial.layer.trainable_weights}
    watched = [weight for weight in own_weights(trial) if id(weight) not in trainable]
    if not watched:
        return False
    before = _values(watched)
    try:
        for _ in range(3):
            _run(trial, training)
    except Exception:
        return False
    return any(not np.array_equal(old, new) for old, new in zip(before, _values(watched), strict=False))


def _flat(output: object) -> list[np.ndarray]:
    return [np.asarray(item) for item in tf.nest.flatten(output) if hasattr(item, "shape")]


def _differs(cls: type, trial: Trial, extra: dict) -> bool:
    if trial.input_name in ("strings", "rank1_strings", "cell", "string_pair"):
        return False
    probe = trial
    if extra:
        probe = try_layer(cls, {**trial.arguments, **extra}, only=trial.input_name)
        if probe is None:
            return False
    try:
        for _ in range(3):
            evaluated, trained = _flat(_run(probe, False)), _flat(_run(probe, True))
            if any(
                a.shape != b.shape or not np.allclose(a, b, atol=1e-4, equal_nan=True)
                for a, b in zip(evaluated, trained, strict=False)
            ):
                return True
    except Exception:
        return False
    return False


def _training_arguments(cls: type, trial: Trial) -> list[str]:
    """The constructor's rates that make an otherwise plain layer behave otherwise in training."""
    names = parameter_names(cls)
    found = []
    for name in names:
        is_rate = "dropout" in name or name in ("rate", "stddev")
        if is_rate and name not in trial.arguments and _differs(cls, trial, {name: 0.5}):
            found.append(name)
    return found


def _stateful_argument_works(cls: type, trial: Trial) -> bool:
    if "stateful" not in parameter_names(cls):
        return False
    shape = tuple(getattr(trial.inputs, "shape", ()))
    for fixed_batch in ({}, {"batch_input_shape": shape}):
        probe = try_layer(cls, {**trial.arguments, "stateful": True, **fixed_batch}, only=trial.input_name)
        if probe is not None:
            return _carries_state(probe)
    return False


def _carries_state(probe: Trial) -> bool:
    inputs = probe.inputs * 0.02  # far from where the activations saturate
    first, second = _flat(probe.layer(inputs)), _flat(probe.layer(inputs))
    return any(not np.allclose(a, b, atol=1e-7) for a, b in zip(first, second, strict=False))


def parameter_names(cls: type) -> list[str]:
    """Names of the constructor's parameters, those of the bases behind `**kwargs` included."""
    names: list[str] = []
    for base in cls.__mro__:
        if base.__module__.startswith("keras") and "__init__" in vars(base):
            parameters = inspect.signature(base.__init__).parameters.values()
            names += [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY) and p.name not in names]
            if not any(p.kind is p.VAR_KEYWORD for p in parameters):
                break
    return [name for name in names if name != "self"]


def _last_axis(value: object) -> int | None:
    first = tf.nest.flatten(value)[0]
    shape = getattr(first, "shape", None)
    return int(shape[-1]) if shape is not None and len(shape) > 1 and shape[-1] is not None else None


def _channels_from(cls: type, trial: Trial) -> str | None:
    """The integer parameter whose two values are seen again as the output's last axis."""
    for name in parameter_names(cls):
        if name in ("name", "dtype", "trainable", "seed", "axis", "axes"):
            continue
        seen = []
        for value in (4, 7):
            extra = {name: value}
            if "num_heads" in trial.arguments and name != "output_shape":
                break
            probe = try_layer(cls, {**trial.arguments, **extra}, only=trial.input_name)
            seen.append(_last_axis(probe.output) if probe is not None else None)
        if seen == [4, 7]:
            return name
    return None


def _with_channels(trial: Trial, channels: int, cls: type) -> object:
    for name, inputs in ordered_inputs(cls, channels):
        if name == trial.input_name:
            return inputs
    return None


def _binds_last_axis(cls: type, trial: Trial) -> bool:
    if not trial.input_name.startswith(("rank2", "rank3", "rank4", "rank5", "pair")) or not own_weights(trial):
        return False
    if given_layers(trial.arguments):
        return False
    other = _with_channels(trial, OTHER_CHANNELS, cls)
    probe = Trial(trial.layer, trial.arguments, trial.input_name, other, None)
    try:
        _run(probe, False)
    except Exception:
        return True
    return False


def _keeps_last_axis(trial: Trial) -> bool:
    if not trial.input_name.startswith(("rank", "image")) or "strings" in trial.input_name:
        return False
    given, got = _last_axis(trial.inputs), _last_axis(trial.output)
    return given is not None and given == got and (trial.input_name == "image" or given not in (2, 3))


def _takes_any_rank(cls: type, trial: Trial) -> bool:
    """One built instance can be called on another rank with the same last axis."""
    if (
        trial.input_name not in ("rank4", "rank3", "rank2")
        or given_layers(trial.arguments)
        or _takes_query_and_value(trial.layer)
    ):
        return False
    for name, inputs in ordered_inputs(cls):
        if name in ("rank2", "rank3", "rank4", "rank5") and name != trial.input_name:
            try:
                call(trial.layer, inputs, None)
            except Exception:
                return False
    return True
