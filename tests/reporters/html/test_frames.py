"""Code frames: the right lines, the right marks, and what is said of each."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from kerlint.finding import Finding, Related, Severity, Span
from kerlint.reporters.html.frames import frames
from kerlint.reporters.texts import Texts

LINES = [f"line_{number} = call({number})" for number in range(1, 41)]


def finding(span: Span, *related: Related, path: str = "a.py", cell: int | None = None) -> Finding:
    return Finding(path, span, "KER101", "stateful-layer-reuse", "m", Severity.WARNING, related, cell=cell)


def lines_of(path: str, cell: int | None) -> Sequence[str]:
    return LINES if path == "a.py" and cell is None else ()


def numbers(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'data-n="(\d+)"', html)]


def marks(html: str) -> list[str]:
    return re.findall(r"<mark(?: class=\"related\")?>(.*?)</mark>", html)


def test_two_lines_stand_before_and_after() -> None:
    html = frames(finding(Span(10, 11, 10, 19)), lines_of)
    assert numbers(html) == [8, 9, 10, 11, 12]
    assert marks(html) == ["call(10)"]


def test_the_first_and_the_last_line_have_no_more_than_there_are() -> None:
    assert numbers(frames(finding(Span(1, 1, 1, 7)), lines_of)) == [1, 2, 3]
    assert numbers(frames(finding(Span(40, 1, 40, 7)), lines_of)) == [38, 39, 40]


def test_a_related_place_nearby_shares_the_frame_and_one_far_away_stands_behind_a_gap() -> None:
    near = frames(finding(Span(10, 1, 10, 8), Related("a.py", Span(7, 1, 7, 7), "the first call")), lines_of)
    assert numbers(near) == [5, 6, 7, 8, 9, 10, 11, 12]
    assert 'class="gap"' not in near
    assert '<mark class="related">line_7</mark>' in near
    assert '<span class="label">the first call</span>' in near
    far = frames(finding(Span(30, 1, 30, 8), Related("a.py", Span(2, 1, 2, 7), "the first call")), lines_of)
    assert numbers(far) == [1, 2, 3, 4, 28, 29, 30, 31, 32]
    assert far.count('class="gap"') == 1


def test_two_places_on_one_line_are_both_marked() -> None:
    html = frames(finding(Span(10, 11, 10, 19), Related("a.py", Span(10, 1, 10, 8), "the first call")), lines_of)
    assert marks(html) == ["line_10", "call(10)"]


def test_a_place_inside_another_does_not_repeat_text() -> None:
    html = frames(finding(Span(10, 1, 10, 19), Related("a.py", Span(10, 11, 10, 15), "inside")), lines_of)
    assert marks(html) == ["line_10 = call(10)"]
    assert html.count("line_10") == 1
    assert "inside" in html


def test_a_long_statement_is_marked_from_the_first_word_of_each_line_and_cut() -> None:
    html = frames(finding(Span(10, 11, 35, 4)), lines_of)
    assert numbers(html) == [*range(8, 17), 35, 36, 37]
    assert marks(html)[:2] == ["call(10)", "line_11 = call(11)"]
    assert marks(html)[-1] == "lin"


def test_a_place_that_ends_where_a_line_begins_does_not_mark_that_line() -> None:
    html = frames(finding(Span(10, 1, 12, 1)), lines_of)
    assert marks(html) == ["line_10 = call(10)", "line_11 = call(11)"]
    assert numbers(html) == [8, 9, 10, 11, 12, 13]


def test_another_file_has_a_frame_under_its_name(tmp_path: Path) -> None:
    other = Related("b.py", Span(3, 1, 3, 2), "defined here")
    html = frames(finding(Span(10, 1, 10, 8), other), lambda path, cell: LINES if path in ("a.py", "b.py") else ())
    assert html.index("b.py") > html.index('data-n="12"')
    assert html.count("<pre") == 2


def test_a_line_of_ten_thousand_characters_is_cut_round_its_mark() -> None:
    line = "x" * 5000 + "call()" + "y" * 5000
    html = frames(finding(Span(1, 5001, 1, 5007)), lambda path, cell: [line])
    assert marks(html) == ["call()"]
    assert len(html) < 1500


def test_a_span_beyond_its_line_and_an_empty_one_still_mark_something() -> None:
    assert marks(frames(finding(Span(10, 90, 10, 90)), lines_of)) == [" "]
    assert marks(frames(finding(Span(10, 1, 10, 1)), lines_of)) == ["l"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_do_in_python(tmp_path: Path, end: str) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(f"one{end}tw\fo\x0bx\u2028y{end}three".encode())
    assert list(Texts().lines(str(path))) == ["one", "tw\fo\x0bx\u2028y", "three"]


def test_lines_of_a_notebook_are_those_of_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    cells = [
        {"cell_type": "markdown", "source": "text"},
        {"cell_type": "code", "source": ["import keras\n", "x = 1"]},
        {"cell_type": "code", "source": "    y = 2\n    z = 3"},
    ]
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "metadata": {}}))
    lines = Texts()
    assert list(lines.lines(str(path), 2)) == ["import keras", "x = 1"]
    assert list(lines.lines(str(path), 3)) == ["    y = 2", "    z = 3"]
    assert list(lines.lines(str(path), 1)) == []


def test_what_cannot_be_read_has_no_lines(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_bytes(b"\xff\xff")
    for name in ("bad.py", "missing.py", "nul\0.py"):
        assert list(Texts().lines(str(tmp_path / name))) == []
