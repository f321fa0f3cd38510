"""What is called too deep to be followed is as unknown as a function of somebody else: its silence proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kerlint.execution.events import Construction, Event, FunctionCall, LayerCall
from kerlint.execution.machine import DEPTH_LIMIT
from kerlint.execution.values import UNFOLLOWED, Collection, Derived, Instance, depends_on
from kerlint.finding import Finding
from kerlint.linter import Input, lint
from kerlint.options import Options
from kerlint.project import Module
from kerlint.settings import SettingsFinder

Follow = Callable[..., Module]

FINDER = SettingsFinder((Options(root=".", select=("KER5",)),), lambda prefix: True, isolated=True)
DEEP = range(DEPTH_LIMIT + 1)


def chain(last: str) -> str:
    """Functions that each call the next, which is too deep for the last."""
    inner = "".join(f"def f{n}(*args):\n    return f{n + 1}(*args)\n\n" for n in DEEP)
    return inner + f"def f{len(DEEP)}(*args):\n    {last}\n\n"


def unknown_calls(events: Sequence[Event]) -> list[FunctionCall]:
    return [event for event in events if isinstance(event, FunctionCall) and not event.name]


def test_what_is_given_to_an_unfollowed_function_is_seen_to_be_given(follow: Follow) -> None:
    module = follow(
        "import keras\n\n" + chain("return args[0]") + "layer = keras.layers.Dense(3)\nheld = [1]\n"
        "one = f0(layer, held)\nother = f0(layer, held)\nkeras.Model(one, other)\n"
    )
    first, second = unknown_calls(module.body_trace.events)
    layer, held = first.arguments.positional
    assert isinstance(layer, Instance) and layer.class_name == "keras.layers.Dense"
    assert isinstance(held, Collection) and held.is_open, "who is given a list may put more into it"
    model = list(module.body_trace.of(Construction))[-1].instance
    one, other = model.arguments.positional
    assert isinstance(one, Derived) and one.operator == UNFOLLOWED
    assert depends_on(one, layer.number), "what comes out may have been made of all that went in"
    assert one.number == first.result.number != second.result.number == other.number, "and be another thing each time"


def test_a_layer_whose_inside_is_too_deep_is_called_and_may_have_been_given_anything_to_hold(follow: Follow) -> None:
    classes = "".join(
        f"""
class Layer{n}(keras.layers.Layer):
    def __init__(self, held):
        super().__init__()
        self.inner = Layer{n + 1}(held)

    def call(self, x):
        return self.inner(x)
"""
        for n in DEEP
    )
    module = follow(
        "import keras\n"
        + classes
        + f"\nclass Layer{len(DEEP)}(Layer0):\n    def __init__(self, held):\n        self.held = held\n\n"
        "x = keras.Input((3,))\nLayer0(keras.layers.Dense(3))(x)\n"
    )
    events = module.body_trace.events
    deepest = [event.instance for event in events if isinstance(event, Construction)][-1]
    assert not deepest.attributes, "its constructor was not followed"
    (handed,) = unknown_calls(events)
    assert [value.number for value in handed.arguments.positional[:1]] == [deepest.number]
    assert any(isinstance(value, Instance) and value.class_name == "keras.layers.Dense" for value in handed.arguments.values())
    call = next(event for event in events if isinstance(event, LayerCall) and event.instance is deepest)
    assert depends_on(call.result, call.arguments.positional[0].number), "what a layer gives is made of what it is given"


def linted(path: Path, text: str) -> list[Finding]:
    path.write_text(text)
    return list(lint([Input(str(path))], FINDER).findings)


MODEL = """
import keras

class Model(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(3)

    def build(self, input_shape):
        {0}
        self.built = True

    def call(self, x):
        return self.dense(x)
"""


@pytest.mark.parametrize(("body", "codes"), [("pass", ["KER503"]), ("f0(self)", []), ("f0(self.dense, input_shape)", [])])
def test_what_may_have_been_built_too_deep_to_see_is_not_reported(tmp_path: Path, body: str, codes: list[str]) -> None:
    program = chain("args[0].build(args[1])") + MODEL.format(body) + "\nModel().save('model.keras')\n"
    assert [finding.code for finding in linted(tmp_path / "program.py", program)] == codes


def test_a_method_too_deep_to_see_may_have_built_what_it_is_called_on(tmp_path: Path) -> None:
    methods = "".join(f"    def f{n}(self, shape):\n        self.f{n + 1}(shape)\n\n" for n in DEEP)
    methods += f"    def f{len(DEEP)}(self, shape):\n        self.dense.build(shape)\n"
    program = MODEL.format("self.f0(input_shape)") + "\n" + methods + "\nModel().save('model.keras')\n"
    assert linted(tmp_path / "program.py", program) == []


@pytest.mark.parametrize(("body", "codes"), [("pass", ["KER503"]), ("f0(self.dense, shape)", [])])
def test_what_says_the_shape_of_a_node_may_run_what_it_hands_over(tmp_path: Path, body: str, codes: list[str]) -> None:
    layer = f"""
import keras

class Layer(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = keras.layers.Dense(3)

    def build(self, input_shape):
        self.built = True

    def compute_output_shape(self, shape):
        {body}
        return (*shape[:-1], 3)

    def call(self, x):
        return self.dense(x)

x = keras.Input((3,))
keras.Model(x, Layer()(x)).save("model.keras")
"""
    assert [finding.code for finding in linted(tmp_path / "program.py", chain("args[0].build(args[1])") + layer)] == codes
