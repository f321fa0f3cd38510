"""The trees that every tool checks: real packages, and many files that have nothing to do with Keras."""

from __future__ import annotations

import shutil
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from benchmarks.ecosystem import PACKAGES
from benchmarks.ecosystem.download import folder_of
from benchmarks.ecosystem.packages import chosen, read_packages

NAMES = ("keras-hub", "keras", "tf-models-official", "plain")
PLAIN = "plain"
PLAIN_FILES = 10_000
_OF_KERAS = (b"keras", b"tensorflow")
_FILES_A_FOLDER = 100


@dataclass(frozen=True)
class Tree:
    """A folder of Python files."""

    name: str
    folder: Path
    files: int
    megabytes: float


def tree_of(name: str, cache: Path) -> Tree:
    """The tree of that name, downloaded or made where it is not there yet."""
    folder = _plain(cache) if name == PLAIN else _package(name, cache)
    sizes = [path.stat().st_size for path in folder.rglob("*.py")]
    return Tree(name, folder, len(sizes), sum(sizes) / 1e6)


def _package(name: str, cache: Path) -> Path:
    (package,) = chosen(read_packages(PACKAGES), None, [name])
    return folder_of(package, cache)


def _plain(cache: Path) -> Path:
    """Copies of the standard library's files, without those that speak of Keras."""
    folder = cache / f"plain-{PLAIN_FILES}"
    if not (folder / "setup.cfg").is_file():  # written last
        shutil.rmtree(folder, ignore_errors=True)
        for number, text in enumerate(islice(cycle(_library()), PLAIN_FILES)):
            path = folder / f"part_{number // _FILES_A_FOLDER:03}" / f"module_{number:05}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        (folder / "setup.cfg").touch()
    return folder


def _library() -> list[bytes]:
    return [text for text in _sources(Path(sysconfig.get_paths()["stdlib"])) if not any(word in text for word in _OF_KERAS)]


def _sources(folder: Path) -> Iterator[bytes]:
    """The programs of the standard library itself, without its tests, which hold files that are broken on purpose."""
    for path in sorted(folder.rglob("*.py")):
        if not {"site-packages", "test", "tests", "lib2to3", "__pycache__"} & set(path.relative_to(folder).parts):
            yield path.read_bytes()
