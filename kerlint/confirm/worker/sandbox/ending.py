"""Turns the way a process ended into the words for it, for one that ended without saying what came of its stage."""

from __future__ import annotations

import re
import signal

from .outcome import Limits, in_words

_OUT_OF_MEMORY = re.compile(
    r"std::bad_alloc|MemoryError|out of memory|cannot allocate memory|can't allocate|failed to allocate|memory exhausted", re.I
)


_WINDOWS_FAULTS = {
    0xC0000005: "was ended by an access violation",
    0xC0000017: None,
    0xC00000FD: "recursed too deeply",
    0xC0000409: "was ended by itself in an emergency (fail fast)",
}
"""None: out of memory."""


def told_by_status(status: int, cpu_seconds: float, output: str, limits: Limits) -> str:
    """The words for a wait status, or for an exit code where there are no others (`status` as `os.waitpid` gives it)."""
    if status & 0x7F:
        return _told_by_signal(status & 0x7F, cpu_seconds, output, limits)
    return told_by_code(status >> 8, output, limits)


def told_by_code(code: int, output: str, limits: Limits) -> str:
    """The words for an exit code."""
    fault = _WINDOWS_FAULTS.get(code, "")
    if fault is None or (code and _OUT_OF_MEMORY.search(output[-4096:])):
        return _memory(limits)
    if fault:
        return fault
    return f"ended itself with exit code {code}"


def _told_by_signal(number: int, cpu_seconds: float, output: str, limits: Limits) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = "unknown"
    if name == "SIGXCPU" or (name == "SIGKILL" and cpu_seconds >= limits.cpu_seconds):
        return f"used more than {limits.cpu_seconds} s of processor time"
    if name in ("SIGABRT", "SIGSEGV", "SIGBUS", "SIGKILL", "SIGTRAP", "SIGILL") and _OUT_OF_MEMORY.search(output[-4096:]):
        return _memory(limits)
    return f"was ended by signal {number} ({name})"


def _memory(limits: Limits) -> str:
    return f"ran out of memory (limit {in_words(limits.memory)})"
