"""Writes into a folder that is not its own behind Python's back, as libraries do."""

import ctypes
import os


def stage(argument):
    library = ctypes.CDLL(None)
    kept = os.path.join(argument["decoy"], "kept.txt").encode()
    new = os.path.join(argument["decoy"], "new.txt").encode()
    ways = {
        "open": lambda: library.open(kept, os.O_WRONLY),
        "create": lambda: library.creat(new, 0o644),
        "unlink": lambda: library.unlink(kept),
        "rename": lambda: library.rename(kept, b"stolen.txt"),
        "truncate": lambda: library.truncate(kept, ctypes.c_long(0)),
        "mkdir": lambda: library.mkdir(new, 0o755),
        "link": lambda: library.link(kept, b"hard_link"),
        "chmod": lambda: library.chmod(kept, 0o777) and -1,
    }
    return sorted(name for name, way in ways.items() if way() != -1 and name != "chmod")
