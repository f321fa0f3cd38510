"""Turns the findings at a place into quick fixes: a `# noqa` for each, and the removal of one that silences nothing.

kerlint repairs no code, so there is no `source.fixAll`. Edits are made from the text as it is now, not from an older diagnostic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lsprotocol import types

from kerlint.adopting.insertions import insertions
from kerlint.finding import Finding
from kerlint.integrations.server.diagnostics import SOURCE, UNUSED_SUPPRESSION, diagnostic
from kerlint.integrations.server.documents import Document, Notebook, places_at
from kerlint.integrations.server.positions import Places
from kerlint.integrations.server.session import Session
from kerlint.integrations.server.working import ASKED
from kerlint.selection import ALWAYS
from kerlint.sources.notebook import python_of_cell
from kerlint.sources.tokens import lex

_NOT_SILENCED = {*ALWAYS, UNUSED_SUPPRESSION, "KER911"}


async def actions_at(session: Session, params: types.CodeActionParams) -> list[types.CodeAction]:
    """The quick fixes for the findings that touch a range of a document or of a notebook's cell."""
    if not _are_wanted(params.context.only):
        return []
    uri = params.text_document.uri
    document = session.document_of(uri)
    found = await session.checked(document.uri, ASKED) if document is not None else None
    if found is None:
        return []
    checked = found[0]
    cell = checked.document.number_of(uri) if isinstance(checked.document, Notebook) else None
    places = places_at(checked.document, cell, checked.state.encoding)
    actions: list[types.CodeAction] = []
    for finding in checked.findings:
        if finding.cell == cell and _touch(places.range(finding.span), params.range):
            shown = diagnostic(finding, places, checked.state)
            about = [given for given in params.context.diagnostics if _is_same(given, shown)] or [shown]
            actions += _actions_for(finding, places, isinstance(checked.document, Document), uri, about)
    return actions


def _are_wanted(only: Sequence[types.CodeActionKind | str] | None) -> bool:
    quick_fix = types.CodeActionKind.QuickFix.value
    return only is None or any(kind == "" or f"{quick_fix}.".startswith(f"{kind}.") for kind in map(_text, only))


def _text(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def _touch(one: types.Range, other: types.Range) -> bool:
    return _order(one.start) <= _order(other.end) and _order(other.start) <= _order(one.end)


def _order(position: types.Position) -> tuple[int, int]:
    return position.line, position.character


def _is_same(given: types.Diagnostic, shown: types.Diagnostic) -> bool:
    return given.source == SOURCE and given.code == shown.code and given.range == shown.range


def _actions_for(
    finding: Finding, places: Places, is_program: bool, uri: str, about: list[types.Diagnostic]
) -> Iterator[types.CodeAction]:
    if finding.code == UNUSED_SUPPRESSION:
        title, edit = "Remove this suppression", removal(places, finding)
    elif finding.code not in _NOT_SILENCED:
        title, edit = f"Silence {finding.code} here with # noqa", suppression(places, finding, is_program)
    else:
        return
    if edit is not None:
        change = types.WorkspaceEdit(changes={uri: [edit]})
        yield types.CodeAction(title, kind=types.CodeActionKind.QuickFix, diagnostics=about, edit=change)


def suppression(places: Places, finding: Finding, is_program: bool = True) -> types.TextEdit | None:
    """A `# noqa` with the finding's code on the last line of its statement; one that names codes gets one more.

    None where no comment can stand, as on the lines of a cell that are not Python.
    """
    line = finding.noqa_line or finding.span.line
    text = places.text if is_program else python_of_cell(_lines_ended_alike(places.text))
    if text is None:
        return None
    tokens = lex(text)
    (put,) = insertions(tokens, {line: [finding.code]}, "")
    position = places.position(*tokens.place(put.start))
    return types.TextEdit(types.Range(position, position), put.text)


def _lines_ended_alike(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def removal(places: Places, finding: Finding) -> types.TextEdit | None:
    """Takes a code out of its comment, and the comment with it when nothing else stands there."""
    line, span = places.line(finding.span.line), finding.span
    start, end = span.column - 1, span.end_column - 1
    comment = line.rfind("#", 0, start + 1)
    if comment < 0 or line[start:end].upper().startswith("#"):
        comment = start
    before, after = line[comment:start], line[end:]
    only = re.fullmatch(r"#\s*(?:kerlint\s*:\s*)?noqa\s*:?\s*", before, re.IGNORECASE) or start == comment
    if only and not after.strip():
        start = len(line[:comment].rstrip())
        end = len(line)
    elif following := re.match(r"\s*,\s*", after):
        end += following.end()
    elif preceding := re.search(r"\s*,\s*$", before):
        start -= len(before) - preceding.start()
    else:
        return None
    number = span.line
    return types.TextEdit(types.Range(places.position(number, start + 1), places.position(number, end + 1)), "")
