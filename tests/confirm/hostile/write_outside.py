"""Writes into a folder that is not its own: plainly, by descriptors, through links, by moving, by truncating."""

# ruff: noqa: SIM115

import os
import pathlib


def stage(argument):
    decoy = argument["decoy"]
    kept = os.path.join(decoy, "kept.txt")
    new = os.path.join(decoy, "new.txt")
    own = os.path.abspath("own.txt")
    with open(own, "w") as file:
        file.write("mine")
    os.symlink(decoy, "folder_link")
    os.symlink(kept, "file_link")
    ways = {
        "open": lambda: open(kept, "w"),
        "append": lambda: open(kept, "a"),
        "update": lambda: open(kept, "r+b"),
        "create": lambda: open(new, "x"),
        "descriptor": lambda: os.open(kept, os.O_WRONLY | os.O_TRUNC),
        "pathlib": lambda: pathlib.Path(new).write_text("x"),
        "relative": lambda: open(os.path.relpath(new), "w"),
        "through a folder's link": lambda: open("folder_link/new.txt", "w"),
        "through a file's link": lambda: open("file_link", "w"),
        "move out": lambda: os.rename(own, new),
        "move in": lambda: os.rename(kept, "stolen.txt"),
        "replace": lambda: os.replace(own, kept),
        "hard link in": lambda: os.link(kept, "hard_link"),
        "hard link out": lambda: os.link(own, new),
        "symbolic link out": lambda: os.symlink(own, new),
        "remove": lambda: os.remove(kept),
        "remove by folder": lambda: os.unlink("kept.txt", dir_fd=os.open(decoy, os.O_RDONLY)),
        "truncate": lambda: os.truncate(kept, 0),
        "make a folder": lambda: os.mkdir(os.path.join(decoy, "made")),
        "remove a folder": lambda: os.rmdir(os.path.join(decoy, "empty")),
        "from elsewhere": lambda: (os.chdir(decoy), open("new.txt", "w")),
    }
    return sorted(name for name, way in ways.items() if not refused(way))


def refused(way):
    try:
        way()
    except OSError:
        return True
    return False
