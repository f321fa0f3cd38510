"""What the rules on reused layers say beyond what a fixture can show: how grave it is, how often, and what belongs to it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerlint.cli import main

Lint = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def lint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lint:
    def call(code: str, rule: str, target: str = "3") -> list[dict[str, Any]]:
        path = tmp_path / "program.py"
        path.write_text(textwrap.dedent(code), encoding="utf-8")
        main(
            ["--isolated", "--no-cache", "--output-format", "json", "--target-keras", target, "--select", rule, str(path)]
        )
        found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
        return found

    return call


SUBCLASSED = """
from keras import Model, layers

class Net(Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.a = layers.Dense({a})
        self.b = layers.Dense({b})
        self.norm = layers.BatchNormalization({norm})

    def call(self, x, training=False):
        x = self.norm(self.a(x), training={first})
        x = self.norm(self.b(x), training={second})
        return self.norm(x + 1, training=training)
"""


def subclassed(a: int = 8, b: int = 8, norm: str = "", first: str = "training", second: str = "training") -> str:
    return SUBCLASSED.format(a=a, b=b, norm=norm, first=first, second=second)


def test_three_calls_of_one_layer_are_one_finding(lint: Lint) -> None:
    assert [f["location"]["row"] for f in lint(subclassed(), "KER101")] == [13]


def test_equal_widths_mix_silently_and_are_a_warning(lint: Lint) -> None:
    assert [f["severity"] for f in lint(subclassed(), "KER101")] == ["warning"]


def test_other_widths_raise_and_are_an_error(lint: Lint) -> None:
    (found,) = lint(subclassed(a=6, b=16), "KER101")
    assert found["severity"] == "error"
    assert "6 channels, then 16: the second call raises" in found["message"]


def test_other_widths_raise_even_where_the_layer_is_frozen(lint: Lint) -> None:
    assert [f["severity"] for f in lint(subclassed(a=6, b=16, norm="trainable=False"), "KER101")] == ["error"]


def test_a_frozen_layer_may_be_called_often(lint: Lint) -> None:
    assert not lint(subclassed(norm="trainable=False"), "KER101")


def test_two_calls_in_inference_and_one_in_training_are_no_mixture(lint: Lint) -> None:
    assert not lint(subclassed(first="False", second="False"), "KER101")


def test_an_axis_that_is_not_the_last_is_not_counted_as_channels(lint: Lint) -> None:
    assert [f["severity"] for f in lint(subclassed(a=6, b=16, norm="axis=1"), "KER101")] == ["warning"]


SIAMESE = """
import keras
from keras import layers

def build():
    tower = keras.Sequential([layers.Dense(16), layers.BatchNormalization()])
    left, right = keras.Input((8,)), keras.Input((8,))
    return keras.Model([left, right], [tower(left), tower({right})])
"""


def test_a_tower_on_two_inputs_is_an_info(lint: Lint) -> None:
    assert [f["severity"] for f in lint(SIAMESE.format(right="right"), "KER101")] == ["info"]


def test_a_tower_on_its_own_output_is_a_warning(lint: Lint) -> None:
    assert [f["severity"] for f in lint(SIAMESE.format(right="tower(right)"), "KER101")] == ["warning"]


STATEFUL = """
import keras

class Stream(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.lstm = keras.layers.LSTM(4, return_sequences=True, stateful=True)

    def call(self, x):
        y = self.lstm(x)
        {between}
        return self.lstm(y{more})
"""


@pytest.mark.parametrize(
    ("between", "more", "expected"),
    [("pass", "", 1), ("self.lstm.reset_states()", "", 0), ("pass", ", initial_state=[x[:, 0], x[:, 0]]", 0)],
)
def test_a_state_is_carried_over_unless_it_is_set_anew(lint: Lint, between: str, more: str, expected: int) -> None:
    assert len(lint(STATEFUL.format(between=between, more=more), "KER101")) == expected


SEQUENTIAL = """
import keras
from keras import layers

def main():
    act = layers.ReLU()
    model = keras.Sequential([{input}layers.Dense(4), act, layers.Dense(4), act])
    model.{use}
"""


@pytest.mark.parametrize(
    ("target", "start", "use", "severity", "fragment"),
    [
        ("3", "layers.Input((4,)), ", "save('m.keras')", "warning", "when it is loaded"),
        ("3", "layers.Input((4,)), ", "save('m.h5')", "error", "saving to HDF5 raises"),
        ("2.15", "layers.Input((4,)), ", "save('m.h5')", "warning", "when it is loaded"),
        ("2.15", "", "summary()", "warning", "Keras 2 leaves out"),
        ("3", "", "summary()", "info", "a saved model loses"),
        ("3", "", "fit([], callbacks=[keras.callbacks.ModelCheckpoint('m.keras')])", "warning", "when it is loaded"),
    ],
)
def test_a_repeated_layer_is_judged_by_what_becomes_of_the_model(
    lint: Lint, target: str, start: str, use: str, severity: str, fragment: str
) -> None:
    (found,) = lint(SEQUENTIAL.format(input=start, use=use), "KER104", target)
    assert found["severity"] == severity
    assert fragment in found["message"]


CHAIN = """
import keras

inputs = keras.Input((4,))
act = keras.layers.ReLU()
x = act(keras.layers.Dense(4)(inputs))
model = keras.Model(inputs, act(keras.layers.Dense(4)(x)))
model.save("m.keras")
"""


@pytest.mark.parametrize(("target", "count"), [("2.15", 0), ("3.0", 1), ("3.6", 1), ("3.7", 0), ("3", 0)])
def test_two_depths_matter_from_3_0_to_3_6(lint: Lint, target: str, count: int) -> None:
    assert len(lint(CHAIN, "KER105", target)) == count


MERGED = """
import keras
from keras import layers

def build():
    a, b = keras.Input((8, 6)), keras.Input((8, 10))
    shared = layers.Dense(3)
    return keras.Model([a, b], [shared({first}), shared({second})])
"""


@pytest.mark.parametrize(
    ("first", "second", "sizes"),
    [
        ("a", "b", "6 channels, then 10"),
        ("layers.Concatenate()([a, b])", "b", "16 channels, then 10"),
        ("a", "layers.TimeDistributed(layers.Dense(7))(b)", "6 channels, then 7"),
        ("layers.Dropout(0.1)(a)", "layers.ReLU()(layers.LayerNormalization()(b))", "6 channels, then 10"),
        ("a", "layers.Permute((2, 1))(b)", None),
        ("a", "layers.Lambda(lambda t: t[..., :6])(b)", None),
        ("a", "layers.Concatenate(axis=1)([b, b])", None),
        ("a", "layers.Conv1D(5, 1, data_format='channels_first')(b)", None),
        ("a", "layers.DepthwiseConv1D(1, depth_multiplier=2)(b)", None),
        ("a", "b[..., :6]", None),
    ],
)
def test_channels_are_followed_only_through_what_is_known(lint: Lint, first: str, second: str, sizes: str | None) -> None:
    said = [f["message"] for f in lint(MERGED.format(first=first, second=second), "KER102")]
    assert (len(said) == 1 and sizes in said[0]) if sizes is not None else not said
