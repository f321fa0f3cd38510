"""All that kerlint sees of the file system, in one place, so that a run can say what its answer rests on.

Every other module asks here, and not the system, whether something is there, what a file holds and what lies in a folder.
While somebody observes, what is seen is written down, so that a later run can tell whether it still holds.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from typing import TYPE_CHECKING

from kerlint.cache.seen import (
    PASSED_OVER,
    PROGRAMS,
    digest_of,
    digest_of_names,
    leads_to_folder,
    stamp_from,
    stamp_of,
    states_needs,
)
from kerlint.records import dataclass

if TYPE_CHECKING:
    from kerlint.cache.seen import Kind, Seen, Stamp

StrPath = str | os.PathLike[str]

_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_UNKNOWN_SIZE = 1 << 16
"""Bytes that are asked for of what tells no size: a pipe, what a kernel makes up."""
_TELLS_CASE = sys.platform not in ("win32", "cygwin", "darwin")
"""Whether a name that is not in a folder's list is not there, in no other spelling either."""


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
    if os.path.islink(path):
        return False  # what it leads to comes and goes elsewhere
    name, folder = os.path.basename(path), os.path.dirname(path)
    while folder not in listed:
        if os.path.isdir(folder) or folder == os.path.dirname(folder):
            return False
        name, folder = os.path.basename(folder), os.path.dirname(folder)
    return name not in PASSED_OVER


@dataclass(frozen=True, slots=True)
class _Listing:
    """What lay in a folder: its stamp, taken before, the digest of the names, and the type of each; links are not followed."""

    stamp: Stamp | None
    digest: str
    types: Mapping[str, str]


_observers: list[Observations] = []
_unsaved: Mapping[str, bytes] = {}
_listings: dict[str, _Listing] | None = None


@contextmanager
def listings_kept() -> Iterator[None]:
    """Lets what is asked about a folder that was listed in the block be answered from its list.

    This is for one run: what comes into such a folder meanwhile is seen by the next one, as the list is what was seen.
    """
    global _listings
    before, _listings = _listings, {}
    try:
        yield
    finally:
        _listings = before


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
    if _listings and (listed := _type_listed(_listings, os.fspath(path))) is not None:
        return listed
    stamp = stamp_of(os.fspath(path), "type")
    if _observers:
        _note(path, "type", stamp)
    return stamp[0]


def _type_listed(listings: Mapping[str, _Listing], path: str) -> str | None:
    """The type of what lies in a folder that was listed; None where its list does not say.

    Whether a name is there that tools come and go with is no part of what a list stands for, and a link may lead anywhere.
    """
    folder, name = os.path.split(path)
    listing = listings.get(folder)
    if name in PASSED_OVER or name in ("", os.curdir, os.pardir):
        return None
    if listing is None:
        return "-" if os.path.dirname(folder) in listings and _type_listed(listings, folder) in ("-", "f") else None
    found = listing.types.get(name, "-" if _TELLS_CASE else None)
    if found is None or found == "l" or (_observers and listing.stamp is None):
        return None
    if listing.stamp is not None:
        for observations in _observers:
            observations.note(folder, "folder", listing.stamp, lambda: listing.digest)
    return found


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
    try:
        data, found = _content_of(path)
    except OSError:
        stamp = stamp_of(os.path.abspath(path), "file")  # before it is tried again, so that a change meanwhile shows
        try:
            data, found = _content_of(path)
        except OSError:
            _note(path, "file", stamp)
            raise
    if _observers:
        _note(path, "file", stamp_from(found, "file"), lambda: digest_of(data))
    return data


def read_settings(path: StrPath) -> bytes:
    """The same of a file that all findings rest on. Under the name of a program its change would concern few: no such run is
    remembered. Raises OSError.
    """
    if os.fspath(path).endswith(PROGRAMS):
        not_to_be_remembered()
    return read_bytes(path)


def _content_of(path: StrPath) -> tuple[bytes, os.stat_result]:
    """What a file holds, and how that very file looked before it was read. Raises OSError."""
    descriptor = os.open(path, _READING)
    try:
        found = os.fstat(descriptor)
        asked = found.st_size + 1 if found.st_size else _UNKNOWN_SIZE
        pieces = []
        while piece := os.read(descriptor, asked):
            pieces.append(piece)
    finally:
        os.close(descriptor)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces), found


def read_text(path: StrPath) -> str:
    """The same as text, with a mark for what is no UTF-8. Raises OSError."""
    return read_bytes(path).decode("utf-8", "replace")


def entries(folder: StrPath, kind: Kind = "folder") -> list[os.DirEntry[str]]:
    """What lies in a folder, by name. Raises OSError."""
    keeps = _listings is not None and kind == "folder"
    absolute = os.path.abspath(folder) if _observers or keeps else ""
    stamp = stamp_of(absolute, kind) if _observers else None
    try:
        with os.scandir(folder) as scanned:
            found = sorted(scanned, key=lambda entry: entry.name)
    except OSError:
        if stamp is not None:
            _note(folder, kind, stamp)
        raise
    digest = ""
    if stamp is not None:
        digest = digest_of_names(((entry.name, leads_to_folder(entry)) for entry in found), kind)
        _note(folder, kind, stamp, lambda: digest)
    if _listings is not None and keeps:
        _listings.setdefault(absolute, _Listing(stamp, digest, {entry.name: _type_in_list(entry) for entry in found}))
    return found


def _type_in_list(entry: os.DirEntry[str]) -> str:
    """`f`, `d`, `o` for others, `l` for a link."""
    try:
        if entry.is_symlink():
            return "l"
        return "f" if entry.is_file(follow_symlinks=False) else "d" if entry.is_dir(follow_symlinks=False) else "o"
    except OSError:
        return "l"


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
