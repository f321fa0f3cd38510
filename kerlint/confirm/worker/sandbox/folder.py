"""What a child has put into its folder, against its limits."""

from __future__ import annotations

import os

from .outcome import Limits, in_words

_MOST_FILES = 10_000


def too_much(folder: str, limits: Limits) -> str | None:
    """The trouble with what is in a folder, if there is more than a probe may have there."""
    most = 2 * limits.file_size
    size = files = 0
    folders = [folder]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    files += 1
                    status = entry.stat(follow_symlinks=False)
                    size += min(status.st_size, getattr(status, "st_blocks", 1 << 62) * 512)
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    if files > _MOST_FILES:
                        return f"made more than {_MOST_FILES} files"
        except OSError:  # it goes on working while we look
            continue
        if size > most:
            return f"wrote more than {in_words(most)}"
    return None
