"""How the project makes objects of a class, as calls that can be made again."""

from __future__ import annotations

from pathlib import Path

from kerlint.confirm.planning.instantiations import instantiations
from kerlint.confirm.requests import ConstructorCall
from kerlint.project import Project
from kerlint.sources.source import read_source
from kerlint.target import NEWEST

CLASS = """\
import keras
from keras import layers

class Block(layers.Layer):
    def __init__(self, units, activation="relu", inner=None, **kwargs):
        super().__init__(**kwargs)

"""


def calls(tmp_path: Path, text: str, **others: str) -> tuple[ConstructorCall, ...]:
    for name, other in others.items():
        (tmp_path / f"{name}.py").write_text(other)
    path = tmp_path / "blocks.py"
    path.write_text(CLASS + text)
    project = Project(lambda _: NEWEST)
    module = project.module(read_source(str(path)))
    return instantiations(module.classes[0], project)


def test_known_arguments_are_written_out(tmp_path: Path) -> None:
    found = calls(tmp_path, "SIZE = 4\nBlock(SIZE * 2, activation='tanh', inner=layers.Dense(3, use_bias=False))\n")
    assert found == (ConstructorCall(("8",), (("activation", "'tanh'"), ("inner", "keras.layers.Dense(3, use_bias=False)"))),)


def test_an_unknown_required_argument_spoils_a_call_and_an_unknown_option_is_left_out(tmp_path: Path) -> None:
    assert calls(tmp_path, "def f(n):\n    return Block(n)\n") == ()
    assert calls(tmp_path, "def f(n):\n    return Block(units=3, inner=n)\n") == (ConstructorCall((), (("units", "3"),)),)


def test_names_of_layers_are_no_matter(tmp_path: Path) -> None:
    assert calls(tmp_path, "Block(3, name='first')\nBlock(3, name='second')\n") == (ConstructorCall(("3",)),)


def test_other_files_of_the_project_count(tmp_path: Path) -> None:
    other = "from blocks import Block\nimport keras\nmodel = keras.Sequential([Block(5), Block(6)])\n"
    assert calls(tmp_path, "", app=other) == (ConstructorCall(("5",)), ConstructorCall(("6",)))


def test_what_is_known_of_a_call_is_told_by_name(tmp_path: Path) -> None:
    assert calls(tmp_path, "def f(n):\n    return Block(n, 'tanh')\n") == (ConstructorCall((), (("activation", "'tanh'"),)),)


def test_a_call_that_is_known_as_a_whole_comes_first(tmp_path: Path) -> None:
    found = calls(tmp_path, "def f(n):\n    return Block(n, 'tanh')\n\nBlock(16, activation='sigmoid')\n")
    assert found == (ConstructorCall(("16",), (("activation", "'sigmoid'"),)), ConstructorCall((), (("activation", "'tanh'"),)))


def test_what_a_subclass_hands_up_counts(tmp_path: Path) -> None:
    text = "class Wide(Block):\n    def __init__(self, **kwargs):\n        super().__init__(64, activation='gelu', **kwargs)\n"
    assert calls(tmp_path, text) == (ConstructorCall(("64",), (("activation", "'gelu'"),)),)


def test_a_subclass_without_a_constructor_is_made_as_its_base(tmp_path: Path) -> None:
    assert calls(tmp_path, "class Wide(Block):\n    pass\n\nlayer = Wide(32)\n") == (ConstructorCall(("32",)),)


def test_an_option_that_is_none_for_want_of_a_caller_is_unknown(tmp_path: Path) -> None:
    assert calls(tmp_path, "def f(n=None, size=3):\n    return Block(n, inner=size)\n") == (
        ConstructorCall((), (("inner", "3"),)),
    )
