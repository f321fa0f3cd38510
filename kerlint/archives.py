"""An archive of many projects, cut into tasks that can be carried anywhere, and what one task finds.

A folder whose folders are projects, or a zip or tar file of them. A task names the archive, a project and a share of its files;
running it needs nothing but the archive, so it can be run again wherever it was lost. Knows nothing of who runs it.
"""

from __future__ import annotations

import os
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from kerlint.core import CoreSettings, findings_of
from kerlint.discovery import SUFFIXES, discover
from kerlint.finding import Finding
from kerlint.records import dataclass

_FILES_A_TASK = 500


@dataclass(frozen=True, slots=True)
class Task:
    """A share of the files of one project: the part of that number, of so many parts."""

    archive: str
    project: str
    part: int = 0
    parts: int = 1

    def halves(self) -> tuple[Task, Task]:
        """The same files in two tasks."""
        first, second = 2 * self.part, 2 * self.part + 1
        return replace(self, part=first, parts=2 * self.parts), replace(self, part=second, parts=2 * self.parts)


def tasks_of(archive: str, files_a_task: int = _FILES_A_TASK) -> list[Task]:
    """The tasks of an archive, a large project in several. Raises OSError and ValueError for what is no archive."""
    counts: dict[str, int] = {}
    for name in _names(archive):
        project = PurePosixPath(name).parts[0]
        counts[project] = counts.get(project, 0) + name.endswith(SUFFIXES)
    tasks = []
    for project, count in sorted(counts.items()):
        parts = max(1, -(-count // files_a_task))
        tasks += [Task(archive, project, part, parts) for part in range(parts) if count]
    return tasks


def run_task(task: Task, settings: CoreSettings) -> tuple[Finding, ...]:
    """What the command finds in the files of a task. Paths begin with the name of the project."""
    with _unpacked(task) as folder:
        paths = [str(folder / path) for path in _paths(task, folder, settings)]
        found = findings_of(paths, settings)
    return tuple(_below(folder, finding) for finding in found)


def paths_of(task: Task, settings: CoreSettings) -> list[str]:
    """The files of a task, beginning with the name of the project."""
    with _unpacked(task) as folder:
        return _paths(task, folder, settings)


def _paths(task: Task, folder: Path, settings: CoreSettings) -> list[str]:
    found = discover([str(folder / task.project)], settings.finder().settings_of).files
    first, last = (len(found) * number // task.parts for number in (task.part, task.part + 1))
    return [os.path.relpath(path, folder) for path in found[first:last]]


def _below(folder: Path, finding: Finding) -> Finding:
    """The finding with paths that begin in the archive."""
    related = tuple(replace(place, path=os.path.relpath(place.path, folder)) for place in finding.related)
    return replace(finding, path=os.path.relpath(finding.path, folder), related=related)


# --- folders, zip and tar -------------------------------------------------------------------------------------------------


def _names(archive: str) -> Iterator[str]:
    """The files in an archive."""
    if os.path.isdir(archive):
        for folder, _, names in os.walk(archive):
            yield from (Path(folder, name).relative_to(archive).as_posix() for name in names)
    elif zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as opened:
            yield from (name for name in opened.namelist() if _is_safe(name))
    elif tarfile.is_tarfile(archive):
        with tarfile.open(archive) as opened_tar:
            yield from (member.name for member in opened_tar if member.isfile() and _is_safe(member.name))
    else:
        raise ValueError(f"{archive} is neither a folder nor a zip or tar file")


def _is_safe(name: str) -> bool:
    """Whether a name stays inside the folder into which it is unpacked, and is a file's."""
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and not name.endswith("/") and "\\" not in name


@contextmanager
def _unpacked(task: Task) -> Iterator[Path]:
    """A folder that holds the project under its name."""
    if os.path.isdir(task.archive):
        yield Path(task.archive)
        return
    with tempfile.TemporaryDirectory(prefix="kerlint-") as temporary:
        folder = Path(temporary).resolve()
        if zipfile.is_zipfile(task.archive):
            with zipfile.ZipFile(task.archive) as opened:
                _write(folder, task.project, opened.namelist(), opened.read)
        else:
            with tarfile.open(task.archive) as opened_tar:
                members = {member.name: member for member in opened_tar if member.isfile()}
                _write(folder, task.project, list(members), lambda name: _content(opened_tar, members[name]))
        yield folder


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    return file.read() if file is not None else b""


def _write(folder: Path, project: str, names: list[str], read: Callable[[str], bytes]) -> None:
    for name in names:
        if _is_safe(name) and PurePosixPath(name).parts[0] == project:
            path = folder.joinpath(*PurePosixPath(name).parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(read(name))
