"""Codes that silence nothing go out of their comment, and what else the comment says stays."""

from __future__ import annotations

import pytest

from kerlint.fixes.suppressions import without_suppressions
from kerlint.rewriting.applying import replacement
from kerlint.rewriting.replacements import replaced
from kerlint.sources.source import Source
from kerlint.sources.suppression import read_suppressions
from kerlint.sources.tokens import lex


def without(text: str, *codes: str, in_notebook: bool = False) -> str | None:
    """The program without these codes, which all stand in its first suppression; None where they are left alone."""
    tokens = lex(text)
    suppressions = read_suppressions(tokens, lambda code: True)
    spans = [one.span for one in (*suppressions.lines, *suppressions.files) if one.code in codes]
    fix = without_suppressions(tokens, spans, in_notebook=in_notebook)
    return None if fix is None else replaced(text, [replacement(edit, Source("a.py", text), tokens) for edit in fix.edits])


@pytest.mark.parametrize(
    ("before", "codes", "after"),
    [
        ("x = 1  # noqa: KER101\n", ["KER101"], "x = 1\n"),
        ("x = 1  # noqa:KER101", ["KER101"], "x = 1"),
        ("x = 1  # NOQA : KER101  \n", ["KER101"], "x = 1\n"),
        ("x = 1  # noqa: KER101, KER102\n", ["KER101"], "x = 1  # noqa: KER102\n"),
        ("x = 1  # noqa: KER101, KER102\n", ["KER102"], "x = 1  # noqa: KER101\n"),
        ("x = 1  # noqa: KER101,KER102\n", ["KER101", "KER102"], "x = 1\n"),
        ("x = 1  # noqa: KER101, E501, KER102\n", ["KER101", "KER102"], "x = 1  # noqa: E501\n"),
        ("x = 1  # noqa: E501, KER101 because\n", ["KER101"], "x = 1  # noqa: E501 because\n"),
        ("x = 1  # good  # noqa: KER101\n", ["KER101"], None),
        ("# kerlint: noqa: KER101\nx = 1\n", ["KER101"], "x = 1\n"),
        ("import a\r\n  # kerlint: noqa: KER101\r\nx = 1\r\n", ["KER101"], "import a\r\nx = 1\r\n"),
        ("# kerlint: noqa: KER101, KER2\nx = 1\n", ["KER101"], "# kerlint: noqa: KER2\nx = 1\n"),
        ("# kerlint: noqa: KER101", ["KER101"], ""),
        ("x = 'é😀'  # noqa: KER101\n", ["KER101"], "x = 'é😀'\n"),
    ],
)
def test_only_they_go(before: str, codes: list[str], after: str | None) -> None:
    assert without(before, *codes) == after


def test_codes_without_a_comma_between_are_left_alone() -> None:
    assert without("x = 1  # noqa: KER101 KER102\n", "KER101") is None


def test_the_last_line_of_a_cell_keeps_its_line_end() -> None:
    assert without("# kerlint: noqa: KER101\nx = 1\n", "KER101", in_notebook=True) == "\nx = 1\n"
