"""Where the files of a project lie: which file a module name means, and which files belong together.

Knows packages by their `__init__.py`, and projects by the files that mark their root. Knows nothing of what is in them but
their import lines.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_ROOT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git", ".hg")
_IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+([^\n#]+)|import[ \t]+([\w., \t]+))", re.MULTILINE)
_SKIPPED = frozenset((".git", ".hg", ".venv", "venv", "node_modules", "__pycache__", "site-packages", ".tox", "build", "dist"))
_CAPITAL = re.compile(rb"\b_*[A-Z]\w*")
_MOST_FILES = 5000
"""Files of one project that are searched for uses; beyond that a project is not searched at all."""


@dataclass(slots=True)
class FileLayout:
    """Answers from the file system, each remembered."""

    _top: dict[Path, Path] = field(default_factory=dict)
    _files: dict[Path, list[tuple[Path, bytes]]] = field(default_factory=dict)
    _found: dict[tuple[Path, str], Path | None] = field(default_factory=dict)
    _roots: dict[Path, Path] = field(default_factory=dict)
    _words: dict[Path, dict[bytes, list[Path]]] = field(default_factory=dict)

    def top_package(self, folder: Path) -> Path:
        """The outermost folder of the package that a folder is in; the folder itself when it is in none."""
        known = self._top.get(folder)
        if known is None:
            parent = folder.parent
            inside = (folder / "__init__.py").is_file() and (parent / "__init__.py").is_file() and parent != folder
            known = self._top[folder] = self.top_package(parent) if inside else folder
        return known

    def project_root(self, path: Path) -> Path:
        """The folder that holds everything that belongs to a file: by a mark of a project, else its top package."""
        folder = path.parent
        known = self._roots.get(folder)
        if known is None:
            for candidate in (folder, *folder.parents):
                if any((candidate / mark).exists() for mark in _ROOT_MARKS):
                    known = candidate
                    break
            else:
                known = self.top_package(folder)
            self._roots[folder] = known
        return known

    def project_files(self, path: Path) -> list[tuple[Path, bytes]]:
        """The Python files of the project that a file belongs to, with their contents."""
        root = self.project_root(path)
        if root not in self._files:
            self._files[root] = []
            paths = []
            for folder, folders, names in os.walk(root):
                folders[:] = sorted(name for name in folders if name not in _SKIPPED)
                paths += [Path(folder, name) for name in sorted(names) if name.endswith((".py", ".ipynb"))]
                if len(paths) > _MOST_FILES:
                    return self._files[root]
            for found in paths:
                data = self.read(found)
                if data is not None and len(data) < 2_000_000:
                    self._files[root].append((found, data))
        return self._files[root]

    def files_holding(self, path: Path, word: str) -> list[Path]:
        """The files of the same project that hold a word. Words with a capital, such as classes, are found by an index."""
        files = self.project_files(path)
        if not _CAPITAL.fullmatch(word.encode()):
            pattern = re.compile(rb"\b" + re.escape(word.encode()) + rb"\b")
            return [found for found, data in files if pattern.search(data)]
        root = self.project_root(path)
        if root not in self._words:
            index = self._words[root] = {}
            for found, data in files:
                for held in set(_CAPITAL.findall(data)):
                    index.setdefault(held, []).append(found)
        return self._words[root].get(word.encode(), [])

    def read(self, path: Path) -> bytes | None:
        """The bytes of a file; None when it cannot be read."""
        try:
            return path.read_bytes()
        except OSError:
            return None

    def module_file(self, importer: Path, name: str, level: int) -> Path | None:
        """The file that an import in `importer` means; None when it is not in the project."""
        if level:
            folder = importer.parent
            for _ in range(level - 1):
                folder = folder.parent
            return self._in_folder(folder, name)
        top = self.top_package(importer.parent)
        is_package = (importer.parent / "__init__.py").is_file()
        folders = [top.parent if is_package else importer.parent]
        root = self.project_root(importer)
        first = name.partition(".")[0]
        # A folder without `__init__.py` in between does not keep a file from importing the package that it lies in.
        around = [f.parent for f in importer.parents if f.name == first and (f / "__init__.py").is_file()]
        for folder in (importer.parent, root, root / "src", *around):
            if folder not in folders:
                folders.append(folder)
        for folder in folders:
            found = self._in_folder(folder, name)
            if found is not None and found != importer:
                return found
        return None

    def submodule_file(self, package: Path, name: str) -> Path | None:
        """The file of a submodule of the package whose `__init__.py` this is."""
        return self._in_folder(package.parent, name) if package.name == "__init__.py" else None

    def _in_folder(self, folder: Path, name: str) -> Path | None:
        key = (folder, name)
        if key not in self._found:
            base = folder.joinpath(*name.split(".")) if name else folder
            candidates = (f"{base}/__init__.py", f"{base}.py")
            self._found[key] = next((Path(path) for path in candidates if os.path.isfile(path)), None)
        return self._found[key]

    def imported_files(self, path: Path, data: bytes) -> Iterator[Path]:
        """The files of the project that a file's import lines lead to."""
        for found in _IMPORT.finditer(data):
            dots, module, names, plain = found.groups()
            if plain is not None:
                for name in plain.decode("utf-8", "replace").split(","):
                    target = self.module_file(path, name.split()[0], 0) if name.split() else None
                    if target is not None:
                        yield target
                continue
            level, text = len(dots), module.decode("utf-8", "replace")
            target = self.module_file(path, text, level)
            if target is not None:
                yield target
            for name in re.findall(r"\w+", names.decode("utf-8", "replace")):
                inner = self.module_file(path, f"{text}.{name}" if text else name, level)
                if inner is not None:
                    yield inner
