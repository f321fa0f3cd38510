from __future__ import annotations

import ast
import json

import pytest

from kerlint.finding import Span
from kerlint.sources.notebook import python_of_cell, without_broken_cells
from kerlint.sources.source import CannotRead, Source, read_source


def notebook(*cells: str | tuple[str, str], **metadata: object) -> Source:
    entries = [("code", cell) if isinstance(cell, str) else cell for cell in cells]
    document = {
        "cells": [{"cell_type": kind, "metadata": {}, "source": text.splitlines(True)} for kind, text in entries],
        "metadata": metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return read_source("n.ipynb", json.dumps(document).encode())


def trouble(data: bytes) -> CannotRead:
    with pytest.raises(CannotRead) as caught:
        read_source("n.ipynb", data)
    return caught.value


def test_code_cells_are_one_program_in_their_order() -> None:
    source = notebook("import keras", ("markdown", "words"), "x = 1\ny = 2")
    assert source.text == "import keras\nx = 1\ny = 2\n"
    assert [(cell.number, cell.first_line, cell.last_line) for cell in source.cells] == [(1, 1, 1), (3, 2, 3)]


def test_a_cell_that_ends_with_a_line_break_keeps_its_lines() -> None:
    source = notebook("x = 1\n", "y = 2")
    line = source.text.split("\n").index("y = 2") + 1
    assert source.locate(Span(line, 1, line, 2)) == (2, Span(1, 1, 1, 2))


def test_a_cell_may_be_one_text() -> None:
    document = {"cells": [{"cell_type": "code", "source": "x = 1\r\ny = 2"}]}
    assert read_source("n.ipynb", json.dumps(document).encode()).text == "x = 1\ny = 2\n"


def test_format_3_keeps_its_cells_in_worksheets() -> None:
    document = {"worksheets": [{"cells": [{"cell_type": "code", "language": "python", "input": ["x = 1"]}]}]}
    assert read_source("n.ipynb", json.dumps(document).encode()).text == "x = 1\n"


@pytest.mark.parametrize(
    "metadata", [{"kernelspec": {"language": "R"}}, {"language_info": {"name": "julia"}}, {"kernelspec": {"language": "C++17"}}]
)
def test_a_kernel_of_another_language_has_no_program(metadata: dict[str, object]) -> None:
    assert notebook("x <- 1", **metadata).text == ""


def test_a_cell_of_another_language_is_left_out() -> None:
    cells = [
        {"cell_type": "code", "metadata": {"vscode": {"languageId": "sql"}}, "source": "select 1"},
        {"cell_type": "code", "metadata": {"vscode": {"languageId": "python"}}, "source": "x = 1"},
    ]
    assert read_source("n.ipynb", json.dumps({"cells": cells}).encode()).text == "x = 1\n"


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!pip install keras\nx = 1", "pass\nx = 1"),
        ("!pip install \\\n   keras\nx = 1", "pass\n\nx = 1"),
        ("if colab:\n    !ls\n    %cd a\nx = 1", "if colab:\n    pass\n    pass\nx = 1"),
        ("?print\nprint?\nkeras.Model??\nx = 1", "pass\npass\npass\nx = 1"),
        ("files = !ls *.h5\nx = 1", "files = get_ipython()\nx = 1"),
        ("a, self.b = %sql select 1", "a, self.b = get_ipython()"),
        ("x = %time f(1)", "x =       f(1)"),
        ("%time x = f(1)\ny = 2", "0    ;x = f(1)\ny = 2"),
        ("%timeit -n 10 -r3 f(1)", "0                ;f(1)"),
        ("%time", "pass"),
        ("x = (5\n% 3)\n", "x = (5\n% 3)\n"),
        ('x = """\n%time\n!ls\n"""\n', 'x = """\n%time\n!ls\n"""\n'),
        ("print('a = %s' % x)", "print('a = %s' % x)"),
        ("'a = %s' % x", "'a = %s' % x"),
        ("x = 7 \\\n  % 3", "x = 7 \\\n  % 3"),
        ("x != y\nassert x == '%d'", "x != y\nassert x == '%d'"),
        ("# what is this?\nx = 1", "# what is this?\nx = 1"),
        ("%%time\nx = 1", "\nx = 1"),
        ("\n# comment\n%%capture out\nx = 1", "\n# comment\n\nx = 1"),
        ("", ""),
        ("pip install -q keras==3.1\n", "pass\n"),
        ("cd drive/My Drive", "pass"),
        ("ls -la", "ls -la"),
        ("pip = 1", "pip = 1"),
        ("time (1)", "time (1)"),
        ("print(x) if x else y", "print(x) if x else y"),
    ],
)
def test_only_what_is_no_python_is_replaced(cell: str, python: str) -> None:
    assert python_of_cell(cell) == python
    ast.parse(python)


def test_a_magic_without_its_mark_needs_a_cell_of_one_line() -> None:
    assert python_of_cell("pip install keras\nx = 1") == "pip install keras\nx = 1"


@pytest.mark.parametrize("magic", ["%%bash", "%%writefile a.py", "%%html", "%%javascript", "%%R -i x", "%%script false"])
def test_a_cell_handed_to_something_else_is_left_out(magic: str) -> None:
    assert python_of_cell(f"{magic}\nx = 1") is None


def test_a_cell_that_is_indented_as_a_whole_runs_in_a_notebook() -> None:
    source = notebook("  x = 1\n  y = BAD")
    assert source.text == "x = 1\ny = BAD\n"
    assert source.locate(Span(2, 5, 2, 8)) == (1, Span(2, 7, 2, 10))


def test_broken_cells_are_blanked_and_the_others_stay() -> None:
    source = notebook("x = 1", "if True:\nprint 'x'", "y = 2\n\nz = (")
    rest, broken = without_broken_cells(source)
    assert rest.text == "x = 1\n\n\n\n\n\n"
    assert [(fault.line, fault.column) for fault in broken] == [(3, 1), (6, 5)]
    assert [source.locate(Span(fault.line, 1, fault.line, 1))[0] for fault in broken] == [2, 3]


def test_sound_cells_are_all_kept() -> None:
    source = notebook("x = 1", "y = 2")
    assert without_broken_cells(source) == (source, ())


@pytest.mark.parametrize(
    ("data", "line", "column", "reason"),
    [
        (b'{"cells": [\n  {"cell_type": code}]}', 2, 17, "JSON is broken"),
        (b"", 1, 1, "empty"),
        (b"[]", 1, 1, "list of cells"),
        (b"{}", 1, 1, "list of cells"),
        (b'{"cells": 5}', 1, 1, "list of cells"),
        (b'{"cells": [\n"\xff"]}', 2, 2, "UTF-8"),
    ],
)
def test_what_is_no_notebook_says_where_and_why(data: bytes, line: int, column: int, reason: str) -> None:
    error = trouble(data)
    assert (error.line, error.column) == (line, column)
    assert reason in error.reason


def test_json_without_end_of_nesting_is_told() -> None:
    assert "no notebook" in trouble(b"[" * 200_000).reason


@pytest.mark.parametrize("cell", [5, None, "x", {"cell_type": "code"}, {"cell_type": "code", "source": 5}])
def test_odd_cells_are_passed_over(cell: object) -> None:
    document = {"cells": [cell, {"cell_type": "code", "source": "x = 1"}]}
    assert read_source("n.ipynb", json.dumps(document).encode()).text.strip() == "x = 1"
