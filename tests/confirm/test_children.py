"""A stage runs in a child: whatever user code does there, it is told in words, nothing is left, and the next stage runs."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

if sys.platform == "win32":
    pytest.skip("there is no fork on Windows", allow_module_level=True)

from kerlint.confirm.worker.sandbox import children, seccomp, walls
from kerlint.confirm.worker.sandbox.children import Limits, StageOutcome, abandon, collect, run_forked, start_forked, wait_any
from kerlint.confirm.worker.sandbox.report import REFUSAL, TROUBLE, VALUE, Report, send

HOSTILE = Path(__file__).parent / "hostile"
LIMITS = Limits(seconds=20, cpu_seconds=10, memory=256 * 1024**2, file_size=8 * 1024**2, open_files=64, output=4096)
SECRET = "a-secret-of-the-parent"
OUTSIDE = "tried to write outside its folder"


@pytest.fixture(params=["kernel", "python"])
def kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the kernel's walls are up beside Python's."""
    if request.param == "python":
        monkeypatch.setattr(walls, "KERNEL", False)
    elif not (walls.KERNEL and seccomp.is_there()):
        pytest.skip("this system has no walls of the kernel")
    return bool(request.param == "kernel")


@dataclass
class Surroundings:
    """What a hostile stage finds about it, and whether it is as it was."""

    folder: Path
    decoy: Path
    port: int
    local: str
    victim: subprocess.Popen[bytes]
    kernel: bool
    visitors: list[str] = field(default_factory=list)
    signals: list[int] = field(default_factory=list)

    def argument(self) -> dict[str, Any]:
        return {
            "decoy": str(self.decoy),
            "port": self.port,
            "local": self.local,
            "victim": self.victim.pid,
            "kernel": self.kernel,
        }

    def left(self) -> list[str]:
        """Processes that a stage left: those that it noted, and those that live in its folder."""
        noted = self.folder / "numbers"
        numbers = noted.read_text().split() if noted.exists() else []
        return [number for number in numbers if _lives(number)] + _processes_in(self.folder)


def _lives(number: str) -> bool:
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    status = Path("/proc", number, "stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def _processes_in(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*") if Path("/proc").exists() else ():
        try:
            if os.readlink(process / "cwd").startswith(str(folder)):
                found.append(process.name)
        except OSError:
            continue
    return found


def _state(folder: Path) -> list[tuple[str, int, int, bytes]]:
    """All that can be seen of what is in a folder."""
    seen = []
    for path in (folder, *sorted(folder.rglob("*"))):
        status = path.lstat()
        seen.append((str(path), status.st_mode, status.st_mtime_ns, path.read_bytes() if path.is_file() else b""))
    return seen


@pytest.fixture
def surroundings(tmp_path: Path, kernel: bool, monkeypatch: pytest.MonkeyPatch) -> Iterator[Surroundings]:
    for name in ("HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "https_proxy"):
        monkeypatch.setenv(name, SECRET)
    folder, decoy = tmp_path / "folder", tmp_path / "decoy"
    (decoy / "empty").mkdir(parents=True)
    folder.mkdir()
    (decoy / "kept.txt").write_text("kept")
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    datagrams = socket.socket(type=socket.SOCK_DGRAM)
    datagrams.bind(("127.0.0.1", port))
    local = socket.socket(socket.AF_UNIX)
    monkeypatch.chdir(tmp_path)
    local.bind("local")  # the whole path may be longer than a socket's may be
    local.listen()
    victim = subprocess.Popen(["sleep", "60"])
    found = Surroundings(folder, decoy, port, str(tmp_path / "local"), victim, kernel)
    handlers = {
        number: signal.signal(number, lambda number, _: found.signals.append(number))
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1)
    }
    before = _state(decoy)
    try:
        yield found
        for server in (listening, datagrams, local):
            server.settimeout(0.01)
            with pytest.raises(TimeoutError):
                server.recv(1) if server is datagrams else server.accept()
        assert _state(decoy) == before
        assert victim.poll() is None
        assert found.signals == []
        assert found.left() == []
        assert all(signal.getsignal(number) is not signal.SIG_IGN for number in handlers)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        victim.kill()
        victim.wait()
        for server in (listening, datagrams, local):
            server.close()


def hostile(name: str) -> Callable[[Any], Any]:
    specification = importlib.util.spec_from_file_location(name, HOSTILE / f"{name}.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.stage  # type: ignore[no-any-return]


def add(argument: list[int]) -> int:
    return sum(argument)


def attack(name: str, at: Surroundings, **changed: Any) -> StageOutcome:
    """Runs a hostile stage, and sees that the next stage gives the right value, within the time that there is."""
    limits = replace(LIMITS, **changed)
    started = time.monotonic()
    outcome = run_forked(hostile(name), at.argument(), str(at.folder), limits)
    assert time.monotonic() - started < limits.seconds + 4
    assert (outcome.trouble is None) or outcome.value is None
    assert len(outcome.output.encode()) <= 3 * limits.output
    assert run_forked(add, [1, 2, 3], str(at.folder), LIMITS).value == 6
    return outcome


TROUBLES = {
    "hang_in_python": "took longer than 1 s",
    "hang_in_c": "took longer than 1 s",
    "stop_itself": "took longer than 1 s",
    "fork_storm": "tried to start a process",
    "exit_0": "ended itself with exit code 0",
    "exit_3": "ended itself with exit code 3",
    "system_exit": "raised SystemExit: usage: train.py DATA",
    "keyboard_interrupt": "raised KeyboardInterrupt",
    "odd_exception": "raised Odd",
    "delete_outside": OUTSIDE,
    "change_modes_outside": OUTSIDE,
    "eat_memory": "ran out of memory (limit 256 MB)",
    "eat_shared_memory": "used more than 256 MB of memory",
    "eat_memory_in_cpp": "ran out of memory (limit 256 MB)",
    "recurse": "recursed too deeply (RecursionError: maximum recursion depth exceeded",
    "segfault": "was ended by signal 11 (SIGSEGV)",
    "kill_own_group": "was ended by signal 9 (SIGKILL)",
    "close_everything": "cut off the way that its result takes",
    "close_everything_and_stay": "cut off the way that its result takes",
    "write_on_everything": "wrote something else where its result belongs",
    "fill_a_file": "raised OSError: [Errno 27] File too large",
    "fill_the_folder": "wrote more than 16 MB",
    "open_many_files": "raised OSError: [Errno 24] Too many open files",
    "large_value": "gave back what JSON cannot hold (ValueError: more than 16777216 bytes)",
    "value_without_json": "gave back what JSON cannot hold (TypeError: Object of type object is not JSON serializable)",
    "value_in_a_circle": "gave back what JSON cannot hold (ValueError: Circular reference detected)",
}


@pytest.mark.parametrize("name", TROUBLES)
def test_what_a_hostile_stage_does_is_told(name: str, surroundings: Surroundings) -> None:
    changed = {"seconds": 1.0} if TROUBLES[name].startswith("took longer") else {}
    outcome = attack(name, surroundings, **changed)
    assert outcome.trouble is not None and outcome.trouble.startswith(TROUBLES[name])


def test_processor_time_is_limited_over_all_threads(surroundings: Surroundings) -> None:
    assert attack("burn", surroundings, cpu_seconds=1).trouble == "used more than 1 s of processor time"


def test_endless_recursion_in_c_is_an_end_and_no_more(surroundings: Surroundings) -> None:
    trouble = attack("recurse_in_c", surroundings).trouble or ""
    assert trouble.startswith(("was ended by signal 11", "recursed too deeply", "ran out of memory"))


def test_no_way_of_writing_outside_succeeds(surroundings: Surroundings) -> None:
    outcome = attack("write_outside", surroundings)
    assert outcome.value == []
    assert outcome.refusals and all(refusal.startswith(OUTSIDE) for refusal in outcome.refusals)


def test_no_way_of_starting_a_command_succeeds(surroundings: Surroundings) -> None:
    outcome = attack("run_a_command", surroundings)
    assert set(outcome.value) == {"Refused"}
    assert outcome.refusals[0].startswith("tried to start a process (touch)")


def test_no_workers_are_started(surroundings: Surroundings) -> None:
    outcome = attack("start_workers", surroundings)
    assert set(outcome.value) == {"Refused"}
    assert outcome.refusals == ("tried to start a process (multiprocessing)",)


def test_the_network_is_out_of_reach(surroundings: Surroundings) -> None:
    outcome = attack("reach_the_network", surroundings)
    assert outcome.value == ["pair"]
    assert outcome.refusals[0] == "tried to reach the network"


def connect(port: int) -> None:
    socket.create_connection(("127.0.0.1", port))


def make_a_socket(_: object) -> None:
    socket.socket()


def ask_the_system(_: object) -> str:
    import platform

    return f"{platform.uname().processor}."


def test_trouble_is_the_refusal_that_nobody_caught(tmp_path: Path, kernel: bool) -> None:
    outcome = run_forked(connect, 9, str(tmp_path), LIMITS)
    assert (outcome.trouble, outcome.refusals) == ("tried to reach the network", ("tried to reach the network",))


def test_what_libraries_try_when_they_are_imported_is_refused_without_a_word(tmp_path: Path, kernel: bool) -> None:
    assert run_forked(make_a_socket, None, str(tmp_path), LIMITS).trouble == "tried to reach the network"
    assert run_forked(ask_the_system, None, str(tmp_path), LIMITS).value == "."
    assert not any(run_forked(stage, None, str(tmp_path), LIMITS).refusals for stage in (make_a_socket, ask_the_system))


def test_signals_reach_nobody_else(surroundings: Surroundings) -> None:
    outcome = attack("signal_others", surroundings)
    assert outcome.value == [True] * 5
    assert outcome.refusals == ("tried to send a signal to another process",)


def test_signals_that_go_round_python_leave_the_parent_alive(surroundings: Surroundings) -> None:
    assert attack("signal_parent_in_c", surroundings).value == [-1 if surroundings.kernel else 0] * 4


def test_secrets_are_not_there(surroundings: Surroundings) -> None:
    outcome = attack("read_secrets", surroundings)
    assert outcome.value["found"] == {}
    assert SECRET not in json.dumps(outcome.value)
    assert outcome.value["home"] == str(surroundings.folder)
    assert outcome.value["parent"] == ("refused" if surroundings.kernel else "readable")


def test_processes_made_behind_pythons_back_are_found_and_ended(surroundings: Surroundings) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux gives a process the orphans of its children")
    assert attack("fork_storm_in_c", surroundings).value == "over"
    assert (surroundings.folder / "numbers").read_text().count("\n") == (1 if surroundings.kernel else 16)


def test_a_daemon_is_found_and_ended(surroundings: Surroundings) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux gives a process the orphans of its children")
    assert attack("daemon", surroundings).value == ("refused" if surroundings.kernel else "left")
    assert (surroundings.folder / "numbers").exists() is not surroundings.kernel


@pytest.mark.parametrize("name", ["write_outside_in_c", "reach_the_network_in_c", "kill_another_in_c"])
def test_the_kernel_refuses_what_goes_round_python(name: str, surroundings: Surroundings) -> None:
    if not surroundings.kernel:
        pytest.skip("calls through ctypes pass Python's own wall by")
    value = attack(name, surroundings).value
    assert not any(value.values() if isinstance(value, dict) else value)


@pytest.mark.parametrize("name", ["flood", "flood_in_c"])
def test_of_a_flood_the_last_is_kept(name: str, surroundings: Surroundings) -> None:
    outcome = attack(name, surroundings)
    assert outcome.value == "printed"
    assert outcome.output.endswith("the last word\n" if name == "flood" else "ccc")


def test_replacing_what_others_rely_on_stays_in_the_child(surroundings: Surroundings) -> None:
    assert attack("replace_everything", surroundings).value == {"answer": 42}


def test_threads_and_hooks_end_with_the_value(surroundings: Surroundings) -> None:
    outcome = attack("threads_that_stay", surroundings)
    assert outcome.value == 21
    assert outcome.seconds < 10


def test_a_changed_working_folder_stays_in_the_child(surroundings: Surroundings) -> None:
    before = os.getcwd()
    assert attack("move_away", surroundings).value == "/"
    assert os.getcwd() == before


def test_what_lies_in_the_folder_traps_nobody(surroundings: Surroundings) -> None:
    assert attack("leave_a_trap", surroundings).value == "set"


def test_every_hostile_module_says_what_it_tries() -> None:
    modules = sorted(HOSTILE.glob("*.py"))
    assert len(modules) >= 15
    assert all(hostile(module.stem).__globals__["__doc__"] for module in modules)


# What children are for.


def work(argument: dict[str, Any]) -> dict[str, Any]:
    with open("made.txt", "a") as file:
        file.write(argument["text"])
    print("working")
    sys.stderr.write("and complaining\n")
    threads = [threading.Thread(target=time.sleep, args=(0.01,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open(os.devnull, "w") as file:
        file.write("x")
    with open("made.txt") as file:
        return {"text": file.read(), "folder": os.getcwd(), "nan": float("nan"), "tuple": (1, None, "ä\ud800")}


def test_two_stages_share_a_folder(tmp_path: Path, kernel: bool) -> None:
    first = run_forked(work, {"text": "one"}, str(tmp_path), LIMITS)
    second = run_forked(work, {"text": "two"}, str(tmp_path), LIMITS)
    assert (first.trouble, first.output, first.refusals) == (None, "working\nand complaining\n", ())
    assert first.value["folder"] == str(tmp_path)
    assert first.value["nan"] != first.value["nan"]
    assert first.value["tuple"] == [1, None, "ä\ud800"]
    assert second.value["text"] == "onetwo"


def change_files(_: object) -> list[str]:
    import shutil
    import tempfile
    from multiprocessing import Value
    from multiprocessing.pool import ThreadPool

    os.makedirs("a/b")
    Path("a/b/c.txt").write_text("c")
    os.chmod("a/b/c.txt", 0o600)
    shutil.copytree("a", "d")
    shutil.move("d", "e")
    os.rename("a/b/c.txt", "c.txt")
    os.symlink("c.txt", "link")
    Path("link").write_text("through a link")
    os.truncate("c.txt", 3)
    with tempfile.TemporaryDirectory() as place:
        Path(place, "x").write_text("x")
    with ThreadPool(2) as pool:
        numbers = pool.map(abs, [-1, -2])
    count = Value("i", 3)
    shutil.rmtree("a")
    return [Path("c.txt").read_text(), Path("e/b/c.txt").read_text(), str(numbers), str(count.value)]


def test_work_with_files_and_threads_goes_on_as_ever(tmp_path: Path, kernel: bool) -> None:
    outcome = run_forked(change_files, None, str(tmp_path), LIMITS)
    assert outcome.value == ["thr", "c", "[1, 2]", "3"]
    assert outcome.refusals == ()


def nap(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def descriptors(_: object) -> list[str]:
    return os.listdir("/proc/self/fd")


def test_nothing_of_the_parents_is_open(tmp_path: Path, kernel: bool) -> None:
    if not os.path.exists("/proc/self/fd"):
        pytest.skip("no way to see descriptors here")
    with open(tmp_path / "protocol", "w") as protocol:
        os.set_inheritable(protocol.fileno(), True)
        numbers = run_forked(descriptors, None, str(tmp_path), LIMITS).value
    low = sorted(number for number in map(int, numbers) if number < 600)
    assert low == [0, 1, 2, 3]  # the last is that of the listing
    assert len(numbers) == 5


def test_children_run_at_once_and_the_first_to_end_is_given_first(tmp_path: Path, kernel: bool) -> None:
    started = time.monotonic()
    slow, fast = (start_forked(nap, seconds, str(tmp_path), LIMITS) for seconds in (1.0, 0.5))
    assert wait_any([slow, fast]) is fast
    assert wait_any([slow], timeout=0.01) is None
    assert (collect(fast).value, collect(slow).value) == (0.5, 1.0)
    assert time.monotonic() - started < 1.5


def test_waiting_ends_when_something_else_can_be_read(tmp_path: Path, kernel: bool) -> None:
    reading, writing = os.pipe()
    child = start_forked(nap, 1, str(tmp_path), LIMITS)
    os.write(writing, b"x")
    assert wait_any([child], also=[reading]) is None
    abandon(child)
    assert child.outcome is not None and child.outcome.trouble == "was abandoned"
    os.close(reading)
    os.close(writing)


def test_the_end_of_one_child_leaves_the_other_and_the_parents_own_in_peace(tmp_path: Path, kernel: bool) -> None:
    own = subprocess.Popen(["sleep", "30"], start_new_session=True)
    try:
        slow = start_forked(nap, 0.5, str(tmp_path), LIMITS)
        assert run_forked(add, [1], str(tmp_path), LIMITS).value == 1
        assert collect(slow).value == 0.5
        assert own.poll() is None
    finally:
        own.kill()
        own.wait()


PARENT = """
import os, sys, time
sys.path.insert(0, sys.argv[1])
from kerlint.confirm.worker.sandbox.children import Limits, start_forked, wait_any
def stage(argument):
    print(os.getpid())
    time.sleep(30)
child = start_forked(stage, None, sys.argv[2], Limits())
print(child.number, flush=True)
wait_any([child])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_children_end_with_their_parent(tmp_path: Path) -> None:
    root = str(Path(children.__file__).parents[3])
    parent = subprocess.Popen([sys.executable, "-c", PARENT, root, str(tmp_path)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    number = parent.stdout.readline().decode().strip()
    parent.stdout.close()
    assert _lives(number)
    parent.kill()
    parent.wait()
    until = time.monotonic() + 5
    while _lives(number) and time.monotonic() < until:
        time.sleep(0.01)
    assert not _lives(number)


def test_no_descriptor_is_lost(tmp_path: Path) -> None:
    if not os.path.exists("/proc/self/fd"):
        pytest.skip("no way to see descriptors here")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        run_forked(add, [1], str(tmp_path), LIMITS)
        run_forked(hostile("exit_3"), None, str(tmp_path), LIMITS)
    assert len(os.listdir("/proc/self/fd")) == before


# The words between the two.


def _framed(kind: bytes, content: Any, token: bytes) -> bytes:
    reading, writing = os.pipe()
    send(writing, token, kind, content)
    os.close(writing)
    with open(reading, "rb") as file:
        return file.read()


def test_a_report_may_come_in_pieces() -> None:
    token = b"t" * 16
    report = Report(token)
    for byte in _framed(REFUSAL, "tried", token) + _framed(VALUE, {"a": [1]}, token):
        assert not report.finished
        report.feed(bytes([byte]))
    assert (report.finished, report.value, report.refusals) == (True, {"a": [1]}, ["tried"])


def test_what_follows_the_value_is_not_heard() -> None:
    token = b"t" * 16
    report = Report(token)
    report.feed(_framed(VALUE, 1, token) + _framed(TROUBLE, "forged", token))
    assert (report.value, report.trouble, report.spoiled) == (1, None, False)


@pytest.mark.parametrize(
    "damage", [b"x", b"t" * 15 + b"x", b"t" * 16 + b"V" + b"\xff" * 8, b"t" * 16 + b"V" + bytes(7) + b"\x01{"]
)
def test_what_is_no_frame_spoils_a_report(damage: bytes) -> None:
    report = Report(b"t" * 16)
    report.feed(damage)
    assert report.spoiled and not report.finished


def test_noise_before_the_first_frame_can_be_allowed() -> None:
    token = os.urandom(16)
    report = Report(token, noise_before=True)
    report.feed(b"Using some backend\n" * 10)
    assert report.noise == b"Using some backend\n" * 10
    report.feed(_framed(VALUE, 1, token))
    assert (report.value, report.noise) == (1, b"Using some backend\n" * 10)
