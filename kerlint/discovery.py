"""Turns the paths that a user names into the files to read, each once, in a fixed order.

Walks folders, leaving out what the configuration excludes and what `.gitignore` files ignore; a file named outright is
taken whatever it is called. Knows nothing of Keras and of what is in the files.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from typing import Protocol

from kerlint import disk
from kerlint.cache.folder import CACHE_TAG, NAME
from kerlint.gitignore import Ignored
from kerlint.patterns import Pattern, any_of
from kerlint.records import dataclass

SUFFIXES = (".py", ".pyw", ".ipynb")
"""What a walk picks up. Stubs are left out: they say nothing of what code does."""


class WalkSettings(Protocol):
    """What the walk asks of the settings that hold for a folder."""

    @property
    def exclude(self) -> tuple[Pattern, ...]: ...
    @property
    def force_exclude(self) -> bool: ...
    @property
    def respect_gitignore(self) -> bool: ...


@dataclass(slots=True)
class Discovered:
    """The files found, as the user would name them, and what was wrong with the paths given."""

    files: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def discover(paths: Iterable[str], settings_of: Callable[[str], WalkSettings]) -> Discovered:
    """Every file to check under the paths; `settings_of` gives the settings for an absolute folder.

    A path that does not exist becomes a complaint; the others are still looked at.
    """
    found = Discovered()
    seen: set[str] = set()
    for path in paths:
        for file in _files_of(path, settings_of, found.complaints):
            absolute = os.path.abspath(file)
            if absolute not in seen:
                seen.add(absolute)
                found.files.append(file)
    found.files.sort()
    return found


def is_excluded(path: str, settings: WalkSettings) -> bool:
    """Whether a file named outright is left out, which happens only under `force-exclude`."""
    return settings.force_exclude and any(pattern.covers(os.path.abspath(path)) for pattern in settings.exclude)


def _files_of(path: str, settings_of: Callable[[str], WalkSettings], complaints: list[str]) -> Iterator[str]:
    try:
        mode = disk.mode_of(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        complaints.append(f"{path}: {reason.lower()}")
        return
    absolute = os.path.abspath(path)
    if stat.S_ISDIR(mode):
        if not is_excluded(path, settings_of(absolute)):
            yield from _walk(path, settings_of, Ignored.above(absolute), complaints)
    elif not is_excluded(path, settings_of(os.path.dirname(absolute))):
        yield path


def _walk(
    folder: str, settings_of: Callable[[str], WalkSettings], ignored: Ignored, complaints: list[str]
) -> Iterator[str]:
    """The files below a folder. Links to folders are not followed, so that no walk goes round in a circle."""
    pending = [(folder, ignored)]
    while pending:
        folder, ignored = pending.pop()
        absolute = os.path.abspath(folder)
        settings = settings_of(absolute)
        is_left_out = any_of(tuple(settings.exclude))
        try:
            entries = disk.entries(folder)
        except OSError as error:
            complaints.append(f"{folder}: {(error.strerror or str(error)).lower()}")
            continue
        if any(entry.name == CACHE_TAG for entry in entries):
            continue
        if settings.respect_gitignore and any(entry.name == ".gitignore" for entry in entries):
            ignored = ignored.with_file_of(absolute)
        for entry in entries:
            is_folder = _is_folder(entry)
            if not is_folder and not (entry.name.endswith(SUFFIXES) and _is_file(entry)):
                continue
            place = os.path.join(absolute, entry.name)
            if is_left_out(place):
                continue
            if settings.respect_gitignore and ignored.holds(place, is_folder):
                continue
            name = entry.name if folder == os.curdir else os.path.join(folder, entry.name)
            if not is_folder:
                yield name
            elif entry.name != NAME:  # which another run may be making just now, and has not marked yet
                pending.append((name, ignored))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    """A regular file, or a link that leads nowhere (reading it tells why); not an editor's lock, a pipe or a folder."""
    try:
        if entry.is_file():
            return True
        return entry.is_symlink() and not entry.is_dir() and not entry.name.startswith(".#")
    except OSError:
        return not entry.name.startswith(".#")
