"""`--watch`, as a real process: what changes is checked again, and Ctrl-C ends it without a word."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("watchfiles")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")]

BAD = 'import keras\n\nkeras.Sequential([keras.layers.Dense(1)]).save("model")\n'
GOOD = BAD.replace('"model"', '"model.keras"')
IMPORTING = "import keras\n\nfrom paths import PATH\n\nkeras.Sequential([keras.layers.Dense(1)]).save(PATH)\n"
WAITING = "waiting for changes in"


class Watch:
    """A running `kerlint --watch`, and what it says."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "kerlint", "--watch", *words]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        self.process = subprocess.Popen(command, cwd=folder, **pipes)
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def until_it_waits(self) -> list[str]:
        """What it says up to the next time that it waits."""
        lines: list[str] = []
        while True:
            line = self._lines.get(timeout=30)
            if WAITING in line:
                return lines
            lines.append(line)

    def is_silent_for(self, seconds: float) -> bool:
        time.sleep(seconds)
        return self._lines.empty()

    def interrupted(self) -> tuple[int, list[str]]:
        """The exit code, and what was said after the last wait."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(30)
        time.sleep(0.1)
        return code, [self._lines.get() for _ in range(self._lines.qsize())]


@pytest.fixture
def watch(folder: Path) -> Iterator[Callable[..., Watch]]:
    started: list[Watch] = []

    def start(*words: str) -> Watch:
        started.append(Watch(folder, *words))
        return started[-1]

    yield start
    for one in started:
        one.end()


def told(lines: list[str]) -> list[str]:
    return [line.split(": ")[1].split()[0] for line in lines if ": KER" in line]


def test_changes_of_every_kind_are_checked(folder: Path, watch: Callable[..., Watch]) -> None:
    (folder / "src").mkdir()
    (folder / "src" / "a.py").write_text(BAD)
    running = watch("src")
    assert told(running.until_it_waits()) == ["KER301"]

    (folder / "src" / "a.py").write_text(GOOD)
    changed = running.until_it_waits()
    assert changed == ["kerlint: src/a.py changed", "kerlint: nothing found in 1 file"]

    (folder / "src" / "new").mkdir()
    (folder / "src" / "new" / "b.py").write_text(BAD)
    lines = running.until_it_waits()
    while not told(lines):  # the folder may have been seen before the file in it
        lines = running.until_it_waits()
    assert lines[-1] == "kerlint: 1 finding in 1 of 2 files; 1 fixable with --fix --unsafe-fixes"

    (folder / "kerlint.toml").write_text('ignore = ["KER301"]\n')
    assert running.until_it_waits()[-1] == "kerlint: nothing found in 2 files"

    (folder / "kerlint.toml").write_text("selekt = 1\n")
    assert any("'selekt'" in line for line in running.until_it_waits())
    (folder / "kerlint.toml").unlink()
    assert told(running.until_it_waits()) == ["KER301"]

    (folder / "src" / "new" / "b.py").unlink()
    assert running.until_it_waits()[-1] == "kerlint: nothing found in 1 file"
    assert running.interrupted() == (130, [])


def test_what_is_only_imported_counts_and_what_is_not_seen_does_not(folder: Path, watch: Callable[..., Watch]) -> None:
    (folder / "a.py").write_text(IMPORTING)
    (folder / "paths.py").write_text('PATH = "model.keras"\n')
    (folder / "docs").mkdir()
    (folder / "docs" / "notes.txt").write_text("old")
    running = watch("a.py", "--no-cache")
    assert running.until_it_waits() == ["kerlint: nothing found in 1 file"]
    (folder / "docs" / "notes.txt").write_text("new")
    (folder / "paths.py").touch()
    assert running.is_silent_for(1.5)
    (folder / "paths.py").write_text('PATH = "model"\n')
    assert told(running.until_it_waits()) == ["KER301"]


def test_a_burst_of_changes_is_one_check(folder: Path, watch: Callable[..., Watch]) -> None:
    for number in range(20):
        (folder / f"a{number}.py").write_text(GOOD)
    running = watch()
    running.until_it_waits()
    for number in range(20):
        (folder / f"a{number}.py").write_text(BAD)
    lines = running.until_it_waits()
    while "in 20 of 20 files" not in lines[-1]:
        lines = running.until_it_waits()
    assert running.is_silent_for(1.0)


def test_the_report_may_lie_among_the_programs(folder: Path, watch: Callable[..., Watch]) -> None:
    (folder / "a.py").write_text(BAD)
    running = watch("--output-file", "report.json", "--output-format", "json")
    running.until_it_waits()
    time.sleep(1.5)  # a file that is new in the folder may be looked at once
    rounds = 0
    while not running.is_silent_for(1.0):
        running.until_it_waits()
        rounds += 1
    assert rounds <= 1
    assert "KER301" in (folder / "report.json").read_text()


def test_mistakes_on_the_command_line_end_it(folder: Path, watch: Callable[..., Watch]) -> None:
    for words in (["--select", "KERX"], ["-"], ["--output-file", "no/report"], ["--format", "x"]):
        assert watch(*words).process.wait(30) == 2


def test_it_says_what_to_install(folder: Path) -> None:
    code = "import sys; sys.modules['watchfiles'] = None; from kerlint.cli import main; sys.exit(main(['--watch']))"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "kerlint: --watch needs watchfiles; install it by `pip install 'kerlint[watch]'`\n"


def test_a_terminal_is_cleared_and_an_interrupt_leaves_no_traceback(folder: Path) -> None:
    pty, fcntl, termios = (pytest.importorskip(name) for name in ("pty", "fcntl", "termios"))
    (folder / "a.py").write_text(BAD)
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "kerlint", "--watch"],
        cwd=folder,
        env={**os.environ, "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that Ctrl-C reaches it
    ) as process:
        os.close(theirs)
        first = sent_until(ours, WAITING)
        (folder / "a.py").write_text(GOOD)
        second = sent_until(ours, WAITING)
        os.write(ours, b"\x03")
        code = process.wait(30)
    last = sent_until(ours, None)
    os.close(ours)
    assert code == 130
    assert "\x1b[2J" not in first and "KER301" in first
    assert second.index("\x1b[2J") < second.index("a.py changed") < second.index("nothing found")
    assert "Traceback" not in last and "kerlint" not in last.replace(WAITING, "")


def sent_until(terminal: int, words: str | None) -> str:
    """What a terminal is sent until these words; without them, until the program has ended."""
    sent = ""
    while words is None or words not in sent:
        try:
            piece = os.read(terminal, 4096).decode()
        except OSError:
            break
        if not piece:
            break
        sent += piece
    return sent
