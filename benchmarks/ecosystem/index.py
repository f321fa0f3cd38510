"""Asks the package index that the user's pip uses: which archives a release has, and for the bytes of one.

Archives are only fetched. `pip download` is no way to do that: it runs the `setup.py` of what it downloads.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unearth import Link, PackageFinder


class IndexFailed(Exception):
    """An archive could not be had; says which and why."""


def archives_of(name: str, version: str) -> list[Link]:
    """What the index holds of a release, for whatever platform. Raises IndexFailed where there is nothing."""
    try:
        found = [match.link for match in _finder().find_matches(f"{name}=={version}")]
    except Exception as error:  # the library and what it uses have no common base of their errors
        raise IndexFailed(f"{name} {version}: {error}") from error
    if not found:
        raise IndexFailed(f"{name} {version}: the index holds no such release")
    return found


def fetch(name: str, version: str, filename: str, folder: Path) -> Path:
    """Downloads one archive of a release into a folder. Raises IndexFailed."""
    link = next((link for link in archives_of(name, version) if link.filename == filename), None)
    if link is None:
        raise IndexFailed(f"{name} {version}: the index no longer holds {filename}")
    try:
        return Path(_finder().download(link, folder))
    except Exception as error:
        raise IndexFailed(f"{name} {version}: {error}") from error


def _finder() -> PackageFinder:
    """One for each question, because they are asked in several threads. Without an index of pip's the library's default holds."""
    try:
        from unearth import PackageFinder
    except ImportError as error:
        raise IndexFailed("the library `unearth` is missing; pip install -e '.[ecosystem]'") from error
    options = pip_options()
    finder = PackageFinder(
        index_urls=options.get("index-url", "").split(),
        trusted_hosts=options.get("trusted-host", "").split(),
        ignore_compatibility=True,
    )
    for url in options.get("extra-index-url", "").split():
        finder.add_index_url(url)
    return finder


@cache
def pip_options() -> dict[str, str]:
    """What pip is configured with, by its files and its environment; nothing where there is no pip."""
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    return parsed_options(listed.stdout if listed.returncode == 0 else "")


def parsed_options(listing: str) -> dict[str, str]:
    """The output of `pip config list`, by option: the environment beats the section of the command, and that the global one."""
    options: dict[str, str] = {}
    for section in ("global", "download", ":env:"):
        for line in listing.splitlines():
            key, _, value = line.partition("=")
            if key.startswith(f"{section}."):
                options[key.removeprefix(f"{section}.")] = str(ast.literal_eval(value))
    return options
