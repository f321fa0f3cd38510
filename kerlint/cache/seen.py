"""One thing that a run saw of the file system: how it looked, and what it held in short, so that a later run can compare.

Plain tuples and no import that costs anything: this is what a run that has nothing to do consists of.
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    Kind = Literal["file", "folder", "needs", "type"]
    """What an answer rests on: a file's content, the names in a folder, those of them that state what a project needs, or only
    whether a file, a folder or nothing is there."""
    Stamp = tuple[str, int, int, int]
    """The type (`f`, `d`, `o` for others, `-` for nothing), when content and entry were changed (ns), the size (bytes)."""
    Seen = tuple[Kind, Stamp, str, str]
    """Kind, stamp, digest of what it held (empty where only the type counts, or nothing was there) and absolute path."""

_SETTLED = 2_000_000_000
"""Nanoseconds after which a further change is sure to show in a file's time, on file systems that count in two seconds."""
PROGRAMS = (".py", ".pyi", ".ipynb")
"""How the names of files end of which each concerns only those that rest on it."""
PASSED_OVER = frozenset((".git", ".hg", ".kerlint_cache", ".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__"))
"""What tools make beside programs at any time. No answer rests on their names' being there but by a question of its own."""
_NEEDS = frozenset(
    "uv.lock poetry.lock pdm.lock pylock.toml Pipfile Pipfile.lock pyproject.toml setup.cfg setup.py environment.yml "
    "environment.yaml".split()
)


def states_needs(name: str) -> bool:
    """Whether something of that name may say what a project needs: the folders above a project hold many other things."""
    return name in _NEEDS or "requirements" in name or name.endswith(".dist-info")


def stamp_of(path: str, kind: Kind) -> Stamp:
    """How something looks now."""
    try:
        return stamp_from(os.stat(path), kind)
    except (OSError, ValueError):
        return "-", 0, 0, 0


def stamp_from(found: os.stat_result, kind: Kind) -> Stamp:
    """The same of what the system says of it."""
    letter = "f" if stat.S_ISREG(found.st_mode) else "d" if stat.S_ISDIR(found.st_mode) else "o"
    if kind == "type":
        return letter, 0, 0, 0
    return letter, found.st_mtime_ns, found.st_ctime_ns, found.st_size if kind == "file" else 0


def renewed(seen: Seen, now: int) -> Seen | None:
    """The same with its stamp of today, where it still holds; `now` in nanoseconds.

    What was changed only just could change again unseen, so then, and where the stamp is another, what it holds decides.
    """
    kind, stamp, digest, path = seen
    found = stamp_of(path, kind)
    if found == stamp and (kind == "type" or max(found[1], found[2]) + _SETTLED < now):
        return seen
    holds = kind != "type" and found[0] == stamp[0] and _digest_now(path, kind) == digest
    return (kind, found, digest, path) if holds else None


def _digest_now(path: str, kind: Kind) -> str:
    try:
        if kind != "file":
            with os.scandir(path) as entries:
                return digest_of_names(((entry.name, leads_to_folder(entry)) for entry in entries), kind)
        with open(path, "rb") as file:
            return digest_of(file.read())
    except OSError:
        return ""


def leads_to_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder or a link to one; a link that leads round in a circle is none."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def digest_of(data: bytes) -> str:
    """A file's content in short."""
    from hashlib import blake2b

    return blake2b(data, digest_size=16).hexdigest()


def digest_of_names(entries: Iterable[tuple[str, bool]], kind: Kind) -> str:
    """The names in a folder in short, as far as they matter; each with whether it is a folder."""
    kept = (found for found in entries if (states_needs(found[0]) if kind == "needs" else found[0] not in PASSED_OVER))
    names = sorted(f"{name}/" if is_folder else name for name, is_folder in kept)
    return digest_of("\n".join(names).encode("utf-8", "surrogateescape"))
