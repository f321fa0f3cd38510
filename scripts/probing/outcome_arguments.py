"""Which constructor arguments a Layer or Model without a `get_config` gets back after save and load.

Cases read `layer required kwargs numpy_array`: the base, whether the argument has a default, whether the constructor
has `**kwargs`, and the kind of value given. The value given is never the default. `nothing` as kind is a constructor
without arguments of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import keras

from probing.cases import Case, floats, register, shift_names, step
from probing.values import VALUES, comparison

PLAIN_KINDS = ("int", "float", "str", "bool", "None", "list", "dict", "tuple")
RECEIVED: list[object] = []


def cases() -> dict[str, Case]:
    """Every case of this table."""
    found: dict[str, Case] = {}
    for base in ("layer", "model"):
        for shape in ("required", "optional"):
            for kind, make in VALUES.items():
                found[f"{base} {shape} kwargs {kind}"] = partial(_measure, base, shape, True, make)
            for kind in PLAIN_KINDS:
                found[f"{base} {shape} bare {kind}"] = partial(_measure, base, shape, False, VALUES[kind])
            found[f"{base} {shape} names int"] = partial(_measure, base, f"{shape} names", False, VALUES["int"])
            found[f"{base} {shape} name_only int"] = partial(_measure, base, f"{shape} name_only", False, VALUES["int"])
            found[f"{base} {shape} dropped_kwargs int"] = partial(_measure, base, f"{shape} dropped", False, VALUES["int"])
        found[f"{base} default kwargs int"] = partial(_measure, base, "default", True, VALUES["int"])
        found[f"{base} default bare int"] = partial(_measure, base, "default", False, VALUES["int"])
        found[f"{base} nothing kwargs"] = partial(_measure, base, "nothing", True, VALUES["int"])
        found[f"{base} nothing bare"] = partial(_measure, base, "nothing", False, VALUES["int"])
        found[f"{base} no constructor"] = partial(_measure, base, "inherited", False, VALUES["int"])
        found[f"{base} star_args int"] = partial(_measure, base, "star", True, VALUES["int"])
    found["sequential own constructor"] = _sequential
    found["functional own constructor required"] = partial(_functional, True, 5)
    found["functional own constructor optional"] = partial(_functional, False, 5)
    found["functional own constructor default"] = partial(_functional, False, 2)
    return found


def class_of(base: type, shape: str, with_keywords: bool) -> type:
    """A class without `get_config` whose constructor has that shape. Written out: Keras reads the signature."""
    signature = shape.partition(" ")[2] or shape
    if signature in ("required", "optional", "default") and with_keywords:

        class Probe(base):
            def __init__(self, value, **kwargs):
                super().__init__(**kwargs)
                RECEIVED.append(value)

    elif signature in ("required", "optional", "default"):

        class Probe(base):
            def __init__(self, value):
                super().__init__()
                RECEIVED.append(value)

    elif signature == "names":

        class Probe(base):
            def __init__(self, value, name=None, trainable=True, dtype=None):
                super().__init__(name=name, trainable=trainable, dtype=dtype)
                RECEIVED.append(value)

    elif signature == "name_only":

        class Probe(base):
            def __init__(self, value, name=None):
                super().__init__(name=name)
                RECEIVED.append(value)

    elif signature == "dropped":

        class Probe(base):
            def __init__(self, value, **kwargs):
                super().__init__()
                RECEIVED.append(value)

    elif signature == "nothing" and with_keywords:

        class Probe(base):
            def __init__(self, **kwargs):
                super().__init__(**kwargs)
                RECEIVED.append(3)

    elif signature == "nothing":

        class Probe(base):
            def __init__(self):
                super().__init__()
                RECEIVED.append(3)

    elif signature == "star":

        class Probe(base):
            def __init__(self, *values, **kwargs):
                super().__init__(**kwargs)
                RECEIVED.append(values[0] if values else "default")

    else:

        class Probe(base):
            pass

    if shape.startswith(("optional", "default")):
        Probe.__init__.__defaults__ = ("default", *(Probe.__init__.__defaults__ or ()))
    Probe.call = lambda self, inputs: inputs * 1.0
    return register(Probe)


def _measure(base: str, shape: str, with_keywords: bool, make: Callable) -> str:
    cls = class_of(keras.layers.Layer if base == "layer" else keras.Model, shape, with_keywords)
    if shape == "inherited":
        RECEIVED.append(3)
    step("construct")
    given = make()
    made = cls() if shape in ("nothing", "inherited", "default") else cls(given)
    if shape in ("nothing", "inherited"):
        given = 3
    elif shape == "default":
        given = "default"
    step("call")
    if base == "layer":
        inputs = keras.Input((4,))
        model = keras.Model(inputs, made(inputs))
    else:
        model = made
        model(floats(2, 4))
    step("save")
    model.save("saved.keras")
    if shape != "inherited":
        RECEIVED.clear()
    shift_names()
    step("load")
    keras.models.load_model("saved.keras")
    if RECEIVED[-1] == "default" and given != "default":
        return "silent:default"
    return comparison(given, RECEIVED[-1])


def _sequential() -> str:
    @register
    class Probe(keras.Sequential):
        def __init__(self, units=2, **kwargs):
            super().__init__([keras.layers.Dense(units)], **kwargs)

    step("construct")
    model = Probe(5)
    step("call")
    expected = model(floats(2, 4))
    step("save")
    model.save("saved.keras")
    step("load")
    return "ok" if keras.models.load_model("saved.keras")(floats(2, 4)).shape == expected.shape else "silent:default"


def _functional(required: bool, value: int) -> str:
    if required:

        @register
        class Probe(keras.Model):
            def __init__(self, units, **kwargs):
                inputs = keras.Input((4,))
                super().__init__(inputs, keras.layers.Dense(units)(inputs), **kwargs)

    else:

        @register
        class Probe(keras.Model):
            def __init__(self, units=2, **kwargs):
                inputs = keras.Input((4,))
                super().__init__(inputs, keras.layers.Dense(units)(inputs), **kwargs)

    step("construct")
    model = Probe(value)
    expected = model(floats(2, 4))
    step("save")
    model.save("saved.keras")
    step("load")
    return "ok" if keras.models.load_model("saved.keras")(floats(2, 4)).shape == expected.shape else "silent:default"
