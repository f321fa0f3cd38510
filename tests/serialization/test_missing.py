"""Which parameters no stored key brings back: what files, private attributes and Keras 2 itself bring back is not among them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

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


FILLS = """
def __init__(self, names, {parameter}, **kwargs):
    super().__init__(**kwargs)
    self.names = list(names)
    {statement}

def get_config(self):
    return {{**super().get_config(), "names": self.names}}
"""


@pytest.mark.parametrize(
    ("parameter", "statement"),
    [
        ("extra=()", "self.names.extend(extra)"),
        ("extra=False", 'if extra and "x" not in self.names: self.names.append("x")'),
        ("extra=None", "if extra is not None: self.names.append(extra)"),
        ("extra=1", "if not self.names: self.names.append(extra)"),
    ],
)
def test_what_is_put_into_what_is_stored_is_not_missing(tmp_path: Path, parameter: str, statement: str) -> None:
    assert missing_in(tmp_path / "m.py", FILLS.format(parameter=parameter, statement=statement)) == []


@pytest.mark.parametrize(
    ("parameter", "statement"),
    [
        ("extra=1", "self.names.append(extra)"),
        ("extra=True", 'if extra: self.names.append("x")'),
        ("extra=1", "self.names[0] = extra"),
        ("extra=None", "self.names.sort(key=extra)"),
    ],
)
def test_what_is_put_in_again_on_load_is_missing(tmp_path: Path, parameter: str, statement: str) -> None:
    assert missing_in(tmp_path / "m.py", FILLS.format(parameter=parameter, statement=statement)) == ["extra"]


def test_a_local_that_loses_its_first_question_loses_its_second(tmp_path: Path) -> None:
    body = """
def __init__(self, width, both=False, **kwargs):
    if both:
        shown = [width, width]
    else:
        shown = [width]
    super().__init__(**kwargs)
    self.shown = shown
    self.width = width

def get_config(self):
    return {**super().get_config(), "width": self.width}
"""
    assert missing_in(tmp_path / "m.py", body) == ["both"]
