"""Where a layer can keep its sub-layers and variables so that Keras trains and saves them.

Cases read `nested_list layer .keras`: the pattern, whether the holder is a Layer in a functional model or a
subclassed Model, and the route. `silent:untrained,unsaved` means that no exception told of it.
"""

from __future__ import annotations

import collections
import dataclasses
import functools
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from probing.cases import Case, Skip, floats, randomise, register, same, shift_names, step

Place = Callable[[object], None]
Apply = Callable[[object, object], object]

CREATED: list = []
"""The sub-layers and variables made by the pattern that runs, in order."""

GLOBAL: dict[str, object] = {}


def sub():
    """A new sub-layer, remembered."""
    layer = keras.layers.Dense(4)
    CREATED.append(layer)
    return layer


def variable(make: Callable) -> object:
    """A new variable, remembered."""
    made = make()
    CREATED.append(made)
    return made


class Plain:
    """An object that Keras knows nothing of."""


@dataclasses.dataclass
class Pair:
    """A dataclass that Keras knows nothing of."""

    first: object
    second: object


Named = collections.namedtuple("Named", "first second")


class HoldingModule(tf.Module):
    """A TensorFlow module that holds layers."""

    def __init__(self):
        super().__init__()
        self.first, self.second = sub(), sub()


def chain(*layers) -> Callable:
    """Applies layers one after the other."""
    return lambda inputs: functools.reduce(lambda x, layer: layer(x), layers, inputs)


def _set(name: str, make: Callable) -> Place:
    return lambda holder: setattr(holder, name, make())


def _nested(holder: object, read: Callable) -> list:
    return list(read(holder))


def patterns() -> dict[str, tuple[Place, Apply]]:
    """How each pattern is placed in the constructor, and how `call` uses it."""

    def through(read: Callable) -> Apply:
        return lambda holder, x: chain(*read(holder))(x)

    held = lambda holder: holder.held  # noqa: E731
    found: dict[str, tuple[Place, Apply]] = {
        "attribute": (_set("held", sub), through(lambda h: [h.held])),
        "private_attribute": (_set("_held", sub), through(lambda h: [h._held])),
        "mangled_attribute": (_set("_Holder__held", sub), through(lambda h: [h._Holder__held])),
        "dunder_attribute": (_set("__held__", sub), through(lambda h: [h.__held__])),
        "list": (_set("held", lambda: [sub(), sub()]), through(held)),
        "tuple": (_set("held", lambda: (sub(), sub())), through(held)),
        "dict": (_set("held", lambda: {"a": sub(), "b": sub()}), through(lambda h: h.held.values())),
        "dict_int_keys": (_set("held", lambda: {1: sub(), 2: sub()}), through(lambda h: h.held.values())),
        "nested_list": (_set("held", lambda: [[sub()], [sub()]]), through(lambda h: [i for row in h.held for i in row])),
        "list_of_tuples": (_set("held", lambda: [(sub(),), (sub(),)]), through(lambda h: [i for row in h.held for i in row])),
        "tuple_of_tuples": (_set("held", lambda: ((sub(),), (sub(),))), through(lambda h: [i for row in h.held for i in row])),
        "tuple_of_lists": (_set("held", lambda: ([sub()], [sub()])), through(lambda h: [i for row in h.held for i in row])),
        "list_of_dicts": (_set("held", lambda: [{"a": sub()}, {"a": sub()}]), through(lambda h: [row["a"] for row in h.held])),
        "dict_of_lists": (
            _set("held", lambda: {"a": [sub()], "b": [sub()]}),
            through(lambda h: [row[0] for row in h.held.values()]),
        ),
        "dict_of_tuples": (
            _set("held", lambda: {"a": (sub(),), "b": (sub(),)}),
            through(lambda h: [row[0] for row in h.held.values()]),
        ),
        "dict_of_dicts": (_set("held", lambda: {"a": {"b": sub()}}), through(lambda h: [h.held["a"]["b"]])),
        "set": (_set("held", lambda: {sub()}), through(held)),
        "frozenset": (_set("held", lambda: frozenset([sub()])), through(held)),
        "deque": (_set("held", lambda: collections.deque([sub(), sub()])), through(held)),
        "namedtuple": (_set("held", lambda: Named(sub(), sub())), through(held)),
        "ordered_dict": (_set("held", lambda: collections.OrderedDict(a=sub(), b=sub())), through(lambda h: h.held.values())),
        "numpy_object_array": (_set("held", lambda: np.array([sub(), sub()], dtype=object)), through(held)),
        "plain_object": (_place_plain, through(lambda h: [h.held.first])),
        "dataclass": (_set("held", lambda: Pair(sub(), sub())), through(lambda h: [h.held.first, h.held.second])),
        "tf_module": (_set("held", HoldingModule), through(lambda h: [h.held.first, h.held.second])),
        "closure": (_place_closure, lambda h, x: h.held(x)),
        "partial": (lambda h: setattr(h, "held", functools.partial(lambda layer, x: layer(x), sub())), lambda h, x: h.held(x)),
        "bound_method": (lambda h: setattr(h, "held", sub().__call__), lambda h, x: h.held(x)),
        "class_attribute": (_place_on_class, through(lambda h: [type(h).held_by_class])),
        "global": (lambda h: GLOBAL.__setitem__("held", sub()), through(lambda h: [GLOBAL["held"]])),
        "setattr_auto_name": (_place_by_name, through(lambda h: [getattr(h, name) for name in h.names])),
        "setattr_index": (
            lambda h: [setattr(h, f"held_{i}", sub()) for i in range(2)] and None,
            through(lambda h: [h.held_0, h.held_1]),
        ),
        "dict_by_auto_name": (_place_dict_by_name, through(lambda h: h.held.values())),
        "list_and_attributes": (_place_twice, through(held)),
        "sequential": (_set("held", lambda: keras.Sequential([sub(), sub()])), lambda h, x: h.held(x)),
        "append_in_loop": (_place_by_append, through(held)),
        "add_weight": (
            lambda h: setattr(h, "held", variable(lambda: h.add_weight(shape=(4,), initializer="ones", name="w"))),
            lambda h, x: x * h.held,
        ),
        "add_weight_in_list": (
            lambda h: setattr(h, "held", [variable(lambda: h.add_weight(shape=(4,), initializer="ones", name="w"))]),
            lambda h, x: x * h.held[0],
        ),
        "tf_variable": (_set("held", lambda: variable(lambda: tf.Variable(tf.ones(4)))), lambda h, x: x * h.held),
        "tf_variable_in_list": (_set("held", lambda: [variable(lambda: tf.Variable(tf.ones(4)))]), lambda h, x: x * h.held[0]),
        "keras_variable": (_set("held", lambda: variable(_keras_variable)), lambda h, x: x * h.held),
        "numpy_state": (lambda h: setattr(h, "held", np.float32(np.random.uniform(1, 100))), lambda h, x: x * h.held),
    }
    for name in (
        "_layers",
        "layers",
        "_metrics",
        "_losses",
        "_self_tracked_trackables",
        "_trainable_variables",
        "supports_masking",
        "quantize",
        "output",
        "input",
        "metrics",
        "losses",
        "weights",
        "variables",
        "dtype",
        "name",
        "trainable",
        "built",
        "updates",
        "loss",
        "optimizer",
        "inputs",
        "outputs",
        "submodules",
        "path",
        "state",
        "history",
        "stop_training",
        "compute_dtype",
        "trainable_weights",
        "input_spec",
        "call",
        "build",
        "train_function",
    ):
        found[f"attribute_named_{name}"] = (_set(name, sub), through(lambda h, name=name: [getattr(h, name)]))
        found[f"list_named_{name}"] = (_set(name, lambda: [sub(), sub()]), through(lambda h, name=name: getattr(h, name)))
    return found


def _keras_variable() -> object:
    if not hasattr(keras, "Variable"):
        raise Skip
    return keras.Variable(np.ones(4, "float32"))


def _place_plain(holder: object) -> None:
    holder.held = Plain()
    holder.held.first = sub()


def _place_closure(holder: object) -> None:
    layer = sub()
    holder.held = lambda x: layer(x)


def _place_on_class(holder: object) -> None:
    type(holder).held_by_class = sub()


def _place_by_name(holder: object) -> None:
    layers = [sub(), sub()]
    holder.names = [layer.name for layer in layers]
    for layer in layers:
        setattr(holder, layer.name, layer)


def _place_dict_by_name(holder: object) -> None:
    holder.held = {layer.name: layer for layer in (sub(), sub())}


def _place_twice(holder: object) -> None:
    holder.held = [sub(), sub()]
    holder.first, holder.second = holder.held


def _place_by_append(holder: object) -> None:
    holder.held = []
    for _ in range(2):
        holder.held.append(sub())


def holder_class(base: type, place: Place, apply: Apply, before_super: bool = False) -> type:
    """A registered class that places in its constructor and applies in `call`."""
    unconverted = tf.autograph.experimental.do_not_convert(apply)  # Keras 2 would rewrite the patterns' lambdas

    class Holder(base):
        def __init__(self, **kwargs):
            if before_super:
                place(self)
            super().__init__(**kwargs)
            if not before_super:
                place(self)

        def call(self, x):
            return unconverted(self, x)

    return register(Holder)


def cases() -> dict[str, Case]:
    """Every case of this table."""
    found: dict[str, Case] = {}
    table = {name: (place, apply, False) for name, (place, apply) in patterns().items()}
    for name in ("attribute", "list", "dict", "tf_variable"):
        place, apply, _ = table[name]
        table[f"{name}_before_super_init"] = (place, apply, True)
    for name, (place, apply, before) in table.items():
        for base in ("layer", "model"):
            for route in (".keras",) if "_named_" in name else (".keras", ".weights.h5"):
                found[f"{name} {base} {route}"] = functools.partial(_measure, place, apply, before, base, route)
    return found


def _model_with(cls: type, base: str) -> keras.Model:
    if base == "model":
        model = cls()
        step("call")
        model(floats(2, 4))
        return model
    inputs = keras.Input((4,))
    layer = cls()
    step("call")
    return keras.Model(inputs, layer(inputs))


def _measure(place: Place, apply: Apply, before: bool, base: str, route: str) -> str:
    CREATED.clear()
    cls = holder_class(keras.Model if base == "model" else keras.layers.Layer, place, apply, before)
    step("construct")
    model = _model_with(cls, base)
    variables = [weight for made in CREATED for weight in getattr(made, "weights", [made])]
    step("assign")
    randomise(variables)
    inputs = floats(6, 4)
    untrained = not _is_trained(model, variables, inputs)
    step("save")
    if route == ".keras":
        model.save("saved.keras")
    else:
        model.save_weights("saved.weights.h5")
    expected = np.asarray(model(inputs))
    shift_names()
    step("load")
    if route == ".keras":
        loaded = keras.models.load_model("saved.keras")
    else:
        loaded = _model_with(cls, base)
        step("load")
        loaded.load_weights("saved.weights.h5")
    step("call loaded")
    lost = ["untrained"] * untrained + ["unsaved"] * (not same(expected, loaded(inputs)))
    return f"silent:{','.join(lost)}" if lost else "ok"


def _is_trained(model: keras.Model, variables: list, inputs: np.ndarray) -> bool:
    step("compile")
    model.compile("sgd", "mean_squared_error", run_eagerly=True)
    before = [np.array(variable) for variable in variables]
    step("train")
    try:
        model.train_on_batch(inputs, inputs * 0)
    except ValueError as error:
        if "No gradients" in str(error) or "no trainable" in str(error).lower():
            return False
        raise
    return bool(variables) and all(not np.array_equal(old, np.array(new)) for old, new in zip(before, variables, strict=False))
