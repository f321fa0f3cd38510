"""The folder in which a cache is kept: made so that no backup and no version control takes it along, and removed whole.

Knows nothing of what is kept.
"""

from __future__ import annotations

import os

NAME = ".kerlint_cache"
CACHE_TAG = "CACHEDIR.TAG"
"""The file by which any tool's cache says what it is; nobody's programs are in there."""
_SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55"
"""By which every tool knows the folder of a cache: https://bford.info/cachedir/"""


def prepare(folder: str) -> bool:
    """Makes the folder where it is not there. Whether it can be used: what is no cache of ours is left alone."""
    try:
        if not os.path.isdir(folder):
            os.makedirs(folder)
            _write(os.path.join(folder, ".gitignore"), "# Made by kerlint.\n*\n")
            _write(os.path.join(folder, CACHE_TAG), f"{_SIGNATURE}\n# The cache of kerlint; it may be removed at any time.\n")
        return is_cache(folder)
    except OSError:
        return False


def is_cache(folder: str) -> bool:
    """Whether a folder says of itself that it is a cache of kerlint."""
    try:
        with open(os.path.join(folder, CACHE_TAG), encoding="utf-8", errors="replace") as file:
            text = file.read(400)
    except OSError:
        return False
    return text.startswith(_SIGNATURE) and "kerlint" in text


def remove(folder: str) -> bool:
    """Removes a cache. Whether there was one. Raises OSError."""
    if not is_cache(folder):
        return False
    import shutil

    shutil.rmtree(folder)
    return True


def replace(path: str, data: bytes) -> None:
    """Writes a file so that whoever reads it at the same time sees the old or the new one whole. Raises OSError."""
    unfinished = f"{path}.{os.getpid()}"
    try:
        with open(unfinished, "wb") as file:
            file.write(data)
        os.replace(unfinished, path)
    except OSError:
        if os.path.exists(unfinished):
            os.unlink(unfinished)
        raise


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
