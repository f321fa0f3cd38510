"""What a user says to help a probe: in comments and in the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerlint.confirm.options import ConfirmOptions, read_confirm_options
from kerlint.confirm.planning.hints import hints_at, read_hint


def test_a_comment_speaks_for_its_own_line() -> None:
    assert hints_at("class A:  # kerlint: input=(None, 28, 28, 1)\n    pass\n", [1]) == {"input": (None, 28, 28, 1)}


def test_a_comment_alone_speaks_for_the_next_line() -> None:
    text = "# kerlint: arguments={'units': 3}\nclass A:\n    pass\n"
    assert hints_at(text, [2]) == {"arguments": {"units": "3"}}
    assert hints_at(text, [1]) == {}


def test_arguments_may_be_any_expression_and_are_not_evaluated() -> None:
    assert read_hint("arguments=dict(layer=keras.layers.Dense(3), mode='sum')") == {
        "arguments": {"layer": "keras.layers.Dense(3)", "mode": "'sum'"}
    }


def test_several_inputs_are_a_list_or_a_dict() -> None:
    assert read_hint("input=[(None, 4), (None, 2)]") == {"input": [(None, 4), (None, 2)]}
    assert read_hint("input={'a': (None, 4)}") == {"input": {"a": (None, 4)}}


@pytest.mark.parametrize("text", ["input=(None, size)", "input=", "output=(1,)", "", "arguments=3"])
def test_what_is_no_hint_is_left_out(text: str) -> None:
    assert read_hint(text) == {}


def test_a_string_that_looks_like_a_comment_is_none() -> None:
    assert hints_at('x = "# kerlint: input=(None, 2)"\n', [1]) == {}


def test_the_table_of_the_configuration(tmp_path: Path) -> None:
    options = read_confirm_options({"python": "env/bin/python", "seconds": 5, "hints": {"A": "input=(None, 3)"}}, str(tmp_path))
    hints = {"A": {"input": (None, 3)}}
    assert options == ConfirmOptions(str(tmp_path / "env/bin/python"), seconds=5, hints=hints)


def test_a_bare_interpreter_is_looked_up_on_the_path(tmp_path: Path) -> None:
    assert read_confirm_options({"python": "python3"}, str(tmp_path)).python == "python3"


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"pythn": "x"}, "unknown key 'pythn'"),
        ({"seconds": 0}, "seconds must be a whole number"),
        ({"memory": True}, "memory must be a whole number"),
        ({"python": 3}, "python must be the path"),
        ({"hints": ["A"]}, "hints must be a table"),
        ({"hints": {"A": "no hint"}}, "hints.A must be a text"),
    ],
)
def test_a_wrong_table_is_told(table: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_confirm_options(table, ".")
