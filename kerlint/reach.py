"""Which parts of a project can come to know what another one defines: those whose import statements lead there.

A part is a package, with all that lies in its folder, or a program that lies in none; within a package every file may know every
other. Goes by the words of import statements and the places of the files, so that an import counts in whatever form.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

Imports = Mapping[str, Mapping[str, Sequence[str]]]
"""For each part, by its path, and each of its files the other parts to which the file's import statements may lead."""

_WORD = re.compile(rb"[\w\x80-\xff]+")
_BY_ITSELF = re.compile(r"\.(?:py|ipynb)$")
_CLOSED = re.compile(rb"^[^#\n]*\)", re.MULTILINE)
_PAUSE = (b"\\\n", b"\\\r\n")
_SOURCES = "src"
"""The folder of a project below which packages are found as they are at its top."""


class ImportGraph:
    """The parts of a project and their imports, with what follows from them."""

    def __init__(self, imports: Imports) -> None:
        self.imports = imports
        self._knowing: dict[str, frozenset[str]] = {}

    @cached_property
    def _importing(self) -> dict[str, set[str]]:
        """The parts that import each."""
        found: dict[str, set[str]] = {}
        for part, files in self.imports.items():
            for others in files.values():
                for other in others:
                    found.setdefault(other, set()).add(part)
        return found

    def knowing(self, part: str) -> frozenset[str] | None:
        """The parts that can come to know this one, itself among them; None of one that is not in the project."""
        if part not in self.imports:
            return None
        known = self._knowing.get(part)
        if known is None:
            found, pending = {part}, [part]
            while pending:
                onward = self._importing.get(pending.pop(), set()) - found
                found |= onward
                pending += onward
            known = self._knowing[part] = frozenset(found)
        return known

    def after(self, contents: Mapping[str, bytes]) -> ImportGraph:
        """The graph once these files hold something else."""
        named = _by_name(self.imports)
        changed: dict[str, Mapping[str, Sequence[str]]] = {}
        for path, data in contents.items():
            part = next((place for place in (path, *_folders_round(path)) if place in self.imports), None)
            if part is not None and path in self.imports[part]:
                files = changed.get(part, self.imports[part])
                changed[part] = {**files, path: _imported(path, part, data, named)}
        is_same = all(files == self.imports[part] for part, files in changed.items())
        return self if is_same else ImportGraph({**self.imports, **changed})


def graph_of(parts: Mapping[str, str], contents: Iterator[tuple[str, bytes]]) -> ImportGraph:
    """The graph of a project, from the part in which each of its files lies, and what they hold."""
    imports: dict[str, dict[str, Sequence[str]]] = {part: {} for part in parts.values()}
    for path, part in parts.items():
        imports[part][path] = ()
    named = _by_name(imports)
    for path, data in contents:
        imports[parts[path]][path] = _imported(path, parts[path], data, named)
    return ImportGraph(imports)


def _by_name(imports: Imports) -> dict[bytes, list[str]]:
    """The parts by the name under which they are imported."""
    named: dict[bytes, list[str]] = {}
    for part in imports:
        named.setdefault(os.fsencode(_BY_ITSELF.sub("", os.path.basename(part))), []).append(part)
    return named


def _folders_round(path: str) -> Iterator[str]:
    while (folder := os.path.dirname(path)) != path:
        yield folder
        path = folder


def _imported(path: str, own: str, data: bytes, named: Mapping[bytes, list[str]]) -> tuple[str, ...]:
    """The other parts to which the import statements of a file may lead."""
    words = {word for statement in _import_statements(lines_of(path, data)) for word in _WORD.findall(statement)}
    candidates = [part for word in words & named.keys() for part in named[word] if part != own]
    return tuple(sorted(part for part in candidates if _is_found(os.path.dirname(part), path, words)))


def _is_found(folder: str, importer: str, words: set[bytes]) -> bool:
    """Whether what lies in a folder is found by a file that spells its name: beside or above the file, or through the folder."""
    above = os.path.join(folder, "")
    return importer.startswith(above) or os.path.basename(folder) == _SOURCES or os.fsencode(os.path.basename(folder)) in words


def lines_of(path: str, data: bytes) -> bytes:
    """A program as it is; of a notebook, whose lines are strings, each with the line in a line of its own."""
    return data.replace(b"\\n", b"\n").replace(b'"', b"\n") if path.endswith(".ipynb") else data


def _import_statements(data: bytes) -> Iterator[bytes]:
    """The lines on which `import` stands, with those in which the statement goes on."""
    place = data.find(b"import")
    while place >= 0:
        start = data.rfind(b"\n", 0, place) + 1
        while data.endswith(_PAUSE, 0, start):
            start = data.rfind(b"\n", 0, start - 1) + 1
        end = _end_of_line(data, place)
        if b"(" in data[place:end] and b")" not in data[place:end].partition(b"#")[0]:
            closed = _CLOSED.search(data, end)
            end = _end_of_line(data, closed.end()) if closed is not None else len(data)
        while data.endswith(_PAUSE, 0, end + 1):
            end = _end_of_line(data, end + 1)
        yield data[start:end]
        place = data.find(b"import", end)


def _end_of_line(data: bytes, place: int) -> int:
    end = data.find(b"\n", place)
    return end if end >= 0 else len(data)
