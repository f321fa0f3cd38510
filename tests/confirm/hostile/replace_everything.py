"""Replaces what others rely on: builtins, JSON, operating system, exit, streams."""

import builtins
import json
import os
import sys


def nothing(*arguments, **named):
    return None


def stage(argument):
    os.environ.clear()
    for name in ("open", "print", "len", "isinstance", "super", "getattr", "__import__"):
        setattr(builtins, name, nothing)
    for module, names in (
        (json, "dumps loads dump load JSONEncoder"),
        (os, "write read _exit close fork kill getpid getcwd"),
        (os.path, "realpath join isabs"),
        (sys, "exit excepthook"),
    ):
        for name in names.split():
            setattr(module, name, nothing)
    sys.stdout = sys.stderr = None
    return {"answer": 42}
