"""Makes `multiprocessing` fit for a process that is to be alone: its locks are those of threads, and it starts nothing.

Its own locks are files outside the folder, and thread pools ask for them, where no other process will ever be. Ways of
starting a process that no audit event tells of are told of here.
"""

from __future__ import annotations

import sys
import threading
from multiprocessing import context, heap, process, util
from typing import Any, NoReturn

_EVENT = "subprocess.Popen"


def be_alone() -> None:
    """Changes the modules of this process. What they would start is refused by the audit hook."""
    base: Any = context.BaseContext
    for name in ("Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore", "Event", "Barrier"):
        setattr(base, name, _standing_in(getattr(threading, name)))
    arena: Any = heap.Arena
    arena._dir_candidates = []
    any_process: Any = process.BaseProcess
    any_process.start = _start
    tools: Any = util
    tools.spawnv_passfds = _start


def _standing_in(make: Any) -> Any:
    def method(_: Any, *arguments: Any, **named: Any) -> Any:
        return make(*arguments, **named)

    return method


def _start(*_: Any) -> NoReturn:
    sys.audit(_EVENT, "multiprocessing", (), None, None)
    raise PermissionError("no processes are started here")
