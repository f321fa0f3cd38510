"""Changes permissions and times of files that are not its own, by path and by descriptor."""

# ruff: noqa: SIM115

import os


def stage(argument):
    kept = os.path.join(argument["decoy"], "kept.txt")
    opened = os.open(kept, os.O_RDONLY)
    ways = (
        lambda: os.chmod(kept, 0o777),
        lambda: os.utime(kept, (1, 1)),
        lambda: os.chmod(argument["decoy"], 0),
        lambda: os.chown(kept, 12345, 12345),
    )
    if argument["kernel"]:
        ways += (lambda: os.fchmod(opened, 0o777), lambda: os.utime(opened, (1, 1)))
    for way in ways:
        try:
            way()
        except OSError:
            continue
    open(kept, "w")
