"""Ends a process that is not its own, traces it and writes into it, behind Python's back."""

import ctypes
import signal


def stage(argument):
    library = ctypes.CDLL(None)
    victim = argument["victim"]
    try:
        with open(f"/proc/{victim}/mem", "r+b"):
            written = True
    except OSError:
        written = False
    attach = 16
    return {
        "memory": written,
        "traced": library.ptrace(attach, victim, None, None) == 0,
        "renamed": library.prlimit(victim, 7, None, None) == 0,
        "killed": library.kill(victim, int(signal.SIGKILL)) == 0,
        "thread killed": library.tgkill(victim, victim, int(signal.SIGKILL)) == 0,
    }
