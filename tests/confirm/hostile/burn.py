"""Keeps the processor busy for at most 20 seconds, in a thread beside the main one."""

import threading
import time


def stage(argument):
    end = time.monotonic() + 20

    def work():
        while time.monotonic() < end:
            sum(range(1000))

    threading.Thread(target=work).start()
    work()
