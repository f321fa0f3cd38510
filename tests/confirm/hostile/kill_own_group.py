"""Ends its whole group, itself included."""

import os
import signal


def stage(argument):
    os.killpg(os.getpgid(0), signal.SIGKILL)
