"""Measures what `get_config` returns and which keywords constructors take.

Turns classes into the keys of a plain instance's configuration, the keys that `super().get_config()` returns in a
direct subclass, and the keyword names that a constructor agrees to although its signature hides them behind
`**kwargs`.
"""

from __future__ import annotations

import inspect

import keras

from probing.instances import make_instance

KERAS_2 = keras.__version__.startswith("2.")

PROBED_VALUES = {
    "name": "probe_name",
    "trainable": False,
    "dtype": "float32",
    "dynamic": False,
    "activity_regularizer": "l2",
    "autocast": True,
    "input_shape": (4,),
    "batch_input_shape": (2, 4),
    "batch_shape": (2, 4),
    "input_dim": 4,
    "input_length": 4,
    "batch_size": 2,
    "input_dtype": "float32",
    "input_tensor": None,
    "weights": None,
    "implementation": 1,
    "reduction": "sum",
    "learning_rate": 0.1,
    "lr": 0.1,
    "decay": 0.0,
    "weight_decay": None,
    "clipnorm": 1.0,
    "clipvalue": 1.0,
    "global_clipnorm": 1.0,
    "use_ema": False,
    "ema_momentum": 0.9,
    "ema_overwrite_frequency": None,
    "jit_compile": False,
    "is_legacy_optimizer": False,
    "loss_scale_factor": None,
    "gradient_accumulation_steps": None,
    "seed": 1,
    "data_format": None,
    "rank": 2,
    "inputs": None,
    "outputs": None,
    "build_config": None,
    "quantization_config": None,
    "registered_name": None,
    "module": None,
    "experimental_run_tf_function": None,
    "experimental_autocast": False,
    "ragged": False,
    "sparse": False,
    "time_major": False,
    "unroll": False,
    "stateful": False,
    "return_state": False,
    "return_sequences": False,
    "go_backwards": False,
    "zero_output_for_mask": False,
    "no_such_keyword": 1,
}
"""Keywords worth trying. The value only has to be one that the keyword could take."""

BASES = {
    "layer": lambda: keras.layers.Layer,
    "model": lambda: keras.Model,
    "sequential": lambda: keras.Sequential,
    "loss": lambda: keras.losses.Loss,
    "metric": lambda: keras.metrics.Metric,
    "optimizer": lambda: keras.optimizers.Optimizer,
    "initializer": lambda: keras.initializers.Initializer,
    "regularizer": lambda: keras.regularizers.Regularizer,
    "constraint": lambda: keras.constraints.Constraint,
    "schedule": lambda: keras.optimizers.schedules.LearningRateSchedule,
    "callback": lambda: keras.callbacks.Callback,
}


def config_keys(cls: type) -> list[str] | None:
    """The keys of a plain instance's configuration; None where there is no instance or no configuration."""
    made = make_instance(cls)
    if made is None:
        return None
    try:
        config = made[0].get_config()
    except Exception:
        return None
    return list(config) if isinstance(config, dict) else None


def config_definer(cls: type) -> type | None:
    """The nearest class in the method resolution order that defines `get_config`."""
    return next((base for base in cls.__mro__ if "get_config" in vars(base)), None)


def hidden_keywords(cls: type) -> list[str]:
    """The keywords behind `**kwargs` that the constructor takes, tried one by one on a working instance."""
    try:
        parameters = inspect.signature(cls.__init__).parameters
    except (TypeError, ValueError):
        return []
    if not any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return []
    made = make_instance(cls)
    if made is None:
        return []
    candidates = dict(PROBED_VALUES)
    for base in cls.__mro__:
        if base.__module__.startswith("keras") and "__init__" in vars(base):
            for parameter in inspect.signature(base.__init__).parameters.values():
                if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY) and parameter.name != "self":
                    default = None if parameter.default is parameter.empty else parameter.default
                    candidates.setdefault(parameter.name, default)
    return sorted(
        name for name, value in candidates.items() if name not in parameters and takes_keyword(cls, made[1], name, value)
    )


def takes_keyword(cls: type, arguments: dict, name: str, value: object) -> bool:
    """True when the constructor agrees to one more keyword."""
    try:
        cls(**arguments, **{name: value})
    except Exception as error:
        text = str(error)
        return not (isinstance(error, TypeError) or name in text or "nrecognized" in text or "nexpected" in text)
    return True


def base_facts() -> dict[str, dict]:
    """For each kind: what a direct subclass may hand to `super().__init__` and gets from `super().get_config()`."""
    facts = {}
    for kind, base in BASES.items():
        try:
            facts[kind] = _facts_of(base())
        except Exception as error:
            facts[kind] = {"error": repr(error)[:200]}
    return facts


def completed(cls: type) -> type:
    """Fills in what makes a direct subclass usable, without touching its configuration."""
    if issubclass(cls, keras.losses.Loss):
        cls.call = lambda self, y_true, y_pred: y_pred
    if issubclass(cls, keras.metrics.Metric):
        cls.update_state = lambda self, *args, **kwargs: None
        cls.result = lambda self: 0.0
    if issubclass(cls, keras.optimizers.schedules.LearningRateSchedule):
        cls.__call__ = lambda self, step: 0.1
    if issubclass(cls, (keras.regularizers.Regularizer, keras.initializers.Initializer)):
        cls.__call__ = lambda self, *args, **kwargs: 0.0
    cls.__abstractmethods__ = frozenset()
    return cls


def required_arguments(base: type) -> dict:
    if base is keras.optimizers.Optimizer:
        return {"name": "probe"} if KERAS_2 else {"learning_rate": 0.1}
    return {}


def _facts_of(base: type) -> dict:
    required = required_arguments(base)

    class Plain(base):
        def __init__(self, **kwargs):
            super().__init__(**{**required, **kwargs})

    class Overriding(base):
        def __init__(self, **kwargs):
            super().__init__(**{**required, **kwargs})

        def get_config(self):
            return super().get_config()

    class OverridingWithArgument(base):
        def __init__(self, amount=3, **kwargs):
            super().__init__(**{**required, **kwargs})
            self.amount = amount

        def get_config(self):
            return super().get_config()

    class WithArgument(base):
        def __init__(self, amount=3, **kwargs):
            super().__init__(**{**required, **kwargs})
            self.amount = amount

    class WithoutKeywords(base):
        def __init__(self, amount=3):
            super().__init__(**required)
            self.amount = amount

    accepted = [name for name, value in PROBED_VALUES.items() if takes_keyword(completed(Plain), {}, name, value)]
    return {
        "accepted": sorted(accepted),
        "super_config": _keys(Overriding, {}),
        "super_config_with_argument": _keys(OverridingWithArgument, {"amount": 5}),
        "automatic_config": _keys(WithArgument, {"amount": 5}),
        "automatic_config_of_default": _keys(WithArgument, {}),
        "automatic_config_without_kwargs": _keys(WithoutKeywords, {"amount": 5}),
    }


def _keys(cls: type, arguments: dict) -> list[str] | str:
    try:
        return list(completed(cls)(**arguments).get_config())
    except Exception as error:
        return f"raises:{type(error).__name__}"
