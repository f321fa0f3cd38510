"""Finds and reads the generated data, a part at a time and each part once.

Turns a Keras version into the nearest one that was generated, at or below it, and a part's name into its JSON. Knows
nothing of what the parts mean.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from kerlint import disk
from kerlint.version import KerasVersion

DATA = Path(__file__).parent / "data"


@cache
def generated_versions() -> tuple[KerasVersion, ...]:
    """The Keras versions that the data describes, oldest first."""
    return tuple(sorted(KerasVersion.parse(folder.name) for folder in DATA.iterdir() if (folder / "classes.json").exists()))


def nearest_generated(version: KerasVersion) -> KerasVersion:
    """The newest generated version at or below this one; the oldest one for anything older."""
    generated = generated_versions()
    return max((known for known in generated if known <= version), default=generated[0])


@cache
def part_of(version: KerasVersion, part: str) -> dict[str, Any]:
    """One part (names, private, classes, functions, bases, attributes, number_parameters) of what was generated for a version."""
    return read(DATA / str(version) / f"{part}.json")


@cache
def table(name: str) -> dict[str, Any]:
    """A table of measured outcomes; empty where there is none of that name."""
    file = DATA / "outcomes" / f"{name}.json"
    return read(file) if file.exists() else {}


@cache
def extension(package: str) -> dict[str, Any] | None:
    """The classes of a known extension of Keras (`keras_hub`); None for any other package."""
    if package not in extension_names():
        return None
    content = read(DATA / "extensions" / f"{package}.json")
    same: str | None = content.get("same_as")
    if same is not None and (other := extension(same)) is not None:
        return {**other, "renamed_from": same}
    return content


@cache
def extension_names() -> frozenset[str]:
    """The packages that are known to extend Keras."""
    return frozenset(file.stem for file in (DATA / "extensions").glob("*.json"))


def read(file: Path) -> dict[str, Any]:
    """A JSON object."""
    loaded: dict[str, Any] = json.loads(disk.read_bytes(file))
    return loaded
