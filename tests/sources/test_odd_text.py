"""Whatever bytes and cells hold, reading gives a program or says why not, and no line changes its number."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from kerlint.sources.notebook import python_of_cell, without_broken_cells
from kerlint.sources.source import CannotRead, read_source
from kerlint.sources.suppression import read_suppressions
from kerlint.sources.tokens import lex

PIECES = [
    *("%time f(x)", "!ls (", "x = !ls", "x?", "if x:", "    ", "\\", '"""', "'", "(", ")"),
    *("# noqa: KER1", "\n", "%%time", "y = 1"),
]
CELLS = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=12).map("".join)


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for path in ("a.py", "a.ipynb"):
        try:
            read_source(path, data)
        except CannotRead as error:
            assert error.line >= 1
            assert error.column >= 1


@given(CELLS)
@settings(max_examples=300, deadline=None)
def test_no_line_of_a_cell_changes_its_number(cell: str) -> None:
    cell = cell.replace("\r", "")
    python = python_of_cell(cell)
    if python is not None:
        assert python.count("\n") == cell.count("\n")


@given(st.lists(CELLS, max_size=4))
@settings(max_examples=150, deadline=None)
def test_what_is_left_of_a_notebook_without_its_broken_cells_parses(cells: list[str]) -> None:
    document = {"cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    source = read_source("a.ipynb", json.dumps(document).encode())
    rest, _ = without_broken_cells(source)
    assert rest.text.count("\n") == source.text.count("\n")
    assert without_broken_cells(rest)[1] == ()


@given(st.text(alphabet="# noqakerlint:KER019,;-x\n'\"", max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_comment_is_read(text: str) -> None:
    found = read_suppressions(lex(text), lambda prefix: True)
    assert all(suppression.span.line >= 1 for suppression in (*found.lines, *found.files))
