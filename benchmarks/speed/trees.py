"""The trees that every tool checks: real packages, and many files that have nothing to do with Keras.

Each run works on copies of its own, made anew, because files of them are changed. They lie in a cache outside the checkout:
what lies in a folder that git ignores is passed over by some tools.
"""

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

PLAIN = "plain"
NAMES = ("keras-hub", "keras", "tf-models-official", PLAIN)
TITLES = {PLAIN: "10,000 files without Keras"}
PLAIN_FILES = 10_000
_OF_KERAS = (b"keras", b"tensorflow")
_PLAIN_SIZES = range(1_000, 8_000)
"""Bytes of a plain file: what an ordinary module of an application has."""
_FILES_A_FOLDER = 100
_TORCH = b"torch"


@dataclass(frozen=True)
class Tree:
    """A folder of Python files. `marked` is the same with the word that TorchFix looks for in every file, where there is one."""

    name: str
    folder: Path
    files: int
    megabytes: float
    marked: Path | None = None
    torch_files: int = 0
    """Files that hold the word already."""


def tree_of(name: str, cache: Path, files: int | None = None) -> Tree:
    """A new copy of the tree of that name, of its first so many files where a number is given."""
    folder = cache / "trees" / name
    shutil.rmtree(folder, ignore_errors=True)
    if name == PLAIN:
        _write_plain(folder, files or PLAIN_FILES)
    else:
        (package,) = chosen(read_packages(PACKAGES), None, [name])
        shutil.copytree(folder_of(package, cache), folder)
        for path in sorted(folder.rglob("*.py"))[files:] if files else ():
            path.unlink()
    paths = sorted(folder.rglob("*.py"))
    torch_files = sum(_TORCH in path.read_bytes() for path in paths)
    marked = None if name == PLAIN else _marked(folder)
    return Tree(name, folder, len(paths), sum(path.stat().st_size for path in paths) / 1e6, marked, torch_files)


def _marked(folder: Path) -> Path:
    copy = folder.with_name(f"{folder.name}-torch")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    for path in copy.rglob("*.py"):
        with path.open("ab") as file:
            file.write(b"\n# torch\n")
    return copy


def _write_plain(folder: Path, files: int) -> None:
    """Files of the standard library, again and again, each with its number, so that no two are the same."""
    for number, text in enumerate(islice(cycle(_library()), files)):
        path = folder / f"part_{number // _FILES_A_FOLDER:03}" / f"module_{number:05}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text + b"\n# %d\n" % number)
    (folder / "setup.cfg").touch()  # marks a project of its own


def _library() -> list[bytes]:
    return [text for text in _sources(Path(sysconfig.get_paths()["stdlib"])) if not any(word in text for word in _OF_KERAS)]


def _sources(folder: Path) -> Iterator[bytes]:
    """Programs of the standard library of an ordinary size, without its tests, which hold files that are broken on purpose."""
    for path in sorted(folder.rglob("*.py")):
        is_test = {"site-packages", "test", "tests", "lib2to3", "__pycache__"} & set(path.relative_to(folder).parts)
        if not is_test and path.stat().st_size in _PLAIN_SIZES:
            yield path.read_bytes()
