"""`--output-file`: the whole report in a file, or an error in one line and what was there before."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerlint import output
from kerlint.reporters import FORMATS

pytestmark = pytest.mark.usefixtures("marks", "folder")

Run = Callable[..., Any]
BAD = "import keras\nx = BAD\n"


@pytest.mark.parametrize("output_format", FORMATS)
def test_the_file_holds_what_would_be_printed(kerlint_run: Run, output_format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # a page says when it was made: two runs may fall on both sides of a second
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    Path("a.py").write_text(BAD)
    printed = kerlint_run("a.py", "--output-format", output_format)
    ran = kerlint_run("a.py", "--output-format", output_format, "--output-file", "report")
    assert (ran.code, ran.out, ran.err) == (1, "", printed.err)
    assert Path("report").read_text(encoding="utf-8") == printed.out
    assert {path for path in os.listdir() if not path.startswith(".")} == {"a.py", "report"}


def test_nothing_found_is_written_as_well(kerlint_run: Run) -> None:
    Path("report.json").write_text("old")
    assert kerlint_run("--output-format=json", "--output-file=report.json").code == 0
    assert json.loads(Path("report.json").read_text()) == []


def test_statistics_and_templates_go_there_too(kerlint_run: Run) -> None:
    Path("a.py").write_text(BAD)
    assert kerlint_run("--statistics", "--output-file", "counts").out == ""
    assert Path("counts").read_text() == "1\tKER101\tstateful-layer-reuse\n"
    kerlint_run("--format", "quiet-filename", "--output-file", "names")
    assert Path("names").read_text() == "a.py\n"


def test_colours_never_go_into_a_file(kerlint_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    Path("a.py").write_text(BAD)
    assert "\x1b[" in kerlint_run("--output-format=full").out
    kerlint_run("--output-format=full", "--output-file=report")
    assert "\x1b[" not in Path("report").read_text()


@pytest.mark.parametrize(
    ("path", "words"),
    [("no/such/report", ["no folder", "no/such"]), ("folder", ["folder is a folder"]), ("", ["names no file"])],
)
def test_a_file_that_cannot_be_is_told_before_the_run(kerlint_run: Run, path: str, words: list[str]) -> None:
    Path("folder").mkdir()
    Path("a.py").write_text(BAD)
    ran = kerlint_run("--output-file", path)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith("kerlint: --output-file: ") and all(word in ran.err for word in words)


def test_a_write_that_fails_leaves_the_old_report(kerlint_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.py").write_text(BAD)
    Path("report").write_text("old")

    def full(path: str, other: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(output.os, "replace", full)
    ran = kerlint_run("--output-file", "report")
    assert (ran.code, ran.err) == (2, "kerlint: --output-file: report: no space left on device\n")
    assert Path("report").read_text() == "old"
    assert {path for path in os.listdir() if not path.startswith(".")} == {"a.py", "report"}


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and permissions")
def test_links_and_permissions_stay(kerlint_run: Run) -> None:
    Path("a.py").write_text(BAD)
    Path("kept").write_text("old")
    Path("kept").chmod(0o640)
    Path("link").symlink_to("kept")
    kerlint_run("--output-file", "link")
    assert Path("link").is_symlink() and "KER101" in Path("kept").read_text()
    assert stat.S_IMODE(Path("kept").stat().st_mode) == 0o640


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_regular_file_is_written_to(kerlint_run: Run) -> None:
    Path("a.py").write_text(BAD)
    os.mkfifo("pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_text()))
    reader.start()
    kerlint_run("--output-file", "pipe", "a.py")
    reader.join(10)
    assert "KER101" in read[0] and stat.S_ISFIFO(os.stat("pipe").st_mode)


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="needs /dev/stdout")
def test_standard_output_can_be_named(folder: Path) -> None:
    (folder / "a.py").write_text('import keras\n\nkeras.Sequential([keras.layers.Dense(1)]).save("model")\n')
    command = [sys.executable, "-m", "kerlint", "--no-cache", "-q", "a.py", "--output-file", "/dev/stdout"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, "") and done.stdout.startswith("a.py:3:")


@pytest.mark.slow
def test_a_remembered_run_still_writes_its_file(folder: Path) -> None:
    (folder / "a.py").write_text('import keras\n\nkeras.Sequential([keras.layers.Dense(1)]).save("model")\n')
    for _ in range(2):
        command = [sys.executable, "-m", "kerlint", "a.py", "--output-file", "report"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        assert "KER301" in (folder / "report").read_text()
        (folder / "report").unlink()
