"""Turns a program and findings into the program with their fixes in it: what one pass changes."""

from __future__ import annotations

from collections.abc import Iterable

from kerlint.finding import Edit, Finding
from kerlint.records import dataclass
from kerlint.rewriting.choosing import compatible
from kerlint.rewriting.files import CannotRewrite, rewritten
from kerlint.rewriting.replacements import Replacement
from kerlint.semantics import CannotParse, GaveUp, read_module
from kerlint.sources.notebook import without_broken_cells
from kerlint.sources.source import Source, read_source
from kerlint.sources.tokens import Tokens, lex


@dataclass(frozen=True, slots=True)
class Applied:
    """A file's new bytes, and the findings whose fixes are in them."""

    data: bytes
    findings: tuple[Finding, ...]


def applied(path: str, data: bytes, findings: Iterable[Finding]) -> Applied:
    """The file with the fixes of its findings. Raises CannotRead, and CannotRewrite where they would break the program."""
    source = read_source(path, data)
    tokens = lex(source.text)
    edits, fixed = compatible(findings)
    if not fixed:
        return Applied(data, ())
    changed = rewritten(path, data, source, tokens, [replacement(edit, source, tokens) for edit in edits])
    if _troubles(read_source(path, changed)) > _troubles(source):
        codes = ", ".join(sorted({finding.code for finding in fixed}))
        raise CannotRewrite(f"the fix of {codes} would leave no valid program; please report it")
    return Applied(changed, tuple(fixed))


def replacement(edit: Edit, source: Source, tokens: Tokens) -> Replacement:
    """An edit in offsets of the whole program."""
    before = indent = 0
    if edit.cell is not None:
        cell = next(cell for cell in source.cells if cell.number == edit.cell)
        before, indent = cell.first_line - 1, cell.indent
    span, starts = edit.span, tokens.line_starts
    start = starts[before + span.line - 1] + span.column - 1 - indent
    return Replacement(start, starts[before + span.end_line - 1] + span.end_column - 1 - indent, edit.content)


def _troubles(source: Source) -> int:
    """How much of a program cannot be parsed: its broken cells, or all of it."""
    try:
        read_module(source)
    except CannotParse:
        return len(without_broken_cells(source)[1]) or 1
    except GaveUp:
        return 1
    return 0
