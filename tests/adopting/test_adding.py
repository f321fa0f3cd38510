"""`--add-noqa` and `--ignore-noqa`, seen from the command: what is written, and that nothing else is."""

from __future__ import annotations

import ast
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kerlint.adopting.insertions import insertions, is_same_program
from kerlint.rewriting.replacements import replaced
from kerlint.sources.suppression import read_suppressions
from kerlint.sources.tokens import lex

pytestmark = pytest.mark.usefixtures("marks", "folder")

Run = Callable[..., Any]


@pytest.fixture
def adopted(kerlint_run: Run) -> Callable[..., bytes]:
    """The bytes of a file after `--add-noqa`, which leaves nothing to report and nothing to add."""

    def call(data: bytes, *options: str, name: str = "a.py") -> bytes:
        Path(name).write_bytes(data)
        assert kerlint_run("--add-noqa", *options, name).code == 0
        after = Path(name).read_bytes()
        assert kerlint_run(name, *options).lines == []
        assert "silenced 0 findings in 0 files" in kerlint_run("--add-noqa", *options, name).err
        assert Path(name).read_bytes() == after
        return after

    return call


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = BAD\n", "x = BAD  # noqa: KER101\n"),
        ("x = BAD", "x = BAD  # noqa: KER101"),
        ("x = WORSE, BAD, BAD\n", "x = WORSE, BAD, BAD  # noqa: KER101, KER302\n"),
        ("x = BAD   \n", "x = BAD  # noqa: KER101   \n"),
        ("x = BAD  # why\n", "x = BAD  # why  # noqa: KER101\n"),
        ("x = BAD  # noqa: E501\n", "x = BAD  # noqa: E501, KER101\n"),
        ("x = BAD  # noqa: E501 it is long\n", "x = BAD  # noqa: E501, KER101 it is long\n"),
        ("x = BAD  # noqa:E501,W1\n", "x = BAD  # noqa:E501,W1, KER101\n"),
        ("x = BAD, WORSE  # noqa: KER302\n", "x = BAD, WORSE  # noqa: KER302, KER101\n"),
        ("x = BAD  # type: ignore\n", "x = BAD  # type: ignore  # noqa: KER101\n"),
        ("x = f(\n    BAD,\n    1,\n)\n", "x = f(\n    BAD,\n    1,\n)  # noqa: KER101\n"),
        ("x = BAD + \\\n    1\n", "x = BAD + \\\n    1  # noqa: KER101\n"),
        ('x = BAD, """\ntext\n"""\n', 'x = BAD, """\ntext\n"""  # noqa: KER101\n'),
        ('x = f"""\n{BAD}\n"""\n', 'x = f"""\n{BAD}\n"""  # noqa: KER101\n'),
        ("if BAD:\n    pass\n", "if BAD:  # noqa: KER101\n    pass\n"),
        ("x = BAD; y = WORSE\n", "x = BAD; y = WORSE  # noqa: KER101, KER302\n"),
        ("def f(\n    a=BAD,\n):\n    pass\n", "def f(\n    a=BAD,\n):  # noqa: KER101\n    pass\n"),
        ("if 1:\n\tx = BAD\n", "if 1:\n\tx = BAD  # noqa: KER101\n"),
        ("x = 1  # noqa: KER101\n", "x = 1  # noqa: KER101, KER910\n"),
        ("x = 1  # noqa: KER1O1\n", "x = 1  # noqa: KER1O1, KER911\n"),
    ],
)
def test_a_comment_stands_where_it_counts(adopted: Run, before: str, after: str) -> None:
    assert adopted(f"import keras\n{before}".encode()).decode() == f"import keras\n{after}"


@pytest.mark.parametrize(
    "data",
    [
        b"import keras\r\nx = BAD\r\ny = f(BAD,\r\n  1)\r\n",
        b"import keras\rx = BAD\ry = 1\r",
        b"\xef\xbb\xbfimport keras\nx = BAD\n",
        b"# -*- coding: latin-1 -*-\nimport keras\nx = '\xe9', BAD  # \xff\n",
        b"# coding: cp1252\nimport keras\nx = '\x80', BAD\n",
        "import keras\nx = 'é🙂\u2028', BAD\n".encode(),
        b"import keras\n\x0cx = BAD\n",
    ],
)
def test_all_other_bytes_stay(adopted: Run, data: bytes) -> None:
    assert adopted(data).replace(b"  # noqa: KER101", b"") == data


def test_a_reason_is_written_behind_the_codes(adopted: Run) -> None:
    data = b"import keras\nx = BAD\ny = BAD  # noqa: E501 long\n"
    Path("a.py").write_bytes(data)
    assert adopted(data, "--add-noqa=until #12").decode().splitlines()[1:] == [
        "x = BAD  # noqa: KER101 until #12",
        "y = BAD  # noqa: E501, KER101 until #12 long",
    ]


@pytest.mark.parametrize("reason", ["KER2 later", "two\nlines", "E5"])
def test_a_reason_that_would_be_read_otherwise_is_refused(kerlint_run: Run, reason: str) -> None:
    Path("a.py").write_text("import keras\nx = BAD\n")
    ran = kerlint_run(f"--add-noqa={reason}", "a.py")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "noqa" not in Path("a.py").read_text()


def test_a_reason_that_the_file_cannot_hold_is_told(kerlint_run: Run) -> None:
    Path("a.py").write_bytes(b"# coding: latin-1\nimport keras\nx = BAD\n")
    ran = kerlint_run("--add-noqa=später 🙂", "a.py")
    assert (ran.code, len(ran.lines)) == (2, 1)
    assert "a.py: '🙂' cannot be written in iso8859-1; nothing was added" in ran.err


def test_only_what_is_selected_is_silenced(adopted: Run, kerlint_run: Run) -> None:
    assert adopted(b"import keras\nx = BAD, WORSE\n", "--ignore", "KER302").endswith(b"WORSE  # noqa: KER101\n")
    assert kerlint_run("a.py").lines == ["a.py:2:10: KER302 WORSE is bad"]


def test_what_no_comment_can_silence_is_left_and_told(kerlint_run: Run) -> None:
    Path("a.py").write_text("import keras\nx = BOOM\ny = BAD\n")
    Path("b.py").write_text("import keras\nx = (\n")
    Path("c.py").write_text("import keras\nx = BAD  # kerlint: skip\n")
    ran = kerlint_run("--add-noqa", ".")
    assert [line.split()[1] for line in ran.lines] == ["KER999", "KER901", "KER101", "KER911"]
    assert "silenced 1 finding in 1 file; 4 left, for which none is written" in ran.err
    assert Path("c.py").read_text() == "import keras\nx = BAD  # kerlint: skip\n"


def test_standard_input_cannot_be_edited(kerlint_run: Run) -> None:
    assert kerlint_run("--add-noqa", "-").code == 2


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs POSIX permissions")
def test_permissions_and_links_stay(adopted: Run) -> None:
    Path("real.py").write_text("import keras\nx = BAD\n")
    Path("real.py").chmod(0o750)
    Path("a.py").symlink_to("real.py")
    adopted(b"import keras\nx = BAD\n")
    assert Path("a.py").is_symlink()
    assert stat.S_IMODE(Path("real.py").stat().st_mode) == 0o750
    assert sorted(entry.name for entry in Path().iterdir() if entry.suffix) == ["a.py", "real.py"]


def test_a_file_that_cannot_be_written_is_told_and_the_others_are_edited(
    kerlint_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.py", "b.py"):
        Path(name).write_text("import keras\nx = BAD\n")
    replace = os.replace

    def refusing(source: str, target: str) -> None:
        if str(target).endswith("a.py"):
            raise PermissionError(13, "Permission denied")
        replace(source, target)

    monkeypatch.setattr(os, "replace", refusing)
    ran = kerlint_run("--no-cache", "--add-noqa", ".")
    assert ran.lines == ["a.py:2:5: KER101 BAD is bad"]
    assert "a.py: permission denied; nothing was added" in ran.err
    assert Path("b.py").read_text().endswith("# noqa: KER101\n")
    assert not list(Path().glob("*kerlint-*"))


def test_ignore_noqa_shows_what_comments_silence_and_says_nothing_of_comments(kerlint_run: Run) -> None:
    Path("a.py").write_text("# kerlint: noqa: KER302\nimport keras\nx = BAD  # noqa\ny = WORSE\nz = 1  # noqa: KER101, KER1O1\n")
    assert [line.split()[1] for line in kerlint_run("a.py").lines] == ["KER910", "KER911"]
    assert [line.split()[1] for line in kerlint_run("--ignore-noqa", "a.py").lines] == ["KER101", "KER302"]


# --- notebooks --------------------------------------------------------------------------------------------------------


def notebook(*sources: Any, **extra: Any) -> dict[str, Any]:
    cells = [{"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": s} for s in sources]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **extra}


WAYS_TO_WRITE = [
    {"indent": 1, "ensure_ascii": False},
    {"indent": 2},
    {"indent": 4, "sort_keys": True},
    {"separators": (",", ":")},
    {"indent": "\t"},
]


@pytest.mark.parametrize("way", WAYS_TO_WRITE)
@pytest.mark.parametrize("end", ["\n", ""])
def test_a_notebook_keeps_its_formatting(adopted: Run, way: dict[str, Any], end: str) -> None:
    first = ["import keras\n", "%matplotlib inline\n", "x = 'é🙂\\t\"', BAD\n", "y = f(\n", "  BAD,\n", "  1)"]
    text = json.dumps(notebook(first, "z = BAD\n\n", "%%time\nz = BAD  # noqa: E501\n"), **way) + end  # type: ignore[arg-type]
    after = adopted(text.encode(), name="n.ipynb").decode()
    assert after.replace("  # noqa: KER101", "").replace("E501, KER101", "E501") == text
    sources = ["".join(cell["source"]) for cell in json.loads(after)["cells"]]
    assert sources == [
        "import keras\n%matplotlib inline\nx = 'é🙂\\t\"', BAD  # noqa: KER101\ny = f(\n  BAD,\n  1)  # noqa: KER101",
        "z = BAD  # noqa: KER101\n\n",
        "%%time\nz = BAD  # noqa: E501, KER101\n",
    ]
    assert len(json.loads(after)["cells"][0]["source"]) == 6


def test_a_notebook_of_format_3_and_one_with_other_line_ends(adopted: Run) -> None:
    cell = {"cell_type": "code", "language": "python", "input": ["import keras\n", "x = BAD"]}
    after = adopted(json.dumps({"worksheets": [{"cells": [{"cell_type": "heading"}, cell]}]}).encode(), name="n.ipynb")
    assert json.loads(after)["worksheets"][0]["cells"][1]["input"] == ["import keras\n", "x = BAD  # noqa: KER101"]
    text = b"\xef\xbb\xbf" + json.dumps(notebook("import keras\r\nx = BAD\r\n\r\ny = BAD")).encode().replace(b", ", b",\r\n")
    after = adopted(text, name="n.ipynb")
    assert after.replace(b"  # noqa: KER101", b"") == text
    assert json.loads(after)["cells"][0]["source"].split("\r\n")[1::2] == ["x = BAD  # noqa: KER101", "y = BAD  # noqa: KER101"]


def test_an_indented_cell_is_edited_in_its_own_columns(adopted: Run) -> None:
    after = adopted(json.dumps(notebook("  import keras\n  x = BAD\n")).encode(), name="n.ipynb")
    assert json.loads(after)["cells"][0]["source"] == "  import keras\n  x = BAD  # noqa: KER101\n"


# --- whatever the program -----------------------------------------------------------------------------------------------

def is_program(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


PIECES = st.sampled_from(
    ["x = BAD", "f(BAD,\n  1)", "'''a\nBAD'''", "# noqa: E501", "# why", "\\", "BAD + \\\n 1", "if BAD:\n  pass", ";", "  ", "\n",
     "# noqa", "#noqa:KER101", "# kerlint: noqa", "(", ")", '"', "f'{BAD}'", "\r\n", "\t", "é", "# noqa: E1 why, KER2"]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES, max_size=25), st.data())
def test_an_insertion_adds_to_comments_alone_wherever_it_stands(pieces: list[str], data: st.DataObject) -> None:
    tokens = lex(" ".join(pieces))
    ends = sorted({tokens.logical_line(line)[1] for line in range(1, len(tokens.line_starts) + 1)})
    lines = data.draw(st.lists(st.sampled_from(ends), unique=True, min_size=1))
    changes = insertions(tokens, {line: {"KER101"} for line in lines}, "")
    text = replaced(tokens.text, changes)
    if not is_same_program(tokens, text):
        assert not is_program(tokens.text)  # the file is then left as it is
        return
    suppressions = read_suppressions(lex(text), lambda code: True)
    for line in lines:
        comment = next((c.text for c in tokens.comments if c.line == line), "")
        assert suppressions.covering("KER101", frozenset({line})) or "kerlint" in comment, text
