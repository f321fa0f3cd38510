"""Reading what a child writes without ever waiting for it: by readiness where the system has it for pipes, else by a thread."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque

if sys.platform == "win32":
    import msvcrt

_CHUNK = 64 * 1024
_CHUNKS_AT_ONCE = 64
"""A child that never stops writing must not keep its reader from looking at the clock."""


def bytes_pipe() -> tuple[int, int]:
    """A pipe that changes nothing of what goes through: its end to read and its end to write."""
    ends = os.pipe()
    for end in ends:
        as_bytes(end)
    return ends


def as_bytes(descriptor: int) -> None:
    """Has Windows leave line ends and the like as they are."""
    if sys.platform == "win32":
        msvcrt.setmode(descriptor, os.O_BINARY)


_TIME_TO_READ = 2.0
"""Seconds in which what a process has written before its end is read; only a writer that is still there takes longer."""


class Stream:
    """The reading end of a pipe, which does not block. Owns the descriptor."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self.descriptor: int | None = descriptor

    @property
    def closed(self) -> bool:
        """Whether all writers are gone."""
        return self.descriptor is None

    def take(self) -> bytes:
        """What has arrived since the last time. At the end of the stream it closes itself."""
        parts = []
        for _ in range(_CHUNKS_AT_ONCE):
            if self.descriptor is None:
                break
            try:
                part = os.read(self.descriptor, _CHUNK)
            except BlockingIOError:
                break
            except OSError:
                part = b""
            if not part:
                self.close()
            parts.append(part)
        return b"".join(parts)

    def take_rest(self) -> bytes:
        """What is left once all writers are gone."""
        return self.take()

    def close(self) -> None:
        """Lets go of the pipe."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


class ThreadedStream:
    """The same for systems that cannot wait for pipes (Windows): a thread reads, and waits when nobody takes."""

    descriptor: int | None = None

    def __init__(self, descriptor: int) -> None:
        self._source = descriptor
        self._parts: deque[bytes] = deque()
        self._room = threading.Semaphore(_CHUNKS_AT_ONCE)
        self._closed = False
        self._ended = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while not self._closed:
            self._room.acquire()
            try:
                part = os.read(self._source, _CHUNK)
            except OSError:
                break
            if not part:
                break
            self._parts.append(part)
        os.close(self._source)
        self._ended = True

    @property
    def closed(self) -> bool:
        """Whether all writers are gone."""
        return self._ended

    def take(self) -> bytes:
        """What has arrived since the last time."""
        taken = []
        for _ in range(len(self._parts)):
            taken.append(self._parts.popleft())
            self._room.release()
        return b"".join(taken)

    def take_rest(self) -> bytes:
        """What is left once all writers are gone; on a busy machine the thread may not have come to it yet."""
        parts = [self.take()]
        latest = time.monotonic() + _TIME_TO_READ
        while not self._ended and time.monotonic() < latest:
            self._thread.join(0.01)
            parts.append(self.take())
        return b"".join((*parts, self.take()))

    def close(self) -> None:
        """Has the thread end; it closes the pipe itself, when the last writer is gone."""
        self._closed = True
        self._room.release()
        self._thread.join(1.0)


class Tail:
    """The last bytes of what is added."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept = b""

    def add(self, data: bytes) -> None:
        """Adds, and forgets what is too far back."""
        if data:
            self._kept = (self._kept + data)[-self._size :] if self._size else b""

    def add_before(self, data: bytes) -> None:
        """Adds what was printed before all else, as far as there is room."""
        self._kept = (data + self._kept)[-self._size :] if self._size else b""

    def text(self) -> str:
        """What is left, as text."""
        return self._kept.decode("utf-8", "replace")
