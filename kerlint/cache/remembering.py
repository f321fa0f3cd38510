"""Brings what was found before into a run, as far as it still holds, and keeps what is known after it.

Only the content of programs may have changed: another file, another configuration, another kerlint, and all is checked again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from kerlint.cache import findings, folder
from kerlint.cache.facts import FactsCache
from kerlint.cache.findings import FindingsCache
from kerlint.cache.seen import PROGRAMS, states_needs
from kerlint.cache.table import Table
from kerlint.disk import is_told_by
from kerlint.files import content_of
from kerlint.sources.source import CannotRead, read_source

if TYPE_CHECKING:
    from kerlint.cache.runs import Before
    from kerlint.cache.seen import Seen

_MOST_THINGS = 30_000
"""What findings may rest on in a run that is kept file by file: memory grows with the square of it."""


def findings_before(cache: str, before: Before | None) -> FindingsCache:
    """What is still known of the findings of the run before."""
    if before is None:
        return FindingsCache()
    snapshot, seen, _, changed = before
    held = _read(findings.path_of(snapshot), _digest_of(seen))
    if held is None or not all(_is_program(path) and path not in held[1] for path in changed):
        return FindingsCache()
    contents = {path: content_of(path) for path in map(Path, changed)}
    is_all_there = all(data is not None for data in contents.values())
    known = FindingsCache(held[0], frozenset(contents), tuple(sorted(held[0].rests)) if is_all_there else ())
    facts = FactsCache(Table(cache))
    tokens = {path: _tokens(path, data, facts) for path, data in contents.items()}
    facts.close()
    known.mark_stale(tokens, {path: data or b"" for path, data in contents.items()})
    return known


def keep_findings(known: FindingsCache, snapshot: str, seen: Iterable[Seen], tools: Iterable[str]) -> None:
    """Keeps what is known now beside the snapshot of the run."""
    checked = known.all_checked()
    if len(checked.things) <= _MOST_THINGS:
        path = findings.path_of(snapshot)
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            folder.replace(path, findings.as_bytes(checked, _digest_of(seen), tools))
            for name in set(os.listdir(os.path.dirname(path))) - set(os.listdir(os.path.dirname(snapshot))):
                os.unlink(os.path.join(os.path.dirname(path), name))  # of a snapshot that was forgotten
        except OSError:
            return


def seen_in_all(before: Before | None, known: FindingsCache, now: Iterable[Seen]) -> list[Seen]:
    """What this run saw, and what the run before saw of which something is still known."""
    today = before[2] if before is not None and known.before.rests else []
    listed = {path for kind, _, _, path in today if kind == "folder"}
    new = (one for one in now if one[0] != "type" or not is_told_by(listed, one[3]))
    return list({(one[0], one[3]): one for one in (*today, *new)}.values())


def _is_program(path: str) -> bool:
    return path.endswith(PROGRAMS) and not states_needs(Path(path).name)


def _read(path: str, belongs_to: str) -> tuple[findings.Known, frozenset[str]] | None:
    try:
        with open(path, "rb") as file:
            return findings.read(file.read(), belongs_to)
    except OSError:
        return None


def _digest_of(seen: Iterable[Seen]) -> str:
    """A run's snapshot in short, but for when the files were changed."""
    told = sorted(f"{kind} {digest} {path}" for kind, _, digest, path in seen)
    return blake2b("\n".join(told).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _tokens(path: Path, data: bytes | None, facts: FactsCache) -> str | None:
    try:
        return facts.tokens_of(read_source(str(path), data)) if data is not None else None
    except CannotRead:
        return None
