"""Turns `packages.toml` into the pinned packages, and what a user asks for into a choice of them.

Knows nothing of how they are had and what is found in them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kerlint.toml import InvalidToml, parse_toml


class InvalidPackages(ValueError):
    """The list of packages says something that cannot be; or a choice names what the list does not hold."""


@dataclass(frozen=True, slots=True)
class Package:
    """One release, and the one archive of it that is read. `keras` is the major that its code is judged for."""

    name: str
    version: str
    keras: int
    filename: str
    sha256: str
    part: str = ""

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def folder(self) -> str:
        return f"{self.name}-{self.version}"


def read_packages(path: Path) -> tuple[Package, ...]:
    """Every package of the list, sorted. Raises InvalidPackages with what is wrong."""
    try:
        tables = parse_toml(path.read_text(encoding="utf-8")).get("package", [])
    except InvalidToml as error:
        raise InvalidPackages(f"{path.name}: {error}") from error
    if not isinstance(tables, list):
        raise InvalidPackages(f"{path.name}: `package` is no array of tables")
    packages = [_package(table, path.name) for table in tables]
    titles = [package.title for package in packages]
    if twice := sorted({title for title in titles if titles.count(title) > 1}):
        raise InvalidPackages(f"{path.name}: twice in the list: {', '.join(twice)}")
    return tuple(sorted(packages, key=lambda package: (package.name, package.version)))


def _package(table: Mapping[str, object], file: str) -> Package:
    try:
        package = Package(**table)  # type: ignore[arg-type]
    except TypeError as error:
        raise InvalidPackages(f"{file}: {table.get('name', 'a package without a name')}: {error}") from error
    texts = (package.name, package.version, package.filename, package.sha256, package.part)
    if not all(isinstance(text, str) for text in texts) or package.keras not in (2, 3):
        raise InvalidPackages(f"{file}: {package.name}: `keras` is 2 or 3, everything else a string")
    if not re.fullmatch("[0-9a-f]{64}", package.sha256):
        raise InvalidPackages(f"{file}: {package.name}: `sha256` is no SHA-256")
    for text in (package.name, package.version, package.filename):
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+!-]*", text):
            raise InvalidPackages(f"{file}: {text!r} cannot be part of a file's name")
    return package


def chosen(packages: Sequence[Package], part: str | None, names: Collection[str]) -> tuple[Package, ...]:
    """Those of a part and of these names (`name` or `name==version`); all of them where nothing is asked for."""
    for name in names:
        if not any(_is_named(package, name) for package in packages):
            raise InvalidPackages(f"{name} is not in the list")
    if part is not None and not any(package.part == part for package in packages):
        raise InvalidPackages(f"no package is in the part {part!r}")
    return tuple(
        package
        for package in packages
        if (part is None or package.part == part) and (not names or any(_is_named(package, name) for name in names))
    )


def _is_named(package: Package, name: str) -> bool:
    wanted, _, version = name.partition("==")
    return package.name == wanted and version in ("", package.version)
