"""A program's own way to disk and back: what is asked of the worker, and what it sees."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import Ask

FIXTURES = Path(__file__).parents[2] / "fixtures"
needs_keras = [pytest.mark.keras, pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="needs Keras")]

SCALE = """
import keras

class Scale(keras.layers.Layer):
    def call(self, inputs):
        return inputs * 2

def make():
    inputs = keras.Input((4,))
    return keras.Model(inputs, keras.layers.Dense(1)(Scale()(inputs)))

def train(rows):
    model = make()
    model.compile("adam", "mean_squared_error")
    model.fit(rows, rows)
    model.save("scaled.keras")
"""


def test_the_body_that_saves_is_run_and_the_load_is_described(asked: Ask) -> None:
    text = SCALE + '\ndef restore():\n    return keras.models.load_model("scaled.keras", compile=False)\n'
    request = asked(text, "KER205")
    assert request.subject.kind == "body" and "model.save" in request.subject.text  # type: ignore[union-attr]
    assert request.facts["load"] == [["compile", "False"]]
    assert request.facts["suffix"] == ".keras"


def test_the_loading_side_holds_what_its_file_defines_and_imports(asked: Ask) -> None:
    text = SCALE + '\ndef restore():\n    return keras.models.load_model("scaled.keras")\n'
    definitions: Any = asked(text, "KER205").facts["definitions"]
    (module,) = definitions["modules"]
    assert "class Scale" in module["text"] and "import keras" in module["text"]


def test_a_lambda_is_looked_for_on_its_own_line(asked: Ask) -> None:
    text = (
        "import keras\n\n\ndef main():\n"
        "    model = keras.Sequential([\n        keras.Input((4,)),\n        keras.layers.Lambda(lambda x: x / 2),\n    ])\n"
        '    model.save("m.keras")\n'
    )
    request = asked(text, "KER209")
    place: Any = request.facts["said_at"]
    assert place[1:] == [7, 7]
    assert request.facts["load"] is None


def test_a_program_that_is_run_by_itself_is_a_script(asked: Ask) -> None:
    text = SCALE + '\nkeras.models.load_model("scaled.keras")\n'
    assert asked(text, "KER205").facts["is_script"] is False
    text += '\nif __name__ == "__main__":\n    train(None)\n'
    assert asked(text, "KER205").facts["is_script"] is True


def verdicts(code: str, *paths: Path) -> list[tuple[str, str]]:
    """Kind and summary for each finding of a rule."""
    command = [sys.executable, "-m", "kerlint", "--confirm", "--isolated", "--select", code, "--output-format", "json", "-q"]
    done = subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode in (0, 1), done.stderr
    return [(finding["verdict"]["kind"], finding["verdict"]["summary"]) for finding in json.loads(done.stdout)]


@pytest.mark.keras
class TestWithKeras:
    """Run where Keras 3 is installed."""

    pytestmark = needs_keras

    def test_a_class_that_the_load_is_not_told_of_makes_it_raise(self) -> None:
        ((kind, summary),) = verdicts("KER205", FIXTURES / "KER205/bad_layer_not_named_at_load.py")
        assert kind == "confirmed" and "Scale" in summary

    def test_keras_puts_its_own_function_in_the_place(self) -> None:
        ((kind, summary),) = verdicts("KER205", FIXTURES / "KER205/bad_function_named_like_one_of_keras.py")
        assert kind == "confirmed" and "outputs differ" in summary

    def test_each_of_several_lambdas_is_refused_by_itself(self) -> None:
        found = verdicts("KER209", FIXTURES / "KER209/bad_lambda_in_a_functional_model.py")
        assert [kind for kind, _ in found] == ["confirmed"] * 4

    def test_weights_are_refused_or_not_loaded_before_the_model_is_built(self) -> None:
        found = verdicts("KER308", FIXTURES / "KER308/bad_never_called.py", FIXTURES / "KER308/bad_built_by_shape_only.py")
        assert sorted(kind for kind, _ in found) == ["confirmed"] * 2
        assert any("not yet been built" in summary for _, summary in found)
        assert any("outputs differ" in summary for _, summary in found)

    def test_hdf5_does_not_bring_back_operators_and_short_names(self) -> None:
        paths = [FIXTURES / "KER310" / name for name in ("bad_operators_in_the_graph.py", "bad_compiled_with_an_alias.py")]
        assert {kind for kind, _ in verdicts("KER310", *paths)} == {"confirmed"}

    def test_a_model_that_comes_from_elsewhere_stays_undecided(self, tmp_path: Path) -> None:
        path = tmp_path / "program.py"
        path.write_text(
            SCALE.replace("    model = make()\n", "    from nowhere_to_be_found import model\n    model = make() or model\n")
            + '\ndef restore():\n    return keras.models.load_model("scaled.keras")\n'
        )
        assert all(kind != "refuted" for kind, _ in verdicts("KER205", path))

    @pytest.mark.parametrize("path", ["KER205/bad_best_checkpoint_is_loaded.py", "KER308/bad_silent_3_5.py"])
    def test_what_is_confirmed_is_written_as_a_script_that_shows_it(self, tmp_path: Path, path: str) -> None:
        command = [sys.executable, "-m", "kerlint", "--confirm", "--isolated", "-q", "--select", path[:6]]
        subprocess.run([*command, "--write-repro", str(tmp_path), str(FIXTURES / path)], capture_output=True, check=False)
        (script,) = tmp_path.glob("*.py")
        done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, encoding="utf-8")
        assert done.returncode == 1 and "the other process says so" in done.stdout and "raises" in done.stdout
