"""The fixtures are programs that Keras takes, and the failures that began kerlint happen when they run."""

from __future__ import annotations

import importlib.util
import os
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

FIXTURES = Path(__file__).parent.parent / "fixtures"

pytestmark = [
    pytest.mark.keras,
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="needs Keras"),
]


def _is_for_keras_3(path: Path) -> bool:
    head = path.read_text(encoding="utf-8").splitlines()[:5]
    return not any(line.startswith("# target-keras: ") and not line.endswith((": 3", ": 3.15")) for line in head)


PROGRAMS = [path for path in sorted(FIXTURES.glob("KER*/*.py")) if _is_for_keras_3(path)]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a fixture writes lands in a folder of its own."""
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    monkeypatch.chdir(tmp_path)


def run(name: str) -> dict[str, Any]:
    """The names of a fixture after it was imported."""
    return runpy.run_path(str(FIXTURES / name), run_name="fixture")


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_fixture_is_a_program_that_keras_takes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    keras.backend.clear_session()
    monkeypatch.setattr(sys, "argv", [path.name])
    try:
        names = runpy.run_path(str(path), run_name="fixture")
    except ImportError as missing:
        if (missing.name or "").partition(".")[0] in ("keras", "tensorflow", "numpy"):
            raise
        pytest.skip(f"needs {missing.name}")
    assert names["__name__"] == "fixture"


def test_one_normalization_after_6_and_16_channels_raises() -> None:
    import numpy

    extractor = run("KER101/bad_shared_after_two_convolutions.py")["Extractor"]()
    with pytest.raises(ValueError, match="axis"):
        extractor(numpy.zeros((2, 28, 28, 1), "float32"))


def test_a_path_without_extension_is_refused() -> None:
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="extension"):
        model.save("./test_model")
