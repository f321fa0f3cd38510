"""Sends its parent signals that end a process, behind Python's back."""

import ctypes
import os
import signal


def stage(argument):
    library = ctypes.CDLL(None)
    return [library.kill(os.getppid(), number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1)]
