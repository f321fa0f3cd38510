"""Runs one command as a whole process and says what it and its children took."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from benchmarks.speed.results import Run

_SAMPLING = 0.02
"""Seconds between two looks at the memory of all processes together."""


def measured(command: Sequence[str], folder: Path) -> Run:
    """Runs the command in the folder; what it prints is thrown away."""
    started = time.perf_counter()
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, stdin=nowhere, stdout=nowhere, stderr=nowhere)
    peak = [0]
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peak, ended), daemon=True)
    watcher.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    ended.set()
    watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    memory = max(peak[0] / 1e6, usage.ru_maxrss / 1e3)
    return Run(usage.ru_utime + usage.ru_stime, wall, memory, process.returncode)


def _watch(number: int, peak: list[int], ended: threading.Event) -> None:
    """Keeps the largest sum of what the process and its descendants hold in memory."""
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
