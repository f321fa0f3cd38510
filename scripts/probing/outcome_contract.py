"""What becomes of a hand-written `get_config` that does not fit its constructor.

Cases read `layer forgets optional key`, `model own keys only`: the base, then what is wrong. The argument given is
never the default; `ok` means that the loaded object has it and keeps `name` and `trainable=False` too where the case
says so.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import keras

from probing.cases import Case, floats, register, same, shift_names, step

GIVEN = 5


def cases() -> dict[str, Case]:
    """Every case of this table."""
    found: dict[str, Case] = {}
    for base in ("layer", "model"):
        for name, make in CLASSES.items():
            found[f"{base} {name}"] = partial(_measure, base, make)
    for name, make in SUBCLASSES.items():
        found[name] = partial(_measure, "layer", make)
    for name in ("trainable", "name", "dtype"):
        for fault in ("complete", "own keys only, kwargs", "kwargs not handed on"):
            found[f"layer {fault} keeps {name}"] = partial(_kept, fault, name)
    found["functional keyword of nobody"] = _functional
    found["layer savedmodel attention in custom layer"] = partial(_attention, True)
    found["layer savedmodel attention in custom layer, no custom_objects"] = partial(_attention, False)
    return found


def _complete(base: type) -> type:
    class Probe(base):
        def __init__(self, amount=1, **kwargs):
            super().__init__(**kwargs)
            self.amount = amount

        def get_config(self):
            return {**super().get_config(), "amount": self.amount}

    return Probe


def _with_config(get_config: Callable, required: bool = False) -> Callable[[type], type]:
    """A class with that `get_config`, its argument required or not."""

    def make(base: type) -> type:
        if required:

            class Probe(base):
                def __init__(self, amount, **kwargs):
                    super().__init__(**kwargs)
                    self.amount = amount

        else:

            class Probe(base):
                def __init__(self, amount=1, **kwargs):
                    super().__init__(**kwargs)
                    self.amount = amount

        Probe.get_config = lambda self: get_config(self, base.get_config(self))
        return Probe

    return make


def _bare(get_config: Callable) -> Callable[[type], type]:
    """A class whose constructor has no `**kwargs`."""

    def make(base: type) -> type:
        class Probe(base):
            def __init__(self, amount=1):
                super().__init__()
                self.amount = amount

        Probe.get_config = lambda self: get_config(self, base.get_config(self))
        return Probe

    return make


def _dropping(base: type) -> type:
    class Probe(base):
        def __init__(self, amount=1, **kwargs):
            super().__init__()
            self.amount = amount

        def get_config(self):
            return {**super().get_config(), "amount": self.amount}

    return Probe


def _two(swapped: bool) -> Callable[[type], type]:
    def make(base: type) -> type:
        class Probe(base):
            def __init__(self, amount=1, other=2, **kwargs):
                super().__init__(**kwargs)
                self.amount, self.other = amount, other

            def get_config(self):
                pair = {"amount": self.other, "other": self.amount} if swapped else {"amount": self.amount, "other": self.other}
                return {**super().get_config(), **pair}

        return Probe

    return make


def _transforming(base: type) -> type:
    class Probe(base):
        def __init__(self, amount=1, **kwargs):
            super().__init__(**kwargs)
            self.amount = amount * 2

        def get_config(self):
            return {**super().get_config(), "amount": self.amount}

    return Probe


def _from_config(base: type) -> type:
    class Probe(base):
        def __init__(self, amount=1):
            super().__init__()
            self.amount = amount

        def get_config(self):
            return {**super().get_config(), "amount": self.amount}

        @classmethod
        def from_config(cls, config):
            return cls(config["amount"])

    return Probe


def _misnamed(base: type) -> type:
    class Probe(base):
        def __init__(self, amount=1, **kwargs):
            super().__init__(**kwargs)
            self.amount = amount

        def to_config(self):
            return {**super().get_config(), "amount": self.amount}

    return Probe


CLASSES: dict[str, Callable[[type], type]] = {
    "complete": _complete,
    "forgets optional key": _with_config(lambda self, config: config),
    "forgets required key": _with_config(lambda self, config: config, required=True),
    "extra key": _with_config(lambda self, config: {**config, "amount": self.amount, "extra": 1}),
    "misnamed key": _with_config(lambda self, config: {**config, "amounts": self.amount}),
    "own keys only, kwargs": _with_config(lambda self, config: {"amount": self.amount}),
    "own keys only, no kwargs": _bare(lambda self, config: {"amount": self.amount}),
    "super keys, no kwargs": _bare(lambda self, config: {**config, "amount": self.amount}),
    "super keys, from_config picks": _from_config,
    "kwargs not handed on": _dropping,
    "swapped values": _two(True),
    "two values": _two(False),
    "changed before stored": _transforming,
    "attribute never set": _with_config(lambda self, config: {**config, "amount": self.no_such_attribute}),
    "forgets return": _with_config(lambda self, config: None),
    "named to_config": _misnamed,
    "from __dict__": _with_config(lambda self, config: dict(self.__dict__)),
    "bare name": _with_config(lambda self, config: {**config, "amount": no_such_name}),  # noqa: F821
}


def _dense_optional(base: type) -> type:
    class Probe(keras.layers.Dense):
        def __init__(self, units=4, amount=1, **kwargs):
            super().__init__(units, **kwargs)
            self.amount = amount

    return Probe


def _dense_required(base: type) -> type:
    class Probe(keras.layers.Dense):
        def __init__(self, units, amount, **kwargs):
            super().__init__(units, **kwargs)
            self.amount = amount

    return Probe


def _dense_fixed(base: type) -> type:
    class Probe(keras.layers.Dense):
        def __init__(self, amount=1, **kwargs):
            super().__init__(units=4, **kwargs)
            self.amount = amount

        def get_config(self):
            return {**super().get_config(), "amount": self.amount}

    return Probe


def _custom_parent(base: type) -> type:
    parent = register(_complete(base))

    class Child(parent):
        def __init__(self, amount=1, more=2, **kwargs):
            super().__init__(amount, **kwargs)
            self.more = more

    return Child


def _skips_parent(base: type) -> type:
    parent = register(_complete(base))

    class Child(parent):
        def __init__(self, amount=1, **kwargs):
            super().__init__(amount, **kwargs)

        def get_config(self):
            return super(parent, self).get_config()

    return Child


SUBCLASSES: dict[str, Callable[[type], type]] = {
    "Dense subclass adds optional argument": _dense_optional,
    "Dense subclass adds required argument": _dense_required,
    "Dense subclass fixes units, has get_config": _dense_fixed,
    "layer subclass of one with get_config": _custom_parent,
    "layer skips the parent's get_config": _skips_parent,
}


def _arguments(cls: type) -> dict:
    names = cls.__init__.__code__.co_varnames[1 : cls.__init__.__code__.co_argcount]
    return {name: {"units": 4, "more": 9, "other": 9}.get(name, GIVEN) for name in names}


def _model_of(base: str, made: object) -> keras.Model:
    step("call")
    if base == "layer":
        inputs = keras.Input((4,))
        return keras.Model(inputs, made(inputs))
    made(floats(2, 4))
    return made


def _prepared(base: str, make: Callable) -> type:
    cls = make(keras.layers.Layer if base == "layer" else keras.Model)
    if not issubclass(cls, keras.layers.Dense):
        cls.call = lambda self, inputs: inputs * 1.0
    return register(cls)


def _measure(base: str, make: Callable) -> str:
    cls = _prepared(base, make)
    step("construct")
    arguments = _arguments(cls)
    made = cls(**arguments)
    expected = {name: getattr(made, name) for name in arguments if hasattr(made, name)}
    model = _model_of(base, made)
    step("save")
    model.save("saved.keras")
    shift_names()
    step("load")
    loaded = keras.models.load_model("saved.keras")
    found = loaded if base == "model" else loaded.layers[-1]
    lost = [name for name, value in expected.items() if getattr(found, name, None) != value]
    return f"silent:other {', '.join(lost)}" if lost else "ok"


def _kept(fault: str, name: str) -> str:
    cls = _prepared("layer", CLASSES[fault])
    value = {"trainable": False, "name": "by_hand", "dtype": "float64"}[name]
    step("construct")
    made = cls(GIVEN, **{name: value}) if fault != "kwargs not handed on" else cls(GIVEN)
    if fault == "kwargs not handed on":
        if name != "trainable":
            step("give")
            made._name = "by_hand"
            if name == "dtype":
                return "silent:lost at once"
        made.trainable = False
    model = _model_of("layer", made)
    expected = {"trainable": made.trainable, "name": made.name, "dtype": str(made.compute_dtype)}[name]
    step("save")
    model.save("saved.keras")
    shift_names()
    step("load")
    found = keras.models.load_model("saved.keras").layers[-1]
    received = {"trainable": found.trainable, "name": found.name, "dtype": str(found.compute_dtype)}[name]
    return "ok" if received == expected else f"silent:{name} lost"


def _functional() -> str:
    """A model built by `Model.__init__` out of inputs and outputs, which is given a keyword that nothing takes."""

    @register
    class Probe(keras.Model):
        def __init__(self, amount=1, **kwargs):
            inputs = keras.Input((4,))
            super().__init__(inputs=inputs, outputs=keras.layers.Dense(amount)(inputs), **kwargs)
            self.amount = amount

        def get_config(self):
            return {"amount": self.amount, "name": self.name, "extra": 1}

        @classmethod
        def from_config(cls, config, custom_objects=None):
            return cls(**config)

    step("construct")
    made = Probe(GIVEN)
    step("save")
    made.save("saved.keras")
    step("load")
    found = keras.models.load_model("saved.keras")
    return "ok" if found.amount == GIVEN else "silent:other amount"


def _attention(with_objects: bool) -> str:
    class Attending(keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.attention = keras.layers.MultiHeadAttention(2, 2)

        def call(self, inputs):
            return self.attention(inputs, inputs)

    inputs = keras.Input((3, 4))
    model = keras.Model(inputs, Attending()(inputs))
    data = floats(2, 3, 4)
    for weight in model.weights:
        weight.assign(floats(*weight.shape))
    expected = model(data)
    step("save")
    model.save("saved")
    step("load")
    loaded = keras.models.load_model("saved", custom_objects={"Attending": Attending} if with_objects else None)
    step("call loaded")
    return "ok" if same(expected, loaded(data)) else "silent:random attention weights"
