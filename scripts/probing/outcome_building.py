"""When sub-layers are built, whether `training` reaches them, and what a load finds of what was never built.

Each case is a small program; its name says what it does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import keras
import numpy as np
import tensorflow as tf

from probing.cases import KERAS_3, Case, Skip, floats, randomise, register, same, shift_names, step


def cases() -> dict[str, Case]:
    """Every case of this table."""
    found: dict[str, Case] = {}
    for base in ("layer", "model"):
        for name in BUILDS:
            for route in (".keras", ".weights.h5"):
                found[f"build {name} {base} {route}"] = partial(_build, name, base, route)
        for own in OUTPUTS:
            for holder in HOLDERS:
                for name in ("pass", "super", "builds all"):
                    found[f"build {name} {base} with {own} in {holder}"] = partial(_held, name, base, own, holder)
        for name in UNBUILT:
            found[f"unbuilt {name} of a {base} with compute_output_shape"] = partial(_node_of, name, base)
        for name in CREATED_IN_CALL:
            found[f"created in call {name} {base}"] = partial(_created_in_call, name, base, False)
            found[f"created in call {name} {base} beside an unbuilt layer"] = partial(_created_in_call, name, base, True)
    found["load_weights unbuilt"] = partial(_load_weights, "unbuilt")
    found["load_weights after build(shape)"] = partial(_load_weights, "build")
    found["load_weights after call"] = partial(_load_weights, "call")
    found["save_weights unbuilt"] = _save_unbuilt
    found["load_weights legacy unbuilt sequential"] = partial(_load_weights, "sequential")
    for kind in ("BatchNormalization", "Dropout"):
        for form in (
            "no training",
            "only kwargs",
            "training not forwarded",
            "training forwarded",
            "nested layer without training",
            "functional",
        ):
            found[f"fit {kind} {form}"] = partial(_fit, kind, form)
        found[f"call training=True {kind} no training"] = partial(_call_with_training, kind)
        found[f"train_step training=True {kind} no training"] = partial(_fit, kind, "train_step")
    for literal in (True, False):
        for kind in ("Dropout", "BatchNormalization"):
            found[f"functional training={literal} {kind}"] = partial(_functional_literal, kind, literal)
            found[f"subclassed training={literal} {kind}"] = partial(_subclassed_literal, kind, literal)
    for name in SHAPES:
        for form in ("functional", "subclassed"):
            found[f"build shape {name} {form}"] = partial(_shape, name, form)
    for name in ("given", "given guarded", "created", "given layer in model"):
        found[f"child built twice {name}"] = partial(_child_built_twice, name)
    found["trainable=False after compile"] = _frozen_after_compile
    found["attribute optimizer.lr"] = _optimizer_lr
    return found


def _super_build(self, shape):
    super(type(self), self).build(shape)


def _builds_all(self, shape):
    self.first.build(shape)
    self.second.build((*tuple(shape)[:-1], 4))
    self.built = True


def _builds_one(self, shape):
    self.first.build(shape)
    self.built = True


def _sets_built(self, shape):
    self.built = True


def _adds_weight(self, shape):
    self.scale = self.add_weight(shape=(4,), initializer="ones", name="scale")


def _calls_itself(self, shape):
    self.call(tf.zeros([1, *tuple(shape)[1:]]))
    self.built = True


BUILDS: dict[str, Callable | None] = {
    "none": None,
    "super": _super_build,
    "pass": lambda self, shape: None,
    "sets built": _sets_built,
    "adds weight": _adds_weight,
    "builds one": _builds_one,
    "builds all": _builds_all,
    "calls itself": _calls_itself,
}


def _class(base: str, build: Callable | None) -> type:
    class Program(keras.Model if base == "model" else keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.first, self.second = keras.layers.Dense(4), keras.layers.Dense(4)

        def call(self, inputs):
            return self.second(self.first(inputs))

    if build is not None:
        Program.build = build
    return register(Program)


def _model(cls: type, base: str) -> keras.Model:
    step("construct")
    if base == "model":
        model = cls()
        step("call")
        model(floats(2, 4))
        return model
    inputs = keras.Input((4,))
    layer = cls()
    step("call")
    return keras.Model(inputs, layer(inputs))


def _build(name: str, base: str, route: str) -> str:
    cls = _class(base, BUILDS[name])
    model = _model(cls, base)
    randomise(model.trainable_weights)
    expected = np.asarray(model(floats(3, 4)))
    shift_names()
    step("save")
    if route == ".keras":
        model.save("saved.keras")
        step("load")
        other = keras.models.load_model("saved.keras")
    else:
        model.save_weights("saved.weights.h5")
        other = _model(cls, base)
        step("load")
        other.load_weights("saved.weights.h5")
    step("call loaded")
    return "ok" if same(expected, other(floats(3, 4))) else "silent:random weights"


def _output_shape(self, input_shape):
    return (*tuple(input_shape)[:-1], 4)


def _output_spec(self, inputs):
    return keras.KerasTensor(_output_shape(self, inputs.shape), dtype="float32")


OUTPUTS: dict[str, Callable] = {"compute_output_shape": _output_shape, "compute_output_spec": _output_spec}
"""How a class says what comes out of it, so that Keras 3 need not run its `call` to know."""

HOLDERS = ("a functional model", "a Sequential", "a subclassed model", "a layer of a functional model")


def _held(name: str, base: str, own: str, holder: str) -> str:
    if own == "compute_output_spec" and not KERAS_3:
        raise Skip
    cls = _class(base, BUILDS[name])
    setattr(cls, own, OUTPUTS[own])
    return _reloaded(_holding(cls, holder))


def _holding(cls: type, holder: str) -> keras.Model:
    """A model that holds an object of the class."""
    step("construct")
    if holder == "a Sequential":
        return keras.Sequential([keras.Input((4,)), cls()])
    inputs = keras.Input((4,))
    if holder == "a functional model":
        return keras.Model(inputs, cls()(inputs))

    class Outer(keras.Model if holder == "a subclassed model" else keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.inner = cls()

        def call(self, inputs):
            return self.inner(inputs)

    register(Outer)
    return Outer() if holder == "a subclassed model" else keras.Model(inputs, Outer()(inputs))


def _reloaded(model: keras.Model) -> str:
    step("call")
    model(floats(2, 4))
    randomise(model.trainable_weights)
    expected = np.asarray(model(floats(3, 4)))
    shift_names()
    step("save")
    model.save("saved.keras")
    step("load")
    other = keras.models.load_model("saved.keras")
    step("call loaded")
    return "ok" if same(expected, other(floats(3, 4))) else "silent:random weights"


def _dense_of(base: type, in_build: bool = False) -> keras.layers.Layer:
    class Part(base):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            if not in_build:
                self.dense = keras.layers.Dense(4)

        def build(self, shape):
            if in_build:
                self.dense = keras.layers.Dense(4)
            self.built = True

        def call(self, inputs):
            return self.dense(inputs)

    return register(Part)()


UNBUILT: dict[str, Callable] = {
    "Dense": lambda: keras.layers.Dense(4),
    "LayerNormalization": lambda: keras.layers.LayerNormalization(),
    "MultiHeadAttention": lambda: keras.layers.MultiHeadAttention(1, 4),
    "GroupQueryAttention": lambda: _of_name("GroupQueryAttention", 4, 1, 1),
    "Sequential": lambda: keras.Sequential([keras.layers.Dense(4)]),
    "list": lambda: [keras.layers.Dense(4)],
    "dict": lambda: {"one": keras.layers.Dense(4)},
    "layer of the project": lambda: _dense_of(keras.layers.Layer),
    "layer of the project with a Dense made in build": lambda: _dense_of(keras.layers.Layer, in_build=True),
    "model of the project": lambda: _dense_of(keras.Model),
    "Dense under two attributes": lambda: keras.layers.Dense(4),
}


def _of_name(name: str, *arguments: object) -> keras.layers.Layer:
    if not hasattr(keras.layers, name):
        raise Skip
    return getattr(keras.layers, name)(*arguments)


def _node_of(name: str, base: str) -> str:
    class Program(keras.Model if base == "model" else keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.held = UNBUILT[name]()
            if name == "Dense under two attributes":
                self.also = self.held

        def build(self, shape):
            self.built = True

        def call(self, inputs):
            held = {"list": lambda: self.held[0], "dict": lambda: self.held["one"]}.get(name, lambda: self.held)()
            if not name.endswith("Attention"):
                return held(inputs)
            steps = inputs[:, None]
            return held(steps, steps)[:, 0]

    Program.compute_output_shape = _output_shape
    return _reloaded(_holding(register(Program), "a functional model"))


def _each_time(self, inputs):
    return keras.layers.Dense(4)(inputs)


def _each_time_dropout(self, inputs):
    return keras.layers.Dropout(0.5)(inputs)


def _each_time_relu(self, inputs):
    return keras.layers.ReLU()(inputs)


def _lazily(self, inputs):
    if not hasattr(self, "dense"):
        self.dense = keras.layers.Dense(4)
    return self.dense(inputs)


def _lazily_none(self, inputs):
    if self.held is None:
        self.held = keras.layers.Dense(4)
    return self.held(inputs)


def _weight(self, inputs):
    if not hasattr(self, "scale"):
        self.scale = self.add_weight(shape=(4,), initializer="ones", name="scale")
    return inputs * self.scale


CREATED_IN_CALL = {
    "Dense each time": _each_time,
    "Dropout each time": _each_time_dropout,
    "ReLU each time": _each_time_relu,
    "Dense when missing": _lazily,
    "Dense when None": _lazily_none,
    "weight when missing": _weight,
}


def _created_in_call(name: str, base: str, with_head: bool) -> str:
    class Program(keras.Model if base == "model" else keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.held = None
            if with_head:
                self.head = keras.layers.Dense(4)

        def call(self, inputs):
            x = CREATED_IN_CALL[name](self, inputs)
            return self.head(x) if with_head else x

    model = _model(register(Program), base)
    if model.trainable_weights:
        step("fit")
        model.compile("sgd", "mean_squared_error")
        model.fit(floats(4, 4), floats(4, 4), verbose=0)
    expected = np.asarray(model(floats(3, 4)))
    step("save")
    model.save("saved.keras")
    step("load")
    other = keras.models.load_model("saved.keras")
    step("call loaded")
    return "ok" if same(expected, other(floats(3, 4))) else "silent:other output"


def _load_weights(how: str) -> str:
    cls = _class("model", None)
    make = _unbuilt_sequential if how == "sequential" else cls
    model = make()
    model(floats(2, 4))
    randomise(model.trainable_weights)
    expected = np.asarray(model(floats(3, 4)))
    model.save_weights("saved.weights.h5")
    other = make()
    if how == "build":
        step("build")
        other.build((None, 4))
    elif how == "call":
        other(floats(2, 4))
    step("load_weights")
    other.load_weights("saved.weights.h5")
    step("call loaded")
    return "ok" if same(expected, other(floats(3, 4))) else "silent:random weights"


def _unbuilt_sequential() -> keras.Model:
    return keras.Sequential([keras.layers.Dense(4), keras.layers.Dense(4)])


def _save_unbuilt() -> str:
    model = _class("model", None)()
    step("save_weights")
    model.save_weights("saved.weights.h5")
    return "silent:saves nothing"


SEEN: list[object] = []


def _inner(kind: str) -> object:
    return keras.layers.BatchNormalization(momentum=0.5) if kind == "BatchNormalization" else Recording()


@register
class Recording(keras.layers.Layer):
    """Remembers the `training` that it is called with; stands for Dropout."""

    def call(self, inputs, training=None):
        SEEN.append(training)
        return inputs * 1.0


def _fitting(kind: str, form: str) -> keras.Model:
    inner = _inner(kind)
    if form == "functional":
        inputs = keras.Input((4,))
        return keras.Model(inputs, keras.layers.Dense(1)(inner(inputs)))

    class Program(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner, self.head = inner, keras.layers.Dense(1)

    class Nested(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = inner

        def call(self, inputs):
            return self.inner(inputs)

    if form == "only kwargs":
        Program.call = lambda self, inputs, **kwargs: self.head(self.inner(inputs))
    elif form == "training not forwarded":
        Program.call = lambda self, inputs, training=None: self.head(self.inner(inputs))
    elif form == "training forwarded":
        Program.call = lambda self, inputs, training=None: self.head(self.inner(inputs, training=training))
    elif form == "nested layer without training":
        inputs = keras.Input((4,))
        return keras.Model(inputs, keras.layers.Dense(1)(Nested()(inputs)))
    else:
        Program.call = lambda self, inputs: self.head(self.inner(inputs))
    if form == "train_step":

        def train_step(self, data):
            inputs, targets = data
            with tf.GradientTape() as tape:
                predicted = self(inputs, training=True)
                loss = tf.reduce_mean((predicted - targets) ** 2)
            self.optimizer.apply_gradients(
                zip(tape.gradient(loss, self.trainable_variables), self.trainable_variables, strict=False)
            )
            return {"loss": loss}

        Program.train_step = train_step
    return Program()


def _in_training(kind: str, model: keras.Model) -> bool:
    if kind == "BatchNormalization":
        layer = next(layer for layer in _all_layers(model) if isinstance(layer, keras.layers.BatchNormalization))
        return bool(np.abs(np.asarray(layer.moving_mean)).max() > 1.0)
    return any(seen is not None and seen is not False and (not isinstance(seen, (int, bool)) or bool(seen)) for seen in SEEN)


def _all_layers(model: object) -> list:
    return list(model._flatten_layers())


def _fit(kind: str, form: str) -> str:
    step("construct")
    model = _fitting(kind, form)
    model.compile("sgd", "mean_squared_error", run_eagerly=True)
    SEEN.clear()
    step("fit")
    model.fit(floats(32, 4) + 5, floats(32, 1), epochs=3, verbose=0)
    return "ok" if _in_training(kind, model) else "silent:inference during fit"


def _call_with_training(kind: str) -> str:
    model = _fitting(kind, "no training")
    model(floats(8, 4))
    SEEN.clear()
    step("call")
    for _ in range(5):
        model(floats(8, 4) + 5, training=True)
    return "ok" if _in_training(kind, model) else "silent:inference"


def _functional_literal(kind: str, literal: bool) -> str:
    inner = _inner(kind)
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(1)(inner(inputs, training=literal)))
    model.compile("sgd", "mean_squared_error", run_eagerly=True)
    SEEN.clear()
    if literal:
        step("predict")
        for _ in range(5):
            model.predict(floats(32, 4) + 5, verbose=0)
    else:
        step("fit")
        model.fit(floats(32, 4) + 5, floats(32, 1), epochs=3, verbose=0)
    return "ok" if _in_training(kind, model) is literal else "silent:overridden"


def _subclassed_literal(kind: str, literal: bool) -> str:
    inner = _inner(kind)

    class Program(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner, self.head = inner, keras.layers.Dense(1)

        def call(self, inputs, training=None):
            return self.head(self.inner(inputs, training=literal))

    model = Program()
    model.compile("sgd", "mean_squared_error", run_eagerly=True)
    SEEN.clear()
    if literal:
        for _ in range(5):
            model.predict(floats(32, 4) + 5, verbose=0)
    else:
        model.fit(floats(32, 4) + 5, floats(32, 1), epochs=3, verbose=0)
    return "ok" if _in_training(kind, model) is literal else "silent:overridden"


SHAPES: dict[str, Callable] = {
    "input_shape[-1]": lambda shape: (shape[-1],),
    "input_shape[:-1] + (4,)": lambda shape: (shape[:-1] + (4,))[-1:],  # noqa: RUF005  the sum is what is measured
    "(2,) + input_shape[1:]": lambda shape: ((2,) + shape[1:])[-1:],  # noqa: RUF005  the sum is what is measured
    "tuple(input_shape)[:-1] + (4,)": lambda shape: (tuple(shape)[:-1] + (4,))[-1:],  # noqa: RUF005  the sum is what is measured
    "input_shape.as_list()": lambda shape: tuple(shape.as_list()[-1:]),
    "list(input_shape)": lambda shape: tuple(list(shape)[-1:]),
    "input_shape + (1,)": lambda shape: (shape + (1,))[-2:-1],  # noqa: RUF005  the sum is what is measured
    "tf.TensorShape(input_shape)": lambda shape: tuple(tf.TensorShape(shape)[-1:]),
    "input_shape[1:]": lambda shape: tuple(shape[1:]),
    "dict lookup input_shape == tuple": lambda shape: (
        (shape[-1],) if shape == (None, 4) or shape == tf.TensorShape((None, 4)) else _refuse()
    ),
    "isinstance(input_shape, tuple)": lambda shape: (shape[-1],) if isinstance(shape, (tuple, tf.TensorShape)) else _refuse(),
    "isinstance(input_shape, list)": lambda shape: (shape[-1],) if not isinstance(shape, list) else _refuse(),
}


def _refuse() -> None:
    raise TypeError("not the shape that was expected")


def _shape(name: str, form: str) -> str:
    class Program(keras.layers.Layer):
        def build(self, input_shape):
            self.scale = self.add_weight(shape=SHAPES[name](input_shape), initializer="ones", name="scale")

        def call(self, inputs):
            return inputs * self.scale

    register(Program)

    class Outer(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.inner = Program()

        def call(self, inputs):
            return self.inner(inputs)

    register(Outer)
    step("construct")
    if form == "functional":
        inputs = keras.Input((4,))
        model = keras.Model(inputs, Program()(inputs))
    else:
        model = Outer()
        model(floats(2, 4))
    randomise(model.trainable_weights)
    step("save")
    model.save("saved.keras")
    step("load")
    other = keras.models.load_model("saved.keras")
    step("call loaded")
    return "ok" if same(model(floats(2, 4)), other(floats(2, 4))) else "silent:other output"


def _child_built_twice(name: str) -> str:
    class Program(keras.layers.Layer):
        def __init__(self, child=None, **kwargs):
            super().__init__(**kwargs)
            self.child = keras.layers.Dense(4) if name == "created" else child

        def build(self, input_shape):
            if name != "given guarded" or not self.child.built:
                self.child.build(input_shape)
            self.built = True

        def call(self, inputs):
            return self.child(inputs)

        def get_config(self):
            if name == "created":
                return super().get_config()
            return {**super().get_config(), "child": keras.utils.serialize_keras_object(self.child)}

        @classmethod
        def from_config(cls, config):
            if "child" in config:
                config["child"] = keras.utils.deserialize_keras_object(config["child"])
            return cls(**config)

    register(Program)
    step("construct")
    child = keras.layers.Dense(4)
    if name == "given layer in model":
        child = keras.Sequential([keras.layers.Dense(4)])
    inputs = keras.Input((4,))
    model = keras.Model(inputs, Program(child)(inputs))
    randomise(model.trainable_weights)
    step("save")
    model.save("saved.keras")
    step("load")
    other = keras.models.load_model("saved.keras")
    step("call loaded")
    return "ok" if same(model(floats(2, 4)), other(floats(2, 4))) else "silent:other output"


def _frozen_after_compile() -> str:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mean_squared_error")
    model.trainable = False
    before = np.array(model.weights[0])
    step("train")
    model.train_on_batch(floats(8, 4), floats(8, 1) + 3)
    return "ok" if not np.array_equal(before, np.array(model.weights[0])) else "silent:never trains"


def _optimizer_lr() -> str:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.01), "mean_squared_error")
    step("assign")
    model.optimizer.lr = 0.5
    return "ok" if abs(float(np.array(model.optimizer.learning_rate)) - 0.5) < 1e-6 else "silent:ignored"
