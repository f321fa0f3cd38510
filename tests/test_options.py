from __future__ import annotations

import pytest

from kerlint.options import OUTPUT_FORMATS, InvalidOption, Options, read_options, read_per_file_ignores
from kerlint.reporters import reporter
from kerlint.toml import InvalidToml, parse_toml
from kerlint.version import KerasVersion


def read(toml: str) -> Options:
    return read_options(parse_toml(toml), "/root", lambda prefix: "KER101".startswith(prefix))


def refusal(toml: str) -> str:
    with pytest.raises(InvalidOption) as caught:
        read(toml)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_every_key_is_read() -> None:
    options = read(
        """
        select = ["KER1", "ALL"]
        ignore = ["KER101"]
        extend-select = ["ker101"]
        extend-ignore = []
        exclude = ["a"]
        extend-exclude = ["b"]
        force-exclude = true
        respect-gitignore = false
        target-keras = "2.15"
        output-format = "json"
        [per-file-ignores]
        "tests/*" = ["KER1"]
        """
    )
    assert options == Options(
        root="/root",
        select=("KER1", "ALL"),
        ignore=("KER101",),
        extend_select=("KER101",),
        extend_ignore=(),
        per_file_ignores={"tests/*": ("KER1",)},
        exclude=("a",),
        extend_exclude=("b",),
        force_exclude=True,
        respect_gitignore=False,
        target_keras=KerasVersion(2, 15),
        output_format="json",
    )


def test_an_unknown_key_is_named_with_those_allowed() -> None:
    message = refusal('selekt = ["KER1"]')
    assert "'selekt'" in message
    assert "extend-select" in message


@pytest.mark.parametrize("code", ["KERX", "E501", "", "KER1012"])
def test_an_unknown_code_is_named_with_its_key(code: str) -> None:
    message = refusal(f'ignore = ["{code}"]')
    assert "ignore" in message
    assert repr(code) in message


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('select = "KER101"', ["select", "list of texts", "a text"]),
        ("select = [1]", ["select", "list of texts"]),
        ("force-exclude = 1", ["force-exclude", "true or false", "an integer"]),
        ("exclude = {}", ["exclude", "list", "a table"]),
        ("target-keras = 3.1", ["target-keras", "a number with a point"]),
        ("target-keras = true", ["target-keras", "a truth value"]),
        ('target-keras = "1.0"', ["target-keras", "1.0"]),
        ('output-format = "xml"', ["output-format", "flake8, full", "json", "'xml'"]),
        ('per-file-ignores = ["a"]', ["per-file-ignores", "table"]),
        ('per-file-ignores = {"a" = "KER1"}', ["per-file-ignores", "'a'", "list"]),
        ('per-file-ignores = {"a" = ["KERX"]}', ["per-file-ignores", "'a'", "'KERX'"]),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(toml: str, words: list[str]) -> None:
    message = refusal(toml)
    assert all(word in message for word in words), message


def test_a_bare_major_may_be_a_number() -> None:
    assert read("target-keras = 2").target_keras == KerasVersion(2, 15)


def test_per_file_ignores_of_the_command_line_may_share_a_pattern() -> None:
    items = ("tests/*:KER1", "KER3", r"C:\old\*.py:KER2", "tests/*:KER4")
    assert read_per_file_ignores(items) == {"tests/*": ("KER1", "KER3", "KER4"), r"C:\old\*.py": ("KER2",)}


@pytest.mark.parametrize("items", [("KER1",), ("tests/*:",), (":KER1",)])
def test_per_file_ignores_without_pattern_or_code_are_refused(items: tuple[str, ...]) -> None:
    with pytest.raises(InvalidOption, match="PATTERN:CODE"):
        read_per_file_ignores(items)


def test_broken_toml_says_where() -> None:
    with pytest.raises(InvalidToml, match="line 2"):
        parse_toml("a = 1\nb = ]\n")


def test_every_output_format_has_its_own_reporter() -> None:
    assert len({reporter(name) for name in OUTPUT_FORMATS}) == len(OUTPUT_FORMATS)
