"""Programs that put one layer several times into a Sequential, and perhaps save it: the grammar, the text, and what is lost.

The truth is what comes out of the model after it was saved and loaded, where the program saves it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from oracle.running import executed, raised

LAYERS = {
    "tanh": "keras.layers.Activation('tanh')",
    "softplus": "keras.layers.Activation('softplus')",
    "dense": "keras.layers.Dense(4)",
    "norm": "keras.layers.BatchNormalization()",
    "scale": "keras.layers.LayerNormalization()",
    "dropout": "keras.layers.Dropout(0.5)",
    "identity": "keras.layers.Identity()",
}
_NEW = "keras.layers.Dense(4, activation='relu')"
SHAPES = {
    "once": ("model = keras.Sequential([keras.Input((4,)), {new}, layer])",),
    "twice": ("model = keras.Sequential([keras.Input((4,)), layer, {new}, layer])",),
    "side by side": ("model = keras.Sequential([keras.Input((4,)), {new}, layer, layer])",),
    "each its own": ("model = keras.Sequential([keras.Input((4,)), {made}, {new}, {made}])",),
    "times": ("model = keras.Sequential([keras.Input((4,))] + [layer] * 2)",),
    "starred": ("both = [{new}, layer]", "model = keras.Sequential([keras.Input((4,)), *both, layer])"),
    "list in a name": ("held = [keras.Input((4,)), layer, {new}, layer]", "model = keras.Sequential(held)"),
    "appended": ("held = [keras.Input((4,)), layer]", "held.append(layer)", "model = keras.Sequential(held)"),
    "added": ("model = keras.Sequential([keras.Input((4,))])", "model.add(layer)", "model.add({new})", "model.add(layer)"),
    "added in a loop": ("model = keras.Sequential([keras.Input((4,))])", "for _ in range(2):", "    model.add(layer)"),
    "added anew in a loop": ("model = keras.Sequential([keras.Input((4,))])", "for _ in range(2):", "    model.add({made})"),
    "one of two": (
        "model = keras.Sequential([keras.Input((4,))])",
        "if wide:", "    model.add(layer)", "else:", "    model.add({new})", "    model.add(layer)",
    ),
    "comprehension": ("model = keras.Sequential([keras.Input((4,)), *[{made} for _ in range(2)]])",),
    "comprehension of one": ("model = keras.Sequential([keras.Input((4,)), *[layer for _ in range(2)]])",),
    "two models": (
        "other = keras.Sequential([keras.Input((4,)), layer])",
        "model = keras.Sequential([keras.Input((4,)), {new}, layer])",
    ),
}  # fmt: skip
SAVES = {
    "not saved": (),
    "saved": ("model.save('model.keras')",),
    "saved by function": ("keras.saving.save_model(model, 'model.keras')",),
    "saved in another": (
        "inputs = keras.Input((4,))", "whole = keras.Model(inputs, model(inputs))", "whole.save('model.keras')",
    ),
    "only weights": ("model.save_weights('model.weights.h5')",),
    "compiled only": ("model.compile('sgd', 'mean_squared_error')",),
}  # fmt: skip


@dataclass(frozen=True)
class Program:
    """What stands how in a Sequential, and what becomes of it."""

    layer: str
    shape: str
    save: str
    is_in_function: bool


def programs() -> st.SearchStrategy[Program]:
    """Every such program."""
    return st.builds(
        Program, st.sampled_from(sorted(LAYERS)), st.sampled_from(sorted(SHAPES)), st.sampled_from(sorted(SAVES)), st.booleans()
    )


def text_of(program: Program) -> str:
    """The program; it leaves its model under the name `model`."""
    made = LAYERS[program.layer]
    lines = [f"layer = {made}", *(line.format(new=_NEW, made=made) for line in SHAPES[program.shape]), *SAVES[program.save]]
    if program.is_in_function:
        lines = ["def main(wide=True):", *("    " + line for line in lines), "    return model", "model = main()"]
    else:
        lines = ["wide = True", *lines]
    return "\n".join(["import keras", *lines]) + "\n"


def is_lost(text: str) -> bool:
    """Whether a saved model computes something else when it is loaded, or does not load."""
    import keras

    values = np.random.default_rng(5).normal(size=(3, 4)).astype("float32")

    def run() -> bool:
        with executed(text) as module:
            if not os.path.exists("model.keras"):
                return False
            model: Any = module.__dict__["model"]
            loaded = keras.saving.load_model("model.keras")
            return not np.allclose(np.array(model(values)), np.array(loaded(values)), atol=1e-6)

    lost, error = raised(run)
    return error is not None or bool(lost)
