"""Paths get their new ending where they are written, loads of the same path with them, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("folder")

HEAD = """\
import os
from pathlib import Path

import keras

FOLDER = "runs"


def keep(model: keras.Model, folder, number: int):
"""

Fixed = Callable[[str], str]


@pytest.fixture
def fixed(kerlint_run: Callable[..., Any]) -> Fixed:
    """The lines of a function after all fixes."""

    def call(lines: str) -> str:
        text = HEAD + "".join(f"    {line}\n" for line in lines.split("\n"))
        Path("a.py").write_text(text)
        kerlint_run("--no-cache", "--target-keras", "3.15", "--select", "KER30", "--fix", "--unsafe-fixes", "a.py")
        after = Path("a.py").read_text().removeprefix(HEAD)
        return "\n".join(line.removeprefix("    ") for line in after.splitlines())

    return call


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("model.save('m')", "model.save('m.keras')"),
        ("model.save(filepath='m.tf')", "model.save(filepath='m.keras')"),
        ('model.save("v1.0")', 'model.save("v1.0.keras")'),
        ('model.save("runs.d/m")', 'model.save("runs.d/m.keras")'),
        ('model.save("""m""")', 'model.save("""m.keras""")'),
        ("model.save('a' 'b')", "model.save('a' 'b.keras')"),
        ("model.save(('m'))", "model.save(('m.keras'))"),
        ('model.save(r"runs\\m")', 'model.save(r"runs\\m.keras")'),
        ('model.save(f"{folder}/m")', 'model.save(f"{folder}/m.keras")'),
        ('model.save(f"m-{number}")', 'model.save(f"m-{number}.keras")'),
        ('model.save(folder + "/m")', 'model.save(folder + "/m.keras")'),
        ('model.save("%s/m" % folder)', 'model.save("%s/m.keras" % folder)'),
        ('model.save("{}/m".format(folder))', 'model.save("{}/m.keras".format(folder))'),
        ('model.save(os.path.join(folder, "m"))', 'model.save(os.path.join(folder, "m.keras"))'),
        ('model.save(Path(folder) / "m")', 'model.save(Path(folder) / "m.keras")'),
        ('model.save(str(Path(folder, "m").resolve()))', 'model.save(str(Path(folder, "m.keras").resolve()))'),
        ('model.save_weights("m")', 'model.save_weights("m.weights.h5")'),
        ('model.save_weights("m.weights")', 'model.save_weights("m.weights.h5")'),
        ('model.save_weights("m.h5")', 'model.save_weights("m.weights.h5")'),
        (
            'keras.callbacks.ModelCheckpoint("m-{epoch:02d}", save_weights_only=True)',
            'keras.callbacks.ModelCheckpoint("m-{epoch:02d}.weights.h5", save_weights_only=True)',
        ),
        ('model.save("m", save_format="tf")', 'model.save("m.keras")'),
    ],
)
def test_the_ending_is_put_where_the_path_ends(before: str, after: str, fixed: Fixed) -> None:
    assert fixed(before) == after


@pytest.mark.parametrize(
    "lines",
    [
        'model.save("models/")',
        'model.save(FOLDER + "/" + FOLDER)',
        'model.save(Path("a").with_suffix(""))',
        'path = "m"\nmodel.save(path)\nos.makedirs(path)',
        'path = "m"\nif number:\n    path = "n"\nmodel.save(path)',
        'for path in ("a", "b"):\n    model.save(path)',
        'model.save("m.tf")\nmodel.save("m.keras")',
        'model.save(f"{folder}/m")\nagain = keras.models.load_model(f"{number}/m")',
        'model.save("m.tf")\nmodel.save("m")',
        'model.save(f"{folder}/m")\nmodel.save(f"{folder}/m.keras")',
    ],
)
def test_a_path_is_left_alone_that_is_not_written_out_or_used_for_more_or_whose_new_name_is_taken(
    lines: str, fixed: Fixed
) -> None:
    assert fixed(lines) == lines


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'model.save("m")\nagain = keras.models.load_model("m")',
            'model.save("m.keras")\nagain = keras.models.load_model("m.keras")',
        ),
        (
            'path = "m"\nmodel.save(path)\nagain = keras.models.load_model(path)',
            'path = "m.keras"\nmodel.save(path)\nagain = keras.models.load_model(path)',
        ),
        (
            'model.save(os.path.join(folder, "m"))\nagain = keras.models.load_model(f"{folder}/m")',
            'model.save(os.path.join(folder, "m.keras"))\nagain = keras.models.load_model(f"{folder}/m.keras")',
        ),
        (
            'model.save(f"{folder}/m")\nagain = keras.models.load_model(f"{number}/n")',
            'model.save(f"{folder}/m.keras")\nagain = keras.models.load_model(f"{number}/n")',
        ),
        (
            'model.save_weights("w.h5")\nmodel.load_weights(os.path.join("w.h5"))',
            'model.save_weights("w.weights.h5")\nmodel.load_weights(os.path.join("w.weights.h5"))',
        ),
        (
            'model.save("m")\nmodel.save_weights("m.weights.h5")\nother = keras.models.load_model("n.keras")',
            'model.save("m.keras")\nmodel.save_weights("m.weights.h5")\nother = keras.models.load_model("n.keras")',
        ),
    ],
)
def test_what_is_read_again_is_read_under_its_new_name(before: str, after: str, fixed: Fixed) -> None:
    assert fixed(before) == after


def test_a_helper_that_is_called_with_the_path_is_left_alone(kerlint_run: Callable[..., Any]) -> None:
    text = "import keras\n\n\ndef keep(model: keras.Model, path):\n    model.save(path)\n\n\nkeep(keras.Model(), 'm')\n"
    Path("a.py").write_text(text)
    ran = kerlint_run("--no-cache", "--target-keras", "3.15", "--fix", "--unsafe-fixes", "a.py")
    assert (ran.code, Path("a.py").read_text()) == (1, text)
