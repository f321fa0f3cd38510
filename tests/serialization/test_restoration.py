"""How a class is read to be made again from its configuration: which class meets it, and what becomes of the keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerlint.project import Project
from kerlint.serialization.contract import Contract, contracts
from kerlint.sources.source import read_source
from kerlint.version import KERAS_3


class Target:
    version = KERAS_3


def child_of(path: Path, from_config: str) -> Contract:
    """The contract of a class that inherits a `from_config` with this body."""
    lines = "".join(f"        {line}\n" for line in from_config.split("\n"))
    path.write_text(
        "import keras\n\n"
        "class Base(keras.layers.Layer):\n"
        "    def __init__(self, a=1, **kwargs):\n        super().__init__(**kwargs)\n\n"
        f"    @classmethod\n    def from_config(cls, config):\n{lines}\n"
        "class Child(Base):\n"
        "    def __init__(self, b, **kwargs):\n        super().__init__(**kwargs)\n"
    )
    module = Project(lambda _: Target()).module(read_source(str(path)))
    return next(contract for contract in contracts(module.classes, module.knowledge) if contract.name == "Child")


def parameters_on_load(contract: Contract) -> set[str]:
    assert contract.constructor_on_load is not None
    return contract.constructor_on_load.names


def test_a_method_that_names_the_class_it_is_given_makes_the_child(tmp_path: Path) -> None:
    assert parameters_on_load(child_of(tmp_path / "m.py", "return cls(**config)")) == {"b"}


def test_a_method_that_names_its_own_class_makes_that_one(tmp_path: Path) -> None:
    assert parameters_on_load(child_of(tmp_path / "m.py", "return Base(**config)")) == {"a"}


def test_a_method_that_makes_both_is_taken_for_one_that_makes_the_child(tmp_path: Path) -> None:
    body = "if 'b' in config:\n    return cls(**config)\nreturn Base(**config)"
    assert parameters_on_load(child_of(tmp_path / "m.py", body)) == {"b"}


@pytest.mark.parametrize("copy", ["config.copy()", "dict(config)", "copy.deepcopy(config)", "{**config}"])
def test_a_copy_is_the_same_configuration(tmp_path: Path, copy: str) -> None:
    restoration = child_of(tmp_path / "m.py", f"config = {copy}\nreturn cls(**config)").restoration
    assert restoration.is_plain
    assert restoration.hands_on("b")


def test_a_key_that_is_taken_out_does_not_reach_the_constructor(tmp_path: Path) -> None:
    restoration = child_of(tmp_path / "m.py", "config.pop('b')\nreturn cls(**config)").restoration
    assert not restoration.hands_on("b")
    assert restoration.hands_on("a")


@pytest.mark.parametrize(
    "line",
    ['config["b"] = 1', 'config.update({"b": 1})', "config.update(b=1)", 'config.setdefault("b", 1)', 'c, config["b"] = 1, 1'],
)
def test_what_the_method_sets_is_given(tmp_path: Path, line: str) -> None:
    restoration = child_of(tmp_path / "m.py", f"{line}\nreturn cls(**config)").restoration
    assert restoration.is_plain
    assert restoration.given == {"b"}


@pytest.mark.parametrize(
    "test", ['"b" in config', 'config.get("b") is not None', '"b" in config and isinstance(config["b"], dict)', 'config.get("b")']
)
def test_what_the_method_rewrites_where_it_stands_is_not_given(tmp_path: Path, test: str) -> None:
    body = f'if {test}:\n    config["b"] = str(config["b"])\nreturn cls(**config)'
    restoration = child_of(tmp_path / "m.py", body).restoration
    assert (restoration.given, restoration.rewritten) == (frozenset(), {"b"})
    assert not restoration.hands_on("b")


def test_what_is_set_where_it_is_not_stored_is_given(tmp_path: Path) -> None:
    body = 'if "b" in config:\n    config["b"] = str(config["b"])\nelse:\n    config["b"] = 1\nreturn cls(**config)'
    assert child_of(tmp_path / "m.py", body).restoration.given == {"b"}


def test_a_key_popped_into_an_attribute_of_another_object_is_asked_for(tmp_path: Path) -> None:
    restoration = child_of(tmp_path / "m.py", 'other = object()\nother.c = config.pop("c")\nreturn cls(**config)').restoration
    assert restoration.is_plain
    assert restoration.asked == {"c"}
