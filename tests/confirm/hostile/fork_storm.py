"""Forks: at most 32 processes that sleep for 5 seconds each."""

import os
import time


def stage(argument):
    for _ in range(32):
        if os.fork() == 0:
            time.sleep(5)
            os._exit(0)
