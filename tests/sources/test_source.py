from __future__ import annotations

from pathlib import Path

import pytest

from kerlint.finding import Span
from kerlint.sources.source import CannotRead, Cell, Source, read_source


def trouble(data: bytes, path: str = "a.py") -> CannotRead:
    with pytest.raises(CannotRead) as caught:
        read_source(path, data)
    return caught.value


def test_utf8_is_the_default() -> None:
    assert read_source("a.py", "x = 'é'\n".encode()).text == "x = 'é'\n"


def test_a_byte_order_mark_is_no_text() -> None:
    assert read_source("a.py", b"\xef\xbb\xbfx = 1\n").text == "x = 1\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_are_kept_as_they_are(newline: str) -> None:
    text = f"x = 1{newline}y = 2{newline}"
    assert read_source("a.py", text.encode()).text == text


@pytest.mark.parametrize(
    "cookie",
    [b"# -*- coding: latin-1 -*-\n", b"#!/usr/bin/python\n# vim: set fileencoding=iso-8859-1 :\n", b"\n# coding=latin-1-unix\n"],
)
def test_the_declared_encoding_is_used(cookie: bytes) -> None:
    assert read_source("a.py", cookie + b"x = '\xe9'\n").text.endswith("x = 'é'\n")


def test_a_cookie_counts_in_the_first_two_lines_only() -> None:
    assert trouble(b"\n\n# coding: latin-1\nx = '\xe9'\n").line == 4


def test_a_cookie_behind_code_is_a_comment() -> None:
    assert trouble(b"x = 1\n# coding: latin-1\ny = '\xe9'\n").line == 3


def test_an_unknown_encoding_is_named_with_its_line() -> None:
    error = trouble(b"#!/usr/bin/python\n# coding: klingon\n")
    assert (error.line, error.column) == (2, 1)
    assert "'klingon'" in error.reason


def test_an_encoding_that_yields_no_text_is_unknown() -> None:
    assert "'rot13'" in trouble(b"# coding: rot13\nk = 1\n").reason


@pytest.mark.parametrize("name", ["utf8", "UTF_8", "utf-8-unix"])
def test_a_byte_order_mark_agrees_with_every_name_of_utf8(name: str) -> None:
    assert read_source("a.py", f"\ufeff# coding: {name}\n".encode()).text == f"# coding: {name}\n"


def test_a_byte_order_mark_contradicts_another_encoding() -> None:
    assert "byte order mark" in trouble(b"\xef\xbb\xbf# coding: latin-1\n").reason


def test_a_wrong_byte_is_placed_by_line_and_character() -> None:
    error = trouble("x = 1\r\ny = 'éé".encode() + b"\xff'\n")
    assert (error.line, error.column) == (2, 8)
    assert "0xff" in error.reason


def test_a_binary_file_is_told_by_its_nul_byte() -> None:
    error = trouble(b"\x7fELF\n\x01\x00\x00")
    assert (error.line, error.column) == (2, 2)
    assert "NUL" in error.reason


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_utf16_and_utf32_are_named(encoding: str) -> None:
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    assert "UTF-" in trouble(mark + "import keras\n".encode(encoding)).reason


def test_a_missing_file_is_told_in_the_systems_words(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="No such file"):
        read_source(str(tmp_path / "missing.py"))


def test_an_empty_file_is_a_program() -> None:
    assert read_source("a.py", b"").text == ""


def test_outside_notebooks_a_span_stays_where_it_is() -> None:
    assert Source("a.py", "x").locate(Span(3, 1, 4, 2)) == (None, Span(3, 1, 4, 2))


def test_in_a_notebook_a_span_is_counted_inside_its_cell() -> None:
    source = Source("a.ipynb", "", (Cell(2, 1, 3), Cell(5, 4, 9, indent=4)))
    assert source.locate(Span(3, 1, 3, 5)) == (2, Span(3, 1, 3, 5))
    assert source.locate(Span(5, 1, 6, 5)) == (5, Span(2, 5, 3, 9))


def test_a_span_that_leaves_its_cell_ends_with_it() -> None:
    source = Source("a.ipynb", "", (Cell(1, 1, 3), Cell(2, 4, 9)))
    assert source.locate(Span(2, 1, 6, 2))[1].end_line == 3
