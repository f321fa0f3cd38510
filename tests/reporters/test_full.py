"""The code frame, as a person sees it."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from kerlint.finding import Applicability, Edit, Finding, Fix, Related, Severity, Span, Verdict, VerdictKind
from kerlint.reporters.full import as_frames
from kerlint.reporters.run import Run

pytestmark = pytest.mark.usefixtures("folder")


def finding(span: Span, *related: Related, path: str = "a.py", cell: int | None = None, message: str = "is bad") -> Finding:
    return Finding(path, span, "KER101", "stateful-layer-reuse", message, Severity.WARNING, related, cell)


def shown(text: str, *findings: Finding, width: int | None = None) -> str:
    Path("a.py").write_text(text, encoding="utf-8", newline="")
    return as_frames(Run(findings, 1, width=width))


def test_related_places_are_marked_and_labelled_in_the_same_frame() -> None:
    text = "".join(f"line_{number} = call()\n" for number in range(1, 13))
    first, far = Related("a.py", Span(9, 10, 9, 16), "the first call"), Related("a.py", Span(2, 1, 2, 7), "created here")
    assert shown(text, finding(Span(10, 11, 10, 17), first, far)) == (
        "warning[KER101] is bad\n"
        "  --> a.py:10:11\n"
        "   |\n"
        " 2 | line_2 = call()\n"
        "   | ------ created here\n"
        "...\n"
        " 8 | line_8 = call()\n"
        " 9 | line_9 = call()\n"
        "   |          ------ the first call\n"
        "10 | line_10 = call()\n"
        "   |           ^^^^^^\n"
        "11 | line_11 = call()\n"
        "12 | line_12 = call()\n"
        "   |\n\n"
    )


def test_places_in_other_files_and_cells_have_frames_of_their_own() -> None:
    Path("b.py").write_text("class B:\n    pass\n")
    cell = {"cell_type": "code", "metadata": {}, "source": ["%pip install keras\n", "import keras"]}
    Path("n.ipynb").write_text(json.dumps({"cells": [cell], "metadata": {}}))
    places = Related("b.py", Span(1, 7, 1, 8), "the base"), Related("n.ipynb", Span(2, 8, 2, 13), "used here", cell=1)
    assert shown("x = B()\n", finding(Span(1, 5, 1, 8), *places)) == (
        "warning[KER101] is bad\n"
        " --> a.py:1:5\n"
        "  |\n"
        "1 | x = B()\n"
        "  |     ^^^\n"
        "  |\n"
        " ::: b.py:1:7\n"
        "  |\n"
        "1 | class B:\n"
        "  |       - the base\n"
        "2 |     pass\n"
        "  |\n"
        " ::: n.ipynb:cell 1:2:8\n"
        "  |\n"
        "1 | %pip install keras\n"
        "2 | import keras\n"
        "  |        ----- used here\n"
        "  |\n\n"
    )


def test_a_place_over_several_lines_is_marked_where_it_begins_and_ends() -> None:
    assert shown("x = [\n    1,\n    2,\n]\n", finding(Span(1, 5, 4, 2))) == (
        "warning[KER101] is bad\n --> a.py:1:5\n  |\n1 | x = [\n  |     ^\n2 |     1,\n3 |     2,\n4 | ]\n  | ^\n  |\n\n"
    )


@pytest.mark.parametrize("line", ["\t\tx = BAD", "a\tb = BAD", "漢字 = BAD", "e\u0301 = BAD", '"\x1b[31m" + BAD'])
def test_marks_stand_below_what_they_mark(line: str) -> None:
    column = line.index("BAD") + 1
    code, marks = shown(line + "\n", finding(Span(1, column, 1, column + 3))).splitlines()[3:5]
    assert "\t" not in code and "\x1b" not in code
    columns = sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in code[: code.index("BAD")]
    )
    assert marks.index("^^^") == columns
    assert marks.strip(" |") == "^^^"


@pytest.mark.parametrize("width", [None, 120, 80, 30, 5])
@pytest.mark.parametrize("before", [0, 60, 500])
def test_a_long_line_is_cut_round_its_mark(width: int | None, before: int) -> None:
    line = "x" * before + "BAD" + "y" * 600
    code, marks = shown(line + "\n", finding(Span(1, before + 1, 1, before + 4)), width=width).splitlines()[3:5]
    assert len(code) <= max(width or 164, 28)
    start = marks.index("^^^")
    assert code[start : start + 3] == "BAD"
    assert code.endswith("...") and (code[4:7] == "...") == (code[4:7] not in ("xxx", "BAD"))


def test_a_long_place_does_not_run_out_of_the_frame() -> None:
    lines = shown("x" * 1000 + "\n", finding(Span(1, 5, 1, 900)), width=80).splitlines()
    assert all(len(line) <= 80 for line in lines)


@pytest.mark.parametrize("span", [Span(1, 99, 1, 99), Span(2, 1, 2, 1), Span(3, 5, 3, 5), Span(50, 1, 60, 1), Span(1, 1, 99, 99)])
@pytest.mark.parametrize("text", ["", "x = (\n", "x = (", "\n\n\n"])
def test_a_place_that_is_not_there_breaks_nothing(span: Span, text: str) -> None:
    head, arrow, *_ = shown(text, finding(span)).splitlines()
    assert (head, arrow.split()) == ("warning[KER101] is bad", ["-->", f"a.py:{span.line}:{span.column}"])


def test_a_file_that_is_gone_is_named_without_a_frame() -> None:
    assert as_frames(Run([finding(Span(1, 1, 1, 2), path="gone.py")])) == "warning[KER101] is bad\n --> gone.py:1:1\n\n"


def test_standard_input_is_shown_as_it_was_handed_over() -> None:
    run = Run([finding(Span(1, 1, 1, 4), path="stdin")], handed_over={"stdin": b"BAD\r\nx\r\n"})
    assert "1 | BAD\n  | ^^^\n2 | x\n" in as_frames(run)


def test_lines_end_as_python_ends_them() -> None:
    assert "3 | c = BAD\n" in shown("a = 1\rb = '\x0c\u2028'\r\nc = BAD\n", finding(Span(3, 5, 3, 8)))


def test_a_verdict_and_its_script_stand_below() -> None:
    verdict = Verdict(VerdictKind.CONFIRMED, "it raises", used={"call": "A(1)"}, reproduction="repro/a.py")
    bad = finding(Span(1, 1, 1, 4))
    text = shown("BAD\n", Finding(bad.path, bad.span, bad.code, bad.name, bad.message, bad.severity, verdict=verdict))
    assert text.endswith("  |\n  = confirmed: it raises; ran A(1)\n  = shown by repro/a.py\n\n")


def test_colours_change_nothing_else() -> None:
    import re

    Path("a.py").write_text("x = BAD\n")
    bad = finding(Span(1, 5, 1, 8), Related("a.py", Span(1, 1, 1, 2), "kept here"))
    coloured = as_frames(Run([bad], colour=True))
    assert re.sub(r"\x1b\[\d*m", "", coloured) == as_frames(Run([bad]))
    assert "\x1b[33m^^^\x1b[m" in coloured


@pytest.mark.parametrize(
    ("applicability", "options"), [(Applicability.SAFE, "--fix"), (Applicability.UNSAFE, "--fix --unsafe-fixes")]
)
def test_what_would_mend_it_stands_below(applicability: Applicability, options: str) -> None:
    fix = Fix("Save to \"m\x1b.keras\"", (Edit(Span(1, 1, 1, 4), "x"),), applicability)
    assert shown("BAD\n", replace(finding(Span(1, 1, 1, 4)), fix=fix)).endswith(f' = fix: Save to "m\\x1b.keras" ({options})\n\n')
