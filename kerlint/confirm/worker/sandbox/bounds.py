"""Turns `Limits` into limits of this process that the system keeps, as far as it has them. None of them can be undone."""

from __future__ import annotations

import contextlib
import os
import sys

from .outcome import GIGABYTE, Limits

if sys.platform != "win32":
    import resource

_STACK = 64 * 1024**2
"""Room for deep recursion in C; Python's own limit is far lower."""
_ADDRESSES = 64 * GIGABYTE
"""Beyond the memory limit: what libraries reserve and never touch. Stops only what shares huge memory."""


def bound(limits: Limits) -> None:
    """Puts the limits in force."""
    if sys.platform == "win32":
        return

    def lower(name: str, wanted: int) -> None:
        which = getattr(resource, name, None)
        if which is None:
            return
        _, hard = resource.getrlimit(which)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        try:
            resource.setrlimit(which, (most, most))
        except (ValueError, OSError):  # a system that has the name and not the limit
            return

    size, data = _memory_now()
    lower("RLIMIT_CORE", 0)
    lower("RLIMIT_FSIZE", limits.file_size)
    lower("RLIMIT_NOFILE", limits.open_files)
    lower("RLIMIT_STACK", _STACK)
    if sys.platform == "linux":
        lower("RLIMIT_DATA", data + limits.memory)
        lower("RLIMIT_AS", size + limits.memory + _ADDRESSES)
        lower("RLIMIT_NPROC", _tasks_of_user() + limits.processes)
        lower("RLIMIT_MEMLOCK", 64 * 1024)
        lower("RLIMIT_MSGQUEUE", 0)
    with contextlib.suppress(ValueError, OSError):  # first a signal that says what it was, a second later SIGKILL
        resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))


def _memory_now() -> tuple[int, int]:
    """Bytes of address space and of private writable memory that this process has."""
    found: dict[str, int] = {}
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as file:
            for line in file:
                name, _, rest = line.partition(":")
                if name in ("VmSize", "VmData"):
                    found[name] = int(rest.split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return found.get("VmSize", 0), found.get("VmData", 0)


def _tasks_of_user() -> int:
    """Threads that the user has on this machine: the kernel's limit counts them all."""
    me, tasks = os.getuid(), 0
    if me == 0:
        return 0  # the limit does not hold for root
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if os.stat(f"/proc/{name}").st_uid == me:
                    tasks += len(os.listdir(f"/proc/{name}/task"))
            except OSError:
                continue
    return tasks
