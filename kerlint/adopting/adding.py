"""Turns findings into `# noqa` comments in the files themselves: what `--add-noqa` does.

A file is written whole or not at all, and only where the program in it stays the same, token for token. What cannot be
silenced so is left and told. Knows nothing of what findings say.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kerlint import disk
from kerlint.adopting.insertions import Insertion, inserted, insertions, is_same_program
from kerlint.adopting.notebook_text import insertions_in_json
from kerlint.finding import Finding
from kerlint.output import replace_file
from kerlint.selection import ALWAYS
from kerlint.sources.source import CannotRead, Source, decode, encoding_of, read_source
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
                _replace(path, changed)
                added.files.append(path)
            added.silenced |= silenced
        except OSError as error:
            added.complaints.append(f"{path}: {(error.strerror or str(error)).lower()}; nothing was added")
        except CannotRead as error:
            added.complaints.append(f"{error}; nothing was added")
        except _CannotKeep as error:
            added.complaints.append(f"{path}: {error}; nothing was added")
    return added


class _CannotKeep(Exception):
    """A file in which nothing can be added without changing more."""


def _changed(path: str, data: bytes, findings: Iterable[Finding], reason: str) -> tuple[bytes, set[Finding]]:
    """The file with comments for all findings that a comment can silence, and those findings."""
    source = read_source(path, data)
    tokens = lex(source.text)
    lines = {finding: _line(finding, source) for finding in findings}
    codes: dict[int, set[str]] = {}
    for finding, line in lines.items():
        codes.setdefault(line, set()).add(finding.code)
    changes = _heeded(tokens, insertions(tokens, codes, reason), codes)
    text = inserted(source.text, changes)
    changed = _in_notebook(source, data, tokens, changes) if path.endswith(".ipynb") else _in_program(path, data, source, text)
    if not is_same_program(tokens, text) or lex(read_source(path, changed).text).comments != lex(text).comments:
        raise _CannotKeep("a comment would change the program")
    done = {tokens.place(change.offset)[0] for change in changes}
    return changed, {finding for finding, line in lines.items() if line in done}


def _line(finding: Finding, source: Source) -> int:
    """The line of the program on which a comment silences a finding."""
    line = finding.span.line if finding.code in _ABOUT_COMMENTS else finding.noqa_line or finding.span.line
    if finding.cell is None:
        return line
    return next(cell.first_line for cell in source.cells if cell.number == finding.cell) + line - 1


def _heeded(tokens: Tokens, changes: list[Insertion], codes: dict[int, set[str]]) -> list[Insertion]:
    """Those whose comments are then read as what they are: a line may hold a comment of another kind."""
    suppressions = read_suppressions(lex(inserted(tokens.text, changes)), lambda code: True)
    lines = (tokens.place(change.offset)[0] for change in changes)
    return [
        change
        for change, line in zip(changes, lines, strict=True)
        if all(suppressions.covering(code, frozenset({line})) for code in codes[line])
    ]


def _in_program(path: str, data: bytes, source: Source, text: str) -> bytes:
    encoding = encoding_of(path, data)
    mark = codecs.BOM_UTF8 if encoding == "utf-8" and data.startswith(codecs.BOM_UTF8) else b""
    try:
        if mark + decode(path, data).encode(encoding) == data:
            return mark + text.encode(encoding)
    except UnicodeEncodeError as error:
        raise _CannotKeep(f"the reason cannot be written in {encoding}") from error
    raise _CannotKeep(f"its text, once written again in {encoding}, would be other bytes")


def _in_notebook(source: Source, data: bytes, tokens: Tokens, changes: Iterable[Insertion]) -> bytes:
    text = data.decode("utf-8")
    placed = [(*_cell_place(source, *tokens.place(change.offset)), change.text) for change in changes]
    return inserted(text, insertions_in_json(text, placed)).encode()


def _cell_place(source: Source, line: int, column: int) -> tuple[int, int, int]:
    """Cell, line and column in the cell."""
    cell = source.cell_at(line)
    assert cell is not None
    return cell.number, line - cell.first_line + 1, column + cell.indent


def _replace(path: str, data: bytes) -> None:
    """Writes a file that may be written, whole; a link stays a link. Raises OSError."""
    target = os.path.realpath(path)
    if not os.access(target, os.W_OK):
        raise PermissionError(13, "Permission denied")
    replace_file(target, data)
