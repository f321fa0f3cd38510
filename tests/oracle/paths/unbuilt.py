"""Programs that load weights into a model which may have no variables yet: the grammar, the text, and what happens.

The truth is what comes out of the model afterwards: what came out of the one whose weights were saved, something else, or an
exception.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from oracle.running import executed, raised

_DENSE = "keras.layers.Dense"
_CALLED = ("    def call(self, inputs):", "        return self.last(self.first(inputs))")
_MADE = ("        super().__init__(**kwargs)", f"        self.first = {_DENSE}(4)", f"        self.last = {_DENSE}(2)")
_HEAD = ("class Net(keras.Model):", "    def __init__(self, **kwargs):")
CLASSES = {
    "plain": (*_HEAD, *_MADE, *_CALLED),
    "with layers in a list": (
        *_HEAD, "        super().__init__(**kwargs)", f"        self.parts = [{_DENSE}(4), {_DENSE}(2)]",
        "    def call(self, x):", "        for part in self.parts:", "            x = part(x)", "        return x",
    ),
    "that builds its layers": (
        *_HEAD, *_MADE, "    def build(self, input_shape):", "        self.first.build(input_shape)",
        "        self.last.build((input_shape[0], 4))", "        self.built = True", *_CALLED,
    ),
    "that builds nothing": (*_HEAD, *_MADE, "    def build(self, input_shape):", "        self.built = True", *_CALLED),
    "with a Sequential": (
        *_HEAD, "        super().__init__(**kwargs)",
        f"        self.parts = keras.Sequential([{_DENSE}(4), {_DENSE}(2)])",
        "    def call(self, x):", "        return self.parts(x)",
    ),
    "with a Sequential that knows its input": (
        *_HEAD, "        super().__init__(**kwargs)",
        f"        self.parts = keras.Sequential([keras.Input((3,)), {_DENSE}(4), {_DENSE}(2)])",
        "    def call(self, x):", "        return self.parts(x)",
    ),
    "that is called when it is made": (*_HEAD, *_MADE, "        self(keras.ops.zeros((1, 3)))", *_CALLED),
    "that is functional": (
        *_HEAD, "        inputs = keras.Input((3,))", f"        hidden = {_DENSE}(4)(inputs)",
        f"        super().__init__(inputs, {_DENSE}(2)(hidden), **kwargs)",
    ),
}  # fmt: skip
MAKERS = {
    "a subclass": "Net()",
    "a Sequential": f"keras.Sequential([{_DENSE}(4), {_DENSE}(2)])",
    "a Sequential with an input": f"keras.Sequential([keras.Input((3,)), {_DENSE}(4), {_DENSE}(2)])",
    "a Sequential that is told a shape": f"keras.Sequential([{_DENSE}(4, input_shape=(3,)), {_DENSE}(2)])",
    "a functional model": f"functional({_DENSE}(4), {_DENSE}(2))",
}
FUNCTIONAL = (
    "def functional(first, last):",
    "    inputs = keras.Input((3,))",
    "    return keras.Model(inputs, last(first(inputs)))",
)
PREPARATIONS = {
    "none": (),
    "compiled": ("model.compile('sgd', 'mean_squared_error')",),
    "called": ("model(np.ones((1, 3), 'float32'))",),
    "called and kept": ("outputs = model(keras.ops.zeros((1, 3)))",),
    "called on an input": ("outputs = model(keras.Input((3,)))",),
    "called by a helper": ("def prepare(net):", "    net(keras.ops.ones((1, 3)))", "prepare(model)"),
    "called in a loop": ("for batch in [np.ones((1, 3), 'float32')]:", "    model(batch)"),
    "predicted": ("model.predict(np.ones((1, 3), 'float32'), verbose=0)",),
    "built": ("model.build((None, 3))",),
    "built by keyword": ("model.build(input_shape=(None, 3))",),
    "built, then called": ("model.build((None, 3))", "model(np.ones((1, 3), 'float32'))"),
    "named": ("name = model.name", "print(name)"),
}


@dataclass(frozen=True)
class Program:
    """A class of models, how two of them are made, and what is done with the second before it gets the weights."""

    kind: str
    maker: str
    preparation: str
    is_made_by_function: bool
    is_in_function: bool


def programs() -> st.SearchStrategy[Program]:
    """Every such program."""
    return st.builds(
        Program, st.sampled_from(sorted(CLASSES)), st.sampled_from(("a subclass", "a subclass", "a subclass", *MAKERS)),
        st.sampled_from(sorted(PREPARATIONS)), st.booleans(), st.booleans(),
    )  # fmt: skip


def is_own_business(program: Program) -> bool:
    """KER503 speaks of a `build` that leaves layers without their weights, where it stands and not where weights are loaded."""
    return program.maker == "a subclass" and program.kind == "that builds nothing" and program.preparation.startswith("built")


def text_of(program: Program) -> tuple[str, int]:
    """The program, and the line on which weights are loaded."""
    made = MAKERS[program.maker]
    lines = ["import keras", "import numpy as np", *CLASSES[program.kind], *FUNCTIONAL, "def make():", f"    return {made}",
             "def keep():", "    source = make()", "    source(np.ones((1, 3), 'float32'))",
             "    source.save_weights('kept.weights.h5')", "    return source"]  # fmt: skip
    made_again = "make()" if program.is_made_by_function else made
    body = [f"model = {made_again}", *PREPARATIONS[program.preparation], "model.load_weights('kept.weights.h5')"]
    if program.is_in_function:
        body = ["def restore():", *("    " + line for line in [*body, "return model"])]
        return "\n".join([*lines, *body]) + "\n", len(lines) + len(body) - 1
    return "\n".join([*lines, "source = keep()", *body]) + "\n", len(lines) + len(body) + 1


def is_lost(program: Program, text: str) -> bool:
    """Whether the model does not have the weights in the end."""
    values = np.random.default_rng(5).normal(size=(2, 3)).astype("float32")

    def run() -> bool:
        with executed(text) as module:
            names: dict[str, Any] = module.__dict__
            source = names["keep"]() if program.is_in_function else names["source"]
            model = names["restore"]() if program.is_in_function else names["model"]
            return bool(np.allclose(np.array(source(values)), np.array(model(values)), atol=1e-6))

    has_them, error = raised(run)
    return error is not None or not has_them
