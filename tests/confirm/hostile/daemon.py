"""Leaves a process behind that has a session of its own and no parent, which sleeps for 5 seconds."""

import ctypes
import os


def stage(argument):
    library = ctypes.CDLL(None)
    child = library.fork()
    if child == 0:
        library.setsid()
        if library.fork() == 0:
            library.setsid()
            with open("numbers", "a") as file:
                file.write(f"{os.getpid()}\n")
            library.sleep(5)
        os._exit(0)
    library.usleep(200_000)
    return "left" if child > 0 else "refused"
