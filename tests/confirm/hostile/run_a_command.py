"""Runs commands, in every way that there is, which would create a file among the decoys."""

import os
import subprocess


def stage(argument):
    command = ["touch", os.path.join(argument["decoy"], "touched")]
    ways = (
        lambda: subprocess.run(command, check=True),
        lambda: os.system(" ".join(command)),
        lambda: os.popen(" ".join(command)).read(),
        lambda: os.posix_spawn("/usr/bin/touch", command, {}),
        lambda: os.spawnvp(os.P_WAIT, "touch", command),
        lambda: os.execvp("touch", command),
    )
    return [attempt(way) for way in ways]


def attempt(way):
    try:
        way()
    except OSError as error:
        return type(error).__name__
    return "done"
