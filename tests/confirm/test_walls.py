"""Each wall by itself: what it lets through, what it stops, and the words for it."""

from __future__ import annotations

import errno
import os
import re
import signal
import sqlite3
import struct
import sys
import threading
from pathlib import Path

import pytest

from kerlint.confirm.worker.sandbox import audit, bounds, deafness, landlock, seccomp, walls
from kerlint.confirm.worker.sandbox.children import Limits, run_forked
from kerlint.confirm.worker.sandbox.ending import told_by_code, told_by_status
from kerlint.confirm.worker.sandbox.environment import child_environment
from kerlint.confirm.worker.sandbox.folder import too_much
from kerlint.confirm.worker.sandbox.outcome import in_words

LIMITS = Limits(seconds=5, memory=256 * 1024**2, file_size=1024**2)
needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork on Windows")
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="walls of Linux")


# The environment.


def test_of_the_environment_only_what_is_known_is_kept() -> None:
    given = {
        "PATH": "/bin", "LANG": "C", "LC_ALL": "C", "KERAS_BACKEND": "jax", "TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": "2",
        "PYTHONPATH": "/somewhere", "HOME": "/home/user", "HF_TOKEN": "x", "WANDB_API_KEY": "x", "https_proxy": "x",
        "TF_CONFIG": "{}",
        "TF_TOKEN_registry_example": "x", "TF_CLI_CONFIG_FILE": "x", "OPENBLAS_SECRET": "x", "SSH_AUTH_SOCK": "x",
        "DISPLAY": ":0", "LD_PRELOAD": "x", "CUDA_VISIBLE_DEVICES": "0", "PYTHONSTARTUP": "x", "DBUS_SESSION_BUS_ADDRESS": "x",
    }  # fmt: skip
    kept = child_environment(given, "/folder")
    assert {name: value for name, value in kept.items() if given.get(name) == value} == {
        "PATH": "/bin", "LANG": "C", "LC_ALL": "C", "KERAS_BACKEND": "jax", "TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": "2",
        "PYTHONPATH": "/somewhere",
    }  # fmt: skip
    assert {kept[name] for name in ("HOME", "TMPDIR", "KERAS_HOME", "XDG_CACHE_HOME", "MPLCONFIGDIR")} == {"/folder"}
    assert kept["CUDA_VISIBLE_DEVICES"] == "-1"
    assert "x" not in kept.values()


# System calls. What the filter decides is worked out here, so that both architectures are seen to.

_ALLOWED, _DENIED = 0x7FFF0000, 0x00050000
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
ME = 4321


def _decide(program: list[bytes], architecture: int, number: int, arguments: tuple[int, ...]) -> int:
    data = struct.pack("=iIQ6Q", number, architecture, 0, *(*arguments, 0, 0, 0, 0, 0, 0)[:6])
    at = word = 0
    while True:
        code, if_true, if_false, value = struct.unpack("=HBBI", program[at])
        at += 1
        if code == 0x20:
            word = struct.unpack_from("=I", data, value)[0]
        elif code == 0x54:
            word &= value
        elif code == 0x06:
            return int(value)
        else:
            holds = {0x15: word == value, 0x35: word >= value, 0x45: bool(word & value)}[code]
            at += if_true if holds else if_false


@pytest.mark.parametrize("machine", _MACHINES)
@pytest.mark.parametrize(
    ("call", "arguments", "expected"),
    [
        ((0, 63), (), _ALLOWED),  # read
        ((1, 64), (1,), _ALLOWED),  # write
        ((41, 198), (2, 1, 0), _DENIED | errno.EACCES),  # socket
        ((53, 199), (1, 1), _ALLOWED),  # socketpair of streams
        ((53, 199), (1, 0o2000005), _ALLOWED),
        ((53, 199), (1, 2), _DENIED | errno.EACCES),  # of datagrams, which could be sent elsewhere
        ((53, 199), (1, 3), _DENIED | errno.EACCES),
        ((44, 206), (3, 0, 0, 0, 0), _ALLOWED),  # sendto
        ((44, 206), (3, 0, 0, 0, 1 << 40), _DENIED | errno.EACCES),
        ((44, 206), (3, 0, 0, 0, 16), _DENIED | errno.EACCES),
        ((56, 220), (0x3D0F00,), _ALLOWED),  # a thread
        ((56, 220), (17,), _DENIED | errno.EPERM),  # a process
        ((435, 435), (0, 0), _DENIED | errno.ENOSYS),
        ((59, 221), (), _DENIED | errno.EPERM),  # execve
        ((62, 129), (ME, 9), _ALLOWED),  # kill
        ((62, 129), (0, 9), _ALLOWED),
        ((62, 129), (2**32 - ME, 9), _ALLOWED),
        ((62, 129), (2**64 - ME, 9), _ALLOWED),
        ((62, 129), (ME + 1, 9), _DENIED | errno.EPERM),
        ((62, 129), (2**32 - 1, 9), _DENIED | errno.EPERM),  # everybody
        ((62, 129), (1, 9), _DENIED | errno.EPERM),
        ((234, 131), (ME, 7, 9), _ALLOWED),  # tgkill
        ((234, 131), (ME - 1, 7, 9), _DENIED | errno.EPERM),
        ((129, 138), (1, 9), _DENIED | errno.EPERM),
        ((302, 261), (0, 7), _ALLOWED),  # prlimit64
        ((302, 261), (ME, 7), _ALLOWED),
        ((302, 261), (1, 7), _DENIED | errno.EPERM),
        ((157, 167), (15,), _ALLOWED),  # prctl: the name of a thread
        ((157, 167), (1, 0), _DENIED | errno.EPERM),  # to outlive the parent
        ((91, 52), (3, 0o777), _DENIED),  # fchmod: nothing happens, and well
        ((112, 157), (), _DENIED | errno.EPERM),  # setsid
        ((439, 439), (), _ALLOWED),  # faccessat2
        ((470, 470), (), _DENIED | errno.ENOSYS),
        ((0x40000000 + 39, 0x40000000), (), _DENIED | errno.ENOSYS),
    ],
)
def test_the_filter_decides_by_call_and_arguments(
    machine: str, call: tuple[int, int], arguments: tuple[int, ...], expected: int
) -> None:
    architecture, column = _MACHINES[machine]
    assert _decide(seccomp.program(architecture, column, ME), architecture, call[column], arguments) == expected


@pytest.mark.parametrize("machine", _MACHINES)
def test_calls_of_another_architecture_are_refused(machine: str) -> None:
    architecture, column = _MACHINES[machine]
    assert _decide(seccomp.program(architecture, column, ME), 0x40000003, 3, ()) == _DENIED | errno.EPERM


@pytest.mark.parametrize(
    ("column", "header"), [(0, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), (1, "/usr/include/asm-generic/unistd.h")]
)
def test_numbers_of_calls_are_those_of_the_kernels_headers(column: int, header: str) -> None:
    if not Path(header).exists():
        pytest.skip("the kernel's headers are not installed")
    known = {name: int(number) for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", Path(header).read_text())}
    for table in seccomp.TABLES:
        words = table.split()
        for name, number in zip(words[::3], words[1 + column :: 3], strict=True):
            if name in known or number == "-" or int(number) <= max(known.values()):
                assert known.get(name, "-") == (number if number == "-" else int(number)), name


# Files.


def write_in_c(outside: str) -> dict[str, bool]:
    import ctypes

    library = ctypes.CDLL(None)
    os.mkdir("a")
    os.mkdir("b")
    Path("a/file").write_text("x")
    try:
        os.rename("a/file", "b/file")
        moved = True
    except OSError:
        moved = False
    return {
        "inside": library.creat(b"inside", 0o644) >= 0,
        "nothing": library.open(os.devnull.encode(), os.O_WRONLY | os.O_TRUNC) >= 0,
        "moved": moved,
        "outside": library.creat(outside.encode(), 0o644) >= 0,
        "device": library.mknod(b"device", 0o020666, 0x103) == 0,
    }


@needs_linux
@pytest.mark.parametrize("version", range(1, 8))
def test_any_version_of_landlock_keeps_writing_inside(version: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if landlock.version() < version:
        pytest.skip("this kernel has no such version")
    monkeypatch.setattr(walls, "KERNEL", True)
    monkeypatch.setattr(landlock, "version", lambda: version)
    monkeypatch.setattr(seccomp, "filter_calls", lambda: False)
    monkeypatch.setattr(audit, "refuse_from_now_on", lambda *_: None)
    folder = tmp_path / "folder"
    folder.mkdir()
    value = run_forked(write_in_c, str(tmp_path / "outside"), str(folder), LIMITS).value
    assert value == {"inside": True, "nothing": True, "moved": version >= 2, "outside": False, "device": False}


@needs_linux
def test_without_landlock_there_is_no_wall_and_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 0)
    assert landlock.wall_in([str(tmp_path)], []) == 0


# Python's own wall.


def harmless(_: object) -> str:
    import subprocess

    with open(os.devnull, "w") as file:
        file.write("x")
    sqlite3.connect(":memory:").execute("create table t (x)")
    sqlite3.connect("own.sqlite").execute("create table t (x)")
    os.kill(os.getpid(), 0)
    os.listdir("/")
    with open(__file__) as file:
        text = file.read(1)
    try:
        subprocess.run(["true"], check=True)
    except PermissionError as error:
        return f"{text}{error}"
    return "ran"


@needs_fork
def test_what_is_refused_is_told_and_what_is_harmless_goes_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walls, "KERNEL", False)
    outcome = run_forked(harmless, None, str(tmp_path), LIMITS)
    assert outcome.value == '"tried to start a process (true)'
    assert outcome.refusals == ("tried to start a process (true)",)


def database_outside(path: str) -> None:
    sqlite3.connect(path)


@needs_fork
def test_a_database_outside_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walls, "KERNEL", False)
    folder = tmp_path / "folder"
    folder.mkdir()
    outcome = run_forked(database_outside, str(tmp_path / "x.sqlite"), str(folder), LIMITS)
    assert outcome.trouble == f"tried to write outside its folder ({tmp_path / 'x.sqlite'})"


def download(_: object) -> None:
    import urllib.request

    urllib.request.urlretrieve("https://models.example/weights.h5?key=1", "weights.h5")


@needs_fork
def test_the_place_that_was_to_be_reached_is_named(tmp_path: Path) -> None:
    assert run_forked(download, None, str(tmp_path), LIMITS).trouble == "tried to reach the network (https://models.example)"


# Limits.


def limits_in_force(_: object) -> dict[str, int]:
    import resource

    return {
        name: resource.getrlimit(getattr(resource, name))[0]
        for name in ("RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CPU")
    }


@needs_fork
def test_limits_are_those_asked_for(tmp_path: Path) -> None:
    limits = Limits(file_size=12345, open_files=77, cpu_seconds=9)
    found = run_forked(limits_in_force, None, str(tmp_path), limits).value
    assert found == {"RLIMIT_CORE": 0, "RLIMIT_FSIZE": 12345, "RLIMIT_NOFILE": 77, "RLIMIT_CPU": 9}


def powers(_: object) -> str:
    return Path("/proc/self/status").read_text()


@needs_linux
def test_no_administrator_is_left(tmp_path: Path) -> None:
    if not walls.KERNEL:
        pytest.skip("walls of the kernel are switched off")
    status = run_forked(powers, None, str(tmp_path), LIMITS).value
    assert "NoNewPrivs:\t1" in status
    assert int(re.findall(r"CapEff:\s+(\w+)", status)[0], 16) & ~0b110 == 0


@needs_linux
def test_threads_of_the_user_are_counted() -> None:
    assert bounds._tasks_of_user() == 0 if os.getuid() == 0 else bounds._tasks_of_user() >= 1


def test_a_folder_that_holds_too_much_is_told(tmp_path: Path) -> None:
    assert too_much(str(tmp_path / "not there"), LIMITS) is None
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    for name in ("a", "b", "deep/deeper/c"):
        assert too_much(str(tmp_path), LIMITS) is None
        (tmp_path / name).write_bytes(os.urandom(900 * 1024))
        with open(tmp_path / name, "rb+") as file:
            os.fsync(file.fileno())
    assert too_much(str(tmp_path), LIMITS) == "wrote more than 2 MB"


# Words.


@pytest.mark.parametrize(
    ("status", "cpu_seconds", "output", "told"),
    [
        (11, 0.0, "", "was ended by signal 11 (SIGSEGV)"),
        (11, 0.0, "MemoryError", "ran out of memory (limit 4 GB)"),
        (6 | 0x80, 0.0, "terminate called after throwing an instance of 'std::bad_alloc'", "ran out of memory (limit 4 GB)"),
        (6, 0.0, "", "was ended by signal 6 (SIGABRT)"),
        (9, 3.0, "", "was ended by signal 9 (SIGKILL)"),
        (9, 120.5, "", "used more than 120 s of processor time"),
        (24, 0.0, "", "used more than 120 s of processor time"),
        (0x300, 0.0, "", "ended itself with exit code 3"),
        (0, 0.0, "out of memory", "ended itself with exit code 0"),
        (0x100, 0.0, "Cannot allocate memory", "ran out of memory (limit 4 GB)"),
    ],
)
@needs_linux
def test_an_end_without_a_word_is_told_by_its_status(status: int, cpu_seconds: float, output: str, told: str) -> None:
    assert told_by_status(status, cpu_seconds, output, Limits()) == told


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (3, "ended itself with exit code 3"),
        (0xC0000005, "was ended by an access violation"),
        (0xC0000017, "ran out of memory (limit 4 GB)"),
        (0xC00000FD, "recursed too deeply"),
    ],
)
def test_an_exit_code_alone_is_told(code: int, told: str) -> None:
    assert told_by_code(code, "", Limits()) == told


@pytest.mark.parametrize(
    ("size", "words"),
    [(4 * 1024**3, "4 GB"), (256 * 1024**2, "256 MB"), (1536, "1.5 kB"), (12, "12 bytes"), (3 * 1024**3 // 2, "1.5 GB")],
)
def test_sizes_are_said_as_users_say_them(size: int, words: str) -> None:
    assert in_words(size) == words


# The parent's ears.


@needs_fork
def test_the_parent_is_deaf_only_where_nothing_else_stops_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(deafness, "signals_are_walled", lambda: True)
    deafness.turn_deaf()
    assert signal.getsignal(signal.SIGTERM) is before
    monkeypatch.setattr(deafness, "signals_are_walled", lambda: False)
    thread = threading.Thread(target=deafness.turn_deaf)
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGTERM) is before
    deafness.turn_deaf()
    try:
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        deafness.hear_again()
    assert signal.getsignal(signal.SIGTERM) is before
