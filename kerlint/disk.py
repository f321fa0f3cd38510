"""All that kerlint sees of the file system, in one place, so that a run can say what its answer rests on.

Every other module asks here, and not the system, whether something is there, what a file holds and what lies in a folder.
While somebody observes, what is seen is written down, so that a later run can tell whether it still holds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from kerlint.cache.seen import PASSED_OVER, digest_of, digest_of_names, leads_to_folder, stamp_of, states_needs
from kerlint.records import dataclass

if TYPE_CHECKING:
    from kerlint.cache.seen import Kind, Seen, Stamp

StrPath = str | os.PathLike[str]


@dataclass(slots=True)
class Observations:
    """What was seen, by absolute path and kind. The first look counts: what changes after it must not go unseen."""

    _stamps: dict[tuple[str, Kind], tuple[Stamp, str]] = field(default_factory=dict)
    is_lasting: bool = True
    """Whether the answer rests on what was seen alone, and not on the time or another thing that changes by itself."""

    def note(self, path: str, kind: Kind, stamp: Stamp, digest: Callable[[], str]) -> None:
        """Writes down how something looked, and what it held."""
        if (path, kind) not in self._stamps:
            self._stamps[path, kind] = (stamp, digest())

    def __iter__(self) -> Iterator[Seen]:
        """Each thing once; that a name is there, or is not, adds nothing where all names of a folder are known."""
        listed = {path for path, kind in self._stamps if kind == "folder"}
        for (path, kind), (stamp, digest) in self._stamps.items():
            if kind != "type" or not is_told_by(listed, path):
                yield kind, stamp, digest, path


def is_told_by(listed: set[str], path: str) -> bool:
    """Whether something could only come or go by a change of the names in a folder that are known: the nearest that is there."""
    name, folder = os.path.basename(path), os.path.dirname(path)
    while folder not in listed:
        if os.path.isdir(folder) or folder == os.path.dirname(folder):
            return False
        name, folder = os.path.basename(folder), os.path.dirname(folder)
    return name not in PASSED_OVER


_observers: list[Observations] = []
_unsaved: Mapping[str, bytes] = {}


@contextmanager
def observed() -> Iterator[Observations]:
    """Writes down all that is seen in the block."""
    observations = Observations()
    _observers.append(observations)
    try:
        yield observations
    finally:
        _observers.remove(observations)


def not_to_be_remembered() -> None:
    """Tells whoever observes that the same files do not mean the same answer."""
    for observations in _observers:
        observations.is_lasting = False


@contextmanager
def overlaid(texts: Mapping[str, bytes]) -> Iterator[None]:
    """Lets files hold, in the block, what an editor has not saved yet: contents by absolute path.

    Such a file is there although it may not be on the disk; only the names in its folder are those on the disk.
    """
    global _unsaved
    before, _unsaved = _unsaved, texts
    try:
        yield
    finally:
        _unsaved = before


def is_observed() -> bool:
    """Whether somebody wants to know what is seen."""
    return bool(_observers)


def add(seen: Iterable[Seen]) -> None:
    """Writes down what was seen elsewhere, by another process."""
    for kind, stamp, digest, path in seen:
        for observations in _observers:
            observations.note(path, kind, stamp, lambda digest=digest: digest)  # type: ignore[misc]


def _note(path: StrPath, kind: Kind, stamp: Stamp | None = None, digest: Callable[[], str] = str) -> None:
    absolute = os.path.abspath(path)
    stamp = stamp or stamp_of(absolute, kind)
    for observations in _observers:
        observations.note(absolute, kind, stamp, digest)


def _type_of(path: StrPath) -> str:
    """`f`, `d`, `o` for others, `-` for nothing, links followed."""
    if _unsaved and os.path.abspath(path) in _unsaved:
        return "f"
    stamp = stamp_of(os.fspath(path), "type")
    if _observers:
        _note(path, "type", stamp)
    return stamp[0]


def is_file(path: StrPath) -> bool:
    """Whether a regular file, or a link to one, is there."""
    return _type_of(path) == "f"


def is_folder(path: StrPath) -> bool:
    """Whether a folder, or a link to one, is there."""
    return _type_of(path) == "d"


def exists(path: StrPath) -> bool:
    """Whether anything is there."""
    return _type_of(path) != "-"


def mode_of(path: StrPath) -> int:
    """The type and the permissions of what is there. Raises OSError and ValueError."""
    if _observers:
        _note(path, "type")
    return os.stat(path).st_mode


def read_bytes(path: StrPath) -> bytes:
    """What a file holds. Raises OSError."""
    if _unsaved and (text := _unsaved.get(os.path.abspath(path))) is not None:
        return text
    if not _observers:
        return Path(path).read_bytes()
    stamp = stamp_of(os.path.abspath(path), "file")  # taken before, so that a change meanwhile shows
    try:
        data = Path(path).read_bytes()
    except OSError:
        _note(path, "file", stamp)
        raise
    _note(path, "file", stamp, lambda: digest_of(data))
    return data


def read_text(path: StrPath) -> str:
    """The same as text, with a mark for what is no UTF-8. Raises OSError."""
    return read_bytes(path).decode("utf-8", "replace")


def entries(folder: StrPath, kind: Kind = "folder") -> list[os.DirEntry[str]]:
    """What lies in a folder, by name. Raises OSError."""
    stamp = stamp_of(os.path.abspath(folder), kind) if _observers else None
    try:
        with os.scandir(folder) as scanned:
            found = sorted(scanned, key=lambda entry: entry.name)
    except OSError:
        if _observers:
            _note(folder, kind, stamp)
        raise
    if _observers:
        _note(folder, kind, stamp, lambda: digest_of_names(((entry.name, leads_to_folder(entry)) for entry in found), kind))
    return found


def names(folder: StrPath) -> list[str]:
    """The names of what lies in a folder. Raises OSError."""
    return [entry.name for entry in entries(folder)]


def names_of_needs(folder: StrPath) -> list[str]:
    """The names in a folder of what may say what a project needs. Raises OSError."""
    return [entry.name for entry in entries(folder, "needs") if states_needs(entry.name)]


def walk(root: StrPath) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each folder below, the root first, with the names of its folders, of which some may be taken out, and of its other files.

    Links to folders are not followed. What cannot be listed is passed over.
    """
    pending = [os.fspath(root)]
    while pending:
        folder = pending.pop()
        try:
            found = entries(folder)
        except OSError:
            continue
        folders = [entry.name for entry in found if leads_to_folder(entry)]
        links = {entry.name for entry in found if entry.is_symlink()}
        yield folder, folders, [entry.name for entry in found if not leads_to_folder(entry)]
        pending.extend(os.path.join(folder, name) for name in reversed(folders) if name not in links)
