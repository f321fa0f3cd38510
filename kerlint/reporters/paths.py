"""The paths of findings as the readers of reports want them: from the root of the repository, as text, or as a URI."""

from __future__ import annotations

import os
from urllib.parse import quote

from kerlint import disk


def repository_root() -> str:
    """The nearest folder from the working folder upwards that version control has marked; without one, the working folder.

    A report is read by services that see the repository, wherever in it kerlint was started.
    """
    here = folder = os.getcwd()
    while not any(disk.exists(os.path.join(folder, mark)) for mark in (".git", ".hg")):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return here
    return folder


def below_root(path: str, root: str) -> str:
    """A file's path from the root, with slashes; the absolute path where it lies elsewhere."""
    absolute = os.path.abspath(path)
    inside = absolute.startswith(os.path.join(root, ""))
    return (os.path.relpath(absolute, root) if inside else absolute).replace(os.sep, "/")


def as_text(path: str) -> str:
    """The path with escapes for bytes that are no text, which no reader of JSON or XML takes."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def as_uri(path: str) -> str:
    """A path as a URI reference: relative where the path is, with the bytes of the name percent-encoded."""
    quoted = quote(os.fsencode(path.replace(os.sep, "/")), safe="/")
    if os.path.isabs(path):
        return "file://" + (quoted if quoted.startswith("/") else f"/{quoted}")
    return quoted
