"""Turns a pinned package into a folder with its files: downloaded once, compared with its hash, unpacked.

Nothing is installed, built or run. What does not have the pinned hash is refused and not kept.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.ecosystem import index
from benchmarks.ecosystem.packages import Package
from benchmarks.ecosystem.unpacking import unpack

Fetch = Callable[[str, str, str, Path], Path]
"""Name, version, file and folder to the downloaded archive."""


class WrongArchive(Exception):
    """What came is not what was pinned."""


def folder_of(package: Package, cache: Path, fetch: Fetch = index.fetch) -> Path:
    """The unpacked package, from the cache where it is there. Raises WrongArchive, UnsafeArchive, IndexFailed."""
    folder = cache / "unpacked" / package.folder
    unpacked_from = folder.with_name(f"{folder.name}.sha256")  # written last: a folder without it is unfinished
    if folder.is_dir() and unpacked_from.is_file() and unpacked_from.read_text(encoding="ascii") == package.sha256:
        return folder
    archive = archive_of(package, cache, fetch)
    unpacked_from.unlink(missing_ok=True)
    unpack(archive, folder)
    (folder / "setup.cfg").touch()  # marks a project of its own: what lies round the cache is none of the package's business
    unpacked_from.write_text(package.sha256, encoding="ascii")
    return folder


def archive_of(package: Package, cache: Path, fetch: Fetch) -> Path:
    """The archive in the cache, with the right hash."""
    archives = cache / "archives"
    archive = archives / package.filename
    if archive.is_file() and sha256_of(archive) == package.sha256:
        return archive
    archives.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=archives) as temporary:
        downloaded = fetch(package.name, package.version, package.filename, Path(temporary))
        if (found := sha256_of(downloaded)) != package.sha256:
            raise WrongArchive(f"{package.title}: {package.filename} has the SHA-256 {found}, not {package.sha256}")
        os.replace(downloaded, archive)
    return archive


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
