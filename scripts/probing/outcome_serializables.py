"""What happens to losses, metrics and the other small objects that have constructor arguments and no `get_config`.

Cases read `loss optional kwargs`: the kind, whether the argument has a default, and whether the constructor has
`**kwargs`. The object goes where a program puts it (compile, a layer's argument) and through a `.keras` file.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import keras
import tensorflow as tf

from probing.cases import Case, floats, register, step

RECEIVED: list[object] = []
KINDS = ("loss", "metric", "initializer", "regularizer", "constraint", "schedule", "optimizer", "wrapper", "dense", "cell")


def cases() -> dict[str, Case]:
    """Every case of this table."""
    found: dict[str, Case] = {}
    for kind in KINDS:
        for shape in ("required", "optional", "default"):
            for keywords in ("kwargs", "bare"):
                found[f"{kind} {shape} {keywords}"] = partial(_measure, kind, shape, keywords == "kwargs")
        found[f"{kind} nothing bare"] = partial(_measure, kind, "nothing", False)
    found["function as loss, registered"] = partial(_function, "loss", True)
    found["function as loss"] = partial(_function, "loss", False)
    found["lambda as loss"] = partial(_lambda, "loss")
    found["lambda as activation"] = partial(_lambda, "activation")
    found["lambda in Lambda"] = partial(_lambda, "Lambda")
    found["lambda in Lambda, safe_mode=False"] = partial(_lambda, "Lambda", False)
    found["function in Lambda, registered"] = partial(_function, "Lambda", True)
    found["function as activation, registered"] = partial(_function, "activation", True)
    for name in ("tf.nn.relu", "tf.sin", "tf.nn.tanh", "keras.activations.relu"):
        found[f"{name} as activation"] = partial(_activation, name)
    return found


def _base(kind: str) -> tuple[type, dict]:
    return {
        "loss": (keras.losses.Loss, {"call": lambda self, y, p: tf.reduce_mean((y - p) ** 2, axis=-1)}),
        "metric": (keras.metrics.Metric, {"update_state": lambda self, *a, **k: None, "result": lambda self: tf.constant(0.0)}),
        "initializer": (keras.initializers.Initializer, {"__call__": lambda self, shape, dtype=None, **k: tf.ones(shape)}),
        "regularizer": (keras.regularizers.Regularizer, {"__call__": lambda self, x: tf.reduce_sum(x * 0.1)}),
        "constraint": (keras.constraints.Constraint, {"__call__": lambda self, w: w}),
        "schedule": (keras.optimizers.schedules.LearningRateSchedule, {"__call__": lambda self, step: 0.1}),
        "optimizer": (keras.optimizers.SGD, {}),
        "wrapper": (keras.layers.Wrapper, {"call": lambda self, x: self.layer(x)}),
        "dense": (keras.layers.Dense, {}),
        "cell": (keras.layers.SimpleRNNCell, {}),
    }[kind]


def class_of(kind: str, shape: str, with_keywords: bool) -> type:
    """A class without `get_config`. The constructor hands on what its base needs."""
    base, methods = _base(kind)
    own = {
        "wrapper": lambda: (keras.layers.Dense(2),),
        "dense": lambda: (2,),
        "cell": lambda: (2,),
        "optimizer": lambda: (0.1,),
    }.get(kind, tuple)
    if shape == "required" and with_keywords:

        def __init__(self, value, **kwargs):
            base.__init__(self, *own(), **_without(kwargs))
            RECEIVED.append(value)

    elif shape == "required":

        def __init__(self, value):
            base.__init__(self, *own())
            RECEIVED.append(value)

    elif shape in ("optional", "default") and with_keywords:

        def __init__(self, value=1, **kwargs):
            base.__init__(self, *own(), **_without(kwargs))
            RECEIVED.append(value)

    elif shape in ("optional", "default"):

        def __init__(self, value=1):
            base.__init__(self, *own())
            RECEIVED.append(value)

    else:

        def __init__(self):
            base.__init__(self, *own())
            RECEIVED.append("nothing")

    return register(type(f"Probe{kind.title()}", (base,), {**methods, "__init__": __init__}))


def _without(kwargs: dict) -> dict:
    """What a subclass that fixes its base's first argument has to take out again."""
    return {name: value for name, value in kwargs.items() if name not in ("layer", "units", "learning_rate")}


def _model_with(kind: str, probe: object) -> keras.Model:
    inputs = keras.Input((4,))
    compiled = {"optimizer": "sgd", "loss": "mean_squared_error"}
    x = inputs
    match kind:
        case "loss":
            compiled["loss"] = probe
        case "metric":
            compiled["metrics"] = [probe]
        case "schedule":
            compiled["optimizer"] = keras.optimizers.SGD(probe)
        case "optimizer":
            compiled["optimizer"] = probe
        case "initializer":
            x = keras.layers.Dense(2, kernel_initializer=probe)(x)
        case "regularizer":
            x = keras.layers.Dense(2, kernel_regularizer=probe)(x)
        case "constraint":
            x = keras.layers.Dense(2, kernel_constraint=probe)(x)
        case "wrapper" | "dense":
            x = probe(x)
        case "cell":
            inputs = keras.Input((3, 4))
            x = keras.layers.RNN(probe)(inputs)
    if x is inputs:
        x = keras.layers.Dense(2)(x)
    model = keras.Model(inputs, x)
    model.compile(**compiled)
    return model


def _measure(kind: str, shape: str, with_keywords: bool) -> str:
    cls = class_of(kind, shape, with_keywords)
    step("construct")
    RECEIVED.clear()
    if shape == "nothing":
        given, probe = "nothing", cls()
    elif shape == "default":
        given, probe = 1, cls()
    else:
        given, probe = 5, cls(5)
    model = _model_with(kind, probe)
    step("fit")
    model.fit(floats(4, *model.input_shape[1:]), floats(4, 2), verbose=0)
    step("save")
    model.save("saved.keras")
    RECEIVED.clear()
    step("load")
    keras.models.load_model("saved.keras")
    if not RECEIVED:
        return "silent:not restored"
    return "ok" if RECEIVED[-1] == given else "silent:default"


def program_function(*arguments):
    """A function of the program, as a loss or an activation."""
    return tf.reduce_mean((arguments[0] - arguments[1]) ** 2, axis=-1) if len(arguments) == 2 else arguments[0] * 2


def _place(kind: str, function: Callable) -> keras.Model:
    inputs = keras.Input((4,))
    if kind == "Lambda":
        x = keras.layers.Lambda(function, output_shape=(4,))(inputs)
    elif kind == "activation":
        x = keras.layers.Dense(4, activation=function)(inputs)
    else:
        x = keras.layers.Dense(4)(inputs)
    model = keras.Model(inputs, x)
    model.compile("sgd", function if kind == "loss" else "mean_squared_error")
    model.fit(floats(2, 4), floats(2, 4), verbose=0)
    return model


def _function(kind: str, registered: bool) -> str:
    function = program_function
    if registered:

        def function(*arguments):
            return program_function(*arguments)

        function = register(function)
    step("construct")
    model = _place(kind, function)
    step("save")
    model.save("saved.keras")
    step("load")
    keras.models.load_model("saved.keras")
    return "ok"


def _lambda(kind: str, safe_mode: bool = True) -> str:
    function = {
        "loss": lambda y, p: tf.reduce_mean((y - p) ** 2, axis=-1),
        "activation": lambda x: x * 2.0,
        "Lambda": lambda x: x * 2.0,
    }[kind]
    step("construct")
    model = _place(kind, function)
    step("save")
    model.save("saved.keras")
    step("load")
    keras.models.load_model("saved.keras", safe_mode=safe_mode)
    return "ok"


def _activation(name: str) -> str:
    function: object = {"tf": tf, "keras": keras}[name.split(".")[0]]
    for part in name.split(".")[1:]:
        function = getattr(function, part)
    step("construct")
    model = _place("activation", function)
    step("save")
    model.save("saved.keras")
    step("load")
    keras.models.load_model("saved.keras")
    return "ok"
