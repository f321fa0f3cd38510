"""Where a bad path is reported, and what counts as a model there."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerlint.project import Project
from kerlint.rules.ker301_save_path_suffix import save_path_suffix
from kerlint.sources.source import read_source
from kerlint.version import KERAS_3, KerasVersion

BUILD = """\
import keras

def build():
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])

"""


class _Target:
    version: KerasVersion = KERAS_3


def reported(folder: Path, program: str) -> list[tuple[int, int]]:
    """Line (counted behind the prologue) and column of what KER301 reports."""
    file = folder / "program.py"
    file.write_text(BUILD + program)
    project = Project(lambda path: _Target())
    module = project.module(read_source(str(file)))
    first = BUILD.count("\n")
    return sorted((report.span.line - first, report.span.column) for report in save_path_suffix(module, project))


def test_a_helper_that_makes_the_path_is_reported_at_the_path(tmp_path: Path) -> None:
    program = 'def keep(model):\n    model.save("model")\n\nkeep(build())\nkeep(build())\n'
    assert reported(tmp_path, program) == [(2, 16)]


def test_a_helper_that_is_given_the_path_is_reported_where_it_is_called(tmp_path: Path) -> None:
    program = 'def keep(model, path):\n    model.save(path)\n\nkeep(build(), "model")\nkeep(build(), "model.keras")\n'
    assert reported(tmp_path, program) == [(4, 1)]


def test_a_path_handed_through_two_helpers_is_reported_once_where_it_is_known(tmp_path: Path) -> None:
    program = (
        "def keep(model, path):\n    model.save(path)\n\n"
        "def finish(path):\n    keep(build(), path)\n\n"
        'def main():\n    finish("model")\n\nmain()\n'
    )
    assert reported(tmp_path, program) == [(8, 5)]


def test_a_nested_helper_that_is_always_wrong_is_reported_once(tmp_path: Path) -> None:
    program = (
        "def main():\n    def keep(model, name):\n        model.save(name + '_final')\n"
        '    keep(build(), "a")\n    keep(build(), "b")\n'
    )
    assert reported(tmp_path, program) == [(3, 20)]


@pytest.mark.parametrize(
    "receiver",
    ["model: keras.Model", "model: 'keras.Model'", "model: keras.Model | None", "model: keras.Sequential"],
)
def test_a_parameter_that_is_annotated_as_a_model_counts(tmp_path: Path, receiver: str) -> None:
    assert reported(tmp_path, f'def keep({receiver}):\n    model.save("model")\n') == [(2, 16)]


def test_a_value_that_is_compiled_with_a_loss_counts(tmp_path: Path) -> None:
    program = 'def keep(model):\n    model.compile(optimizer="adam", loss="mse")\n    model.save("model")\n'
    assert reported(tmp_path, program) == [(3, 16)]


def test_a_value_that_is_asked_for_its_trainable_variables_counts(tmp_path: Path) -> None:
    program = (
        "def keep(model, tape, loss):\n    tape.gradient(loss, model.trainable_variables)\n"
        '    model.save("model")\n'
    )
    assert reported(tmp_path, program) == [(3, 16)]


def test_the_model_of_a_callback_counts(tmp_path: Path) -> None:
    program = (
        "class Keep(keras.callbacks.Callback):\n    def on_epoch_end(self, epoch, logs=None):\n"
        '        self.model.save(f"epoch_{epoch:02d}")\n'
    )
    assert reported(tmp_path, program) == [(3, 25)]


@pytest.mark.parametrize(
    "line",
    ['model.save("model")', 'model.fit(1)\n    model.save("model")', 'print(model)\n    model.save("model")'],
)
def test_a_value_of_which_nothing_is_known_is_silent(tmp_path: Path, line: str) -> None:
    assert reported(tmp_path, f"def keep(model):\n    {line}\n") == []


def test_a_branch_for_another_version_is_silent(tmp_path: Path) -> None:
    program = (
        'model = build()\nif keras.__version__ >= "3":\n    model.save("model.keras")\nelse:\n    model.save("model")\n'
    )
    assert reported(tmp_path, program) == []
