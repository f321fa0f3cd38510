"""Outputs that take nothing, closed streams, a working folder that is gone: the exit code is true, and there is no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

BAD = 'import keras\n\nkeras.Sequential([keras.layers.Dense(1)]).save("model")\n'
ON_POSIX = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full and a POSIX shell")


class Full:
    """A stream on a device that has no room."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")

    def isatty(self) -> bool:
        return False

    def flush(self) -> None:
        """Nothing is waiting."""


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What a shell makes of a line, in which `kerlint` is this one."""
    line = line.replace("kerlint", f"{sys.executable} -m kerlint")
    return subprocess.run(["sh", "-c", line], cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def programs(folder: Path) -> Path:
    (folder / "bad.py").write_text(BAD)
    (folder / "good.py").write_text("import keras\n")
    return folder


def test_an_output_without_room_is_told(kerlint_run: Run, programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Full())
    ran = kerlint_run("bad.py")
    assert (ran.code, ran.err) == (2, "kerlint: standard output: no space left on device\n")


def test_nothing_hangs_on_what_is_said_of_the_run(kerlint_run: Run, programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Full())
    assert [kerlint_run(name).code for name in ("bad.py", "good.py")] == [1, 0]


@ON_POSIX
@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("kerlint bad.py >/dev/full", 2),
        ("kerlint bad.py >&-", 1),
        ("kerlint good.py >&-", 0),
        ("kerlint bad.py 2>&-", 1),
        ("kerlint good.py 2>&-", 0),
        ("kerlint good.py 2>/dev/full", 0),
        ("kerlint bad.py >&- 2>&- <&-", 1),
        ("kerlint - <&-", 0),
    ],
)
def test_the_exit_code_is_true_whatever_the_streams_are(programs: Path, line: str, code: int) -> None:
    for _ in range(2):  # the second time what is remembered answers
        done = shell(line, programs)
        assert done.returncode == code and "Traceback" not in done.stderr


@ON_POSIX
@pytest.mark.slow
def test_a_working_folder_that_is_gone_is_told(programs: Path) -> None:
    done = shell("mkdir gone && cd gone && rmdir ../gone && kerlint ../bad.py", programs)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "kerlint: the working folder: no such file or directory\n"
