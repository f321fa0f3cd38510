"""Looks for a secret of its parent: in the environment as Python, C and the system show it, and in the parent's."""

import ctypes
import os


def stage(argument):
    library = ctypes.CDLL(None)
    library.getenv.restype = ctypes.c_char_p
    shown = {name: os.environ.get(name) for name in ("HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "https_proxy")}
    shown["in C"] = library.getenv(b"HF_TOKEN") and "there"
    with open("/proc/self/environ", "rb") as file:
        shown["as it was"] = file.read().strip(b"\0").decode(errors="replace") or None
    try:
        with open(f"/proc/{os.getppid()}/environ", "rb"):
            parent = "readable"
    except OSError:
        parent = "refused"
    return {"found": {name: value for name, value in shown.items() if value}, "parent": parent, "home": os.path.expanduser("~")}
