"""Fixes go into a file as bytes: whole or not at all, and nothing else of the file changes."""

from __future__ import annotations

import json

import pytest

from kerlint.finding import Applicability, Edit, Finding, Fix, Severity, Span
from kerlint.rewriting.applying import applied
from kerlint.rewriting.choosing import compatible
from kerlint.rewriting.files import CannotRewrite


def finding(*edits: tuple[int, int, int, int, str], cell: int | None = None) -> Finding:
    made = tuple(Edit(Span(*place), content, cell) for *place, content in edits)
    span = made[0].span
    return Finding("a.py", span, "KER301", "name", "told", Severity.ERROR, cell=cell, fix=Fix("Mend", made, Applicability.SAFE))


def after(data: bytes, *findings: Finding, path: str = "a.py") -> bytes:
    return applied(path, data, findings).data


def test_edits_are_made_where_they_say() -> None:
    assert after(b"a = 1\nb = 2\n", finding((1, 5, 1, 6, "10"), (2, 1, 2, 1, "long_"))) == b"a = 10\nlong_b = 2\n"


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        (b"a = 1\r\nb = 2\r\n", b"a = 1\r\nb = 3\r\n"),
        (b"a = 1\rb = 2\r", b"a = 1\rb = 3\r"),
        (b"\xef\xbb\xbfa = 1\nb = 2", b"\xef\xbb\xbfa = 1\nb = 3"),
        ("# coding: latin-1 é\nb = 2\n".encode("latin-1"), "# coding: latin-1 é\nb = 3\n".encode("latin-1")),
        ("a = '😀'\nb = 2\n".encode(), "a = '😀'\nb = 3\n".encode()),
    ],
)
def test_line_ends_marks_and_encodings_stay(before: bytes, wanted: bytes) -> None:
    assert after(before, finding((2, 5, 2, 6, "3"))) == wanted


def test_what_the_encoding_cannot_hold_is_refused() -> None:
    with pytest.raises(CannotRewrite, match="cannot be written in iso8859-1"):
        after(b"# coding: latin-1\nb = 'x'\n", finding((2, 6, 2, 7, "😀")))


def test_what_would_not_parse_is_refused() -> None:
    with pytest.raises(CannotRewrite, match="KER301 would leave no valid program"):
        after(b"a = (1)\n", finding((1, 5, 1, 6, "")))


def test_fixes_that_overlap_wait_for_another_pass() -> None:
    first, second, third = finding((1, 1, 1, 5, "x")), finding((1, 4, 1, 8, "y")), finding((1, 5, 1, 6, "z"))
    assert compatible([first, second, third])[1] == [first, third], "they may touch"
    many = finding((1, 1, 1, 2, "x"), (2, 1, 2, 2, "x"))
    assert compatible([finding((2, 1, 2, 3, "y")), many])[1] == [finding((2, 1, 2, 3, "y"))], "whole or not at all"


def test_the_same_edit_of_two_findings_is_made_once() -> None:
    both = finding((1, 5, 1, 6, "2"), (2, 5, 2, 6, "2")), finding((1, 5, 1, 6, "2"))
    assert compatible(both)[1] == list(both)
    assert after(b"a = 1\nb = 1\n", *both) == b"a = 2\nb = 2\n"


def test_two_texts_for_one_place_do_not_go_together() -> None:
    assert len(compatible([finding((1, 1, 1, 1, "x")), finding((1, 1, 1, 1, "y"))])[1]) == 1


def notebook(*cells: str | list[str]) -> bytes:
    made = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in cells]
    return json.dumps({"cells": made, "metadata": {"x": "\u00e9"}, "nbformat": 4, "nbformat_minor": 5}, indent=1).encode()


def cells_of(data: bytes) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(data)["cells"]]


def test_a_notebook_changes_in_its_cells_alone() -> None:
    before = notebook(["%matplotlib inline\n", "a = 'é'\n", "b = 2"], "c = 3\n")
    data = after(before, finding((2, 5, 2, 8, "10"), (3, 5, 3, 6, '"x"'), cell=1), path="a.ipynb")
    assert cells_of(data) == ['%matplotlib inline\na = 10\nb = "x"', "c = 3\n"]
    assert data.replace(b"10", b"'\\u00e9'").replace(b'\\"x\\"', b"2") == before


def test_edits_of_one_fix_may_lie_in_several_cells() -> None:
    one = finding((1, 5, 1, 6, "2"), cell=1)
    assert one.fix is not None
    other = Edit(Span(1, 1, 1, 2), "d", 2)
    both = Finding("a", one.span, "KER301", "n", "m", Severity.ERROR, cell=1, fix=Fix("Mend", (*one.fix.edits, other)))
    assert cells_of(after(notebook("a = 1", "c = 3"), both, path="a.ipynb")) == ["a = 2", "d = 3"]


@pytest.mark.parametrize("source", [["a = 1\n", "bb = 2\n", "c = 3"], "a = 1\nbb = 2\nc = 3"])
def test_whole_lines_of_a_cell_can_go(source: str | list[str]) -> None:
    data = after(notebook(source), finding((2, 1, 3, 1, ""), cell=1), path="a.ipynb")
    assert cells_of(data) == ["a = 1\nc = 3"]


def test_new_lines_come_into_a_cell() -> None:
    data = after(notebook(["a = 1\n", "c = 3"]), finding((2, 1, 2, 1, "b = '\\t'\n"), cell=1), path="a.ipynb")
    assert cells_of(data) == ["a = 1\nb = '\\t'\nc = 3"]


def test_a_cell_that_is_broken_already_stops_nothing() -> None:
    data = after(notebook("a = (", "b = 1"), finding((1, 5, 1, 6, "2"), cell=2), path="a.ipynb")
    assert cells_of(data) == ["a = (", "b = 2"]


def test_no_fix_changes_nothing() -> None:
    bare = Finding("a.py", Span(1, 1, 1, 2), "KER301", "n", "m", Severity.ERROR)
    assert applied("a.py", b"a = 1\n", [bare]).findings == ()
