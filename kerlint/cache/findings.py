"""Keeps what was found in each file with all that it rests on, so that after a change only those files are checked again whose
findings can be others.

What is kept belongs to one snapshot of a run (`cache/runs.py`), of which everything but the content of some programs still holds.
It is plain JSON: whatever does not look like that is passed over. Knows nothing of how files are checked.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path

from kerlint.cache.resting import Resting, members
from kerlint.dependencies import Thing
from kerlint.files import words_in
from kerlint.finding import Applicability, Edit, Finding, Fix, Related, Severity, Span
from kerlint.records import dataclass
from kerlint.target import Target
from kerlint.version import KerasVersion

Words = dict[tuple[Path, str], list[Path]]
"""The files below a folder that hold a word."""


@dataclass(frozen=True)
class Checked:
    """What one process found out.

    `findings` are those of each file, by the name under which it was asked for, in the order of `resting.bits`. `tokens` are the
    digests of the tokens of the files that were read, and `around` the folders in which words were searched, by asking folder.
    `targets` are by folder, too.
    """

    findings: Mapping[str, tuple[Finding, ...]]
    resting: Resting
    tokens: Mapping[str, str]
    words: Words
    around: Mapping[Path, Path]
    targets: Mapping[str, Target]


NOTHING = Checked({}, Resting((), ()), {}, {}, {}, {})


@dataclass
class FindingsCache:
    """What is known of before, as far as it still holds, and what this run adds to it."""

    before: Checked = NOTHING
    changed: frozenset[Path] = frozenset()
    """Programs that hold something else now."""
    _stale: int = field(init=False, default=0)
    _after: list[Checked] = field(init=False, default_factory=list)
    _bits: dict[str, int] = field(init=False)
    _tokens: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._tokens = dict(self.before.tokens)
        self._bits = dict(zip(self.before.findings, self.before.resting.bits, strict=True))

    def mark_stale(self, tokens_now: Mapping[Path, str | None], contents: Mapping[Path, bytes]) -> None:
        """Finds out what does not hold any more: the digests of the tokens and the contents of the changed programs decide."""
        held = {changed: words_in(data) for changed, data in contents.items()}
        for number, (kind, path, word) in enumerate(self.before.resting.things):
            if kind == "word":
                known = self.before.words.get((path, word))
                is_stale = known is None or any(
                    path in changed.parents and held[changed](word) != (changed in known)
                    for changed in self.changed
                )
                if is_stale:
                    self.before.words.pop((path, word), None)
            else:
                is_stale = path in self.changed and (kind == "text" or self.before.tokens.get(str(path)) != tokens_now[path])
            self._stale |= is_stale << number
        for path, tokens in tokens_now.items():
            self._tokens.pop(str(path), None)
            if tokens is not None:
                self._tokens[str(path)] = tokens

    def known(self, path: str) -> tuple[Finding, ...] | None:
        """What was found in a file, when nothing of what that rests on has changed."""
        bits = self._bits.get(path)
        return None if bits is None or bits & self._stale else self.before.findings[path]

    def add(self, checked: Checked) -> None:
        """Takes in what was found out."""
        self._after.append(checked)

    def all_checked(self) -> Checked:
        """What is known now."""
        findings: dict[str, tuple[Finding, ...]] = {}
        numbers: dict[Thing, int] = {}
        bits: dict[str, int] = {}
        tokens, words, around = self._tokens, dict(self.before.words), dict(self.before.around)
        targets = dict(self.before.targets)
        for one in (self.before, *self._after):
            places = [numbers.setdefault(thing, len(numbers)) for thing in one.resting.things]
            for (path, found), own in zip(one.findings.items(), one.resting.bits, strict=True):
                if one is not self.before or self.known(path) is not None:
                    findings[path] = found
                    bits[path] = sum(1 << places[member] for member in members(own))
            if one is not self.before:
                tokens.update(one.tokens)
            words.update(one.words)
            around.update(one.around)
            targets.update(one.targets)
        resting = Resting(tuple(numbers), tuple(bits[path] for path in findings))
        return Checked(findings, resting, tokens, words, around, targets)


def as_bytes(checked: Checked, belongs_to: str, tools: Iterable[str]) -> bytes:
    """What is known, for the snapshot of this digest; `tools` are the files of kerlint itself."""
    return json.dumps(
        {
            "snapshot": belongs_to,
            "tools": sorted(tools),
            "things": [(kind, str(path), word) for kind, path, word in checked.resting.things],
            "files": [
                (path, list(members(bits)), [_written(finding) for finding in found])
                for (path, found), bits in zip(checked.findings.items(), checked.resting.bits, strict=True)
            ],
            "tokens": checked.tokens,
            "words": [(str(folder), word, list(map(str, found))) for (folder, word), found in checked.words.items()],
            "around": {str(folder): str(around) for folder, around in checked.around.items()},
            "targets": {
                folder: (target.version.major, target.version.minor, target.said_by) for folder, target in checked.targets.items()
            },
        },
        separators=(",", ":"),
    ).encode("utf-8", "surrogatepass")


def read(data: bytes, belongs_to: str) -> tuple[Checked, frozenset[str]] | None:
    """What was known with the snapshot of this digest, and the files of kerlint itself; None when these bytes do not hold it."""
    try:
        held = json.loads(data.decode("utf-8", "surrogatepass"))
        if held["snapshot"] != belongs_to:
            return None
        things: tuple[Thing, ...] = tuple((kind, Path(path), str(word)) for kind, path, word in held["things"])
        checked = Checked(
            {str(path): tuple(map(_read, found)) for path, _, found in held["files"]},
            Resting(things, tuple(sum(1 << number for number in numbers) for _, numbers, _ in held["files"])),
            dict(held["tokens"]),
            {(Path(folder), str(word)): list(map(Path, found)) for folder, word, found in held["words"]},
            {Path(folder): Path(around) for folder, around in held["around"].items()},
            {
                str(folder): Target(KerasVersion(int(major), int(minor)), str(said_by))
                for folder, (major, minor, said_by) in held["targets"].items()
            },
        )
        return checked, frozenset(held["tools"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def path_of(snapshot: str) -> str:
    """Where what belongs to a snapshot is kept."""
    runs, name = os.path.split(snapshot)
    return os.path.join(os.path.dirname(runs), "findings", name)


def _written(finding: Finding) -> list[object]:
    related = [(place.path, _numbers(place.span), place.message, place.cell) for place in finding.related]
    return [
        finding.path, _numbers(finding.span), finding.code, finding.name, finding.message, finding.severity.value, related,
        finding.cell, finding.noqa_line, finding.about, None if finding.fix is None else _written_fix(finding.fix),
    ]  # fmt: skip


def _written_fix(fix: Fix) -> list[object]:
    return [fix.message, [(_numbers(edit.span), edit.content, edit.cell) for edit in fix.edits], fix.applicability.value]


def _read(held: list) -> Finding:  # type: ignore[type-arg]
    path, span, code, name, message, severity, related, cell, noqa_line, about, fix = held
    places = tuple(Related(where, Span(*span), told, inner) for where, span, told, inner in related)
    mended = None if fix is None else _read_fix(fix)
    kind = Severity(severity)
    return Finding(path, Span(*span), code, name, message, kind, places, cell, noqa_line, tuple(about), fix=mended)


def _read_fix(held: list) -> Fix:  # type: ignore[type-arg]
    message, edits, applicability = held
    made = tuple(Edit(Span(*span), content, cell) for span, content, cell in edits)
    return Fix(message, made, Applicability(applicability))


def _numbers(span: Span) -> tuple[int, int, int, int]:
    return span.line, span.column, span.end_line, span.end_column


