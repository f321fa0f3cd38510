"""Forks behind Python's back: each of up to 16 processes notes its number and, but for the first, sleeps for 5 seconds."""

import ctypes
import os


def stage(argument):
    library = ctypes.CDLL(None)
    first = os.getpid()
    for _ in range(4):  # each doubles them: 16
        library.fork()
    with open("numbers", "a") as file:
        file.write(f"{os.getpid()}\n")
    if os.getpid() != first:
        library.sleep(5)
        os._exit(0)
    library.usleep(500_000)
    return "over"
