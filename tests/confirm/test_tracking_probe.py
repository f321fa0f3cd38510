"""Variables that are made anew, that nobody holds, and layers that nobody tells of training."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures"
needs_keras = [pytest.mark.keras, pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="needs Keras")]


def verdicts(code: str, *paths: Path) -> list[tuple[str, str]]:
    """Kind and summary for each finding of a rule."""
    command = [sys.executable, "-m", "kerlint", "--confirm", "--isolated", "--select", code, "--output-format", "json", "-q"]
    done = subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode in (0, 1), done.stderr
    return [(finding["verdict"]["kind"], finding["verdict"]["summary"]) for finding in json.loads(done.stdout)]


BEFORE_3_15 = """
import keras

class Blocks(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.pairs = [(keras.layers.Dense(4), keras.layers.Dense(4))]

    def call(self, x):
        for one, other in self.pairs:
            x = other(one(x))
        return x
"""


NAMED_LOSS = """
import keras

class Scorer(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.hidden = keras.layers.Dense(8)
        self.loss = keras.layers.Dense(2)

    def call(self, x):
        return self.loss(self.hidden(x))
"""


@pytest.mark.keras
class TestWithKeras:
    """Run where Keras 3 is installed."""

    pytestmark = needs_keras

    def test_every_creation_in_a_pass_of_the_fixtures_is_seen(self) -> None:
        assert {kind for kind, _ in verdicts("KER502", *sorted((FIXTURES / "KER502").glob("bad_*")))} == {"confirmed"}

    def test_a_layer_that_is_made_in_one_line_and_built_in_another_counts(self) -> None:
        found = verdicts("KER502", FIXTURES / "KER502/bad_sequential_created_in_call.py")
        assert [kind for kind, _ in found] == ["confirmed"]
        assert all("makes 2 variables anew" in summary for _, summary in found)

    def test_what_only_a_load_refuses_is_loaded(self) -> None:
        ((kind, summary),) = verdicts("KER502", FIXTURES / "KER502/bad_added_beside_layers_on_the_first_call.py")
        assert kind == "confirmed" and "loading raises ValueError: You cannot add new elements of state" in summary

    def test_a_rate_that_is_zero_by_default_is_tried_with_a_value(self, tmp_path: Path) -> None:
        path = tmp_path / "mixer.py"
        path.write_text(
            "import keras\n\n\nclass Mixer(keras.layers.Layer):\n    def __init__(self, rate=0.0, **kwargs):\n"
            "        super().__init__(**kwargs)\n        self.rate = rate\n\n    def call(self, x):\n"
            "        return keras.layers.Dropout(self.rate)(x)\n"
        )
        ((kind, _),) = verdicts("KER502", path)
        assert kind == "confirmed"

    def test_what_keras_does_not_hold_is_lost(self) -> None:
        paths = [FIXTURES / "KER504" / f"bad_{name}.py" for name in ("layers_in_a_deque", "tensorflow_variable_in_a_layer")]
        found = verdicts("KER504", *paths)
        assert [kind for kind, _ in found] == ["confirmed"] * 3
        assert all("not among the model's weights" in summary for _, summary in found)

    def test_what_compiling_puts_in_the_place_of_a_layer_raises_in_fit(self, tmp_path: Path) -> None:
        path = tmp_path / "scorer.py"
        path.write_text(NAMED_LOSS)
        ((kind, summary),) = verdicts("KER504", path)
        assert (kind, summary) == ("confirmed", "fit raises TypeError: 'str' object is not callable")

    def test_layers_of_a_fitted_model_are_not_told_of_training(self) -> None:
        ((kind, summary),) = verdicts("KER506", FIXTURES / "KER506/bad_batchnorm_in_inference_during_fit.py")
        assert kind == "confirmed" and "moving_mean stays" in summary

    def test_what_this_keras_saves_is_refuted_where_an_older_one_is_asked_for(self, tmp_path: Path) -> None:
        import keras

        if tuple(map(int, keras.__version__.split(".")[:2])) < (3, 15):
            pytest.skip("from Keras 3.15 on")
        path = tmp_path / "blocks.py"
        path.write_text(BEFORE_3_15)
        command = [sys.executable, "-m", "kerlint", "--confirm", "--isolated", "--select", "KER504", "--target-keras", "3.14"]
        done = subprocess.run([*command, "--output-format", "json", "-q", str(path)], capture_output=True, text=True)
        assert [finding["verdict"]["kind"] for finding in json.loads(done.stdout)] == ["refuted"]
