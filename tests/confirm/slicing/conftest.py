"""Small projects on disk, and an importer that runs what was cut out of them."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from importlib.machinery import ModuleSpec
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest

from kerlint.confirm.slicing import BodySlice, Slice, slice_body, slice_names
from kerlint.project import Module, Project
from kerlint.sources.source import read_source
from kerlint.version import KERAS_3


class _Target:
    version = KERAS_3


def _write(folder: Path, files: Mapping[str, str]) -> None:
    """Puts a project into a folder."""
    (folder / "pyproject.toml").write_text("")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))


def _module_of(folder: Path, name: str) -> tuple[Project, Module]:
    project = Project(lambda _: _Target())
    return project, project.module(read_source(str(folder / name)))


def _slice_of(folder: Path, files: Mapping[str, str], *names: str) -> Slice:
    """The slice of names of the first file."""
    _write(folder, files)
    return slice_names(*_module_of(folder, next(iter(files))), names)


def _body_of(folder: Path, files: Mapping[str, str], function: str | None, *fragments: str) -> BodySlice:
    """The cut body of a function of the first file, for the lines that hold a fragment."""
    _write(folder, files)
    project, module = _module_of(folder, next(iter(files)))
    lines = module.source.text.split("\n")
    anchors = [number for number, line in enumerate(lines, 1) if any(fragment in line for fragment in fragments)]
    assert anchors
    return slice_body(project, module, function, anchors)


class _Importer(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the modules of a slice, and nothing of the project's folder."""

    def __init__(self, slice: Slice) -> None:
        self.by_name = {name: module for module in slice.modules for name in (module.name, *module.aliases)}
        self.loaded: dict[str, ModuleType] = {}

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        module = self.by_name.get(name)
        if module is None:
            return None
        return importlib.util.spec_from_loader(name, self, origin=module.path, is_package=module.is_package)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.loaded.get(self.by_name[spec.name].path)

    def exec_module(self, module: ModuleType) -> None:
        sliced = self.by_name[module.__name__]
        if sliced.path not in self.loaded:
            self.loaded[sliced.path] = module
            exec(compile(sliced.text, sliced.path, "exec"), module.__dict__)


@contextmanager
def _loaded(slice: Slice) -> Iterator[ModuleType]:
    """The first module of a slice, run."""
    importer = _Importer(slice)
    before = dict(sys.modules)
    sys.meta_path.insert(0, importer)
    try:
        yield importlib.import_module(slice.modules[0].name)
    finally:
        sys.meta_path.remove(importer)
        for name in sys.modules.keys() - before.keys():
            del sys.modules[name]


@contextmanager
def _executed(body: BodySlice, **given: Any) -> Iterator[dict[str, Any]]:
    """What a cut body binds, run in its module."""
    with _loaded(body.slice) as module:
        namespace = module.__dict__
        namespace.update(given)
        exec(compile(body.text, body.slice.modules[0].path, "exec"), namespace)
        yield namespace


@pytest.fixture
def slice_of(tmp_path: Path) -> Callable[..., Slice]:
    """The slice of names of the first file of a project."""
    return partial(_slice_of, tmp_path)


@pytest.fixture
def body_of(tmp_path: Path) -> Callable[..., BodySlice]:
    """The cut body of a function of the first file of a project, for the lines that hold a fragment."""
    return partial(_body_of, tmp_path)


@pytest.fixture
def loaded() -> Callable[[Slice], AbstractContextManager[ModuleType]]:
    """Runs a slice and gives its first module."""
    return _loaded


@pytest.fixture
def executed() -> Callable[..., AbstractContextManager[dict[str, Any]]]:
    """Runs a cut body in its module and gives the names there."""
    return _executed
