"""What a stored configuration is read to hold, whatever way it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerlint.project import Project
from kerlint.semantics.classes import ClassInfo
from kerlint.serialization.contract import Contract, contracts
from kerlint.sources.source import read_source
from kerlint.version import KERAS_2, KERAS_3, KerasVersion

BASE = {"name", "trainable", "dtype"}

HEAD = """
import keras
from keras import layers

NAMES = ("a", "b")


class Own(layers.Layer):
    names = ("a", "b")

    def __init__(self, a=1, b=2, **kwargs):
        super().__init__(**kwargs)
        self.a = a
        self.b = b
        self.kept = {"a": a, "b": b}

    @property
    def both(self):
        return {"a": self.a, "b": self.b}

    def own_keys(self):
        return {"b": self.b}

"""


class Target:
    def __init__(self, version: KerasVersion) -> None:
        self.version = version


def contracts_of(path: Path, text: str, version: KerasVersion = KERAS_3) -> list[Contract]:
    path.write_text(text)
    module = Project(lambda _: Target(version)).module(read_source(str(path)))
    classes: list[ClassInfo] = list(module.classes)
    return list(contracts(classes, module.knowledge))


def contract_of(path: Path, text: str, version: KerasVersion = KERAS_3) -> Contract:
    return contracts_of(path, text, version)[-1]


def with_get_config(path: Path, *lines: str) -> Contract:
    body = "".join(f"        {line}\n" for line in lines)
    return contract_of(path, f"{HEAD}    def get_config(self):\n{body}")


@pytest.mark.parametrize(
    "lines",
    [
        ("return {**super().get_config(), 'a': self.a, 'b': self.b}",),
        ("return super().get_config() | {'a': self.a, 'b': self.b}",),
        ("return dict(super().get_config(), a=self.a, b=self.b)",),
        ("own = {'a': self.a, 'b': self.b}", "return dict(list(super().get_config().items()) + list(own.items()))"),
        ("config = super(Own, self).get_config()", "config.update({'a': self.a}, b=self.b)", "return config"),
        ("config = layers.Layer.get_config(self)", "config['a'] = self.a", "config['b'] = self.b", "return config"),
        ("config = super().get_config()", "for name in NAMES:", "    config[name] = getattr(self, name)", "return config"),
        ("config = super().get_config()", "config.update({n: getattr(self, n) for n in self.names})", "return config"),
        ("config = super().get_config()", "config.update(self.kept)", "return config"),
        ("return {**super().get_config(), **self.both}",),
        ("config = {'a': self.a, **self.own_keys()}", "config.update(super().get_config())", "return config"),
        ("config = super().get_config()", "config.update([('a', self.a), ('b', self.b)])", "return config"),
        ("config = super().get_config()", "if self.a:", "    config['a'] = self.a", "config['b'] = self.b", "return config"),
        ("config = super().get_config().copy()", "config |= {'a': self.a}", "config.setdefault('b', self.b)", "return config"),
    ],
)
def test_every_way_to_write_a_key_is_read(tmp_path: Path, lines: tuple[str, ...]) -> None:
    configuration = with_get_config(tmp_path / "own.py", *lines).configuration
    assert set(configuration.entries) == BASE | {"a", "b"}
    assert not configuration.open


@pytest.mark.parametrize(
    "lines",
    [
        ("return {**super().get_config(), **self.__dict__}",),
        ("config = super().get_config()", "fill(config)", "return config"),
        ("config = super().get_config()", "config[str(self.a)] = self.a", "return config"),
        ("return make(self)",),
        ("config = super().get_config()", "config.update(vars(self))", "return config"),
    ],
)
def test_what_cannot_be_followed_leaves_the_configuration_open(tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert with_get_config(tmp_path / "own.py", *lines).configuration.open


def test_a_key_taken_out_is_gone(tmp_path: Path) -> None:
    contract = with_get_config(tmp_path / "own.py", "config = super().get_config()", "config.pop('dtype')", "return config")
    assert set(contract.configuration.entries) == BASE - {"dtype"}


def test_a_key_under_a_condition_is_not_certain(tmp_path: Path) -> None:
    lines = ("config = super().get_config()", "if self.a:", "    config['a'] = self.a", "return config")
    assert not with_get_config(tmp_path / "own.py", *lines).configuration.entries["a"].is_certain


def test_a_method_without_return_returns_nothing(tmp_path: Path) -> None:
    contract = with_get_config(tmp_path / "own.py", "config = super().get_config()", "config['a'] = self.a")
    assert contract.configuration.returns_nothing


def test_a_class_without_get_config_is_automatic_whoever_its_base(tmp_path: Path) -> None:
    plain, dense = contracts_of(
        tmp_path / "two.py", "import keras\n\nclass A(keras.layers.Layer):\n    pass\n\nclass B(keras.layers.Dense):\n    pass\n"
    )
    assert plain.is_automatic
    assert not dense.is_automatic
    assert "units" in dense.configuration.entries


def test_a_model_of_keras_2_has_no_base_keys_to_merge(tmp_path: Path) -> None:
    text = "import keras\n\nclass M(keras.Model):\n    def get_config(self):\n        return super().get_config()\n"
    assert contract_of(tmp_path / "new.py", text).configuration.entries.keys() == BASE
    assert not contract_of(tmp_path / "old.py", text, KERAS_2).configuration.entries


def test_keys_named_by_a_list_that_a_base_fills_are_remembered(tmp_path: Path) -> None:
    text = """
import keras

class Base(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__()
        self.taken = [key for key in kwargs]

    def get_config(self):
        config = super().get_config()
        for key in self.taken:
            config[key] = getattr(self, key)
        return config
"""
    configuration = contract_of(tmp_path / "base.py", text).configuration
    assert configuration.named_by == {"taken"}
    assert not configuration.open


@pytest.mark.parametrize(
    "line",
    [
        "config.update(self.kept)",
        "config = {**config, **self.kept}",
        "config = dict(config, **self.kept)",
        "config.update(self.kept.items())",
        "config.update({key: value for key, value in self.kept.items()})",
        "for key, value in iter(self.kept.items()): config[key] = value",
        "for key in self.kept: config[key] = self.kept[key]",
    ],
)
def test_keys_of_a_dictionary_that_is_kept_leave_nothing_open(tmp_path: Path, line: str) -> None:
    text = f"""
import keras

class Base(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__()
        self.kept = kwargs

    def get_config(self):
        config = super().get_config()
        {line}
        return config
"""
    configuration = contract_of(tmp_path / "base.py", text).configuration
    assert configuration.named_by == {"kept"}
    assert not configuration.open


def test_a_key_made_out_of_a_value_leaves_the_configuration_open(tmp_path: Path) -> None:
    lines = ("config = super().get_config()", "for key, value in self.kept.items(): config[value] = key", "return config")
    assert with_get_config(tmp_path / "layer.py", *lines).configuration.open
