"""`--watch`: checks again whenever something has changed that the last run saw.

What a run saw of the file system is known, since the cache rests on it: programs, also those that are only imported, folders,
configuration and requirement files, and those that were looked for in vain. So nothing is guessed here from names or places:
the folders of all that are watched, and when something moves in them, what was seen is compared with what is there now.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING

from kerlint import disk
from kerlint.cache.seen import renewed
from kerlint.options import InvalidOption

if TYPE_CHECKING:
    from kerlint.cache.seen import Seen

Check = Callable[[], int]

_REST = 100
"""Milliseconds without a change after which a burst of changes is over."""
_CLEAR = "\x1b[H\x1b[2J\x1b[3J"


def check_on_change(check: Check) -> int:
    """Checks, and again on each change, until it is interrupted. Raises InvalidOption without watchfiles, and
    for a mistake that the first run meets; one that is made later is told, and its correction waited for."""
    try:
        import watchfiles
    except ImportError as error:
        raise InvalidOption("--watch needs watchfiles; install it by `pip install 'kerlint[watch]'`") from error
    with disk.observed() as seen:
        check()
    while True:
        changed = _awaited(watchfiles, list(seen))
        _announce(changed)
        with disk.observed() as seen:
            try:
                check()
            except InvalidOption as error:
                _say(str(error))
        gc.collect()


def _awaited(watchfiles: ModuleType, seen: Sequence[Seen]) -> list[str]:
    """The paths of what was seen and is not as it was; returns as soon as there are any."""
    folders = _folders(seen)
    _say(f"waiting for changes in {len(folders)} folder{'' if len(folders) == 1 else 's'}; Ctrl-C ends it")
    looked = False
    for happened in watchfiles.watch(
        *folders,
        watch_filter=None,
        recursive=False,
        step=_REST,
        rust_timeout=2 * _REST,
        yield_on_timeout=True,
        raise_interrupt=True,
    ):
        # Once in any case, for what changed before the watching began.
        if happened or not looked:
            looked = True
            changed = [path for kind, stamp, digest, path in seen if renewed((kind, stamp, digest, path), time.time_ns()) is None]
            if changed:
                return changed
    raise KeyboardInterrupt  # watching ends by itself only when it is stopped


def _folders(seen: Iterable[Seen]) -> list[str]:
    """The folders in which something can happen to what was seen, as far as they are there."""
    folders = set()
    for kind, _, _, path in seen:
        folder = os.path.dirname(path) if kind in ("file", "type") else path
        while not os.path.isdir(folder):
            folder = os.path.dirname(folder)
        folders.add(folder)
    return sorted(folders)


def _announce(changed: list[str]) -> None:
    """Makes room on a terminal, and says what is the reason for the next check."""
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        sys.stdout.write(_CLEAR)
        sys.stdout.flush()
    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    _say(f"{os.path.relpath(changed[0])}{more} changed")


def _say(message: str) -> None:
    print(f"kerlint: {message}", file=sys.stderr, flush=True)
