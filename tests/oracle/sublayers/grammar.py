"""The programs of the sublayer oracle: a layer or model, where it keeps its sublayers, and when it makes and builds them.

`text_of` writes a program as an author would. Knows nothing of what Keras or kerlint make of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

MADE = {
    "dense": "keras.layers.Dense(4)",
    "named": 'keras.layers.Dense(4, name="{name}")',
    "part": "Part()",
    "sequential": "keras.Sequential([keras.layers.Dense(4)])",
    "stateless": "keras.layers.ReLU()",
    "norm": 'keras.layers.LayerNormalization(gamma_initializer="random_normal")',
}
"""The layers that are made; each has its own random weights, or none at all."""

PLACES = {
    "attribute": ("self.{name} = {made}", "self.{name}"),
    "private": ("self._{name} = {made}", "self._{name}"),
    "mangled": ("self.__{name} = {made}", "self.__{name}"),
    "list": ("self.{name} = [{made}]", "self.{name}[0]"),
    "tuple": ("self.{name} = ({made},)", "self.{name}[0]"),
    "dict": ('self.{name} = {{"only": {made}}}', 'self.{name}["only"]'),
    "appended": ("self.{name} = []\nself.{name}.append({made})", "self.{name}[0]"),
    "list_of_lists": ("self.{name} = [[{made}]]", "self.{name}[0][0]"),
    "list_of_tuples": ("self.{name} = [({made}, 1)]", "self.{name}[0][0]"),
    "list_of_dicts": ('self.{name} = [{{"only": {made}}}]', 'self.{name}[0]["only"]'),
    "dict_of_lists": ('self.{name} = {{"all": [{made}]}}', 'self.{name}["all"][0]'),
    "deque": ("self.{name} = collections.deque([{made}])", "self.{name}[0]"),
    "plain": ("self.{name} = Holder({made})", "self.{name}.layer"),
    "closure": ("{name} = {made}\nself.run_{name} = lambda x: {name}(x)", "self.run_{name}"),
    "partial": ("self.{name} = functools.partial(applied, {made})", "self.{name}"),
    "automatic": (
        "{name} = {made}\nsetattr(self, {name}.name, {name})\nself.{name}_key = {name}.name",
        "getattr(self, self.{name}_key)",
    ),
    "both": ("self.{name} = {made}\nself.kept_{name} = Holder(self.{name})", "self.kept_{name}.layer"),
    "global": ("", "GLOBAL_{upper}"),
    "class_body": ("", "self.{name}"),
}
"""How a sublayer is kept, and how `call` gets at it."""

TIMES = ("init", "init", "init", "init", "build", "call", "first_call")


@dataclass(frozen=True)
class Sublayer:
    name: str
    made: str
    place: str
    time: str
    is_built: bool
    """Whether the `build` of the class builds it, if there is one."""

    @property
    def expression(self) -> str:
        return MADE[self.made].format(name=self.name)

    @property
    def kept(self) -> list[str]:
        return PLACES[self.place][0].format(name=self.name, made=self.expression).splitlines()

    @property
    def used(self) -> str:
        return PLACES[self.place][1].format(name=self.name, upper=self.name.upper())


@dataclass(frozen=True)
class Program:
    """`build`: none, an own one, or one that calls its base's; `weight`: a weight of its own, by which means."""

    kind: str
    sublayers: tuple[Sublayer, ...]
    build: str
    weight: str
    place: str


@st.composite
def programs(draw: Any) -> Program:
    sublayers = []
    for name in ("first", "second", "third")[: draw(st.integers(1, 3))]:
        place = draw(st.sampled_from(("attribute",) * 10 + tuple(PLACES)))
        made = draw(st.sampled_from(sorted(MADE)))
        time = draw(st.sampled_from(TIMES)) if place in ("attribute", "private", "list", "dict") else "init"
        sublayers.append(Sublayer(name, made, place, time, draw(st.integers(0, 3)) > 0))
    kind = draw(st.sampled_from(("layer", "model")))
    has_build = any(sublayer.time == "build" for sublayer in sublayers)
    build = draw(st.sampled_from(("own", "base") if has_build else ("none", "none", "own", "base")))
    weight = draw(st.sampled_from(("none",) * 6 + ("add_weight", "keras_variable", "tf_variable")))
    place = draw(st.sampled_from(("functional", "sequential") + (("itself",) * 3 if kind == "model" else ())))
    return Program(kind, tuple(sublayers), build, weight, place)


_HEAD = """\
import collections
import functools

import keras
import tensorflow as tf


class Holder:
    def __init__(self, layer):
        self.layer = layer


def applied(layer, x):
    return layer(x)


@keras.saving.register_keras_serializable(package="generated")
class Part(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inside = keras.layers.Dense(4)

    def call(self, x):
        return self.inside(x)

"""

_WEIGHTS = {
    "add_weight": 'self.scale = self.add_weight(name="scale", shape=(4,), initializer="random_normal")',
    "keras_variable": "self.scale = keras.Variable(keras.random.normal((4,)))",
    "tf_variable": "self.scale = tf.Variable(tf.random.normal((4,)))",
}


def text_of(program: Program) -> str:
    """The whole program."""
    lines = [f"GLOBAL_{s.name.upper()} = {s.expression}" for s in program.sublayers if s.place == "global"]
    base = "keras.layers.Layer" if program.kind == "layer" else "keras.Model"
    lines += ["", "", '@keras.saving.register_keras_serializable(package="generated")', f"class Block({base}):"]
    lines += [f"    {s.name} = {s.expression}" for s in program.sublayers if s.place == "class_body"]
    lines += ["    def __init__(self, **kwargs):", "        super().__init__(**kwargs)"]
    lines += [f"        {line}" for s in program.sublayers if s.time == "init" for line in s.kept]
    lines += [f"        self.{s.name} = None" for s in program.sublayers if s.time == "first_call" and s.place != "private"]
    lines += [f"        self._{s.name} = None" for s in program.sublayers if s.time == "first_call" and s.place == "private"]
    if program.weight != "none":
        lines.append(f"        {_WEIGHTS[program.weight]}")
    lines += [*_build(program), *_call(program), "", *_make(program)]
    return _HEAD + "\n".join(lines) + "\n"


def _build(program: Program) -> list[str]:
    if program.build == "none":
        return []
    lines = ["", "    def build(self, input_shape):"]
    for sublayer in program.sublayers:
        if sublayer.time == "build":
            lines += [f"        {line}" for line in sublayer.kept]
        if sublayer.is_built and sublayer.time in ("init", "build") and sublayer.place not in ("closure", "partial"):
            lines.append(f"        {sublayer.used}.build(input_shape)")
    return [*lines, "        super().build(input_shape)" if program.build == "base" else "        self.built = True"]


def _call(program: Program) -> list[str]:
    lines = ["", "    def call(self, x):"]
    for sublayer in program.sublayers:
        if sublayer.time == "call":
            lines.append(f"        x = {sublayer.expression}(x)")
            continue
        if sublayer.time == "first_call":
            attribute = "self._" + sublayer.name if sublayer.place == "private" else "self." + sublayer.name
            lines += [f"        if {attribute} is None:", *(f"            {line}" for line in sublayer.kept)]
        lines.append(f"        x = {sublayer.used}(x)")
    return [*lines, "        return x * self.scale" if program.weight != "none" else "        return x"]


def _make(program: Program) -> list[str]:
    made = {
        "functional": ["x = keras.Input((4,))", "return keras.Model(x, Block()(x))"],
        "sequential": ["return keras.Sequential([keras.Input((4,)), Block()])"],
        "itself": ["model = Block()", "model(keras.ops.ones((2, 4)))", "return model"],
    }[program.place]
    return ["", "def make():", *(f"    {line}" for line in made)]
