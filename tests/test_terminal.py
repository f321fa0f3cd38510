"""What a person at a terminal sees, on a real pseudo-terminal, and that no pipe ever sees it."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from kerlint import progress
from kerlint.progress import Progress
from kerlint.terminal import wants_colour

pty = pytest.importorskip("pty")

PROGRAM = 'import keras\n\nkeras.Sequential([keras.layers.Dense(1)]).save("model")\n'
SUMMARY = "kerlint: 8 findings in 8 of 8 files; 8 fixable with --fix --unsafe-fixes"
"""What is said of a run over eight of them."""
PLAIN = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS")}
SLOW = """
import sys, time
from kerlint import cli, linter, progress
progress._PATIENCE = {patience}
check = linter.Linter.check
def slow(self, item):
    time.sleep(0.05)
    return check(self, item)
linter.Linter.check = slow
sys.exit(cli.main(sys.argv[1:]))
"""
"""A run in which each file takes a while."""
WORKER = """
import json, sys, time
def say(message):
    sys.stdout.write(json.dumps(message) + chr(10))
    sys.stdout.flush()
say({{"keras": "3.6.0", "backend": "none", "python": "3"}})
for line in sys.stdin:
    number = json.loads(line)["id"]
    say({{"id": number, "begun": True}})
    time.sleep({seconds})
    say({{"id": number, "verdict": "confirmed", "summary": "seen", "seconds": 0.1}})
"""
"""Stands for the worker that has Keras."""
CONFIRMING = """
import pathlib, sys
from kerlint import cli, progress
from kerlint.confirm import client
client._BOOTSTRAP = pathlib.Path("worker.txt").absolute()
client._BETWEEN_TELLING = 0.01
progress._PATIENCE = {patience}
sys.exit(cli.main(sys.argv[1:]))
"""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_terminal(command: list[str], environment: Mapping[str, str], both: bool = True) -> str:
    """What a terminal is sent: standard error, and standard output as well where both go to it."""
    ours, theirs = pty.openpty()
    output = theirs if both else subprocess.DEVNULL
    with subprocess.Popen(command, stdout=output, stderr=theirs, stdin=theirs, env={**PLAIN, **environment}) as process:
        os.close(theirs)
        sent = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            if not piece:
                break
            sent += piece
        process.wait(60)
    os.close(ours)
    return sent.decode().replace("\r\n", "\n")


def left_on_screen(sent: str) -> list[str]:
    """The lines that stay: a carriage return goes back to the beginning of the line, and what comes is written over."""
    lines = []
    for line in sent.split("\n"):
        cells: list[str] = []
        for piece in line.split("\r"):
            cells[: len(piece)] = piece
        lines.append("".join(cells).rstrip())
    return lines


@pytest.fixture
def many(folder: Path) -> Path:
    for number in range(8):
        (folder / f"a{number}.py").write_text(PROGRAM)
    return folder


def slow(patience: float, *words: str) -> list[str]:
    return [sys.executable, "-c", SLOW.format(patience=patience), "--no-cache", *words]


@pytest.mark.slow
def test_a_long_run_shows_how_far_it_is_and_leaves_nothing(many: Path) -> None:
    sent = on_terminal(slow(0.01, "--output-format=pylint"), {"TERM": "xterm"}, both=False)
    assert re.search(r"kerlint \[#+-+\] \d of 8 files", sent)
    assert left_on_screen(sent) == [SUMMARY, ""]


@pytest.mark.slow
def test_several_processes_show_how_far_they_are_together(many: Path) -> None:
    command = slow(0.01, "-j2", "--output-format=pylint")
    command[2] = "from kerlint import workers; workers._SMALL = 0; workers._FOR_ONE = 1\n" + command[2]
    sent = on_terminal(command, {"TERM": "xterm"}, both=False)
    assert re.search(r"kerlint \[#+-*\] [1-8] of 8 files", sent)
    assert left_on_screen(sent) == [SUMMARY, ""]


@pytest.mark.slow
def test_a_short_run_shows_nothing(many: Path) -> None:
    assert on_terminal(slow(60), {"TERM": "xterm"}, both=False) == f"{SUMMARY}\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "environment"), [(["-q"], {}), ([], {"CI": "true"}), ([], {"TERM": "dumb"})], ids=["quiet", "CI", "dumb"]
)
def test_nobody_who_does_not_watch_is_shown_anything(many: Path, words: list[str], environment: dict[str, str]) -> None:
    sent = on_terminal(slow(0.01, *words), {"TERM": "xterm", **environment}, both=False)
    assert "\r" not in sent and " of 8 files" not in sent.replace("in 8 of 8 files", "")


def confirming(folder: Path, patience: float, seconds: float, *words: str) -> list[str]:
    (folder / "worker.txt").write_text(WORKER.format(seconds=seconds))
    return [sys.executable, "-c", CONFIRMING.format(patience=patience), "--confirm", "--output-format=pylint", *words]


@pytest.mark.slow
def test_while_keras_is_asked_the_findings_are_counted(many: Path) -> None:
    sent = on_terminal(confirming(many, 0.01, 0.1), {"TERM": "xterm"}, both=False)
    told = [int(number) for number in re.findall(r"kerlint \[#*-*\] (\d) of 8 findings tested", sent)]
    assert told[0] == 0 and len(set(told)) > 3 and told == sorted(told)
    assert left_on_screen(sent) == [SUMMARY, ""]


@pytest.mark.slow
def test_one_probe_that_takes_long_is_shown_while_it_runs(many: Path) -> None:
    sent = on_terminal(confirming(many, 0.3, 1, "a0.py"), {"TERM": "xterm"}, both=False)
    assert "kerlint [------------------------] 0 of 1 findings tested" in sent
    assert left_on_screen(sent) == ["kerlint: 1 finding in 1 of 1 file; 1 fixable with --fix --unsafe-fixes", ""]


@pytest.mark.slow
@pytest.mark.parametrize(("words", "environment"), [(["-q"], {}), ([], {"CI": "1"})], ids=["quiet", "CI"])
def test_nobody_who_does_not_watch_is_told_of_keras(many: Path, words: list[str], environment: dict[str, str]) -> None:
    sent = on_terminal(confirming(many, 0.01, 0.01, *words), {"TERM": "xterm", **environment}, both=False)
    assert "findings tested" not in sent


@pytest.mark.slow
def test_a_pipe_is_told_nothing_of_keras(many: Path) -> None:
    done = subprocess.run(confirming(many, 0.01, 0.01), capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == f"{SUMMARY}\n"


@pytest.mark.slow
def test_an_interrupted_run_leaves_nothing(many: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(slow(0.01), stdout=subprocess.DEVNULL, stderr=theirs, env={**PLAIN, "TERM": "xterm"}) as process:
        os.close(theirs)
        sent = ""
        while " of 8 files" not in sent:
            sent += os.read(ours, 4096).decode()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
    with contextlib.suppress(OSError):
        while piece := os.read(ours, 4096).decode():
            sent += piece
    os.close(ours)
    assert left_on_screen(sent) == [""]


@pytest.mark.slow
def test_a_pipe_is_shown_nothing(many: Path) -> None:
    done = subprocess.run(slow(0.01), capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == f"{SUMMARY}\n"


@pytest.mark.slow
def test_what_is_drawn_is_not_remembered(many: Path) -> None:
    code = "from kerlint import entry, progress; progress._PATIENCE = 0; progress._EVERY = 0; entry.command()"
    command = [sys.executable, "-c", code]
    assert re.search(r"\] \d of 8 files", on_terminal(command, {"TERM": "xterm"}, both=False))
    assert on_terminal(command, {"TERM": "xterm"}, both=False) == f"{SUMMARY}\n"


def test_it_is_drawn_ten_times_a_second_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    output = Terminal()
    shown = Progress(10_000, output)
    for done in range(10_000):
        clock[0] = done / 1000
        shown.tell(done)
    shown.end()
    assert 80 <= output.getvalue().count("files") <= 91
    shown.tell(10_000)
    assert left_on_screen(output.getvalue()) == [""]


def test_it_costs_next_to_nothing() -> None:
    shown = Progress(100_000, None)
    begun = time.perf_counter()
    assert sum(1 for _ in shown.over(range(100_000))) == 100_000
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize(
    ("environment", "on_a_terminal", "in_a_pipe"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
    ],
)
def test_colours_are_for_those_who_want_them(environment: dict[str, str], on_a_terminal: bool, in_a_pipe: bool) -> None:
    assert wants_colour(Terminal(), environment) is on_a_terminal
    assert wants_colour(io.StringIO(), environment) is in_a_pipe


@pytest.mark.slow
def test_a_remembered_run_has_the_colours_of_its_own_reader(many: Path) -> None:
    command = [sys.executable, "-m", "kerlint", "a0.py", "--output-format", "full"]
    for _ in range(2):
        piped = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=PLAIN).stdout
        assert "error[KER301]" in piped and "\x1b[" not in piped
        assert "\x1b[31merror[KER301]" in on_terminal(command, {"TERM": "xterm"})
        assert "\x1b[" not in on_terminal(command, {"TERM": "xterm", "NO_COLOR": "1"})
