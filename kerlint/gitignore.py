"""Turns the `.gitignore` files round a folder into a question about paths: would git leave this out?

The nearest file that speaks of a path decides, as in git. Knows nothing of the configuration and of Keras.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from kerlint import disk
from kerlint.records import dataclass

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class Ignored:
    """The ignore files that hold in a folder, the nearest last; each with the folder that its patterns start from."""

    files: tuple[tuple[str, GitIgnoreSpec], ...] = ()

    @classmethod
    def above(cls, folder: str) -> Ignored:
        """What the repository that holds an absolute folder says of it from above; nothing outside repositories, and
        nothing when it ignores that very folder: whoever names it wants it."""
        chain = [folder, *(str(parent) for parent in Path(folder).parents)]
        top = next((index for index, parent in enumerate(chain) if disk.exists(os.path.join(parent, ".git"))), None)
        if top is None:
            return cls()
        ignored = cls()._with(chain[top], os.path.join(chain[top], ".git", "info", "exclude"))
        for parent in reversed(chain[1 : top + 1]):
            ignored = ignored.with_file_of(parent)
        return cls() if ignored.holds(folder, is_folder=True) else ignored

    def with_file_of(self, folder: str) -> Ignored:
        """These and the `.gitignore` of a folder."""
        return self._with(folder, os.path.join(folder, ".gitignore"))

    def _with(self, folder: str, file: str) -> Ignored:
        try:
            lines = disk.read_bytes(file).decode("utf-8", "surrogateescape").splitlines()
        except OSError:
            return self
        if not any(line.strip() and not line.startswith("#") for line in lines):
            return self
        return Ignored((*self.files, (folder, _spec(lines))))

    def holds(self, path: str, is_folder: bool) -> bool:
        """Whether git would leave out an absolute path below all these files."""
        for folder, spec in reversed(self.files):
            below = path[len(folder) :].replace(os.sep, "/").lstrip("/") + ("/" if is_folder else "")
            if not below.strip("/"):
                continue
            verdict = spec.check_file(below).include
            if verdict is not None:
                return verdict
        return False


def _spec(lines: list[str]) -> GitIgnoreSpec:
    """The patterns of a file; like git, passes over a line that is no pattern."""
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        return GitIgnoreSpec.from_lines(line for line in lines if _is_pattern(line))


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
