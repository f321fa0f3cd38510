"""Which parameters no stored key brings back: what files, private attributes and Keras 2 itself bring back is not among them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kerlint.project import Project
from kerlint.serialization.contract import contracts
from kerlint.serialization.missing import missing_parameters
from kerlint.sources.source import read_source
from kerlint.version import KERAS_2, KERAS_3, KerasVersion


@dataclass
class Target:
    version: KerasVersion


def missing_in(path: Path, body: str, base: str = "keras.layers.Layer", version: KerasVersion = KERAS_3) -> list[str]:
    lines = "".join(f"    {line}\n" for line in body.strip().split("\n"))
    path.write_text(f"import keras\n\nclass Own({base}):\n{lines}")
    module = Project(lambda _: Target(version)).module(read_source(str(path)))
    return [parameter.name for parameter in missing_parameters(next(contracts(module.classes, module.knowledge)))]


KEEPS = """
def __init__(self, size=1, extra=2, **kwargs):
    super().__init__(**kwargs)
    self.size = size
    self.{attribute} = extra
{method}
def get_config(self):
    return {{**super().get_config(), "size": self.size}}
"""


def keeping(attribute: str, method: str = "") -> str:
    return KEEPS.format(attribute=attribute, method=method)


def test_a_private_attribute_that_nobody_reads_loses_nothing(tmp_path: Path) -> None:
    assert missing_in(tmp_path / "m.py", keeping("_extra")) == []
    assert missing_in(tmp_path / "m.py", keeping("extra")) == ["extra"]


def test_a_private_attribute_that_keras_reads_too_is_lost(tmp_path: Path) -> None:
    assert missing_in(tmp_path / "m.py", keeping("_dtype")) == ["extra"]


def test_a_private_attribute_read_in_call_is_lost(tmp_path: Path) -> None:
    assert missing_in(tmp_path / "m.py", keeping("_extra", "def call(self, x):\n    return x * self._extra")) == ["extra"]


def test_a_private_attribute_that_only_sets_what_is_stored_loses_nothing(tmp_path: Path) -> None:
    build = "def build(self, shape):\n    if self._extra:\n        self.size = 0"
    assert missing_in(tmp_path / "m.py", keeping("_extra", build)) == []
    assert missing_in(tmp_path / "m.py", keeping("_extra", build + "\n    else:\n        self.other = 1")) == ["extra"]


def test_what_load_assets_sets_is_not_missing(tmp_path: Path) -> None:
    load = "def load_assets(self, path):\n    self.fill(path)\ndef fill(self, path):\n    self.{} = open(path).read()"
    assert missing_in(tmp_path / "m.py", keeping("extra", load.format("extra"))) == []
    assert missing_in(tmp_path / "m.py", keeping("extra", load.format("other"))) == ["extra"]


FUNCTIONAL = """
def __init__(self, width: int, {parameter}, **kwargs):
    self.width = width
    inputs = keras.Input((3,))
    super().__init__(inputs=inputs, outputs=keras.layers.Dense(width, activation=activation)(inputs), **kwargs)
def get_config(self):
    return {{**super().get_config(), "width": self.width}}
"""


def test_keras_2_keeps_plain_arguments_of_a_functional_model(tmp_path: Path) -> None:
    plain = FUNCTIONAL.format(parameter="activation='relu'")
    assert missing_in(tmp_path / "m.py", plain, "keras.Model", KERAS_2) == []
    assert missing_in(tmp_path / "m.py", plain, "keras.Model") == ["activation"]


def test_keras_2_keeps_none_where_one_may_be_an_object(tmp_path: Path) -> None:
    unknown = FUNCTIONAL.format(parameter="activation=None")
    assert missing_in(tmp_path / "m.py", unknown, "keras.Model", KERAS_2) == ["activation"]
