"""How comments silence findings, seen from the command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("marks", "folder")

Run = Callable[..., Any]


def found(kerlint_run: Run, text: str, *arguments: str) -> list[str]:
    """`line:column code` of each finding in a program that imports Keras in its first line."""
    Path("a.py").write_text(f"import keras\n{text}")
    return [
        f"{place.split(':', 1)[1]} {rest.split()[0]}"
        for place, _, rest in (line.partition(": ") for line in kerlint_run("a.py", *arguments).lines)
    ]


def test_a_finding_is_silenced_on_its_line(kerlint_run: Run) -> None:
    assert found(kerlint_run, "x = BAD  # noqa\ny = BAD  # noqa: KER101\nz = BAD\n") == ["4:5 KER101"]


def test_only_the_codes_named_are_silenced(kerlint_run: Run) -> None:
    assert found(kerlint_run, "x = BAD, WORSE  # noqa: KER1\n") == ["2:10 KER302"]


@pytest.mark.parametrize("line", [2, 3, 5])
def test_the_ends_of_the_statement_and_the_line_itself_silence(kerlint_run: Run, line: int) -> None:
    lines = ["x = f(", "    BAD,", "    1,", ")"]
    lines[line - 2] += "  # noqa: KER101"
    assert found(kerlint_run, "\n".join(lines) + "\n") == []


def test_another_line_of_the_statement_does_not_silence(kerlint_run: Run) -> None:
    text = "x = f(\n    BAD,\n    1,  # noqa: KER101\n)\n"
    assert found(kerlint_run, text) == ["3:5 KER101", "4:17 KER910"]


def test_the_end_of_a_multi_line_string_silences_its_statement(kerlint_run: Run) -> None:
    assert found(kerlint_run, 'x = BAD, """\ntext\n"""  # noqa: KER101\n') == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_line_before_does_not_silence_whatever_ends_it(kerlint_run: Run, end: str) -> None:
    Path("a.py").write_text(f"import keras{end}x = 1  # noqa: KER101{end}y = BAD{end}z = BAD  # noqa: KER101{end}", newline="")
    assert [line.split()[0] for line in kerlint_run("a.py").lines] == ["a.py:2:16:", "a.py:3:5:"]


def test_codes_of_other_tools_have_no_effect(kerlint_run: Run) -> None:
    assert found(kerlint_run, "x = BAD  # noqa: E501\n") == ["2:5 KER101"]


def test_a_whole_file_is_silenced(kerlint_run: Run) -> None:
    assert found(kerlint_run, "x = BAD\n# kerlint: noqa\ny = WORSE\n") == []


def test_one_code_is_silenced_in_a_whole_file(kerlint_run: Run) -> None:
    assert found(kerlint_run, "# kerlint: noqa: KER101\nx = BAD\ny = WORSE\n") == ["4:5 KER302"]


def test_an_unused_code_is_reported_where_it_stands(kerlint_run: Run) -> None:
    assert found(kerlint_run, "x = 1  # noqa: E501, KER101\n") == ["2:22 KER910"]
    assert found(kerlint_run, "# kerlint: noqa: KER101, KER302\nx = BAD\n") == ["2:26 KER910"]


def test_a_bare_noqa_is_never_unused(kerlint_run: Run) -> None:
    assert found(kerlint_run, "x = 1  # noqa\n# kerlint: noqa\n") == []


def test_a_code_that_was_not_selected_is_not_unused(kerlint_run: Run) -> None:
    text = "x = 1  # noqa: KER101\n"
    assert found(kerlint_run, text, "--ignore", "KER101") == []
    assert found(kerlint_run, text, "--select", "KER3,KER9") == []
    assert found(kerlint_run, text, "--per-file-ignores", "a.py:KER1") == []


def test_a_code_that_does_not_hold_for_the_target_is_not_unused(kerlint_run: Run) -> None:
    assert found(kerlint_run, "x = 1  # noqa: KER101\n", "--target-keras", "2") == []


def test_an_info_code_that_nobody_asked_for_is_not_unused(kerlint_run: Run) -> None:
    assert found(kerlint_run, "x = 1  # noqa: KER306\n") == []
    assert found(kerlint_run, "x = 1  # noqa: KER306\n", "--extend-select", "KER306") == ["2:16 KER910"]


def test_a_code_that_silences_a_hidden_info_is_used(kerlint_run: Run) -> None:
    assert found(kerlint_run, "x = OLD  # noqa: KER3\n") == []


def test_nothing_is_unused_in_a_file_that_could_not_be_checked(kerlint_run: Run) -> None:
    assert found(kerlint_run, "x = 1  # noqa: KER101\ny = (\n") == ["3:5 KER901"]
    assert found(kerlint_run, "x = 1  # noqa: KER101\ny = BOOM\n") == ["1:1 KER999"]


def test_an_unused_code_is_found_in_a_file_that_does_not_concern_keras(kerlint_run: Run) -> None:
    Path("b.py").write_text("x = 1  # noqa: KER101\n")
    assert kerlint_run("b.py").lines == ["b.py:1:16: KER910 KER101 reports nothing here; remove it"]


def test_an_invalid_code_is_reported_and_silences_nothing(kerlint_run: Run) -> None:
    assert found(kerlint_run, "x = BAD  # noqa: KER1O1\n") == ["2:5 KER101", "2:18 KER911"]


def test_what_is_said_of_comments_can_be_silenced_too(kerlint_run: Run) -> None:
    assert found(kerlint_run, "x = 1  # noqa: KER101, KER910\n") == []
    assert found(kerlint_run, "# kerlint: noqa: KER910\nx = 1  # noqa: KER101\n") == []


def test_what_is_said_of_comments_can_be_ignored(kerlint_run: Run) -> None:
    assert found(kerlint_run, "x = 1  # noqa: KER101, KER1O1\n", "--ignore", "KER910,KER911") == []


def test_a_syntax_error_can_be_silenced_for_a_file(kerlint_run: Run) -> None:
    assert found(kerlint_run, "# kerlint: noqa: KER901\nx = (\n") == []


def test_an_internal_error_cannot_be_silenced(kerlint_run: Run) -> None:
    assert found(kerlint_run, "# kerlint: noqa\nx = BOOM\n") == ["1:1 KER999"]
