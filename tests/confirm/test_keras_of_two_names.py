"""tf_keras is Keras 2 under another name: where it is missing, the one that is there stands in."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kerlint.confirm.worker.keras_of_two_names import stand_in_for_tf_keras


@pytest.fixture
def keras_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    finders, modules = list(sys.meta_path), dict(sys.modules)
    for name in [name for name in sys.modules if name.partition(".")[0] in ("keras", "tf_keras")]:
        del sys.modules[name]
    (tmp_path / "keras" / "layers").mkdir(parents=True)
    (tmp_path / "keras" / "layers" / "__init__.py").write_text("class Dense:\n    pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path / "keras" / "__init__.py"
    sys.meta_path[:] = finders
    sys.modules.clear()
    sys.modules.update(modules)


def test_its_classes_are_those_of_keras_2(keras_of: Path) -> None:
    keras_of.write_text("__version__ = '2.15.0'\nfrom keras import layers\n")
    if importlib.util.find_spec("tf_keras") is not None:
        pytest.skip("tf_keras is installed")
    stand_in_for_tf_keras()
    keras, other = importlib.import_module("keras"), importlib.import_module("tf_keras.layers")
    assert other.Dense is keras.layers.Dense and importlib.import_module("tf_keras") is keras
    assert keras.__spec__.name == "keras" and other.__spec__.name == "keras.layers"
    with pytest.raises(ImportError):
        importlib.import_module("tf_keras.nothing")


def test_keras_3_does_not_stand_in(keras_of: Path) -> None:
    keras_of.write_text("__version__ = '3.5.0'\n")
    before = list(sys.meta_path)
    stand_in_for_tf_keras()
    assert sys.meta_path == before
