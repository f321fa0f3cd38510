"""Turns the glob patterns of a configuration into a question about paths.

`*` and `?` stand for any characters, as in ruff's and flake8's patterns, `**/` for any folders, `[...]` for a
choice. A pattern without a slash names a file or folder of that name anywhere; one with a slash is a path below the
folder of the configuration that holds it. What is true of a folder is true of all that lies in it. Knows nothing of
the file system.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cache

from kerlint.records import dataclass

_PLAIN_NAME = re.compile(r"[\w.-]*[\w-][\w.-]*")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A glob and the absolute folder that it is relative to; a leading `!` turns the answer round."""

    glob: str
    root: str

    def matches(self, path: str) -> bool:
        """Whether the pattern names this very file or folder, given by its absolute path."""
        below = _below(self.root, path)
        return self._names(below) != self.glob.startswith("!")

    def covers(self, path: str) -> bool:
        """Whether the pattern names this file or a folder above it."""
        parts = _below(self.root, path).split("/")
        named = any(self._names("/".join(parts[:depth])) for depth in range(1, len(parts) + 1))
        return named != self.glob.startswith("!")

    def _names(self, below: str) -> bool:
        glob = self.glob.removeprefix("!").replace(os.sep, "/").removeprefix("./").rstrip("/")
        if "/" not in glob:
            return _compiled(glob).fullmatch(below.rpartition("/")[2]) is not None
        if os.path.isabs(glob):
            glob = _below(self.root, glob)
        return _compiled(glob).fullmatch(below) is not None


@cache
def any_of(patterns: tuple[Pattern, ...]) -> Callable[[str], bool]:
    """Whether one of the patterns names the file or folder of an absolute path; made once for the files of a walk."""
    plain = frozenset(pattern.glob for pattern in patterns if _PLAIN_NAME.fullmatch(pattern.glob))
    others = tuple(pattern for pattern in patterns if pattern.glob not in plain)
    return lambda path: os.path.basename(path) in plain or any(pattern.matches(path) for pattern in others)


def _below(root: str, path: str) -> str:
    """The path as seen from the folder, with forward slashes."""
    prefix = root if root.endswith(os.sep) else root + os.sep
    relative = path[len(prefix) :] if path.startswith(prefix) else os.path.relpath(path, root)
    return relative.replace(os.sep, "/")


@cache
def _compiled(glob: str) -> re.Pattern[str]:
    pieces: list[str] = []
    position = 0
    while position < len(glob):
        if glob.startswith("**/", position):
            pieces.append("(?:.*/)?")
            position += 3
        elif glob[position] == "*":
            pieces.append(".*")
            position += 1
        elif glob[position] == "?":
            pieces.append("[^/]")
            position += 1
        elif glob[position] == "[" and (end := glob.find("]", position + 2)) > 0:
            negation = "^" if glob[position + 1] in "!^" else ""
            choice = glob[position + 1 : end].lstrip("!^").replace("\\", "\\\\").replace("[", "\\[")
            pieces.append(f"[{negation}{choice}]")
            position = end + 1
        elif glob[position] == "{" and (end := glob.find("}", position)) > 0:
            pieces.append(f"(?:{'|'.join(re.escape(arm) for arm in glob[position + 1 : end].split(','))})")
            position = end + 1
        else:
            pieces.append(re.escape(glob[position]))
            position += 1
    return re.compile("".join(pieces), re.DOTALL)
