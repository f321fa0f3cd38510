"""The kernel's own wall round the files (Linux 5.13 and later): a process that puts it up writes below given places only.

Reading stays free, so that libraries load. Later kernels add TCP, signals to processes outside and abstract sockets. What it
does not know: permissions, owners and times of files, which `seccomp` deals with. Speaks to the kernel by number, because no
C library has the calls; the numbers are the same on every architecture.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Sequence

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_LOG_SAME_EXEC_OFF = 1

_EXECUTE, _WRITE_FILE, _REMOVE_DIR, _REMOVE_FILE = 1 << 0, 1 << 1, 1 << 4, 1 << 5
_MAKE_CHAR, _MAKE_DIR, _MAKE_REG, _MAKE_SOCK, _MAKE_FIFO, _MAKE_BLOCK, _MAKE_SYM = (1 << bit for bit in range(6, 13))
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_ALL_NET = 0b11  # TCP bind, TCP connect
_ALL_SCOPES = 0b11  # abstract sockets, signals

_IN_FOLDER = (
    _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _MAKE_SOCK | _MAKE_FIFO | _MAKE_SYM | _REFER | _TRUNCATE
)
_FILE_RIGHTS = _WRITE_FILE | _TRUNCATE


def version() -> int:
    """The version of Landlock that this kernel has; 0 where it has none."""
    if sys.platform != "linux":
        return 0
    return max(0, _call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION)))


def wall_in(folders: Sequence[str], files: Sequence[str]) -> int:
    """Leaves this thread and all it starts with writing below folders, and to files; the kernel must not be asked to undo it.

    Gives the version that is in force: 0 when there is no wall. Needs the flag "no new privileges".
    """
    known = version()
    if not known:
        return 0
    handled = _IN_FOLDER | _EXECUTE | _MAKE_CHAR | _MAKE_BLOCK | _IOCTL_DEV
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV)):
        if known < since:
            handled &= ~right
    attributes = struct.pack("=Q", handled)
    if known >= 4:
        attributes += struct.pack("=Q", _ALL_NET)
    if known >= 6:
        attributes += struct.pack("=Q", _ALL_SCOPES)
    rules = _call(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    if rules < 0:
        return 0
    try:
        allowed = [_allow(rules, folder, _IN_FOLDER & handled) for folder in folders]
        allowed += [_allow(rules, file, _FILE_RIGHTS & handled) for file in files if os.path.exists(file)]
        if not all(allowed):
            return 0
        silent = _LOG_SAME_EXEC_OFF if known >= 7 else 0
        return known if _call(_RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint32(silent)) == 0 else 0
    finally:
        os.close(rules)


def _allow(rules: int, path: str, rights: int) -> bool:
    place = os.open(path, getattr(os, "O_PATH", 0) | getattr(os, "O_CLOEXEC", 0))
    try:
        rule = struct.pack("=Qi", rights, place)
        return _call(_ADD_RULE, ctypes.c_int(rules), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint32(0)) == 0
    finally:
        os.close(place)


def _call(number: int, *arguments: object) -> int:
    system_call = ctypes.CDLL(None).syscall
    system_call.restype = ctypes.c_long
    result: int = system_call(ctypes.c_long(number), *arguments)
    return result
