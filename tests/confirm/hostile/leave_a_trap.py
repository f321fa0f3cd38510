"""Leaves modules and settings behind in its own folder that would be found first by whatever looks there."""

import os


def stage(argument):
    for name in ("json.py", "keras.py", "sitecustomize.py", "usercustomize.py"):
        with open(name, "w") as file:
            file.write("raise SystemExit('trapped')\n")
    os.symlink("/", "root")
    os.symlink("loop", "loop")
    os.makedirs("a" * 100 + "/" + "b" * 100)
    return "set"
