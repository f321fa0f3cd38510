"""Whatever a file holds, it gives a clear finding at the true place, and the other files are still checked."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerlint.cache.seen import renewed
from kerlint.disk import observed

pytestmark = pytest.mark.usefixtures("marks", "folder")

Run = Callable[..., Any]


@pytest.fixture
def lines(kerlint_run: Run) -> Callable[[bytes | None, str], list[str]]:
    """The findings in one file of odd content, beside which a sound file must be checked as well."""

    def check(data: bytes | None, name: str = "odd.py") -> list[str]:
        if data is not None:
            Path(name).write_bytes(data)
        Path("sound.py").write_bytes(b"import keras\nx = BAD\n")
        ran = kerlint_run()
        assert ran.code == 1
        assert "Traceback" not in ran.err
        assert ran.lines[-1] == "sound.py:2:5: KER101 BAD is bad"
        return list(ran.lines[:-1])

    return check


Lines = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("import keras\nx = (1,\n", "2:5"),
        ("import keras\n\n\ndef f(:\n    pass\n", "4:7"),
        ("import keras\nif x:\ny = 1\n", "3:1"),
        ("import keras\nx = 'open\n", "2:5"),
        ("import keras\r\n\r\nx = = 1\r\n", "3:5"),
        ("import keras\n\fx = = 1\n", "2:6"),
        ("import keras\nx = 'é'; y = = 2\n", "2:14"),
    ],
)
def test_a_syntax_error_is_placed_where_python_sees_it(lines: Lines, text: str, place: str) -> None:
    (line,) = lines(text.encode())
    assert line.startswith(f"odd.py:{place}: KER901 ")


def test_a_syntax_error_in_a_file_that_never_names_keras_is_left_to_other_tools(lines: Lines) -> None:
    assert lines(b"x = (\n") == []


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs permissions")
def test_an_unreadable_file_is_told(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("odd.py").write_bytes(b"import keras\n")
    if os.geteuid() == 0:
        # Nothing is unreadable for root: play the system's refusal.
        opened = os.open

        def refuse(path: str, *how: int, **more: int | None) -> int:
            if os.path.basename(path) == "odd.py":
                raise PermissionError(13, "Permission denied", path)
            return opened(path, *how, **more)

        monkeypatch.setattr(os, "open", refuse)
    else:
        Path("odd.py").chmod(0)
    assert lines(None) == ["odd.py:1:1: KER900 Permission denied"]


def test_a_wrong_encoding_is_placed(lines: Lines) -> None:
    (line,) = lines(b"import keras\nx = '\xe9'\n")
    assert line.startswith("odd.py:2:6: KER900 byte 0xe9 is not valid UTF-8")


def test_a_declared_encoding_is_obeyed(lines: Lines) -> None:
    assert lines(b"# coding: latin-1\nimport keras\nx = '\xe9', BAD\n") == ["odd.py:3:10: KER101 BAD is bad"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_do_not_move_findings(lines: Lines, newline: str) -> None:
    text = f"\ufeffimport keras{newline}{newline}x = BAD  # noqa: KER302{newline}y = BAD  # noqa: KER101"
    assert [line.partition(" ")[0] for line in lines(text.encode())] == ["odd.py:3:5:", "odd.py:3:18:"]


def test_form_feeds_and_tabs_count_one_column(lines: Lines) -> None:
    text = "import keras\n\f\nif keras:\n\tx\t=\tBAD\n\fy = BAD\n"
    assert [line.partition(" ")[0] for line in lines(text.encode())] == ["odd.py:4:6:", "odd.py:5:6:"]


def test_other_unicode_line_breaks_end_no_line(lines: Lines) -> None:
    text = "import keras\nx = 'a\u2028b\x0bc\x85d'\ny = BAD\n"
    assert [line.partition(" ")[0] for line in lines(text.encode())] == ["odd.py:3:5:"]


@pytest.mark.parametrize("terms", [2, 900])
def test_a_sum_of_many_terms_is_read(lines: Lines, terms: int) -> None:
    text = "import keras\nx = " + " + ".join(["1"] * terms) + "\ny = BAD\n"
    assert [line.partition(" ")[0] for line in lines(text.encode())] == ["odd.py:3:5:"]


@pytest.mark.parametrize(
    "deep",
    [
        "[" * 90 + "]" * 90,
        "x" + ".a" * 500,
        "x" + "[0]" * 300,
        "x" + "()" * 300,
        "not " * 1500 + "x",
        "-" * 1500 + "x",
        "'a' " * 3000,
        "lambda: " * 80 + "x",
        "(" * 1000 + ")" * 1000,
        "[" * 5000,
        "f(" * 150 + ")" * 150,
    ],
    ids=lambda text: text[:8],
)
def test_deep_nesting_is_read_or_refused_but_never_fatal(lines: Lines, deep: str) -> None:
    for line in lines(f"import keras\ny = BAD\nx = {deep}\n".encode()):
        assert line.startswith(("odd.py:2:5: KER101 ", "odd.py:3:", "odd.py:1:1: KER901 "))


def test_an_empty_file_is_sound(lines: Lines) -> None:
    assert lines(b"") == []


@pytest.mark.parametrize("data", [b"\n\n", b"\f", b"\xef\xbb\xbf", b"# keras", b"import keras", b"\\\n", b"\t", b"keras \\"])
def test_tiny_files_are_read(lines: Lines, data: bytes) -> None:
    assert all("KER901" in line for line in lines(data))


def test_a_binary_file_is_told(lines: Lines) -> None:
    (line,) = lines(b"\x7fELF\x02\x01\x01\x00keras")
    assert line.startswith("odd.py:1:8: KER900 ")


def test_a_large_file_is_read(lines: Lines) -> None:
    row = "data = [" + ", ".join(str(number) for number in range(200)) + "]\n"
    text = "import os\n" + row * (5_000_000 // len(row)) + "x = 1  # noqa: KER1O1\n"
    assert len(text) > 4_900_000
    (line,) = lines(text.encode())
    assert "KER911" in line


def test_a_broken_notebook_is_placed(lines: Lines) -> None:
    (line,) = lines(b'{\n "cells": [\n  {"cell_type": "code" "source": []}\n ]\n}\n', "odd.ipynb")
    assert line.startswith("odd.ipynb:3:24: KER900 no notebook: its JSON is broken")


def test_an_empty_notebook_is_told(lines: Lines) -> None:
    assert lines(b"", "odd.ipynb") == ["odd.ipynb:1:1: KER900 no notebook: the file is empty"]


def test_links_in_a_circle_are_told(lines: Lines) -> None:
    Path("odd.py").symlink_to("odder.py")
    Path("odder.py").symlink_to("odd.py")
    assert [line.partition(" KER900 ")[0] for line in lines(None)] == ["odd.py:1:1:", "odder.py:1:1:"]


def test_a_link_that_leads_nowhere_is_told(lines: Lines) -> None:
    Path("odd.py").symlink_to("nothing.py")
    assert lines(None) == ["odd.py:1:1: KER900 No such file or directory"]


def test_folders_linked_in_a_circle_end(lines: Lines) -> None:
    Path("sub").mkdir()
    Path("sub/up").symlink_to("..")
    Path("sub/a.py").write_bytes(b"import keras\n")
    Path("round").symlink_to("round")
    assert lines(None) == []


def test_folders_linked_in_a_circle_end_also_in_a_run_that_is_remembered(lines: Lines) -> None:
    Path("round").symlink_to("round")
    with observed() as observations:
        assert lines(None) == []
        seen = list(observations)
    assert all(renewed(one, time.time_ns()) is not None for one in seen), "a link changes nothing that was seen"


def test_a_link_in_a_circle_named_outright_is_told(kerlint_run: Run) -> None:
    Path("round").symlink_to("round")
    ran = kerlint_run("round")
    assert ran.code == 2
    assert "kerlint: round: too many levels of symbolic links" in ran.err


def test_a_panic_of_the_native_parser_is_an_internal_error(kerlint_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        """What a Rust panic becomes: no Exception."""

    from kerlint.project import Project

    def panic(self: Project, source: object) -> None:
        raise PanicException("range end index 5 out of range")

    monkeypatch.setattr(Project, "module", panic)
    Path("a.py").write_text("import keras\n")
    ran = kerlint_run()
    assert ran.code == 2
    assert ran.lines[0].startswith("a.py:1:1: KER999 internal error in the parser (PanicException: range end")


@pytest.mark.skipif(sys.platform == "win32", reason="the name is not allowed there")
def test_odd_names_are_files_too(lines: Lines) -> None:
    assert lines(b"import keras\nBAD\n", "a b:c'd.py") == ["a b:c'd.py:2:1: KER101 BAD is bad"]
