"""What a constructor is read to take, to hand on and to do with its parameters."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerlint.project import Project
from kerlint.serialization.constructor import Constructor
from kerlint.serialization.contract import contracts
from kerlint.serialization.mismatch import changes
from kerlint.sources.source import read_source
from kerlint.version import KERAS_3


class Target:
    version = KERAS_3


def constructor_in(
    path: Path, body: str, base: str = "keras.layers.Layer", parameters: str = "a=1, b=2, **kwargs"
) -> Constructor:
    lines = "".join(f"        {line}\n" for line in body.split("\n"))
    path.write_text(f"import keras\n\nclass Own({base}):\n    def __init__(self, {parameters}):\n{lines}")
    module = Project(lambda _: Target()).module(read_source(str(path)))
    constructor = next(contracts(module.classes, module.knowledge)).constructor
    assert constructor is not None
    return constructor


def test_without_kwargs_only_the_parameters_are_taken(tmp_path: Path) -> None:
    constructor = constructor_in(tmp_path / "m.py", "super().__init__()", parameters="a, name=None")
    assert constructor.accepts == {"a", "name"}


def test_forwarded_kwargs_take_what_the_base_takes(tmp_path: Path) -> None:
    accepted = constructor_in(tmp_path / "m.py", "super().__init__(**kwargs)").accepts
    assert accepted is not None
    assert {"a", "b", "name", "trainable", "dtype"} <= accepted
    assert "units" not in accepted


def test_a_key_popped_from_kwargs_is_taken(tmp_path: Path) -> None:
    accepted = constructor_in(tmp_path / "m.py", "self.c = kwargs.pop('c', 3)\nsuper().__init__(**kwargs)").accepts
    assert accepted is not None
    assert "c" in accepted


def test_kwargs_used_in_an_unknown_way_may_take_anything(tmp_path: Path) -> None:
    assert constructor_in(tmp_path / "m.py", "super().__init__(**clean(kwargs))").accepts is None


def test_kwargs_never_looked_at_are_dropped(tmp_path: Path) -> None:
    assert constructor_in(tmp_path / "m.py", "super().__init__()").drops_keywords
    assert not constructor_in(tmp_path / "n.py", "super().__init__(**kwargs)").drops_keywords


def test_what_the_base_is_given_comes_twice_when_kwargs_bring_it_again(tmp_path: Path) -> None:
    constructor = constructor_in(tmp_path / "m.py", "super().__init__(a, activation='relu', **kwargs)", base="keras.layers.Dense")
    assert constructor.given_twice({"units", "activation", "use_bias"}) == {"units", "activation"}


@pytest.mark.parametrize(
    "body",
    [
        "super().__init__(**kwargs)\nself.a = a",
        "super().__init__(scale=a, **kwargs)",
        "super().__init__(**kwargs)\nfor i in range(a):\n    self.parts.append(i)",
        "super().__init__(**kwargs)\nif a:\n    self.layer = 1",
        "super().__init__(**kwargs)\nx = a * 2\nself.x = x",
    ],
)
def test_a_parameter_that_is_kept_matters(tmp_path: Path, body: str) -> None:
    assert constructor_in(tmp_path / "m.py", body).matters("a")


@pytest.mark.parametrize(
    "body",
    [
        "super().__init__(**kwargs)",
        "super().__init__(**kwargs)\nif a is not None:\n    raise ValueError(a)",
        "super().__init__(**kwargs)\nif a:\n    warnings.warn('a is ignored')",
        "if a:\n    kwargs['input_shape'] = (a,)\nsuper().__init__(**kwargs)",
        "super().__init__(**kwargs)\nif a:\n    self.load_weights(a)",
        "super().__init__(**kwargs)\nassert a > 0",
    ],
)
def test_a_parameter_that_is_only_checked_does_not_matter(tmp_path: Path, body: str) -> None:
    assert not constructor_in(tmp_path / "m.py", body).matters("a")


@pytest.mark.parametrize(
    ("value", "changed"),
    [
        ("a * 2", True), ("2 * a", True), ("a - 1", True), ("1 - a", True), ("-a", True), ("not a", True), ("a * b", True),
        ("int(a * 2)", True), ("a * 1", False), ("a + 0", False), ("int(a)", False), ("tuple(a)", False), ("a or 3", False),
        ("max(a, 1)", False), ("a if a else b", False), ("a", False), ("[a] * 2", False),
    ],
)  # fmt: skip
def test_only_what_changes_again_is_a_change(tmp_path: Path, value: str, changed: bool) -> None:
    constructor = constructor_in(tmp_path / "m.py", f"super().__init__(**kwargs)\nself.x = {value}")
    (stored,) = [stored for name, stored, _ in constructor.stores if name == "x"]
    assert changes(stored, "a") is changed
