"""A stage runs in a fresh interpreter: the same words and the same walls, also where pipes are read by threads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kerlint.confirm.worker.sandbox import children, landlock, walls
from kerlint.confirm.worker.sandbox.children import Limits, StageOutcome, abandon, collect, wait_any
from kerlint.confirm.worker.sandbox.spawned import start_spawned

LIMITS = Limits(seconds=10, memory=256 * 1024**2, output=4096)

STAGES = """
import sys
sys.path.insert(0, ROOT)
print("a banner", flush=True)
import ctypes, os, time
from kerlint.confirm.worker.sandbox.spawned import serve_stage

def echo(argument):
    return {"argument": argument, "cwd": os.getcwd(), "home": os.path.expanduser("~"), "secret": os.environ.get("HF_TOKEN")}

def printing(argument):
    print("by Python")
    os.write(1, b"by descriptor\\n")
    sys.stderr.write("with a complaint\\n")
    return "printed"

def flood(argument):
    for _ in range(16):
        os.write(1, b"x" * 2**20)
    return "printed"

def hang(argument):
    time.sleep(60)

def leave(argument):
    os._exit(3)

def end_by_a_fault(argument):
    ctypes.string_at(0)

def garble(argument):
    for number in range(1024):
        try:
            os.write(number, b"garbage")
        except OSError:
            pass

def write_outside(argument):
    open(argument, "w")

def write_outside_in_c(argument):
    return ctypes.CDLL(None).creat(argument.encode(), 0o644)

def eat(argument):
    return len([bytearray(b"x" * 2**24) for _ in range(128)])

serve_stage({function.__name__: function for function in (
    echo, printing, flood, hang, leave, end_by_a_fault, garble, write_outside, write_outside_in_c, eat
)})
"""


@pytest.fixture(params=["by readiness", "by threads"], autouse=True)
def reading(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "by readiness" and sys.platform == "win32":
        pytest.skip("Windows cannot wait for pipes")
    monkeypatch.setattr(children, "THREADED", request.param == "by threads")


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    script = tmp_path / "stages.py"
    script.write_text(STAGES.replace("ROOT", repr(str(Path(children.__file__).parents[3]))), encoding="utf-8")
    (tmp_path / "folder").mkdir()
    return [sys.executable, str(script)]


def run(command: list[str], stage: str, argument: Any = None, limits: Limits = LIMITS) -> StageOutcome:
    child = start_spawned(command, stage, argument, str(Path(command[1]).parent / "folder"), limits)
    try:
        return collect(child)
    finally:
        abandon(child)


def test_a_value_comes_back(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "secret")
    outcome = run(command, "echo", {"a": [1, None, "ä" * 100_000]})
    folder = str(Path(command[1]).parent / "folder")
    assert outcome.value == {"argument": {"a": [1, None, "ä" * 100_000]}, "cwd": folder, "home": folder, "secret": None}
    assert (outcome.trouble, outcome.output) == (None, "a banner\n")


def test_what_it_prints_is_kept_apart_from_its_value(command: list[str]) -> None:
    outcome = run(command, "printing")
    assert (outcome.value, outcome.output) == ("printed", "a banner\nby Python\nby descriptor\nwith a complaint\n")


def test_of_a_flood_the_last_is_kept(command: list[str]) -> None:
    outcome = run(command, "flood")
    assert outcome.value == "printed"
    assert 0 < len(outcome.output) <= LIMITS.output


@pytest.mark.parametrize(
    ("stage", "trouble"),
    [
        ("leave", "ended itself with exit code 3"),
        ("garble", "wrote something else where its result belongs"),
        ("write_outside", "tried to write outside its folder"),
        ("not there", "ended itself with exit code 1"),
    ],
)
def test_trouble_is_told(stage: str, trouble: str, command: list[str], tmp_path: Path) -> None:
    outcome = run(command, stage, str(tmp_path / "outside"))
    assert outcome.trouble is not None and outcome.trouble.startswith(trouble)
    assert not (tmp_path / "outside").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_fault_is_told(command: list[str]) -> None:
    assert run(command, "end_by_a_fault").trouble == "was ended by signal 11 (SIGSEGV)"


def test_time_is_limited(command: list[str]) -> None:
    outcome = run(command, "hang", limits=Limits(seconds=1))
    assert outcome.trouble == "took longer than 1 s"
    assert outcome.seconds < 3


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of memory on Windows")
def test_memory_is_limited(command: list[str]) -> None:
    assert run(command, "eat").trouble in ("ran out of memory (limit 256 MB)", "used more than 256 MB of memory")


def test_the_kernels_walls_stand_as_well(command: list[str], tmp_path: Path) -> None:
    if not (walls.KERNEL and landlock.version()):
        pytest.skip("this system has no walls of the kernel")
    assert run(command, "write_outside_in_c", str(tmp_path / "outside")).value == -1


def test_several_run_at_once(command: list[str], tmp_path: Path) -> None:
    folder = str(tmp_path / "folder")
    slow = start_spawned(command, "hang", None, folder, LIMITS)
    fast = start_spawned(command, "echo", 1, folder, LIMITS)
    assert wait_any([slow, fast]) is fast
    assert collect(fast).value["argument"] == 1
    abandon(slow)
    assert collect(slow).trouble == "was abandoned"


def test_an_interpreter_that_is_not_there_is_an_error_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        start_spawned([str(tmp_path / "python")], "echo", None, str(tmp_path), LIMITS)


AS_ON_WINDOWS = """
import atexit, ctypes, json, os, select, site, subprocess, sys, tempfile, types
import multiprocessing.context, multiprocessing.heap, multiprocessing.popen_fork, multiprocessing.util
sys.path.insert(0, sys.argv[1])
Popen = subprocess.Popen
subprocess.Popen = lambda *arguments, creationflags=0, **named: Popen(*arguments, **named)
sys.modules["msvcrt"] = types.SimpleNamespace(setmode=lambda *arguments: None)
os.O_BINARY = 0
sys.platform = "win32"
from kerlint.confirm.worker.sandbox import children
from kerlint.confirm.worker.sandbox.spawned import Limits, start_spawned
assert children.THREADED
for stage, seconds in (("echo", 20), ("leave", 20), ("hang", 0.5), ("flood", 20)):
    outcome = children.collect(start_spawned([sys.executable, sys.argv[2]], stage, 1, sys.argv[3], Limits(seconds=seconds)))
    print(stage, json.dumps(outcome.trouble), outcome.value and len(outcome.value))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="plays Windows elsewhere")
@pytest.mark.parametrize("reading", ["by threads"], indirect=True)
def test_the_parent_does_without_what_windows_has_not(command: list[str], tmp_path: Path) -> None:
    root = str(Path(children.__file__).parents[3])
    played = subprocess.run(
        [sys.executable, "-c", AS_ON_WINDOWS, root, command[1], str(tmp_path / "folder")], capture_output=True, text=True
    )
    assert played.stderr == ""
    assert played.stdout.splitlines() == [
        "echo null 4",
        'leave "ended itself with exit code 3" None',
        'hang "took longer than 0.5 s" None',
        "flood null 7",
    ]
