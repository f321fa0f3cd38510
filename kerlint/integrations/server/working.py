"""One thread in which all linting happens, with the jobs that wait for it, the most urgent first.

The event loop goes on answering meanwhile. A job runs on a deep stack; one that nobody waits for any more is passed over. Knows
nothing of what a job does.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from itertools import count
from queue import PriorityQueue
from typing import TypeVar

from kerlint.deep import on_deep_stack

Result = TypeVar("Result")

ASKED, EDITED, OTHERS, WORKSPACE = range(4)
"""How urgent a job is: somebody waits for the answer, the document was edited, others may depend on it, the whole workspace."""


class Worker:
    """Does jobs one after the other, in a thread that does not keep the process alive."""

    def __init__(self) -> None:
        self._jobs: PriorityQueue[tuple[int, int, Callable[[], None]]] = PriorityQueue()
        self._count = count()
        self._thread: threading.Thread | None = None

    def submit(self, urgency: int, job: Callable[[], Result]) -> asyncio.Future[Result]:
        """What the job will give, or raise. Cancelling it takes the job out of the queue when it has not begun."""
        future: Future[Result] = Future()
        self._jobs.put((urgency, next(self._count), partial(_do, job, future)))
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="kerlint worker", daemon=True)
            self._thread.start()
        return asyncio.wrap_future(future)

    def _work(self) -> None:
        while True:
            self._jobs.get()[2]()


def _do(job: Callable[[], Result], future: Future[Result]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = on_deep_stack(job)
    except Exception as error:
        future.set_exception(error)
    except BaseException as error:  # one of these would end the event loop
        future.set_exception(RuntimeError(f"{type(error).__name__}: {error}"))
    else:
        future.set_result(result)
