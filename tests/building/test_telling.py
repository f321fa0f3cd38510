"""Which layers never hear that the model is in training."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from kerlint.building.telling import silenced_while_fitted
from kerlint.project import Project
from kerlint.sources.source import Source
from kerlint.version import KerasVersion


class _Target:
    version = KerasVersion(3, 15)


PROGRAM = """
import keras
from keras import layers


class Net(keras.Model):
    def __init__(self, rate=0.0, **kwargs):
        super().__init__(**kwargs)
        self.first = {layer}

    def call(self, rows):
        return {call}


net = Net({arguments})
net.fit(rows, labels)
"""


def silenced(folder: Path, layer: str, call: str = "self.first(rows)", arguments: str = "") -> str | None:
    project = Project(lambda path: _Target())
    path = folder / "program.py"
    path.write_text(dedent(PROGRAM).format(layer=layer, call=call, arguments=arguments))
    module = project.module(Source(str(path), path.read_text()))
    return silenced_while_fitted(module.classes[0], module, project)


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("layers.BatchNormalization()", "BatchNormalization"),
        ("layers.Dropout(0.5)", "Dropout"),
        ("layers.LSTM(4, dropout=0.1)", "LSTM"),
        ("keras.Sequential([layers.GaussianNoise(0.1)])", "GaussianNoise"),
        ("layers.Dropout(0.0)", None),
        ("layers.LSTM(4)", None),
        ("layers.Dense(4)", None),
        ("layers.BatchNormalization(trainable=False)", None),
    ],
)
def test_a_layer_that_differs_in_training_is_silenced(layer: str, expected: str | None, tmp_path: Path) -> None:
    assert silenced(tmp_path, layer) == expected


def test_a_literal_tells_the_layer_itself(tmp_path: Path) -> None:
    assert silenced(tmp_path, "layers.Dropout(0.5)", "self.first(rows, training=True)") is None


def test_the_rate_is_that_of_the_model_which_is_fitted(tmp_path: Path) -> None:
    assert silenced(tmp_path, "layers.Dropout(rate)") is None
    assert silenced(tmp_path, "layers.Dropout(rate)", arguments="rate=0.5") == "Dropout"


def test_a_layer_that_call_does_not_use_says_nothing(tmp_path: Path) -> None:
    assert silenced(tmp_path, "layers.Dropout(0.5)", "rows * 2") is None
