"""Makes the modules of a slice importable, under their own names and with the lines of their files.

A module runs statement by statement: an import that fails, or a statement that cannot run here, leaves its names
`Unavailable` and the rest goes on. Knows nothing of Keras and of probes.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, Callable

from .unavailable import Needs, Unavailable, find_needs


class SliceImporter(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules of a slice before anything that is installed."""

    def __init__(self, modules: Sequence[Mapping[str, Any]]) -> None:
        self._by_name: dict[str, Mapping[str, Any]] = {}
        for module in modules:
            for name in (module["name"], *module["aliases"]):
                self._by_name.setdefault(name, module)
        self._loaded: dict[str, ModuleType] = {}

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """The module of that name, when the slice holds it."""
        module = self._by_name.get(name)
        if module is None:
            return None
        return importlib.util.spec_from_loader(name, self, origin=module["path"], is_package=module["is_package"])

    def path_of(self, name: str) -> str:
        """The file of a module of the slice."""
        return str(self._by_name[name]["path"])

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """One module object for one file, whatever name it is imported by."""
        return self._loaded.get(self._by_name[spec.name]["path"])

    def exec_module(self, module: ModuleType) -> None:
        """Runs the text, once."""
        description = self._by_name[module.__name__]
        if description["path"] in self._loaded:
            return
        self._loaded[description["path"]] = module
        module.__file__ = description["path"]
        _left_out.update(run_text(description["text"], description["path"], module.__dict__))


_left_out: dict[str, str] = {}


def left_out() -> dict[str, str]:
    """The names of the slice that could not be bound in this process, each with the reason."""
    return dict(_left_out)


Rescue = Callable[[ast.stmt, BaseException], Mapping[str, Any]]


def run_text(text: str, path: str, namespace: dict[str, Any], rescue: Rescue | None = None) -> dict[str, str]:
    """Runs a text statement by statement in a namespace. Gives what could not be bound, name by name with the reason.

    `rescue` is told of each statement that fails, and may give values for the names that it was to bind.
    """
    _show_source(text, path)
    tree = ast.parse(text, path)
    future = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    failed: dict[str, str] = {}
    for statement in tree.body:
        if statement in future:
            continue
        code = compile(ast.Module(body=[*future, statement], type_ignores=[]), path, "exec")
        try:
            exec(code, namespace)
        except (Exception, SystemExit) as error:
            namespace.update(rescue(statement, error) if rescue is not None else {})
            reason = _reason(error)
            for name in bound_by(statement):
                if name not in namespace or isinstance(namespace[name], Unavailable):
                    namespace[name] = Unavailable(name, reason)
                    failed[name] = reason
    return failed


def _show_source(text: str, path: str) -> None:
    """Lets tracebacks and `inspect` find the text; a body of the same file stands on the lines that its module leaves blank."""
    lines = text.splitlines(keepends=True)
    known = linecache.cache.get(path)
    for index, line in enumerate(known[2][: len(lines)] if known is not None and len(known) == 4 else ()):
        if line.strip():
            lines[index] = line
    linecache.cache[path] = (len(text), None, lines, path)


def _reason(error: BaseException) -> str:
    needs = find_needs(error)
    if needs is not None:
        return needs
    if isinstance(error, ImportError) and error.name:
        if isinstance(error, ModuleNotFoundError):
            return f"module {error.name}"
        return " ".join(str(error).split("(")[0].split())
    text = " ".join(str(error).split())
    return f"what raises {type(error).__name__}{': ' + text[:120] if text else ''}"


def bound_by(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds at the top of a module."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0]
    else:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                yield node.name


def install(modules: Sequence[Mapping[str, Any]]) -> SliceImporter:
    """Makes the slice importable in this process."""
    importer = SliceImporter(modules)
    sys.meta_path.insert(0, importer)
    for name in importer._by_name:
        sys.modules.pop(name, None)
    return importer


def lookup(module: ModuleType, qualified_name: str) -> Any:
    """A class or function of a loaded module by its qualified name. Raises Needs with what kept it from being there."""
    value: Any = module
    for part in qualified_name.split("."):
        value = getattr(value, part, None)
        if isinstance(value, Unavailable):
            value()
        if value is None:
            raise Needs(f"{qualified_name}, which is not made when {module.__name__} is imported")
    return value


__all__ = ["Rescue", "SliceImporter", "bound_by", "install", "left_out", "lookup", "run_text"]
