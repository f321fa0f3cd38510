"""Turns findings into `# noqa` comments in the files themselves: what `--add-noqa` does.

A file is written whole or not at all, and only where the program in it stays the same, token for token. What cannot be
silenced so is left and told. Knows nothing of what findings say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field

from kerlint import disk
from kerlint.adopting.insertions import insertions, is_same_program
from kerlint.finding import Finding
from kerlint.records import dataclass
from kerlint.rewriting.files import CannotRewrite, rewritten, write
from kerlint.rewriting.replacements import Replacement, replaced
from kerlint.selection import ALWAYS
from kerlint.sources.broken_cells import closed_text
from kerlint.sources.source import CannotRead, Source, read_source
from kerlint.sources.suppression import read_suppressions
from kerlint.sources.tokens import Tokens, lex

_ABOUT_COMMENTS = ("KER910", "KER911")
"""What is said of a comment is silenced on the comment's own line, not at the end of the statement round it."""


@dataclass(slots=True)
class Added:
    """What came of it: the findings that are silenced now, the files that were changed, and what went wrong with others."""

    silenced: set[Finding] = field(default_factory=set)
    files: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def add_comments(findings: Sequence[Finding], reason: str) -> Added:
    """Writes the comments, file by file."""
    added = Added()
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.code not in ALWAYS:
            by_path.setdefault(finding.path, []).append(finding)
    for path, found in by_path.items():
        try:
            data = disk.read_bytes(path)
            changed, silenced = _changed(path, data, found, reason)
            if changed != data:
                write(path, changed)
                added.files.append(path)
            added.silenced |= silenced
        except OSError as error:
            added.complaints.append(f"{path}: {(error.strerror or str(error)).lower()}; nothing was added")
        except CannotRead as error:
            added.complaints.append(f"{error}; nothing was added")
        except CannotRewrite as error:
            added.complaints.append(f"{path}: {error}; nothing was added")
    return added


def _changed(path: str, data: bytes, findings: Iterable[Finding], reason: str) -> tuple[bytes, set[Finding]]:
    """The file with comments for all findings that a comment can silence, and those findings."""
    source = read_source(path, data)
    tokens = lex(closed_text(source))
    lines = {finding: _line(finding, source) for finding in findings}
    codes: dict[int, set[str]] = {}
    for finding, line in lines.items():
        codes.setdefault(line, set()).add(finding.code)
    changes = _heeded(tokens, insertions(tokens, codes, reason), codes)
    text = replaced(tokens.text, changes)
    changed = rewritten(path, data, source, tokens, changes)
    if not is_same_program(tokens, text) or lex(closed_text(read_source(path, changed))).comments != lex(text).comments:
        raise CannotRewrite("a comment would change the program")
    done = {tokens.place(change.start)[0] for change in changes}
    return changed, {finding for finding, line in lines.items() if line in done}


def _line(finding: Finding, source: Source) -> int:
    """The line of the program on which a comment silences a finding."""
    line = finding.span.line if finding.code in _ABOUT_COMMENTS else finding.noqa_line or finding.span.line
    if finding.cell is None:
        return line
    return next(cell.first_line for cell in source.cells if cell.number == finding.cell) + line - 1


def _heeded(tokens: Tokens, changes: list[Replacement], codes: dict[int, set[str]]) -> list[Replacement]:
    """Those whose comments are then read as what they are: a line may hold a comment of another kind."""
    suppressions = read_suppressions(lex(replaced(tokens.text, changes)), lambda code: True)
    lines = (tokens.place(change.start)[0] for change in changes)
    return [
        change
        for change, line in zip(changes, lines, strict=True)
        if all(suppressions.covering(code, frozenset({line})) for code in codes[line])
    ]
