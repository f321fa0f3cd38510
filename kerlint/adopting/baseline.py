"""Reads, writes and applies a baseline: the findings that a project has decided to live with for now.

The file is JSON with a line for each entry, sorted, so that two branches that change it can be merged; paths are relative to
its folder. An entry holds as many findings as it counts, wherever they have moved within their file. Knows nothing of the
command line.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, field

from kerlint import disk
from kerlint.adopting.fingerprints import Fingerprint, Fingerprints
from kerlint.finding import Finding
from kerlint.options import InvalidOption
from kerlint.records import dataclass
from kerlint.selection import INTERNAL_ERROR
from kerlint.sources.source import CannotRead, Source, read_source

_FORMAT = 1
_KEYS = {"code": str, "scope": str, "statement": str, "message": str, "count": int}
_WAYS: tuple[Callable[[Fingerprint], object], ...] = (
    lambda print: print,
    lambda print: (print.code, print.scope, print.message),
    lambda print: (print.code, print.statement, print.message),
)
"""What has to agree: all; else all but the statement, which was edited; else all but the scope, which was renamed or left."""


@dataclass(slots=True)
class Baseline:
    """The entries of a baseline file, by the path of the file that they speak of, with forward slashes."""

    path: str
    entries: dict[str, Counter[Fingerprint]] = field(default_factory=dict)

    def name_of(self, path: str) -> str:
        """How the baseline names a file."""
        return os.path.relpath(os.path.abspath(path), os.path.dirname(self.path)).replace(os.sep, "/")

    def left(self, path: str, findings: Sequence[Finding], source: Source | None) -> tuple[list[Finding], Counter[Fingerprint]]:
        """The findings of one file that the baseline does not hold, and the entries that hold nothing."""
        entries = Counter(self.entries.get(self.name_of(path), ()))
        if not entries:
            return list(findings), entries
        prints = fingerprints_of(findings, source)
        open_findings = [finding for finding in findings if finding.code != INTERNAL_ERROR]
        for way in _WAYS:
            held: dict[object, list[Fingerprint]] = {}
            for entry in sorted(entries.elements(), reverse=True):
                held.setdefault(way(entry), []).append(entry)
            still_open = []
            for finding in open_findings:
                alike = held.get(way(prints[finding]))
                if alike:
                    entries[alike.pop()] -= 1
                else:
                    still_open.append(finding)
            entries = +entries
            open_findings = still_open
        kept = set(open_findings)
        return [finding for finding in findings if finding in kept or finding.code == INTERNAL_ERROR], entries


def fingerprints_of(findings: Iterable[Finding], source: Source | None) -> dict[Finding, Fingerprint]:
    """The fingerprint of each finding in one file; a file that cannot be read has one statement."""
    prints = Fingerprints(source or Source("", ""))
    return {finding: prints.of(finding) for finding in findings}


def source_of(path: str, data: bytes | None = None) -> Source | None:
    """The program in a file, or in a text handed over in its name; None where it cannot be read."""
    try:
        return read_source(path, data)
    except CannotRead:
        return None


def read_baseline(path: str) -> Baseline:
    """A baseline by its absolute path. Raises InvalidOption, one line, for what is none."""
    try:
        data = disk.read_settings(path)
    except OSError as error:
        hint = "; --write-baseline writes one" if isinstance(error, FileNotFoundError) else ""
        raise InvalidOption(f"{path}: {(error.strerror or str(error)).lower()}{hint}") from error
    try:
        return Baseline(path, _entries(json.loads(data)))
    except json.JSONDecodeError as error:
        hint = "; it holds unsolved conflicts of a merge" if b"<<<<<<<" in data else ""
        raise InvalidOption(f"{path}:{error.lineno}: is no baseline: its JSON is broken ({error.msg}){hint}") from error
    except UnicodeDecodeError as error:
        raise InvalidOption(f"{path}: is no baseline: it is not written in UTF-8") from error
    except RecursionError as error:
        raise InvalidOption(f"{path}: is no baseline: its JSON is nested too deeply") from error
    except _Malformed as error:
        raise InvalidOption(f"{path}: is no baseline of kerlint: {error}") from error


class _Malformed(Exception):
    """JSON that is no baseline."""


def _entries(table: object) -> dict[str, Counter[Fingerprint]]:
    if not isinstance(table, dict) or "kerlint-baseline" not in table:
        raise _Malformed('it has no key "kerlint-baseline"')
    if table["kerlint-baseline"] != _FORMAT:
        raise _Malformed(f"its format is {table['kerlint-baseline']!r}, and this kerlint reads {_FORMAT}")
    files = table.get("files")
    if not isinstance(files, dict):
        raise _Malformed('its "files" is no table')
    entries: dict[str, Counter[Fingerprint]] = {}
    for name, rows in files.items():
        if not isinstance(rows, list):
            raise _Malformed(f"what it says of {name!r} is no list")
        entries[name] = Counter()
        for row in rows:
            told = row if isinstance(row, dict) else {}
            kinds = {key: type(value) for key, value in told.items()}
            if kinds != _KEYS or told["count"] < 1:
                raise _Malformed(f"{name!r} has an entry without a good code, scope, statement, message and count")
            entries[name][Fingerprint(told["code"], told["scope"], told["statement"], told["message"])] += told["count"]
    return entries


def as_text(baseline: Baseline) -> str:
    """The file: an entry a line, in a fixed order."""
    files = []
    for name, entries in sorted(baseline.entries.items()):
        rows = (
            json.dumps(dict(zip(_KEYS, (*astuple(entry), count), strict=True)), ensure_ascii=False)
            for entry, count in sorted(entries.items())
        )
        if entries:
            files.append(f"    {json.dumps(name, ensure_ascii=False)}: [\n      " + ",\n      ".join(rows) + "\n    ]")
    inside = "{\n" + ",\n".join(files) + "\n  }" if files else "{}"
    return f'{{\n  "kerlint-baseline": {_FORMAT},\n  "files": {inside}\n}}\n'
