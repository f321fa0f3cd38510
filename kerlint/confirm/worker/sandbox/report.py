"""The way a child's words take to its parent: frames on a pipe, each marked with a token that only the two know.

A frame is the token, a letter for its kind, its length and JSON. User code shares the child's process, so the pipe
may carry anything: whatever is not a whole frame in its place spoils the report, and nothing after it counts.
"""

from __future__ import annotations

import json
import os
from typing import Any

BEGUN, VALUE, TROUBLE, REFUSAL = b"B", b"V", b"T", b"R"
TOKEN_SIZE = 16
LARGEST_REPORT = 16 * 1024**2
_HEAD = TOKEN_SIZE + 1 + 8
_MOST_REFUSALS = 16

_write = os.write  # held here, so that user code which replaces them in their modules does not change ours
_encode = json.JSONEncoder().encode


def send(descriptor: int, token: bytes, kind: bytes, content: Any) -> None:
    """Writes one frame. Raises what JSON raises for a content that it cannot hold."""
    payload = _encode(content).encode("ascii")
    if len(payload) > LARGEST_REPORT:
        raise ValueError(f"more than {LARGEST_REPORT} bytes")
    rest = memoryview(token + kind + len(payload).to_bytes(8, "big") + payload)
    while rest:
        rest = rest[_write(descriptor, rest) :]


class Report:
    """What arrived of a child's frames."""

    def __init__(self, token: bytes, noise_before: bool = False) -> None:
        self._token = token
        self._noise_before = noise_before
        self._received = bytearray()
        self._noise = b""
        self.value: Any = None
        self.trouble: str | None = None
        self.finished = False
        self.spoiled = False
        self.refusals: list[str] = []

    @property
    def noise(self) -> bytes:
        """What came before the first frame, where that is allowed."""
        return self._noise + (bytes(self._received) if self._noise_before else b"")

    def feed(self, data: bytes) -> None:
        """Takes the next bytes from the pipe."""
        if self.finished or self.spoiled:
            return
        self._received += data
        while not self.finished and not self.spoiled and self._take_frame():
            pass

    def _take_frame(self) -> bool:
        if self._noise_before and not self._skip_noise():
            return False
        begun = bytes(self._received[:TOKEN_SIZE])
        if begun != self._token[: len(begun)]:
            self.spoiled = True
            return False
        if len(self._received) < _HEAD:
            return False
        length = int.from_bytes(self._received[TOKEN_SIZE + 1 : _HEAD], "big")
        if length > LARGEST_REPORT:
            self.spoiled = True
            return False
        if len(self._received) < _HEAD + length:
            return False
        kind, payload = bytes(self._received[TOKEN_SIZE : TOKEN_SIZE + 1]), bytes(self._received[_HEAD : _HEAD + length])
        del self._received[: _HEAD + length]
        self._noise_before = False
        self._accept(kind, payload)
        return True

    def _skip_noise(self) -> bool:
        at = self._received.find(self._token)
        end = at if at >= 0 else max(0, len(self._received) - TOKEN_SIZE + 1)
        self._noise = (self._noise + bytes(self._received[:end]))[-64 * 1024 :]
        del self._received[:end]
        return at >= 0

    def _accept(self, kind: bytes, payload: bytes) -> None:
        try:
            content = json.loads(payload)
        except (ValueError, RecursionError):
            self.spoiled = True
            return
        if kind == VALUE:
            self.value, self.finished = content, True
        elif kind == TROUBLE:
            self.trouble, self.finished = str(content), True
        elif kind == REFUSAL and len(self.refusals) < _MOST_REFUSALS:
            self.refusals.append(str(content))
