"""What a program tells its preprocessing layers: what is cut out of it, what is left blank, and what is seen."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kerlint.confirm.requests import BodySubject
from kerlint.confirm.worker.running.blanking import without_data

from .conftest import Ask

needs_keras = [pytest.mark.keras, pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="needs Keras")]


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("norm.adapt(rows)\n", "norm.adapt(    )\n"),
        ("norm.adapt(['placeholder'])\n", "norm.adapt(['placeholder'])\n"),
        ("m.fit(x, y, callbacks=[keep])\n", "m.fit(      callbacks=[keep])\n"),
        ("a = m.predict(é(x))\n", "a = m.predict(    )\n"),
        ("m.fit(\n    x,\n    y,\n)\nz = 1\n", "m.fit(\n      \n      \n)\nz = 1\n"),
        ("m.save(path)\n", "m.save(path)\n"),
    ],
)
def test_data_is_left_blank_and_lines_stay(text: str, blank: str) -> None:
    found = without_data(text)
    assert "".join(found.split()) == "".join(blank.split())
    assert found.count("\n") == blank.count("\n")
    compile(found, "program.py", "exec")


TRAINING = """\
import keras
import numpy as np

norm = keras.layers.Normalization()
other = keras.layers.Normalization()


def prepare(x):
    norm.adapt(x)


def train(x, y):
    model.fit(norm(x), y)
    model.save("model.keras")


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", "mean_squared_error")


def main():
    print("hello")
    x, y = np.load("x.npy"), np.load("y.npy")
    prepare(x)
    train(x, y)
"""


def test_the_body_is_the_function_under_which_all_happens(asked: Ask) -> None:
    request = asked(TRAINING, "KER401")
    assert isinstance(request.subject, BodySubject)
    assert request.subject.name == "main"
    assert "prepare(x)" in request.subject.text and "train(x, y)" in request.subject.text
    assert "hello" not in request.subject.text
    assert request.lines == (9, 9)
    instead = request.facts["instead"]
    assert isinstance(instead, dict) and instead["subject"]["name"] == "prepare"


# --- with Keras ---------------------------------------------------------------------------------------------------------

SAVED_WITH = """\
import keras


def train(x, y):
    norm = keras.layers.Normalization()
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(1)(norm(inputs)))
    model.compile("adam", "mean_squared_error")
    norm.adapt(x)
    model.fit(x, y)
    model.save("model.h5")
"""


class TestWithKeras:
    pytestmark = needs_keras

    def test_a_layer_left_out(self, tmp_path: Path) -> None:
        ((kind, summary),) = verdicts(tmp_path, TRAINING, "KER401")
        assert kind == "confirmed"
        assert summary.startswith("model.keras holds no Normalization, and the layer made again differs by ")

    def test_what_differs_is_noted_as_a_number(self, tmp_path: Path) -> None:
        (found,) = asked(tmp_path, TRAINING, "KER401")
        evidence = found["verdict"]["evidence"]
        assert evidence["gap"] > 0 < evidence["scale"]
        assert evidence["made_again"] == f"differs by {evidence['gap']:.2g}"

    def test_statistics_in_legacy_files_come_back_from_3_6_on(self, tmp_path: Path) -> None:
        ((kind, summary),) = verdicts(tmp_path, SAVED_WITH, "KER404", "--target-keras", "3.3")
        assert (kind, summary) == ("refuted", "the model loaded from model.h5 gives the same")

    def test_a_traced_function_that_is_made_anew(self, tmp_path: Path) -> None:
        text = SAVED_WITH.replace('    model.save("model.h5")\n', "    norm.adapt(y)\n    model.fit(x, y)\n")
        ((kind, summary),) = verdicts(tmp_path, text, "KER402")
        assert kind == "confirmed" and "from what it gives when it is traced anew" in summary


def verdicts(tmp_path: Path, text: str, code: str, *more: str) -> list[tuple[str, str]]:
    return [(one["verdict"]["kind"], one["verdict"]["summary"]) for one in asked(tmp_path, text, code, *more)]


def asked(tmp_path: Path, text: str, code: str, *more: str) -> list[dict[str, Any]]:
    path = tmp_path / "program.py"
    path.write_text(text)
    command = [sys.executable, "-m", "kerlint", "--confirm", "--isolated", "--output-format", "json", "-q", "--select", code]
    done = subprocess.run([*command, *more, str(path)], capture_output=True, text=True, encoding="utf-8")
    findings: list[dict[str, Any]] = json.loads(done.stdout)
    return findings
