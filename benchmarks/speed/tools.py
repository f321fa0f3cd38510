"""The commands that are compared: kerlint in its modes, and the linters of the field, each without any configuration."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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
    """Every tool; all get the folder as `.`, and run in it."""
    return (
        Tool("kerlint", (_installed("kerlint"), "--isolated", "-q", ".")),
        Tool("ruff --no-cache", (_installed("ruff"), "check", "--isolated", "--no-cache", "-q", ".")),
        Tool("flake8 --select=F", (_installed("flake8"), "--isolated", "--select=F", ".")),
        Tool(
            "pylint, one check",
            (_installed("pylint"), "--rcfile=", "--disable=all", "--enable=unused-import", "--recursive=y", "-j1", "."),
        ),
        Tool("fixit", (_installed("fixit"), "lint", ".")),
        Tool("torchfix", (_installed("torchfix"), ".")),
    )
