"""Small models that hold layers and call them in every way: the grammar, and the text of each program.

A program holds some layers, by names, in lists, in dicts, in blocks, and its forward pass is a few steps, each of which takes
the tensor `x` to the next. The same steps make a subclass of Model, a layer of its own, or a functional model.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

HEAD = """\
import keras


class Running(keras.layers.Layer):
    def build(self, shape):
        self.total = self.add_weight(shape=(shape[-1],), initializer="zeros", trainable=False)

    def call(self, tensor):
        self.total.assign(self.total + keras.ops.mean(tensor * tensor, axis=(0, 1)))
        return tensor - self.total


class Block(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.dense = keras.layers.Dense(units)
        self.norm = keras.layers.BatchNormalization()

    def call(self, tensor, training=False):
        return self.norm(self.dense(tensor), training=training)


class Given(keras.layers.Layer):
    def __init__(self, norm, **kwargs):
        super().__init__(**kwargs)
        self.dense = keras.layers.Dense(4)
        self.norm = norm

    def call(self, tensor):
        return self.norm(self.dense(tensor))


def apply_to(layer, tensor):
    return layer(tensor)


def apply_twice(layer, tensor):
    return layer(layer(tensor))
"""
ENTRY = "self.entry = keras.layers.Dense(4)"
STYLES = ("model", "layer", "function", "function")


@dataclass(frozen=True)
class Holding:
    """How a layer comes to be held, and by what expressions it is called; `s` is `self.` in a class."""

    lines: tuple[str, ...]
    callees: tuple[str, ...]
    takes_training: bool = True


_NORM = "keras.layers.BatchNormalization()"
HOLDINGS = {
    "norm": Holding((), ("{s}norm",)),
    "other norm": Holding(("{s}other_norm = keras.layers.BatchNormalization(momentum=0.9)",), ("{s}other_norm",)),
    "frozen": Holding(("{s}frozen = keras.layers.BatchNormalization(trainable=False)",), ("{s}frozen",)),
    "frozen later": Holding((f"{{s}}still = {_NORM}", "{s}still.trainable = False"), ("{s}still",)),
    "alias": Holding(("{s}alias = {s}norm",), ("{s}alias",)),
    "copied": Holding(
        (
            "config = {{**{s}norm.get_config(), 'name': 'copied'}}",
            "{s}copied = keras.layers.BatchNormalization.from_config(config)",
        ),
        ("{s}copied",),
    ),
    "running": Holding(("{s}running = Running()",), ("{s}running",), False),
    "spectral": Holding(("{s}spectral = keras.layers.SpectralNormalization(keras.layers.Dense(4))",), ("{s}spectral",)),
    "layer norm": Holding(("{s}scale = keras.layers.LayerNormalization()",), ("{s}scale",), False),
    "dense": Holding(("{s}dense = keras.layers.Dense(4)",), ("{s}dense",), False),
    "wide": Holding(("{s}wide = keras.layers.Dense(6)",), ("{s}wide",), False),
    "dropout": Holding(("{s}drop = keras.layers.Dropout(0.5)",), ("{s}drop",)),
    "relu": Holding(("{s}relu = keras.layers.ReLU()",), ("{s}relu",), False),
    "block": Holding(("{s}block = Block(4)",), ("{s}block",)),
    "blocks": Holding(("{s}blocks = [Block(4) for _ in range(2)]",), ("{s}blocks[0]", "{s}blocks[1]")),
    "given": Holding(("{s}left = Given({s}norm)", "{s}right = Given({s}norm)"), ("{s}left", "{s}right"), False),
    "sequence": Holding((f"{{s}}sequence = keras.Sequential([keras.layers.Dense(4), {_NORM}])",), ("{s}sequence",)),
    "sequences": Holding(
        ("{s}one = keras.Sequential([keras.layers.Dense(4), {s}norm])",
         "{s}two = keras.Sequential([keras.layers.Dense(4), {s}norm])"), ("{s}one", "{s}two"),
    ),
    "norms": Holding((), ("{s}norms[0]", "{s}norms[1]", "{s}norms[-1]")),
    "one norm many times": Holding((f"{{s}}shared = [{_NORM}] * 2",), ("{s}shared[0]", "{s}shared[1]")),
    "dict": Holding(
        (f"{{s}}table = {{{{'first': {_NORM}, 'second': {_NORM}, 'dense': keras.layers.Dense(4)}}}}",),
        ("{s}table['first']", "{s}table['second']"),
    ),
    "dict of one": Holding(
        ("{s}names = {{'encoder': {s}norm, 'decoder': {s}norm}}",), ("{s}names['encoder']", "{s}names['decoder']"),
    ),
    "stateful": Holding(("{s}memory = keras.layers.SimpleRNN(4, return_sequences=True, stateful=True)",), ("{s}memory",)),
    "timed": Holding((f"{{s}}timed = keras.layers.TimeDistributed({_NORM})",), ("{s}timed",)),
}  # fmt: skip
ALWAYS = (
    f"{{s}}norm = {_NORM}",
    f"{{s}}norms = [{_NORM} for _ in range(3)]",
    "{s}denses = [keras.layers.Dense(4) for _ in range(3)]",
)
STEPS = {
    "call": ("x = {c}(x{t})",),
    "call after another": ("x = {c}({d}(x){t})",),
    "call without training": ("x = {c}(x, training=False)",),
    "aside": ("y = {c}(x{t})", "x = keras.ops.concatenate([x, y], axis=-1)[..., 2:6]"),
    "two tensors": ("y = {d}(x)", "x = {c}(x{t})", "y = {c}(y{t})", "x = x + y"),
    "one tensor twice": ("x = {c}(x{t}) + {c}(x{t})",),
    "sum of two": ("x = {c}(x{t}) + {d}(x)",),
    "loop": ("for _ in range(2):", "    x = {c}(x{t})"),
    "loop of one turn": ("for _ in range(1):", "    x = {c}(x{t})"),
    "loop with break": ("for turn in range(3):", "    x = {c}(x{t})", "    break"),
    "loop over list": ("for layer in {s}norms:", "    x = layer(x)"),
    "loop over part of list": ("for layer in {s}norms[1:]:", "    x = layer(x)"),
    "loop over pairs": ("for norm, dense in zip({s}norms, {s}denses):", "    x = norm(dense(x))"),
    "loop with one in it": ("for dense in {s}denses:", "    x = {c}(dense(x){t})"),
    "enumerated": ("for index, dense in enumerate({s}denses):", "    x = {s}norms[index](dense(x))"),
    "by index": ("for index in range(3):", "    x = {s}norms[index](x)"),
    "first by index": ("for index in range(2):", "    x = {s}norms[0](x)"),
    "backwards": ("for layer in reversed({s}norms):", "    x = layer(x)"),
    "loop over tuple": ("for layer in ({c}, {d}):", "    x = layer(x)"),
    "comprehension": ("parts = [{c}(tensor{t}) for tensor in (x, keras.ops.tanh(x))]", "x = parts[0] + parts[1]"),
    "branch": ("if {f}:", "    x = {c}(x{t})", "else:", "    x = {d}(x)"),
    "branch with one in both": ("if {f}:", "    x = {c}(x{t})", "else:", "    x = {c}({d}(x){t})"),
    "condition": ("if {f}:", "    x = {c}(x{t})"),
    "opposite condition": ("if not {f}:", "    x = {c}(x{t})"),
    "two conditions": ("if {f}:", "    x = {c}(x{t})", "if not {f}:", "    x = {c}(x{t})"),
    "choice of results": ("x = {c}(x{t}) if {f} else {d}(x)",),
    "choice of layers": ("x = ({c} if {f} else {d})(x)",),
    "match": ("match {m}:", "    case 'first':", "        x = {c}(x{t})", "    case 'second':", "        x = {c}({d}(x){t})"),
    "mode": ("if {m} == 'first':", "    x = {c}(x{t})", "elif {m} == 'second':", "    x = {d}(x)"),
    "early return": ("if {f}:", "    return {c}(x{t})"),
    "rebound": ("layer = {c}", "x = layer(x)", "layer = {d}", "x = layer(x)"),
    "closure": ("def inside(tensor):", "    return {c}(tensor{t})", "x = inside(inside(x))"),
    "closure called once": ("def inside(tensor):", "    return {c}(tensor{t})", "x = inside(x)"),
    "lambda": ("inside = lambda tensor: {c}(tensor{t})", "x = inside(x)"),
    "helper": ("x = apply_to({c}, x)", "x = apply_to({d}, x)"),
    "helper that calls twice": ("x = apply_twice({c}, x)",),
    "made anew": ("for dense in {s}denses:", "    x = keras.ops.tanh(dense(x))"),
    "while": ("turn = 0", "while turn < 2:", "    x = {c}(x{t})", "    turn += 1"),
    "try": ("try:", "    x = {c}(x{t})", "finally:", "    done = True"),
    "name scope": ("with keras.name_scope('scope'):", "    x = {c}(x{t})"),
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step of the pass: its shape, the layers that it calls, and whether it passes `training` on."""

    shape: str
    callee: str
    other: str
    passes_training: bool


@dataclass(frozen=True)
class Program:
    """A style, what is held, and the steps."""

    style: str
    holdings: tuple[str, ...]
    steps: tuple[Step, ...]


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """A model of one to four steps over a few layers, so that reuse is as frequent as none."""
    style = draw(st.sampled_from(STYLES))
    held = tuple(dict.fromkeys(draw(st.lists(st.sampled_from(sorted(HOLDINGS)), min_size=2, max_size=4))))
    callees = [(callee, HOLDINGS[name].takes_training) for name in held for callee in HOLDINGS[name].callees]
    shapes = sorted(set(STEPS) - ({"early return"} if style == "function" else set()))
    steps = []
    for _ in range(draw(st.integers(1, 4))):
        shape = draw(st.sampled_from(shapes))
        callee, takes = draw(st.sampled_from(callees))
        if shape == "call without training" and (not takes or style == "function"):
            shape = "call"  # a functional model of Keras 3 trains every node, whatever the node was told
        steps.append(
            Step(shape, callee, draw(st.sampled_from(callees))[0], takes and style != "function" and draw(st.booleans()))
        )
    # In Keras 3 a call that says `training=False` silences all untold layers behind it, so that it comes last.
    return Program(style, held, tuple(sorted(steps, key=lambda step: step.shape == "call without training")))


def text_of(program: Program) -> str:
    """The program: the classes that it may use, then a class `Net` or a function `build`."""
    own = "" if program.style == "function" else "self."
    used = {callee for step in program.steps for callee in _called_by(step)}
    held = [HOLDINGS[name] for name in program.holdings if not used.isdisjoint(HOLDINGS[name].callees)]
    made = [*ALWAYS, *(line for holding in held for line in holding.lines)]
    making = [line.format(s=own) for line in made]
    passing = [line for step in program.steps for line in _written(step, own)]
    body = _function(making, passing) if program.style == "function" else _class(program.style, making, passing)
    return HEAD + "\n\n" + "\n".join(body) + "\n"


def _function(making: list[str], passing: list[str]) -> list[str]:
    inside = ["inputs = keras.Input(batch_shape=(4, 2, 4))", *making, "x = inputs", *passing, "return keras.Model(inputs, x)"]
    return ["def build(flag, mode):", *_indented(inside)]


def _class(style: str, making: list[str], passing: list[str]) -> list[str]:
    base = "keras.Model" if style == "model" else "keras.layers.Layer"
    made = ["super().__init__(**kwargs)", "self.flag = flag", "self.mode = mode", ENTRY, *making]
    methods = ["def __init__(self, flag, mode, **kwargs):", *_indented(made), "", "def call(self, inputs, training=False):",
               *_indented(["x = self.entry(inputs)", *passing, "return x"])]  # fmt: skip
    return [f"class Net({base}):", *_indented(methods)]


def _called_by(step: Step) -> set[str]:
    shape = "".join(STEPS[step.shape])
    return {callee for callee, place in ((step.callee, "{c}"), (step.other, "{d}")) if place in shape}


def _written(step: Step, own: str) -> list[str]:
    training = ", training=training" if step.passes_training else ""
    callee, other = step.callee.format(s=own), step.other.format(s=own)
    return [line.format(s=own, c=callee, d=other, t=training, f=f"{own}flag", m=f"{own}mode") for line in STEPS[step.shape]]


def _indented(lines: list[str]) -> list[str]:
    return ["    " + line if line else "" for line in lines]
