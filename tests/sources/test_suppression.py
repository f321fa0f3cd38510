from __future__ import annotations

import pytest

from kerlint.sources.suppression import Suppressions, may_suppress, read_suppressions
from kerlint.sources.tokens import lex

CODES = ("KER101", "KER102", "KER302", "KER910")


def read(text: str) -> Suppressions:
    return read_suppressions(lex(text), lambda prefix: any(code.startswith(prefix) for code in CODES))


def line_codes(comment: str) -> list[str]:
    return [suppression.code for suppression in read(f"x = 1  {comment}\n").lines]


@pytest.mark.parametrize(
    "comment",
    ["# noqa", "#noqa", "#   NoQA", "# NOQA ", "# type: ignore # noqa", "# noqa: because it is so", "# noqa:", "# noqa KER101"],
)
def test_a_bare_noqa_covers_every_code(comment: str) -> None:
    assert line_codes(comment) == [""]


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("# noqa: KER101", ["KER101"]),
        ("#noqa:KER101", ["KER101"]),
        ("# NOQA : KER1, KER302", ["KER1", "KER302"]),
        ("# noqa:KER101,KER302", ["KER101", "KER302"]),
        ("# noqa: KER101 KER302 the reason", ["KER101", "KER302"]),
        ("# noqa: KER101 KERAS is like that", ["KER101"]),
        ("# noqa: E501, KER101", ["KER101"]),
        ("# noqa: KER", ["KER"]),
        ("# noqa: ker101", ["KER101"]),
        ("# noqa: E501 # noqa: KER101", ["KER101"]),
        ("# noqa: KER101 # and why", ["KER101"]),
    ],
)
def test_every_spelling_of_codes_is_read(comment: str, codes: list[str]) -> None:
    assert line_codes(comment) == codes


@pytest.mark.parametrize("comment", ["# noqa: E501", "# noqa:F401,W291", "# flake8: noqa", "# ruff: noqa: E501", "# noqable"])
def test_what_other_tools_are_told_is_not_ours(comment: str) -> None:
    assert read(f"x = 1  {comment}\n") == Suppressions()


def test_a_noqa_inside_a_string_is_no_comment() -> None:
    assert read('x = "# noqa: KER101"\ny = """\n# kerlint: noqa\n"""\n') == Suppressions()


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("# kerlint: noqa", [""]),
        ("#kerlint:noqa", [""]),
        ("# Kerlint : NOQA : KER101, KER3", ["KER101", "KER3"]),
        ("# kerlint: noqa: KER101 for this reason", ["KER101"]),
    ],
)
def test_a_file_is_silenced_on_a_line_of_its_own(comment: str, codes: list[str]) -> None:
    found = read(f"import keras\n\n    {comment}\n")
    assert [suppression.code for suppression in found.files] == codes
    assert not found.lines


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # noqa: KER1O1",
        "x = 1  # noqa: KER-101",
        "x = 1  # noqa: KER777",
        "# kerlint: noqa KER101",
        "# kerlint: noqa:",
        "# kerlint: noqa: everything",
        "# kerlint: disable=KER101",
        "x = 1  # kerlint: noqa",
        "# kerlint: noqa: KER777",
    ],
)
def test_what_means_to_suppress_and_does_not_is_told(line: str) -> None:
    found = read(f"{line}\n")
    assert len(found.misspelt) == 1
    assert not found.lines and not found.files


def test_talk_about_kerlint_is_no_suppression() -> None:
    assert read("# kerlint: a linter for Keras\n") == Suppressions()


def test_a_code_is_placed_where_it_stands() -> None:
    line = "x = 1  # noqa: E501, KER101"
    (suppression,) = read(line).lines
    assert line[suppression.span.column - 1 : suppression.span.end_column - 1] == "KER101"


def test_a_files_code_is_placed_where_it_stands() -> None:
    line = "#  kerlint :  noqa:  KER101,KER302"
    found = read(line).files
    assert [line[item.span.column - 1 : item.span.end_column - 1] for item in found] == ["KER101", "KER302"]


def test_a_prefix_covers_its_codes_on_its_line() -> None:
    found = read("x = 1\ny = 2  # noqa: KER1\n")
    assert found.covering("KER102", frozenset({2}))
    assert not found.covering("KER302", frozenset({2}))
    assert not found.covering("KER102", frozenset({1}))


def test_a_file_wide_code_covers_every_line() -> None:
    assert read("# kerlint: noqa: KER101\nx = 1\n").covering("KER101", frozenset({99}))


def test_texts_without_a_noqa_need_no_reading() -> None:
    assert not may_suppress("import keras\n")
    assert may_suppress("x  # NoQa")
