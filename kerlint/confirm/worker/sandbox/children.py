"""Runs stages of a probe in children and tells what came of each: a value, or the trouble in words for a user.

A child is a fork of this process (which has imported what stages need) or a fresh interpreter (`spawned`). Whatever it
does, it ends within its limits, nothing of it is left, and this process goes on. Limits of time, memory and folder are
looked at while somebody waits. Start children from the main thread: on Linux the kernel ends a child when the thread
that started it ends. Knows nothing of Keras.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from . import processes
from .deafness import hear_again, turn_deaf
from .ending import told_by_code, told_by_status
from .folder import too_much
from .inside import UNABLE_TO_TELL, live
from .outcome import Limits, StageOutcome, in_words
from .report import TOKEN_SIZE, Report
from .streams import Stream, Tail, ThreadedStream, bytes_pipe

__all__ = ["Child", "Limits", "StageOutcome", "abandon", "collect", "run_forked", "start_forked", "wait_any"]

THREADED = sys.platform == "win32"
"""Whether pipes are read by threads."""

_LOOK_EVERY = 0.05
"""Seconds between looks at clock, memory and folder while a child says nothing."""
_LOOK_INTO_FOLDER_EVERY = 0.25
_TIME_TO_EXIT = 0.5
"""Seconds that a child has to end after it let go of the way to its parent, before that counts against it."""

_CUT_OFF = "cut off the way that its result takes"

_running: list[Child] = []
_others: set[int] = set()
"""Children of this process that are no stages, as they were when the first stage began."""


class Child:
    """One stage that runs, or has run, in a process of its own."""

    def __init__(
        self, process: int | subprocess.Popen[bytes], report: Report, pipes: tuple[int, int], folder: str, limits: Limits
    ) -> None:
        self.outcome: StageOutcome | None = None
        self._process = process
        self.number = process if isinstance(process, int) else process.pid
        self._limits, self._folder, self._report = limits, folder, report
        reading = ThreadedStream if THREADED else Stream
        self._told, self._prints = reading(pipes[0]), reading(pipes[1])
        self._printed = Tail(limits.output)
        self._started = self._looked_into_folder = time.monotonic()
        self._let_go: float | None = None
        forked = isinstance(process, int)
        self._memory_before = (processes.resident_memory(os.getpid()) or 0) if forked else 0
        self._status: tuple[int, float] | None = None
        _running.append(self)

    def descriptors(self) -> list[int]:
        """What to wait for, where the system can wait for it."""
        return [stream.descriptor for stream in (self._told, self._prints) if stream.descriptor is not None]

    def look(self) -> bool:
        """Takes what has come of it, and ends it if it is done or over a limit. Says whether it has an outcome."""
        if self.outcome is not None:
            return True
        self._drain()
        if self._report.finished or self._report.spoiled or self._exited():
            self._end(None)
        else:
            trouble = self._over_a_limit()
            if trouble is None:
                return False
            self._end(trouble)
        return True

    def end(self, trouble: str) -> None:
        """Ends it, whatever it is at."""
        if self.outcome is None:
            self._end(trouble)

    def next_look(self) -> float:
        """Seconds until it must be looked at again, at the latest."""
        return _LOOK_EVERY / 10 if self._let_go is not None else _LOOK_EVERY

    def _drain(self) -> None:
        self._report.feed(self._told.take())
        self._printed.add(self._prints.take())
        if self._let_go is None and self._told.closed:
            self._let_go = time.monotonic()

    def _over_a_limit(self) -> str | None:
        now = time.monotonic()
        if now - self._started > self._limits.seconds:
            return f"took longer than {self._limits.seconds:g} s"
        if self._let_go is not None and now - self._let_go > _TIME_TO_EXIT:
            return _CUT_OFF
        memory = processes.resident_memory(self.number)
        if memory is not None and memory - self._memory_before > self._limits.memory * 5 // 4:
            return f"used more than {in_words(self._limits.memory)} of memory"
        if now - self._looked_into_folder > _LOOK_INTO_FOLDER_EVERY:
            self._looked_into_folder = now
            return too_much(self._folder, self._limits)
        return None

    def _end(self, trouble: str | None) -> None:
        seconds = time.monotonic() - self._started
        self._kill()
        status, cpu_seconds = self._reap()
        _running.remove(self)
        processes.sweep(_others.union(child.number for child in _running))
        self._report.feed(self._told.take_rest())
        self._printed.add(self._prints.take_rest())
        self._told.close()
        self._prints.close()
        self._printed.add_before(self._report.noise)
        output = self._printed.text()
        value = None
        if trouble is None:
            if self._report.finished:
                value, trouble = self._report.value, self._report.trouble
            elif self._report.spoiled:
                trouble = "wrote something else where its result belongs"
            elif status in (UNABLE_TO_TELL, UNABLE_TO_TELL << 8):
                trouble = _CUT_OFF
            elif sys.platform == "win32":
                trouble = told_by_code(status, output, self._limits)
            else:
                trouble = told_by_status(status, cpu_seconds, output, self._limits)
        self.outcome = StageOutcome(value, trouble, output, seconds, tuple(self._report.refusals))
        if not _running:
            hear_again()

    def _exited(self) -> bool:
        """Whether it has ended by itself. It stays a zombie, so that its number cannot come to mean another process."""
        if sys.platform == "win32":
            assert not isinstance(self._process, int)
            return self._process.poll() is not None
        if self._status is None:
            if hasattr(os, "waitid"):
                with contextlib.suppress(ChildProcessError):
                    return os.waitid(os.P_PID, self.number, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
            self._wait(os.WNOHANG)
        return self._status is not None

    def _kill(self) -> None:
        if sys.platform == "win32":
            assert not isinstance(self._process, int)
            processes.kill_tree(self.number)
            self._process.kill()
        else:
            processes.kill_group(self.number)

    def _reap(self) -> tuple[int, float]:
        if sys.platform == "win32":
            assert not isinstance(self._process, int)
            return self._process.wait(), 0.0
        if self._status is None:
            self._wait(0)
        assert self._status is not None
        if not isinstance(self._process, int):
            self._process.returncode = self._status[0]  # or it would wait for it, at its own end
        return self._status

    def _wait(self, options: int) -> None:
        try:
            number, status, usage = os.wait4(self.number, options)
        except ChildProcessError:  # somebody else has waited for it
            number, self._status = 0, (0, 0.0)
        if number:
            self._status = (status, usage.ru_utime + usage.ru_stime)


def start_forked(stage: Callable[[Any], Any], argument: Any, folder: str, limits: Limits) -> Child:
    """Begins a stage in a fork of this process. `folder` is the one place where it may write; the caller removes it."""
    before_start()
    token = os.urandom(TOKEN_SIZE)
    told, tell = bytes_pipe()
    prints, to_print = bytes_pipe()
    parent = os.getpid()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks where there are threads: ours hold nothing
        number = os.fork()
    if number == 0:
        _become(stage, argument, os.path.realpath(folder), limits, tell, to_print, token, parent)
    os.close(tell)
    os.close(to_print)
    return Child(number, Report(token), (told, prints), folder, limits)


def _become(
    stage: Callable[[Any], Any], argument: Any, folder: str, limits: Limits, tell: int, to_print: int, token: bytes, parent: int
) -> NoReturn:
    try:
        os.setsid()
        processes.die_with_parent(parent)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(to_print, 1)
        os.dup2(to_print, 2)
        live(stage, argument, folder, limits, tell, token)
    finally:
        os._exit(1)


def before_start() -> None:
    """What must be so before a child is started."""
    if not _running:
        atexit.unregister(abandon)
        atexit.register(abandon)
        processes.adopt_orphans()
        _others.clear()
        _others.update(processes.own_children())
        turn_deaf()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()


def wait_any(children: Sequence[Child], timeout: float | None = None, also: Sequence[int] = ()) -> Child | None:
    """Waits until one of the children has an outcome, and gives it.

    Gives None when the time is over or a descriptor of `also` can be read (not on Windows). Children that are not among
    these are not looked at.
    """
    until = None if timeout is None else time.monotonic() + timeout
    while True:
        for child in children:
            if child.look():
                return child
        pause = min((child.next_look() for child in children), default=_LOOK_EVERY)
        if until is not None:
            pause = min(pause, until - time.monotonic())
            if pause <= 0:
                return None
        if _await([number for child in children for number in child.descriptors()], also, pause):
            return None


def _await(descriptors: Sequence[int], also: Sequence[int], seconds: float) -> bool:
    """Waits for any of them. Says whether one of `also` is ready."""
    if sys.platform == "win32":
        time.sleep(min(seconds, 0.02))
        return False
    if THREADED:
        seconds = min(seconds, 0.02)
    poll = select.poll()
    for number in (*descriptors, *also):
        poll.register(number, select.POLLIN)
    return any(number in also for number, _ in poll.poll(seconds * 1000))


def collect(child: Child) -> StageOutcome:
    """Waits for a child and gives its outcome."""
    wait_any([child])
    assert child.outcome is not None
    return child.outcome


def abandon(*children: Child) -> None:
    """Ends these children now, or all that run."""
    for child in children or tuple(_running):
        child.end("was abandoned")


def run_forked(stage: Callable[[Any], Any], argument: Any, folder: str, limits: Limits) -> StageOutcome:
    """Runs a stage in a fork of this process. It gives what JSON can hold."""
    child = start_forked(stage, argument, folder, limits)
    try:
        return collect(child)
    finally:
        abandon(child)
