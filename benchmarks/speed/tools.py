"""The commands that are compared: kerlint in its modes, and the linters of the field, each without any configuration."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kerlint.cache.folder import NAME, remove

BESIDE = Path(sys.executable).parent


@dataclass(frozen=True)
class Tool:
    """A way to check a tree. `prepare` is run before each measured run and is not measured."""

    name: str
    command: tuple[str, ...]
    prepare: Callable[[Path], None] | None = None


def _installed(name: str) -> str:
    """A program of the environment that runs the benchmark."""
    return str(BESIDE / name)


def tools() -> tuple[Tool, ...]:
    """Every tool; all get the folder as `.`, and run in it. What is warm follows what is cold."""
    kerlint, ruff = (_installed("kerlint"), "--isolated", "-q", "."), (_installed("ruff"), "check", "--isolated", "-q")
    pylint = ("--rcfile=", "--disable=all", "--enable=unused-import", "--recursive=y", "-j1")
    return (
        Tool("kerlint", kerlint, _without_cache),
        Tool("kerlint, nothing new", kerlint),
        Tool("kerlint, one file changed", kerlint, _changed),
        Tool("ruff --no-cache", (*ruff, "--no-cache", ".")),
        Tool("ruff, nothing new", (*ruff, ".")),
        Tool("flake8 --select=F", (_installed("flake8"), "--isolated", "--select=F", ".")),
        Tool("pylint, one check", (_installed("pylint"), *pylint, ".")),
        Tool("fixit", (_installed("fixit"), "lint", ".")),
        Tool("torchfix", (_installed("torchfix"), ".")),
    )


def _without_cache(folder: Path) -> None:
    remove(str(folder / NAME))


def _changed(folder: Path) -> None:
    """One more comment at the end of a file in the middle, which changes no finding."""
    files = sorted(folder.rglob("*.py"))
    with files[len(files) // 2].open("a", encoding="utf-8") as file:
        file.write("# changed\n")
