"""Puts a report into a file: whole or not at all, and never a folder that nobody made."""

from __future__ import annotations

import os

from kerlint.options import InvalidOption


def check_file(path: str) -> None:
    """Raises InvalidOption for a path that no file can be written to; asked before a run, so that none is for nothing."""
    if not path:
        raise InvalidOption("--output-file: an empty text names no file")
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise InvalidOption(f"--output-file: there is no folder {folder}")
    if os.path.isdir(path):
        raise InvalidOption(f"--output-file: {path} is a folder")


def write_file(path: str, text: str) -> None:
    """Writes the text in UTF-8. Raises InvalidOption with the system's reason.

    Who reads the file meanwhile sees the old or the new one; what is no regular file, such as a pipe, is written to as it is.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "wb") as file:  # not what a link leads to: /dev/stdout may lead to a pipe, which has no path
                file.write(data)
        else:
            replace_file(os.path.realpath(path), data)
    except OSError as error:
        raise InvalidOption(f"--output-file: {path}: {(error.strerror or str(error)).lower()}") from error


def replace_file(path: str, data: bytes) -> None:
    """Writes a file whole, with the permissions of the one that is there. Raises OSError, and leaves that one as it was."""
    unfinished = f"{path}.{os.getpid()}"
    try:
        with open(unfinished, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if os.path.exists(path):
            os.chmod(unfinished, os.stat(path).st_mode)
        os.replace(unfinished, path)
    except OSError:
        if os.path.exists(unfinished):
            os.unlink(unfinished)
        raise
