"""Turns a release into its entry for `packages.toml`: the archive to read and its hash, as the index gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchmarks.ecosystem.index import IndexFailed, archives_of
from benchmarks.ecosystem.packages import Package

if TYPE_CHECKING:
    from unearth import Link

SDISTS = (".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz")


def pin(name: str, version: str, keras: int, part: str = "") -> Package:
    """The package with its archive. Raises IndexFailed where the index has none, or gives no hash."""
    links = archives_of(name, version)
    filename = best_archive([link.filename for link in links])
    link: Link | None = next((link for link in links if link.filename == filename), None)
    sha256 = ((link.hashes or {}).get("sha256") if link is not None else None) or ""
    if filename is None or not sha256:
        raise IndexFailed(f"{name} {version}: no archive that can be read, or none with a hash")
    return Package(name, version, keras, filename, sha256, part)


def best_archive(filenames: Sequence[str]) -> str | None:
    """The wheel that fits every platform, else the sources, else the first wheel: all hold the same Python code."""
    pure = [name for name in filenames if name.endswith("-none-any.whl")]
    sources = [name for name in filenames if name.endswith(SDISTS)]
    wheels = [name for name in filenames if name.endswith(".whl")]
    return next(iter([*pure, *sources, *wheels]), None)


def entry(package: Package) -> str:
    """The package as a table of TOML."""
    lines = [
        "[[package]]",
        f'name = "{package.name}"',
        f'version = "{package.version}"',
        f"keras = {package.keras}",
        f'filename = "{package.filename}"',
        f'sha256 = "{package.sha256}"',
    ]
    return "\n".join([*lines, *([f'part = "{package.part}"'] if package.part else [])]) + "\n"
