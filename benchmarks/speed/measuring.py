"""Runs one command as a whole process and says what it and its children took, and what it printed."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_SAMPLING = 0.02
"""Seconds between two looks at the memory of all processes together."""


@dataclass(frozen=True)
class Run:
    """One run: processor seconds (user and system, children included), wall seconds, the most memory at once in MB."""

    cpu: float
    wall: float
    memory: float
    exit_code: int


def measured(command: Sequence[str], folder: Path) -> tuple[Run, str, str]:
    """Runs the command in the folder; what it took, and what it printed on its two outputs."""
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as said:
        own = _held_by(psutil.Process())
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=printed, stderr=said)
        peak = [0]
        ended = threading.Event()
        watcher = threading.Thread(target=_watch, args=(process.pid, peak, ended), daemon=True)
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        ended.set()
        watcher.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        # What a child held at most includes what this process held when it forked.
        alone = usage.ru_maxrss * 1024
        memory = max(peak[0], alone if alone > 1.1 * own or not peak[0] else 0) / 1e6
        run = Run(usage.ru_utime + usage.ru_stime, wall, memory, process.returncode)
        return run, *(_text(file) for file in (printed, said))  # type: ignore[return-value]


def _text(file: object) -> str:
    file.seek(0)  # type: ignore[attr-defined]
    return str(file.read().decode("utf-8", "replace"))  # type: ignore[attr-defined]


def _watch(number: int, peak: list[int], ended: threading.Event) -> None:
    """Keeps the largest sum of what the process and its descendants hold in memory; pages that they share count in each."""
    try:
        root = psutil.Process(number)
    except psutil.Error:
        return
    while not ended.wait(_SAMPLING):
        try:
            peak[0] = max(peak[0], sum(_held_by(process) for process in (root, *root.children(recursive=True))))
        except psutil.Error:
            return


def _held_by(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
