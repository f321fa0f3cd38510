"""Other processes: who is left behind when a child has ended, and putting an end to them. Linux tells; elsewhere only the
group is known."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterator

_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_PDEATHSIG = 1


def adopt_orphans() -> None:
    """Has the kernel give this process what its children leave behind, so that it can be found."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent(parent: int) -> None:
    """Has the kernel end this process when its parent ends. Says nothing where it cannot."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def kill_group(leader: int) -> None:
    """Ends a process and its group."""
    for end, number in ((os.killpg, leader), (os.kill, leader)):
        try:
            end(number, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # macOS says the latter of a group of the dead
            continue


def kill_tree(number: int) -> None:
    """Ends a process and those it started, on Windows."""
    command = ["taskkill", "/T", "/F", "/PID", str(number)]
    with contextlib.suppress(OSError):
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def own_children() -> set[int]:
    """The children that this process has now."""
    return {number for number, _, _ in _children()}


def sweep(spared: Collection[int], seconds: float = 5.0) -> int:
    """Ends what children left behind: this process's children by adoption, which are in sessions of their own.

    What they leave behind in turn comes here as well, so this goes on until nothing is left. Gives how many there were.
    """
    if sys.platform != "linux":
        return 0
    session, until, ended = os.getsid(0), time.monotonic() + seconds, 0
    while time.monotonic() < until:
        left = [number for number, of, _ in _children() if of != session and number not in spared]
        if not left:
            break
        for number in left:
            try:
                os.kill(number, signal.SIGKILL)
                os.waitpid(number, 0)
            except (ProcessLookupError, ChildProcessError, PermissionError):
                continue
            ended += 1
    return ended


def resident_memory(leader: int) -> int | None:
    """Bytes of memory that a process has now, shared ones included."""
    try:
        with open(f"/proc/{leader}/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return None


def _children() -> Iterator[tuple[int, int, str]]:
    me = os.getpid()
    try:
        names = os.listdir("/proc")
    except OSError:
        return
    for name in names:
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            continue
        if len(fields) > 3 and int(fields[1]) == me:
            yield int(name), int(fields[3]), fields[0].decode()
