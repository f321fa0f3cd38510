"""Puts up the walls round a probe, in the probe's own process: limits, the kernel's walls, Python's own.

Each stands by itself, and what a system has not is left out. `KERLINT_CONFIRM_WALLS=python` leaves the kernel's walls out
everywhere, so that the tests see what the others hold alone.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable

from . import audit, capabilities, landlock, seccomp
from .alone import be_alone
from .bounds import bound
from .outcome import Limits

KERNEL = sys.platform == "linux" and os.environ.get("KERLINT_CONFIRM_WALLS") != "python"
"""Whether there may be walls of the kernel."""

_PR_SET_NO_NEW_PRIVS = 38
_WRITABLE = (os.devnull, "/dev/zero", "/dev/full")


def raise_walls(folder: str, limits: Limits, refused: Callable[[str], None]) -> None:
    """From here on the process writes below `folder` only, and reaches neither the network nor other processes.

    `refused` hears what is refused by Python's own wall.
    """
    be_alone()
    bound(limits)
    if KERNEL:
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        landlock.wall_in([folder], _WRITABLE)
        capabilities.drop()
        seccomp.filter_calls()
    audit.refuse_from_now_on(folder, refused)


def signals_are_walled() -> bool:
    """Whether the kernel keeps a child's signals from its parent."""
    return KERNEL and (seccomp.is_there() or landlock.version() >= 6)
