"""Makes, runs, saves and loads the model of a program, as if in two processes, and says which of its state was lost.

The load happens in a second module made from the same text, after other layers have moved Keras's automatic names on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oracle.running import executed, raised
from oracle.sublayers.grammar import Program


@dataclass(frozen=True)
class Observed:
    """The step that raised and what it said; or what is wrong with the model, in words."""

    trouble: str = ""

    @property
    def is_well(self) -> bool:
        return not self.trouble

    def __str__(self) -> str:
        return self.trouble or "all is restored"


def observe(program: Program, text: str) -> Observed:
    """What Keras made of the program."""
    import keras
    import numpy

    x = numpy.linspace(-1.0, 2.0, 8, dtype="float32").reshape(2, 4)
    with executed(text) as module:
        model, error = raised(module.make)
        if error is not None:
            return Observed(f"making it raises {_told(error)}")
        outputs, error = raised(lambda: [_output(model, x), _output(model, x)])
        if error is not None:
            return Observed(f"calling it raises {_told(error)}")
        if not numpy.allclose(outputs[0], outputs[1], atol=1e-5):
            return Observed("two calls give different outputs")
        _, error = raised(lambda: model.save("model.keras"))
        if error is not None:
            return Observed(f"saving raises {_told(error)}")
        missing = _expected(program) - len(model.weights)
        keras.layers.Dense(1), keras.layers.LayerNormalization(), keras.Sequential()
        with open("model.keras", "rb") as file:
            written = file.read()
    with executed(text, keeps_names=True) as module:
        with open("model.keras", "wb") as file:
            file.write(written)
        loaded, error = raised(lambda: keras.saving.load_model("model.keras"))
        if error is not None:
            return Observed(f"loading raises {_told(error)}")
        output, error = raised(lambda: _output(loaded, x))
        if error is not None:
            return Observed(f"calling the loaded model raises {_told(error)}")
    if not numpy.allclose(outputs[0], output, atol=1e-5):
        return Observed("the loaded model gives other outputs")
    return Observed(f"{missing} variables are not among its weights" if missing > 0 else "")


def _expected(program: Program) -> int:
    sizes = {"stateless": 0}
    own = 1 if program.weight != "none" else 0
    return own + sum(sizes.get(sublayer.made, 2) for sublayer in program.sublayers if sublayer.time != "call")


def _output(model: Any, x: Any) -> Any:
    import keras

    return keras.ops.convert_to_numpy(model(x))


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error).rpartition('Exception encountered: ')[2].strip()[:300]}"
