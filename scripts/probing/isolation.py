"""Runs a function in a forked child, so that a crash, an endless loop or a changed global state harms only that one
answer.

The parent has Keras imported and must not have run any TensorFlow operation, or the child can hang.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable


def isolated(function: Callable[[], object], seconds: float = 900.0) -> object:
    """What the function returns, through JSON. A child that dies gives `{"died": why}`."""
    reader, writer = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _answer(function, writer)
    os.close(writer)
    return _receive(child, reader, seconds)


def _answer(function: Callable[[], object], writer: int) -> None:
    folder = tempfile.mkdtemp()
    try:
        os.chdir(folder)
        answer = json.dumps(function())
    except BaseException as error:
        answer = json.dumps({"died": f"{type(error).__name__}: {error}"[:300]})
    with os.fdopen(writer, "w") as stream:
        stream.write(answer)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _receive(child: int, reader: int, seconds: float) -> object:
    deadline = time.monotonic() + seconds
    received = b""
    with os.fdopen(reader, "rb") as stream:
        while True:
            ready, _, _ = select.select([stream], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                os.kill(child, signal.SIGKILL)
                break
            chunk = os.read(stream.fileno(), 1 << 16)
            if not chunk:
                break
            received += chunk
    _, status = os.waitpid(child, 0)
    if received:
        return json.loads(received)
    return {"died": f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else "no answer"}
