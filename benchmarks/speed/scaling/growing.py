"""Trees and files that grow: one real package several times over, and one file made of more and more of its modules."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

_CLASS = re.compile(rb"^class (\w+)", re.MULTILINE)
_FUTURE = re.compile(rb"^from __future__ .*$", re.MULTILINE)


def projects(package: Path, folder: Path, times: int) -> None:
    """The package several times, each as a project of its own: what an archive of many projects is."""
    for number in range(times):
        _copy(package, folder / f"project_{number}" / package.name, lambda text: text)
        (folder / f"project_{number}" / "setup.cfg").touch()


def packages(package: Path, folder: Path, times: int) -> None:
    """The package several times, side by side in one project, each under another name: every class has its double in each."""
    name = package.name.encode()
    for number in range(times):
        new = b"%s_%d" % (name, number)
        _copy(package, folder / new.decode(), _renaming({name: new}))
    (folder / "setup.cfg").touch()


def one_package(package: Path, folder: Path, times: int) -> None:
    """One package that grows: more and more parts, whose classes have names of their own."""
    name = package.name.encode()
    classes = {found for path in package.rglob("*.py") for found in _CLASS.findall(path.read_bytes())}
    for number in range(times):
        renamed = {found: b"%s%d" % (found, number) for found in classes} if number else {}
        new = b"%s.part_%d" % (name, number)
        _copy(package, folder / package.name / f"part_{number}", _renaming({name: new, **renamed}))
    (folder / package.name / "__init__.py").touch()
    (folder / "setup.cfg").touch()


def _copy(package: Path, folder: Path, change: Callable[[bytes], bytes]) -> None:
    for path in sorted(package.rglob("*.py")):
        place = folder / path.relative_to(package)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(change(path.read_bytes()))


def _renaming(names: dict[bytes, bytes]) -> Callable[[bytes], bytes]:
    return lambda text: re.sub(rb"\b\w+\b", lambda word: names.get(word.group(), word.group()), text)


def one_file(package: Path, lines: int) -> bytes:
    """The first modules of the package that define classes, one after the other, until there are so many lines."""
    return b"\n".join(_first_lines(package, lines)) + b"\n"


def _first_lines(package: Path, lines: int) -> Iterator[bytes]:
    count = 0
    for path in sorted(package.rglob("*.py")):
        text = _FUTURE.sub(b"", path.read_bytes())
        if count < lines and _CLASS.search(text):
            count += text.count(b"\n") + 1
            yield text


def anew(folder: Path) -> Path:
    """An empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
