"""Programs as texts, followed without a file system beyond a temporary folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kerlint.project import Module, Project
from kerlint.sources.source import read_source
from kerlint.version import KERAS_3, KerasVersion


@dataclass(frozen=True)
class Fixed:
    """A target that is always the same."""

    version: KerasVersion = KERAS_3


Follow = Callable[..., Module]


@pytest.fixture
def follow(tmp_path: Path) -> Follow:
    """The module of a program; further files of its project by name."""

    def module_of(text: str, **others: str) -> Module:
        for name, content in others.items():
            (tmp_path / f"{name}.py").write_text(content)
        path = tmp_path / "program.py"
        path.write_text(text)
        project = Project(lambda _: Fixed())
        return project.module(read_source(str(path)))

    return module_of
