"""kerlint inside the real flake8: what it says there is what the command says, and flake8 decides as with any plugin."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("flake8", reason="needs flake8: pip install 'kerlint[flake8]'")
if not any(entry.name == "KER" for entry in entry_points(group="flake8.extension")):
    pytest.skip("kerlint is installed without its flake8 plugin; install it again", allow_module_level=True)

import flake8.main.cli

import kerlint.linter
import kerlint.rules
from kerlint.integrations.flake8 import Plugin

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"

Run = Callable[..., Any]


@pytest.fixture
def flake8_run(capfd: pytest.CaptureFixture[str]) -> Callable[..., list[str]]:
    """Runs flake8 in this process; gives its lines."""

    def call(*arguments: str) -> list[str]:
        capfd.readouterr()
        flake8.main.cli.main(["-j", "1", *arguments])
        return capfd.readouterr().out.splitlines()

    return call


def program(*arguments: str, text: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a module of this Python as a program."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
        timeout=300,
    )


def of_kerlint(output: str) -> list[str]:
    return sorted(line.removeprefix("./") for line in output.splitlines() if ": KER" in line)


# --- the same as the command ------------------------------------------------------------------------------------------


def same_in_both(folder: str, *flake8_options: str) -> list[str]:
    command = of_kerlint(program("kerlint", "--no-cache", folder).stdout)
    assert of_kerlint(program("flake8", *flake8_options, folder).stdout) == command
    return command


def test_a_program_of_several_files_is_told_as_the_command_tells_it(folder: Path) -> None:
    for case in ("tour", "KER303"):
        shutil.copytree(FIXTURES / case, folder / case)
    found = same_in_both(".", "-j", "2")
    assert "tour/model.py:15:16: KER101" in "\n".join(found)
    assert len(found) > 10


@pytest.mark.slow
def test_programs_of_every_family_are_told_as_the_command_tells_them_beside_other_plugins(folder: Path) -> None:
    for code in ("KER104", "KER206", "KER305", "KER404", "KER501", "KER508"):
        shutil.copytree(FIXTURES / code, folder / "fixtures" / code, ignore=shutil.ignore_patterns("*.ipynb"))
    assert len(same_in_both("fixtures", "-j", "2", "--extend-select", "B")) > 50


def test_other_plugins_and_the_configuration_of_flake8_stand_beside_it(folder: Path, marks: None, flake8_run: Run) -> None:
    Path("setup.cfg").write_text("[flake8]\nextend-ignore = KER101\nper-file-ignores =\n    b.py: KER302\n")
    for name in ("a.py", "b.py"):
        Path(name).write_text("import keras\nx = BAD, WORSE\n")
    assert sorted(flake8_run(".")) == [
        "./a.py:1:1: F401 'keras' imported but unused",
        "./a.py:2:10: F821 undefined name 'WORSE'",
        "./a.py:2:10: KER302 WORSE is bad",
        "./a.py:2:5: F821 undefined name 'BAD'",
        "./b.py:1:1: F401 'keras' imported but unused",
        "./b.py:2:10: F821 undefined name 'WORSE'",
        "./b.py:2:5: F821 undefined name 'BAD'",
    ]


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def found(folder: Path, marks: None, flake8_run: Run) -> Callable[..., list[str]]:
    """`line:column code` of each finding of kerlint in a program that imports Keras in its first line."""

    def call(text: str, *arguments: str) -> list[str]:
        Path("a.py").write_text(f"import keras\n{text}", newline="")
        lines = (line.split(": ", 1) for line in flake8_run("a.py", *arguments) if ": KER" in line)
        return [f"{place.split(':', 1)[1]} {rest.split()[0]}" for place, rest in lines]

    return call


def test_kerlints_own_configuration_is_obeyed(found: Run) -> None:
    Path("kerlint.toml").write_text('ignore = ["KER101"]\n')
    assert found("x = BAD, WORSE\n") == ["2:10 KER302"]
    Path("kerlint.toml").write_text('per-file-ignores = { "a.py" = ["KER3"] }\n')
    assert found("x = BAD, WORSE\n") == ["2:5 KER101"]
    Path("kerlint.toml").write_text('exclude = ["a.py"]\n')
    assert found("x = BAD, WORSE\n") == []
    Path("kerlint.toml").write_text('target-keras = "2"\n')
    assert found("x = BAD, WORSE\n") == []
    assert found("x = BAD\n", "--kerlint-target-keras", "3") == ["2:5 KER101"]


def test_a_finding_of_severity_info_is_shown_where_its_rule_is_asked_for(found: Run) -> None:
    assert found("x = OLD\n") == []
    assert found("x = OLD\n", "--select", "E,KER") == []
    assert found("x = OLD\n", "--extend-select", "KER306") == ["2:5 KER306"]
    assert found("x = OLD\n", "--select", "KER3") == ["2:5 KER306"]
    assert found("x = OLD\n", "--kerlint-extend-select", "KER306") == ["2:5 KER306"]
    Path("setup.cfg").write_text("[flake8]\nkerlint-extend-select = KER306\n")
    assert found("x = OLD\n") == ["2:5 KER306"]
    Path("setup.cfg").unlink()
    Path("kerlint.toml").write_text('extend-select = ["KER306"]\n')
    assert found("x = OLD\n") == ["2:5 KER306"]


def test_a_rule_of_the_preview_group_speaks_with_the_option(found: Run) -> None:
    known = kerlint.rules.all_rules()
    known["KER101"] = replace(known["KER101"], preview=True)
    assert found("x = BAD\n") == []
    assert found("x = BAD\n", "--kerlint-preview") == ["2:5 KER101"]
    Path("setup.cfg").write_text("[flake8]\nkerlint-preview = true\n")
    assert found("x = BAD\n") == ["2:5 KER101"]


def test_nothing_is_done_where_flake8_selects_nothing_of_it(found: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kerlint.linter.Linter, "check", lambda *_: pytest.fail("it was asked"))
    assert found("x = BAD\n", "--select", "E,F") == []


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        (("--kerlint-target-keras", "4.x"), "--kerlint-target-keras"),
        (("--kerlint-extend-select", "KER777"), "'KER777' is neither a code of kerlint"),
    ],
)
def test_a_wrong_option_is_told_in_one_line(folder: Path, capsys: pytest.CaptureFixture[str], option: Any, reason: str) -> None:
    Path("a.py").write_text("import keras\n")
    assert flake8.main.cli.main(["-j", "1", *option, "a.py"]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first == "There was a critical error during execution of Flake8:"
    assert second.startswith("kerlint: ") and reason in second


def test_a_broken_configuration_of_a_folder_is_a_finding_of_its_files(found: Run, flake8_run: Run) -> None:
    Path("sub").mkdir()
    Path("sub/kerlint.toml").write_text("colour = 1\n")
    Path("sub/b.py").write_text("import keras  # noqa: F401\n")
    (line,) = flake8_run("sub")
    assert line.startswith("sub/b.py:1:1: KER900 cannot be checked: ") and "unknown key 'colour'" in line


# --- comments ---------------------------------------------------------------------------------------------------------


def test_a_comment_that_silences_is_never_called_unused(found: Run) -> None:
    assert found("x = BAD  # noqa: KER101\ny = f(\n    BAD,\n)  # noqa: KER101,F821\nz = 1  # noqa: KER302\n") == ["6:16 KER910"]


def test_a_comment_for_the_file_silences_here_too(found: Run) -> None:
    assert found("# kerlint: noqa: KER101\nx = BAD, WORSE\n") == ["3:10 KER302"]


def test_flake8_can_disable_comments(found: Run) -> None:
    assert found("x = BAD  # noqa: KER101\ny = 1  # noqa: KER101\n", "--disable-noqa") == ["2:5 KER101"]


# --- what flake8 hands over -------------------------------------------------------------------------------------------


def test_standard_input_is_judged_under_its_display_name(folder: Path) -> None:
    shutil.copytree(FIXTURES / "tour", folder / "tour")
    text = "\n\n" + Path("tour/model.py").read_text()
    run = program("flake8", "--select", "KER", "--stdin-display-name", "tour/model.py", "-", text=text)
    assert run.stdout.splitlines()[1].startswith("tour/model.py:17:16: KER101")
    assert program("flake8", "--select", "KER", "-", text=text).stdout.startswith("stdin:7:7: KER201")


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfimport keras\nx = BAD\n",
        b"import keras\r\nx = BAD\r\n",
        b"# -*- coding: latin-1 -*-\nimport keras  # \xe9\nx = '\xe9', BAD",
        "import keras\nx = 'é🙂', BAD\n".encode(),
        b"import keras\n\x0cx = BAD\n",
    ],
)
def test_places_are_those_of_the_command_in_any_encoding(
    folder: Path, marks: None, flake8_run: Run, kerlint_run: Run, data: bytes
) -> None:
    Path("a.py").write_bytes(data)
    lines = kerlint_run("a.py").lines
    assert len(lines) == 1
    assert flake8_run("--select", "KER", "a.py") == lines


def test_bytes_that_are_no_text_are_told_as_the_command_tells_them(
    folder: Path, marks: None, flake8_run: Run, kerlint_run: Run
) -> None:
    Path("a.py").write_bytes(b"import keras\nx = '\xff'\n")
    assert flake8_run("--select", "KER", "a.py") == kerlint_run("a.py").lines
    assert "KER900" in kerlint_run("a.py").out


def test_a_syntax_error_is_left_to_flake8(folder: Path, marks: None, flake8_run: Run) -> None:
    Path("a.py").write_text("import keras\nx = (\n")
    assert [line.split()[1] for line in flake8_run("a.py")] == ["E999"]


def test_a_notebook_is_left_alone(folder: Path, marks: None, flake8_run: Run) -> None:
    Path("a.ipynb").write_text('{"cells": [{"cell_type": "code", "source": "import keras; x = BAD"}]}')
    assert flake8_run("--select", "KER", "a.ipynb") == []


@pytest.mark.slow
def test_deep_nesting_is_followed(folder: Path, marks: None) -> None:
    text = "import keras\nx = " + "+".join(["1"] * 5000) + "\ny = " + "[" * 150 + "]" * 150 + "\nz = BAD\n"
    reported = [entry[:3] for entry in Plugin(None, text.splitlines(True), "a.py").run()]  # type: ignore[arg-type]
    assert reported == [(4, 4, "KER101 BAD is bad")]


# --- one project, and no way to end the run -----------------------------------------------------------------------------


def test_files_of_one_process_share_one_project(
    folder: Path, marks: None, flake8_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[kerlint.linter.Linter] = []
    initialize = kerlint.linter.Linter.__init__

    def counted(self: kerlint.linter.Linter, *arguments: Any) -> None:
        made.append(self)
        initialize(self, *arguments)

    monkeypatch.setattr(kerlint.linter.Linter, "__init__", counted)
    for name in ("a.py", "b.py", "c.py"):
        Path(name).write_text("import keras\nx = BAD\n")
    assert len(flake8_run("--select", "KER", ".")) == 3
    assert len(made) == 1


def test_a_rule_that_fails_is_a_finding_and_the_rest_goes_on(found: Run) -> None:
    assert found("x = BOOM\ny = BAD\n") == ["1:1 KER999", "3:5 KER101"]


@pytest.mark.parametrize("error", ["RuntimeError('boom')", "BaseException('a panic')", "RecursionError()"])
def test_whatever_fails_inside_flake8_goes_on(folder: Path, error: str) -> None:
    Path("site").mkdir()
    Path("site/sitecustomize.py").write_text(
        "import kerlint.linter\n"
        "def check(self, item):\n"
        f"    raise {error}\n"
        "kerlint.linter.Linter.check = check\n"
    )
    for name in ("a.py", "b.py"):
        Path(name).write_text("import keras\n")
    run = program("flake8", "-j", "2", "a.py", "b.py", PYTHONPATH=str(folder / "site"))
    lines = run.stdout.splitlines()
    assert (run.returncode, run.stderr) == (1, "")
    assert [line.split(": ", 1)[1][:6] for line in lines] == ["KER999", "F401 '"] * 2
    assert error.partition("(")[0] in lines[0]
