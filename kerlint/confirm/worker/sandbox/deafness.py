"""Where nothing keeps a child from sending its parent signals, the parent does not hear those that can be ignored.

Only while children run, and only where the kernel builds no wall against signals: there an interrupt from the keyboard
must go on working. kerlint ends its worker by closing the pipe to it, which needs no signal. SIGKILL and SIGSTOP cannot be
ignored; against those Python's own wall is all there is.
"""

from __future__ import annotations

import signal
import threading
from typing import Any

from .walls import signals_are_walled

_UNHEARD = ("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGABRT")
_before: dict[int, Any] = {}


def turn_deaf() -> None:
    """Ignores signals that a child might send."""
    if _before or signals_are_walled() or threading.current_thread() is not threading.main_thread():
        return
    for name in _UNHEARD:
        number = getattr(signal, name, None)
        if number is not None:
            _before[number] = signal.signal(number, signal.SIG_IGN)


def hear_again() -> None:
    """Undoes it."""
    while _before:
        number, handler = _before.popitem()
        signal.signal(number, signal.SIG_DFL if handler is None else handler)
