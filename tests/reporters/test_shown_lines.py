"""Which lines of a program a code frame shows, whoever draws it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kerlint.finding import Finding, Severity, Span
from kerlint.reporters.full import as_frames
from kerlint.reporters.html.frames import frames
from kerlint.reporters.run import Run
from kerlint.reporters.shown_lines import shown_lines
from kerlint.reporters.texts import Texts

LINES = [*("", ""), *(f"line_{number} = call({number})" for number in range(3, 41)), *("", "")]
PLACES = (
    Span(3, 1, 3, 5), Span(4, 3, 9, 2), Span(5, 3, 30, 2), Span(20, 1, 21, 1), Span(38, 1, 42, 1), Span(41, 1, 41, 1),
    Span(42, 1, 99, 1), Span(99, 1, 99, 1),
)  # fmt: skip


def test_a_place_that_the_frame_is_about_has_lines_round_it_and_one_beside_has_none() -> None:
    assert shown_lines(LINES, [Span(10, 1, 10, 4)], [Span(20, 1, 21, 4), Span(11, 1, 11, 3)]) == [8, 9, 10, 11, 12, 20, 21]


def test_of_a_long_place_the_beginning_and_the_end_are_shown() -> None:
    assert shown_lines(LINES, [Span(10, 1, 17, 4)]) == list(range(8, 20))
    assert shown_lines(LINES, [Span(10, 1, 30, 4)]) == [*range(8, 17), 30, 31, 32]


def test_empty_lines_are_shown_only_between_others_and_where_they_are_meant() -> None:
    text = ["", "x", "", "", "y", ""]
    assert shown_lines(text, [Span(3, 1, 3, 1)]) == [2, 3, 4, 5]
    assert shown_lines(text, [Span(2, 1, 2, 2)]) == [2]
    assert shown_lines(text, [Span(6, 1, 6, 1)]) == [5, 6]


@pytest.mark.parametrize("place", PLACES)
def test_both_formats_that_show_code_show_the_same_lines(place: Span, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("\n".join(LINES))
    found = Finding(str(path), place, "KER101", "stateful-layer-reuse", "m", Severity.WARNING)
    drawn = re.findall(r"(?m)^ *(\d+) \|", as_frames(Run([found])))
    assert re.findall(r'data-n="(\d+)"', frames(found, Texts().lines)) == drawn
    assert [int(number) for number in drawn] == shown_lines(LINES, [place])
