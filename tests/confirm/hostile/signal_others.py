"""Sends signals to its parent, to a process beside it, to a whole group."""

import os
import signal


def stage(argument):
    ways = (
        lambda: os.kill(os.getppid(), signal.SIGTERM),
        lambda: os.kill(os.getppid(), signal.SIGKILL),
        lambda: os.killpg(os.getpgid(os.getppid()), signal.SIGTERM),
        lambda: os.kill(argument["victim"], signal.SIGKILL),
        lambda: os.kill(-1, signal.SIGURG),
    )
    return [refused(way) for way in ways]


def refused(way):
    try:
        way()
    except OSError:
        return True
    return False
