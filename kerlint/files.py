"""Where the files of a project lie: which file a module name means, and which files belong together.

Knows packages by their `__init__.py`, and projects by the files that mark their root. Knows nothing of what is in them but
their import lines.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import islice
from pathlib import Path

from kerlint import disk
from kerlint.cache.folder import CACHE_TAG
from kerlint.dependencies import rests_on_reach, rests_on_text, rests_on_word
from kerlint.gitignore import Ignored
from kerlint.reach import ImportGraph, Imports, graph_of, lines_of
from kerlint.records import dataclass

_ROOT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git", ".hg")
_IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+([^\n#]+)|import[ \t]+([\w., \t]+))", re.MULTILINE)
_SKIPPED = frozenset((".git", ".hg", ".venv", "venv", "node_modules", "__pycache__", "site-packages", ".tox", "build", "dist"))
_CAPITAL = re.compile(rb"\b_*[A-Z]\w*")
_MOST_BYTES = 2_000_000
_MOST_FILES = 5000
"""Files of one project that are searched for uses; of a larger one only the folder round the file that is small enough."""


@dataclass(slots=True)
class FileLayout:
    """Answers from the file system, each remembered."""

    neighbourhoods: dict[Path, Path] = field(default_factory=dict)
    """For each folder, where uses of what its files define are searched."""
    holding: dict[tuple[Path, str], list[Path]] = field(default_factory=dict)
    """The files there that hold a word."""
    graphs: dict[Path, ImportGraph] = field(default_factory=dict)
    """The parts there, and which of them can come to know which."""
    known_neighbourhoods: Mapping[str, str] = field(default_factory=dict)
    known_holding: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    known_graphs: Mapping[str, Imports] = field(default_factory=dict)
    """All three as they are known from another run."""
    _top: dict[Path, Path] = field(default_factory=dict)
    _files: dict[Path, list[tuple[Path, bytes]]] = field(default_factory=dict)
    _found: dict[tuple[str, str], Path | None] = field(default_factory=dict)
    _importable: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    _beginning: dict[tuple[str, str], bool] = field(default_factory=dict)
    _roots: dict[Path, Path] = field(default_factory=dict)
    _marked: dict[Path, Path | None] = field(default_factory=dict)
    _paths: dict[Path, list[Path]] = field(default_factory=dict)
    _folders: dict[Path, frozenset[Path]] = field(default_factory=dict)
    _packages: dict[Path, str | None] = field(default_factory=dict)
    _words: dict[Path, dict[bytes, list[Path]]] = field(default_factory=dict)

    def top_package(self, folder: Path) -> Path:
        """The outermost folder of the package that a folder is in, as imports see it; the folder itself when it is in none."""
        known = self._top.get(folder)
        if known is None:
            parent = folder.parent
            inside = disk.is_file(folder / "__init__.py") and disk.is_file(parent / "__init__.py") and parent != folder
            known = self._top[folder] = self.top_package(parent) if inside else folder
        return known

    def _outermost_package(self, folder: Path) -> Path:
        """The outermost package round a folder; one without an `__init__.py` belongs to the package that it lies in."""
        around = self.top_package(folder)
        while (further := next((f for f in around.parents if disk.is_file(f / "__init__.py")), None)) is not None:
            around = self.top_package(further)
        return around

    def project_root(self, path: Path) -> Path:
        """The folder that holds everything that belongs to a file: by a mark of a project, else its outermost package."""
        folder = path.parent
        if folder not in self._roots:
            self._roots[folder] = self._marked_root(folder) or self._outermost_package(folder)
        return self._roots[folder]

    def _marked_root(self, folder: Path) -> Path | None:
        """The nearest folder, this one or round it, that has a mark of a project."""
        if folder not in self._marked:
            is_root = any(disk.exists(folder / mark) for mark in _ROOT_MARKS)
            is_last = folder.parent == folder
            self._marked[folder] = folder if is_root else None if is_last else self._marked_root(folder.parent)
        return self._marked[folder]

    def _neighbourhood(self, path: Path) -> Path:
        """Where uses of what a file defines are searched: the project, or the largest folder round the file that can be searched.

        A project can be too large, and a file can lie in a folder of it that is none of its business: unpacked, ignored.
        """
        folder = path.parent
        known = self.neighbourhoods.get(folder)
        if known is None and (before := self.known_neighbourhoods.get(str(folder))) is not None:
            known = self.neighbourhoods[folder] = Path(before)
        if known is None:
            root = self.project_root(path)
            between = [root, *(parent for parent in reversed(folder.parents) if root in parent.parents), folder]
            known = next((candidate for candidate in between if folder in self._folders_searched(candidate)), folder)
            self.neighbourhoods[folder] = known
        return known

    def _paths_below(self, folder: Path) -> list[Path]:
        """The programs below a folder; none where there are too many to search."""
        if folder not in self._paths:
            found = list(islice(python_files(folder), _MOST_FILES + 1))
            self._paths[folder] = found if len(found) <= _MOST_FILES else []
        return self._paths[folder]

    def _folders_searched(self, folder: Path) -> frozenset[Path]:
        """The folders in which those programs lie."""
        if folder not in self._folders:
            self._folders[folder] = frozenset(path.parent for path in self._paths_below(folder))
        return self._folders[folder]

    def _contents(self, folder: Path) -> Iterator[tuple[Path, bytes]]:
        """The programs below a folder that are searched, one at a time."""
        if folder in self._files:
            yield from self._files[folder]
            return
        for found in self._paths_below(folder):
            data = content_of(found)
            if data is not None and is_searched(data):
                yield found, data

    def files_holding(self, path: Path, word: str) -> list[Path]:
        """The files of the same project that hold a word. Words with a capital, such as classes, are found by an index."""
        around = self._neighbourhood(path)
        rests_on_word(around, word)
        known = self.holding.get((around, word))
        if known is None:
            before = self.known_holding.get((str(around), word))
            found = self._searched(around, word) if before is None else list(map(Path, before))
            known = self.holding[around, word] = found
        return known

    def _searched(self, around: Path, word: str) -> list[Path]:
        if not _CAPITAL.fullmatch(word.encode()):  # seldom: only then all of the project is worth its place in memory
            files = self._files[around] = self._files.get(around) or list(self._contents(around))
            return [found for found, data in files if holds_word(data, word)]
        if around not in self._words:
            self._look_through(around)
        return self._words[around].get(word.encode(), [])

    def can_know(self, path: Path, target: Path) -> bool:
        """Whether the imports of a file can lead to another one of its project, whatever they import there."""
        part, own = self._part_of(target), self._part_of(path)
        if part == own:
            return True
        around = self._neighbourhood(target)
        rests_on_reach(around, part)
        if around not in self.graphs:
            before = self.known_graphs.get(str(around))
            if before is None:
                self._look_through(around)
            else:
                self.graphs[around] = ImportGraph(before)
        knowing = self.graphs[around].knowing(part)
        return knowing is None or own in knowing

    def _part_of(self, path: Path) -> str:
        """The outermost package that a file lies in; the file where it lies in none."""
        folder = path.parent
        if folder not in self._packages:
            around = self._outermost_package(folder)
            self._packages[folder] = str(around) if disk.is_file(around / "__init__.py") else None
        return self._packages[folder] or str(path)

    def _look_through(self, around: Path) -> None:
        """Reads the programs below a folder for the words and the imports in them."""
        index = self._words[around] = {}

        def contents() -> Iterator[tuple[str, bytes]]:
            for found, data in self._contents(around):
                for held in set(_CAPITAL.findall(data)):
                    index.setdefault(held, []).append(found)
                yield str(found), data

        self.graphs[around] = graph_of({str(path): self._part_of(path) for path in self._paths_below(around)}, contents())

    def read(self, path: Path) -> bytes | None:
        """The bytes of a file; None when it cannot be read."""
        rests_on_text(path)
        return content_of(path)

    def module_file(self, importer: Path, name: str, level: int) -> Path | None:
        """The file that an import in `importer` means; None when it is not in the project."""
        if level:
            folder = importer.parent
            for _ in range(level - 1):
                folder = folder.parent
            return self._in_folder(str(folder), name)
        for place in self._folders_with(str(importer.parent), name.partition(".")[0]):
            found = self._in_folder(place, name)
            if found is not None and found != importer:
                return found
        return None

    def _folders_with(self, beside: str, first: str) -> list[str]:
        """The folders in which something of the name's first part lies for a program that lies in a folder, in order."""
        importable = self._importable.setdefault(beside, {})
        known = importable.get(first)
        if known is None:
            possible = self._tops(beside)
            # A folder without `__init__.py` in between does not keep a file from importing the package that it lies in.
            if first and first in beside:
                folder = Path(beside)
                around = (f for f in (folder, *folder.parents) if f.name == first and disk.is_file(f / "__init__.py"))
                possible = list(dict.fromkeys((*possible, *(str(f.parent) for f in around))))
            known = importable[first] = [folder for folder in possible if not first or self._begins_in(folder, first)]
        return known

    def _tops(self, beside: str) -> list[str]:
        """The folders in which what a program imports that lies in a folder is looked for, whatever its name."""
        importable = self._importable[beside]
        if "." not in importable:  # which is no name
            folder = Path(beside)
            is_package = disk.is_file(folder / "__init__.py")
            root = self.project_root(folder / "program")
            # What is in a package is imported from outside of it, by its whole name; what lies beside a script, by its own.
            tops = (top for top in (root, root / "src") if not disk.is_file(top / "__init__.py"))
            first = self.top_package(folder).parent if is_package else folder
            importable["."] = list(dict.fromkeys(map(str, (first, folder, *tops))))
        return importable["."]

    def _begins_in(self, folder: str, first: str) -> bool:
        """Whether a folder holds a module, or a folder, of this name."""
        key = folder, first
        known = self._beginning.get(key)
        if known is None:
            place = os.path.join(folder, first)
            known = self._beginning[key] = disk.is_file(f"{place}.py") or disk.is_folder(place)
        return known

    def submodule_file(self, package: Path, name: str) -> Path | None:
        """The file of a submodule of the package whose `__init__.py` this is."""
        return self._in_folder(str(package.parent), name) if package.name == "__init__.py" else None

    def _in_folder(self, folder: str, name: str) -> Path | None:
        key = folder, name
        if key not in self._found:
            base = os.path.join(folder, *filter(None, name.split(".")))
            candidates = (f"{base}{os.sep}__init__.py", f"{base}.py")[: None if name else 1]
            self._found[key] = next((Path(path) for path in candidates if disk.is_file(path)), None)
        return self._found[key]

    def imported_files(self, path: Path, data: bytes) -> Iterator[Path]:
        """The files of the project that a file's import lines lead to."""
        beside = str(path.parent)
        for dots, module, names, plain in _import_lines(lines_of(str(path), data)):
            if plain is not None:
                for name in plain.decode("utf-8", "replace").split(","):
                    words = name.split()
                    if words and self._folders_with(beside, words[0].partition(".")[0]):
                        target = self.module_file(path, words[0], 0)
                        if target is not None:
                            yield target
                continue
            level, text = len(dots), module.decode("utf-8", "replace")
            if not level and text and not self._folders_with(beside, text.partition(".")[0]):
                continue
            target = self.module_file(path, text, level)
            if target is not None:
                yield target
            for name in re.findall(r"\w+", names.decode("utf-8", "replace")):
                inner = self.module_file(path, f"{text}.{name}" if text else name, level)
                if inner is not None:
                    yield inner


def _import_lines(data: bytes) -> Iterator[tuple[bytes, bytes, bytes, bytes | None]]:
    """What `_IMPORT` finds in each line that it fits; to look for the one word in all of these is much quicker."""
    place = data.find(b"import")
    while place >= 0:
        found = _IMPORT.match(data, data.rfind(b"\n", 0, place) + 1)
        if found is not None:
            dots, module, names, plain = found.groups()
            yield dots, module, names, plain
        end = data.find(b"\n", place)
        place = data.find(b"import", end) if end >= 0 else -1


def is_searched(data: bytes) -> bool:
    """Whether a file of this content is short enough to be searched for uses."""
    return len(data) < _MOST_BYTES


def holds_word(data: bytes, word: str) -> bool:
    """Whether a file of this content is found by a word."""
    return is_searched(data) and re.search(rb"\b" + re.escape(word.encode()) + rb"\b", data) is not None


def words_in(data: bytes) -> Callable[[str], bool]:
    """The same for many words of one file."""
    words = frozenset(re.findall(rb"\w+", data)) if is_searched(data) else frozenset()
    return lambda word: word.encode() in words if re.fullmatch(r"\w+", word, re.ASCII) else holds_word(data, word)


def content_of(path: Path) -> bytes | None:
    """The bytes of a file; None when it cannot be read."""
    try:
        return disk.read_bytes(path)
    except OSError:
        return None


def python_files(root: Path) -> Iterator[Path]:
    """The programs below a folder, in order; not those in hidden folders and in folders that git ignores or that tools make."""
    ignored = {str(root): Ignored.above(str(root))}
    for folder, folders, names in disk.walk(root):
        if CACHE_TAG in names:
            folders.clear()
            continue
        here = ignored.pop(folder).with_file_of(folder) if ".gitignore" in names else ignored.pop(folder)
        kept = (name for name in sorted(folders) if name not in _SKIPPED and not name.startswith("."))
        folders[:] = [name for name in kept if not (here.files and here.holds(os.path.join(folder, name), is_folder=True))]
        ignored.update((os.path.join(folder, name), here) for name in folders)
        yield from (Path(folder, name) for name in sorted(names) if name.endswith((".py", ".ipynb")))
