"""A child's first steps and its last: becomes a process with nothing of the worker in reach, runs the stage, tells the end.

Everything here runs before or after user code in the same process, and holds what it needs of the standard library by
names of its own, because user code may replace anything.
"""

from __future__ import annotations

import builtins
import faulthandler
import gc
import io
import json.encoder
import os
import random
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any, NoReturn

from . import walls
from .environment import child_environment, move_in, put_on
from .outcome import Limits, in_words
from .refusing import Refused
from .report import BEGUN, REFUSAL, TROUBLE, VALUE, send

Stage = Callable[[Any], Any]

UNABLE_TO_TELL = 117
"""The exit code of a child whose pipe is gone."""

_exit, _getpid, _settrace, _setprofile = os._exit, os.getpid, sys.settrace, sys.setprofile
_kept: list[Any] = []
"""Streams of the worker: closing them here would write what they still hold a second time."""
_needed: list[tuple[dict[str, Any], dict[str, Any]]] = []
"""Names of modules that telling the end needs, and what they were before user code."""


def live(stage: Stage, argument: Any, folder: str, limits: Limits, report: int, token: bytes) -> NoReturn:
    """Runs a stage in this process, which was made for it, and ends the process.

    Standard input, output and errors are in place already; `report` is the pipe to the parent.
    """
    failed = "could not be walled in"
    one_at_a_time = threading.RLock()

    def tell(kind: bytes, content: Any) -> None:
        with one_at_a_time:  # threads of user code may be refused something at any moment
            send(report, token, kind, content)

    try:
        report = _alone_with(report)
        put_on(child_environment(os.environ, folder))
        move_in(folder)
        os.chdir(folder)
        _start_afresh()
        walls.raise_walls(folder, limits, lambda what: tell(REFUSAL, what))
        tell(BEGUN, None)  # from here on, whatever else arrives is no noise of the interpreter's start
        failed = "could not give its result"
        me = _getpid()
        _needed.extend((names, dict(names)) for names in (vars(builtins), vars(json.encoder)))
        kind, content = _run(stage, argument, limits)
        if _getpid() != me:  # a fork of user code's came back here: the word is not its
            _exit(0)
        _flush()
        try:
            tell(kind, content)
        except Exception as error:
            tell(TROUBLE, f"gave back what JSON cannot hold ({_first_line(error)})")
    except BaseException as error:
        try:
            tell(TROUBLE, f"{failed} ({_first_line(error)})")
        finally:
            _exit(UNABLE_TO_TELL)
    finally:
        _exit(0)


def _run(stage: Stage, argument: Any, limits: Limits) -> tuple[bytes, Any]:
    try:
        try:
            return VALUE, stage(argument)
        finally:
            _undo_replacements()
    except Refused as error:
        return TROUBLE, str(error)
    except MemoryError:
        return TROUBLE, f"ran out of memory (limit {in_words(limits.memory)})"
    except RecursionError as error:
        return TROUBLE, f"recursed too deeply ({_first_line(error)})"
    except BaseException as error:
        return TROUBLE, f"raised {_first_line(error)}"


def _undo_replacements() -> None:
    _settrace(None)
    _setprofile(None)
    for names, before in _needed:
        names.update(before)


def _first_line(error: BaseException) -> str:
    try:
        text = str(error).strip()
    except Exception:
        text = ""
    name = type(error).__name__
    return f"{name}: {text.splitlines()[0][:300]}" if text else name


def _alone_with(report: int) -> int:
    """Closes every descriptor but the standard ones and the report's, which moves to where nobody looks."""
    hidden = report
    for number in random.SystemRandom().sample(range(600, 1000), 8):
        try:
            hidden = os.dup2(report, number, inheritable=False)
            break
        except OSError:  # beyond the hard limit of this system
            continue
    os.closerange(3, hidden)
    os.closerange(hidden + 1, _most_descriptors())
    return hidden


def _most_descriptors() -> int:
    try:
        return max(int(name) for name in os.listdir("/proc/self/fd")) + 1
    except (OSError, ValueError):
        pass
    try:
        return min(int(os.sysconf("SC_OPEN_MAX")), 65536)
    except (AttributeError, OSError, ValueError):
        return 8192


def _start_afresh() -> None:
    """Fresh streams, signals as a new process has them, no traceback printers, nothing written beside sources."""
    _kept.extend((sys.stdin, sys.stdout, sys.stderr, sys.__stdin__, sys.__stdout__, sys.__stderr__))
    sys.stdin = sys.__stdin__ = io.TextIOWrapper(io.FileIO(0, "rb", closefd=False), encoding="utf-8")  # type: ignore[misc]
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        raw = io.FileIO(descriptor, "wb", closefd=False)
        stream = io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace", line_buffering=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    faulthandler.disable()
    sys.dont_write_bytecode = True
    sys.argv = [""]
    gc.freeze()  # or a stream of the worker's might be collected here, and close a descriptor that means another file by now
    gc.enable()
    _reset_signals()


def _reset_signals() -> None:
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals() - {signal.SIGINT}:
        try:
            signal.signal(number, signal.SIG_DFL)
        except (OSError, ValueError, RuntimeError):
            continue
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("SIGPIPE", "SIGXFSZ"):  # as Python has them: an exception in their stead
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # whatever user code put there
            continue
