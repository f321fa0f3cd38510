"""Keeps what was found in each file with all that it rests on, so that after a change only those files are checked again whose
findings can be others.

What is kept belongs to one snapshot of a run (`cache/runs.py`), of which everything but the content of some programs still holds.
It is plain JSON: whatever does not look like that is passed over. Knows nothing of how files are checked.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from kerlint.cache.resting import Resting, members
from kerlint.files import is_searched, words_in
from kerlint.finding import Applicability, Edit, Finding, Fix, Related, Severity, Span
from kerlint.reach import ImportGraph, Imports
from kerlint.records import dataclass
from kerlint.target import Target
from kerlint.version import KerasVersion


@dataclass(frozen=True)
class Checked:
    """What one process found out.

    `findings` are those of each file, by the name under which it was asked for, in the order of `resting.bits`. `tokens` are the
    digests of the tokens of the files that were read, and `around` the folders in which words were searched, by asking folder.
    `words` are the files below a folder that hold a word; `graphs` and `targets` are by folder, too.
    """

    findings: Mapping[str, tuple[Finding, ...]]
    resting: Resting
    tokens: Mapping[str, str]
    words: Mapping[tuple[Path, str], Sequence[Path]]
    around: Mapping[Path, Path]
    graphs: Mapping[Path, Imports]
    targets: Mapping[str, Target]


@dataclass(frozen=True)
class Known:
    """The same of a whole run, in the plain values in which it is kept: most of it is only handed on from run to run.

    `things` are what anything rests on, and `rests` the places there of what the findings of a file do.
    """

    things: Sequence[tuple[str, str, str]] = ()
    rests: Mapping[str, Sequence[int]] = field(default_factory=dict)
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    words: dict[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    around: dict[str, str] = field(default_factory=dict)
    graphs: dict[str, Imports] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)


@dataclass
class FindingsCache:
    """What is known of before, as far as it still holds, and what this run adds to it."""

    before: Known = field(default_factory=Known)
    changed: frozenset[Path] = frozenset()
    """Programs that hold something else now."""
    files: tuple[str, ...] = ()
    """All files that are to be checked, where they are sure to be those of before."""
    _stale: set[int] = field(init=False, default_factory=set)
    _after: list[Checked] = field(init=False, default_factory=list)
    _tokens: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._tokens = dict(self.before.tokens)

    def mark_stale(self, tokens_now: Mapping[Path, str | None], contents: Mapping[Path, bytes]) -> None:
        """Finds out what does not hold any more: the digests of the tokens and the contents of the changed programs decide."""
        held = {str(changed): words_in(data) for changed, data in contents.items()}
        other = {str(path) for path, tokens in tokens_now.items() if self.before.tokens.get(str(path)) != tokens}
        searched = {str(path): data if is_searched(data) else b"" for path, data in contents.items()}
        graphs = {around: ImportGraph(imports) for around, imports in self.before.graphs.items()}
        moved = {around: after for around, graph in graphs.items() if (after := graph.after(searched)) is not graph}
        self.before.graphs.update((around, after.imports) for around, after in moved.items())
        for number, (kind, path, word) in enumerate(self.before.things):
            if kind == "reach":
                if path not in graphs or (path in moved and graphs[path].knowing(word) != moved[path].knowing(word)):
                    self._stale.add(number)
            elif kind == "word":
                known, below = self.before.words.get((path, word)), os.path.join(path, "")
                if known is None or any(
                    changed.startswith(below) and holds(word) != (changed in known) for changed, holds in held.items()
                ):
                    self.before.words.pop((path, word), None)
                    self._stale.add(number)
            elif path in held if kind == "text" else path in other:
                self._stale.add(number)
        for program, tokens in tokens_now.items():
            self._tokens.pop(str(program), None)
            if tokens is not None:
                self._tokens[str(program)] = tokens

    def known(self, path: str) -> tuple[Finding, ...] | None:
        """What was found in a file, when nothing of what that rests on has changed."""
        rests = self.before.rests.get(path)
        return None if rests is None or not self._stale.isdisjoint(rests) else self.before.findings[path]

    def add(self, checked: Checked) -> None:
        """Takes in what was found out."""
        self._after.append(checked)

    def all_checked(self) -> Known:
        """What is known now."""
        before = self.before
        rests = {path: places for path, places in before.rests.items() if self._stale.isdisjoint(places)}
        findings = {path: before.findings[path] for path in rests}
        tokens, words = self._tokens, dict(before.words)
        around, graphs, targets = dict(before.around), dict(before.graphs), dict(before.targets)
        numbers = {thing: number for number, thing in enumerate(before.things)}
        for one in self._after:
            places = [numbers.setdefault((kind, str(path), word), len(numbers)) for kind, path, word in one.resting.things]
            for (path, found), bits in zip(one.findings.items(), one.resting.bits, strict=True):
                findings[path], rests[path] = found, [places[member] for member in members(bits)]
            tokens.update(one.tokens)
            words.update({(str(folder), word): list(map(str, found)) for (folder, word), found in one.words.items()})
            around.update({str(folder): str(whole) for folder, whole in one.around.items()})
            graphs.update((str(folder), imports) for folder, imports in one.graphs.items())
            targets.update(one.targets)
        return Known(tuple(numbers), rests, findings, tokens, words, around, graphs, targets)


def as_bytes(known: Known, belongs_to: str, tools: Iterable[str]) -> bytes:
    """What is known, for the snapshot of this digest; `tools` are the files of kerlint itself."""
    return json.dumps(
        {
            "snapshot": belongs_to,
            "tools": sorted(tools),
            "things": known.things,
            "rests": known.rests,
            "findings": {path: [_written(finding) for finding in found] for path, found in known.findings.items() if found},
            "tokens": known.tokens,
            "words": [(folder, word, found) for (folder, word), found in known.words.items()],
            "around": known.around,
            "graphs": known.graphs,
            "targets": {
                folder: (target.version.major, target.version.minor, target.said_by) for folder, target in known.targets.items()
            },
        },
        separators=(",", ":"),
    ).encode("utf-8", "surrogatepass")


def read(data: bytes, belongs_to: str) -> tuple[Known, frozenset[str]] | None:
    """What was known with the snapshot of this digest, and the files of kerlint itself; None when these bytes do not hold it."""
    try:
        held = json.loads(data.decode("utf-8", "surrogatepass"))
        if held["snapshot"] != belongs_to:
            return None
        things = tuple((str(kind), str(path), str(word)) for kind, path, word in held["things"])
        rests = dict(held["rests"])
        known = Known(
            things,
            rests,
            {**dict.fromkeys(rests, ()), **{path: tuple(map(_read, found)) for path, found in held["findings"].items()}},
            dict(held["tokens"]),
            {(folder, word): found for folder, word, found in held["words"]},
            dict(held["around"]),
            {around: _read_imports(imports) for around, imports in held["graphs"].items()},
            {
                str(folder): Target(KerasVersion(int(major), int(minor)), str(said_by))
                for folder, (major, minor, said_by) in held["targets"].items()
            },
        )
        return known, frozenset(held["tools"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _read_imports(held: dict[str, dict[str, list[str]]]) -> Imports:
    return {part: {file: tuple(map(str, names)) for file, names in files.items()} for part, files in held.items()}


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


