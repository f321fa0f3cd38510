"""Turns an archive into a folder, trusting nothing in it: only regular files and folders, and all of them below the folder.

The one folder round the files of a source archive is taken off, so that paths start as in the project.
"""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath


class UnsafeArchive(Exception):
    """A member wants to lie, or to lead, outside the folder; or it is no archive at all."""


def unpack(archive: Path, folder: Path) -> None:
    """Unpacks into a folder, replacing what was there; nothing is left behind where the archive is refused."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        place = Path(temporary) / "files"
        place.mkdir()
        try:
            _unzip(archive, place) if zipfile.is_zipfile(archive) else _untar(archive, place)
        except (tarfile.TarError, zipfile.BadZipFile) as error:
            raise UnsafeArchive(f"{archive.name}: {error}") from error
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(place if archive.suffix == ".whl" else _inner(place), folder)


def _unzip(archive: Path, place: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        members = [member for member in opened.infolist() if not stat.S_ISLNK(member.external_attr >> 16)]
        for member in members:
            _demand_inside(member.filename, archive)
        opened.extractall(place, members)


def _untar(archive: Path, place: Path) -> None:
    def regular(member: tarfile.TarInfo, destination: str) -> tarfile.TarInfo | None:
        _demand_inside(member.name, archive)
        checked = tarfile.data_filter(member, destination)  # raises for links that lead outside and for devices
        return checked if member.isreg() or member.isdir() else None

    with tarfile.open(archive) as opened:
        opened.extractall(place, filter=regular)


def _demand_inside(name: str, archive: Path) -> None:
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    if posix.is_absolute() or windows.anchor or ".." in posix.parts or ".." in windows.parts:
        raise UnsafeArchive(f"{archive.name}: {name!r} lies outside the folder")


def _inner(place: Path) -> Path:
    entries = list(place.iterdir())
    return entries[0] if len(entries) == 1 and entries[0].is_dir() else place
