"""Baselines, seen from the command: what they hold, what they outlive, and what is told when they no longer fit."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerlint.adopting.baseline import Baseline, fingerprints_of
from kerlint.finding import Finding, Severity, Span
from kerlint.sources.source import Source

pytestmark = pytest.mark.usefixtures("marks", "folder")

Run = Callable[..., Any]

PROGRAM = """\
import keras

class Net(keras.Model):
    def __init__(self):
        self.a = BAD

    def call(self, x):
        y = self.a(x, BAD)
        return WORSE(y)

z = BAD
"""


@pytest.fixture
def held(kerlint_run: Run) -> Callable[[str], list[str]]:
    """What is reported of a program by the baseline of `PROGRAM`."""
    Path("a.py").write_text(PROGRAM)
    assert kerlint_run("--write-baseline", "b.json", ".").code == 0

    def call(text: str) -> list[str]:
        Path("a.py").write_text(text)
        ran = kerlint_run("--baseline", "b.json", "-q", ".")
        assert ran.code == bool(ran.lines)
        return [line.split(": ")[0] for line in ran.lines]

    return call


def test_what_a_baseline_holds_is_not_reported(held: Run) -> None:
    assert held(PROGRAM) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "# a comment\n\n\n" + text,
        lambda text: text.replace("class Net", "def other(x):\n    return x\n\nclass Net"),
        lambda text: text.replace("y = self.a(x, BAD)", "y = self.a(\n            x,\n            BAD,\n        )  # moved"),
        lambda text: text.replace("    def call", "    def build(self, shape):\n        self.b = shape\n\n    def call"),
        lambda text: text.replace("self.a = BAD", "self.first = BAD"),
        lambda text: text.replace("class Net", "class Network"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\n".join(line.replace("    ", "\t") for line in text.split("\n")),
        lambda text: "z = BAD\n" + text.replace("z = BAD\n", ""),
    ],
)
def test_a_baseline_outlives_a_change_of_what_is_round_a_finding(held: Run, change: Callable[[str], str]) -> None:
    assert held(change(PROGRAM)) == []


def test_one_more_of_the_same_is_reported(held: Run) -> None:
    assert held(PROGRAM + "z = BAD\n") == ["a.py:12:5"]
    assert held(PROGRAM + "\n\ndef f():\n    return BAD\n") == ["a.py:15:12"]
    assert held(PROGRAM.replace("z = BAD", "z = WORSE")) == ["a.py:11:5"]


def test_a_finding_in_another_file_is_reported(held: Run) -> None:
    Path("c.py").write_text(PROGRAM)
    assert held(PROGRAM) == ["c.py:5:18", "c.py:8:23", "c.py:9:16", "c.py:11:5"]


def test_numbers_in_a_message_do_not_count(folder: Path) -> None:
    source = Source("a.py", "x = 1\n")
    one, two, other = (
        Finding("a.py", Span(1, 1, 1, 2), "KER101", "n", message, Severity.ERROR)
        for message in ("called on 6 channels, then 16.5", "called on 7 channels, then 3", "called on Conv2D")
    )
    prints = fingerprints_of([one, two, other], source)
    assert prints[one] == prints[two] != prints[other]
    assert prints[other].message == "called on Conv2D"


# --- the file ---------------------------------------------------------------------------------------------------------


def test_the_file_is_sorted_and_has_a_line_for_each_entry(kerlint_run: Run) -> None:
    Path("src/deep").mkdir(parents=True)
    Path("src/deep/a.py").write_text("import keras\nx = WORSE, BAD\nx = WORSE, BAD\n")
    Path("n.py").write_text("import keras\ny = BAD\n")
    assert kerlint_run("--write-baseline", "src/base.json", ".").err == "kerlint: wrote src/base.json: it holds 5 findings\n"
    assert Path("src/base.json").read_text() == """\
{
  "kerlint-baseline": 1,
  "files": {
    "../n.py": [
      {"code": "KER101", "scope": "", "statement": "y = BAD", "message": "BAD is bad", "count": 1}
    ],
    "deep/a.py": [
      {"code": "KER101", "scope": "", "statement": "x = WORSE, BAD", "message": "BAD is bad", "count": 2},
      {"code": "KER302", "scope": "", "statement": "x = WORSE, BAD", "message": "WORSE is bad", "count": 2}
    ]
  }
}
"""
    assert kerlint_run("--baseline", "src/base.json", "src/deep/a.py", "n.py").code == 0


def test_a_baseline_of_nothing_is_a_baseline(kerlint_run: Run) -> None:
    Path("a.py").write_text("import keras\n")
    kerlint_run("--write-baseline", "b.json", ".")
    assert json.loads(Path("b.json").read_text()) == {"kerlint-baseline": 1, "files": {}}
    assert kerlint_run("--baseline", "b.json", ".").code == 0


def test_the_configuration_names_a_baseline_beside_it(kerlint_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("sub").mkdir()
    Path("sub/kerlint.toml").write_text('baseline = "known.json"\n')
    Path("sub/a.py").write_text("import keras\nx = BAD\n")
    Path("b.py").write_text("import keras\nx = BAD\n")
    assert "sub/known.json: no such file" in kerlint_run(".").err
    assert kerlint_run("--write-baseline", "sub/known.json", "sub").code == 0
    assert kerlint_run(".").lines == ["b.py:2:5: KER101 BAD is bad"]
    monkeypatch.chdir("sub")
    assert kerlint_run().code == 0


def test_notebooks_are_held_too(kerlint_run: Run) -> None:
    def write(*cells: str) -> None:
        Path("n.ipynb").write_text(json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}))

    write("import keras", "x = BAD")
    kerlint_run("--write-baseline", "b.json", ".")
    write("import keras", "%time y = 1", "z = 1\nx = BAD", "x = BAD")
    assert kerlint_run("--baseline", "b.json", ".").lines == ["n.ipynb:cell 4:1:5: KER101 BAD is bad"]


def test_standard_input_is_held_under_its_name(kerlint_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    Path("a.py").write_text(PROGRAM)
    kerlint_run("--write-baseline", "b.json", "a.py")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n\n" + PROGRAM.encode())))
    assert kerlint_run("--baseline", "b.json", "--stdin-filename", "a.py", "-").code == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "its JSON is broken"),
        ("{", "its JSON is broken"),
        ("<<<<<<< ours\n{}\n", "unsolved conflicts of a merge"),
        ("[]", 'no key "kerlint-baseline"'),
        ('{"name": "x"}', 'no key "kerlint-baseline"'),
        ('{"kerlint-baseline": 9, "files": {}}', "its format is 9"),
        ('{"kerlint-baseline": 1}', '"files" is no table'),
        ('{"kerlint-baseline": 1, "files": {"a.py": {}}}', "'a.py' is no list"),
        ('{"kerlint-baseline": 1, "files": {"a.py": [1]}}', "an entry without"),
        ('{"kerlint-baseline": 1, "files": {"a.py": [{"code": "KER101"}]}}', "an entry without"),
        (
            '{"kerlint-baseline": 1, "files": {"a.py": '
            '[{"code": "", "scope": "", "statement": "", "message": "", "count": true}]}}',
            "an entry without",
        ),
        ("[" * 100_000, "is no baseline"),
    ],
)
def test_a_broken_baseline_is_one_line_and_is_never_overwritten(kerlint_run: Run, text: str, reason: str) -> None:
    Path("a.py").write_text(PROGRAM)
    Path("b.json").write_text(text)
    for option in ("--baseline", "--write-baseline"):
        ran = kerlint_run(option, "b.json", "a.py")
        assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
        assert "b.json" in ran.err and reason in ran.err
        assert Path("b.json").read_text() == text


@pytest.mark.parametrize(("path", "reason"), [("folder", "is a folder"), ("pipe", "no file that can be kept")])
def test_what_can_be_no_baseline_is_told_at_once(kerlint_run: Run, path: str, reason: str) -> None:
    Path("a.py").write_text(PROGRAM)
    Path("folder").mkdir()
    if path == "pipe":
        pytest.importorskip("fcntl", reason="needs named pipes")
        os.mkfifo("pipe")
    ran = kerlint_run("--write-baseline", path, "a.py")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1) and reason in ran.err
    assert "--write-baseline writes one" not in ran.err


def test_a_baseline_that_is_missing_is_told_with_what_writes_one(kerlint_run: Run) -> None:
    Path("a.py").write_text(PROGRAM)
    Path("folder").mkdir()
    assert kerlint_run("--baseline", "gone.json", "a.py").err.endswith("no such file or directory; --write-baseline writes one\n")
    assert kerlint_run("--baseline", "folder", "a.py").err.endswith("/folder: is a directory\n")


def test_a_baseline_that_cannot_be_written_is_one_line(kerlint_run: Run) -> None:
    Path("a.py").write_text(PROGRAM)
    ran = kerlint_run("--write-baseline", "nowhere/b.json", "a.py")
    assert (ran.code, ran.err.count("\n")) == (2, 1)


# --- what no longer occurs --------------------------------------------------------------------------------------------


def test_entries_that_occur_no_longer_are_told_and_taken_out(kerlint_run: Run) -> None:
    Path("a.py").write_text(PROGRAM)
    kerlint_run("--write-baseline", "b.json", ".")
    Path("a.py").write_text(PROGRAM.replace("z = BAD\n", ""))
    ran = kerlint_run("--baseline", "b.json", ".")
    assert (ran.code, ran.out) == (0, "")
    told = "b.json: 1 entry occurs no longer (KER101 in a.py); --write-baseline b.json takes them out"
    assert ran.err.splitlines() == [f"kerlint: {told}", "kerlint: nothing found in 1 file"]
    assert kerlint_run("--baseline", "b.json", "-q", ".").err == ""
    kerlint_run("--write-baseline", "b.json", ".")
    assert kerlint_run("--baseline", "b.json", ".").err == "kerlint: nothing found in 1 file\n"


@pytest.mark.parametrize(
    "options",
    [("--select", "KER9"), ("--ignore", "KER1,KER3"), ("--per-file-ignores", "a.py:KER1,KER3"), ("--target-keras", "2")],
)
def test_what_the_run_could_not_find_is_neither_told_nor_taken_out(kerlint_run: Run, options: tuple[str, ...]) -> None:
    Path("a.py").write_text(PROGRAM)
    kerlint_run("--write-baseline", "b.json", ".")
    before = Path("b.json").read_text()
    assert kerlint_run("--baseline", "b.json", *options, ".").err == "kerlint: nothing found in 1 file\n"
    kerlint_run("--write-baseline", "b.json", *options, ".")
    assert Path("b.json").read_text() == before


def test_other_files_stay_in_a_baseline_as_long_as_they_are_there(kerlint_run: Run) -> None:
    for name in ("a.py", "b.py"):
        Path(name).write_text(PROGRAM)
    kerlint_run("--write-baseline", "b.json", ".")
    before = Path("b.json").read_text()
    kerlint_run("--write-baseline", "b.json", "a.py")
    assert Path("b.json").read_text() == before
    assert kerlint_run("--baseline", "b.json", "a.py").err == "kerlint: nothing found in 1 file\n"
    Path("b.py").unlink()
    kerlint_run("--write-baseline", "b.json", "a.py")
    assert list(json.loads(Path("b.json").read_text())["files"]) == ["a.py"]


def test_nothing_is_taken_out_for_a_file_that_cannot_be_checked(kerlint_run: Run) -> None:
    Path("a.py").write_text(PROGRAM)
    kerlint_run("--write-baseline", "b.json", ".")
    Path("a.py").write_text(PROGRAM + "x = (\n")
    ran = kerlint_run("--baseline", "b.json", ".")
    assert [line.split()[1] for line in ran.lines] == ["KER901"]
    assert "no longer" not in ran.err


def test_an_error_in_kerlint_is_held_by_no_baseline(kerlint_run: Run) -> None:
    Path("a.py").write_text("import keras\nx = BOOM, BAD\n")
    assert kerlint_run("--write-baseline", "b.json", ".").code == 2
    ran = kerlint_run("--baseline", "b.json", ".")
    assert (ran.code, [line.split()[1] for line in ran.lines]) == (2, ["KER999"])


def test_comments_are_judged_without_regard_to_a_baseline(kerlint_run: Run) -> None:
    Path("a.py").write_text("import keras\nx = BAD  # noqa: KER302\n")
    kerlint_run("--write-baseline", "b.json", ".")
    assert kerlint_run("--baseline", "b.json", ".").lines == []
    Path("a.py").write_text("import keras\nx = BAD  # noqa: KER101\n")
    ran = kerlint_run("--baseline", "b.json", ".")
    assert (ran.lines, "2 entries occur no longer" in ran.err) == ([], True)


def test_what_is_added_to_a_baseline_is_left_to_comments(kerlint_run: Run) -> None:
    Path("a.py").write_text("import keras\nx = BAD\n")
    kerlint_run("--write-baseline", "b.json", ".")
    Path("a.py").write_text("import keras\nx = BAD\ny = WORSE\n")
    assert kerlint_run("--baseline", "b.json", "--add-noqa", ".").code == 0
    assert Path("a.py").read_text() == "import keras\nx = BAD\ny = WORSE  # noqa: KER302\n"


# --- whatever moves ---------------------------------------------------------------------------------------------------

BLOCKS = (
    "x = BAD\n", "def f(a):\n    return BAD(a)\n", "class C(keras.Model):\n    def call(self, x):\n        return BAD(x)\n",
    "y = f(\n    BAD,\n    2,\n)\n", "import os\n", "if x:\n    z = BAD\nelse:\n    z = BAD\n", "'''\ntext\n'''\n", "# BAD\n",
)  # fmt: skip


def findings_in(text: str) -> list[Finding]:
    return [
        Finding("a.py", Span(number, at + 1, number, at + 4), "KER101", "n", "BAD is bad", Severity.ERROR)
        for number, line in enumerate(text.split("\n"), 1)
        if (at := line.partition("#")[0].find("BAD")) >= 0
    ]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(BLOCKS), max_size=8), st.lists(st.sampled_from(BLOCKS), max_size=3), st.randoms())
def test_blocks_may_move_anywhere_and_only_what_is_new_is_left(old: list[str], new: list[str], chance: random.Random) -> None:
    before = "".join(old)
    moved = [*old, *new]
    chance.shuffle(moved)
    after = "\n\n".join(moved)
    known = Counter(fingerprints_of(findings_in(before), Source("a.py", before)).values())
    left, unused = Baseline("/b.json", {"a.py": known}).left("/a.py", findings_in(after), Source("a.py", after))
    assert len(left) == len(findings_in("".join(new)))
    assert not unused
