"""Turns findings into what an editor can do about them: mend one, silence it with a `# noqa`, or mend them all.

Edits are made from the text as it is now, not from an older diagnostic.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lsprotocol import types

from kerlint.adopting.insertions import insertions
from kerlint.finding import Applicability, Edit, Finding
from kerlint.integrations.server.checking import Checked
from kerlint.integrations.server.diagnostics import SOURCE, UNUSED_SUPPRESSION, diagnostic
from kerlint.integrations.server.documents import Document, Notebook, places_at
from kerlint.integrations.server.positions import Places
from kerlint.integrations.server.session import Session
from kerlint.integrations.server.working import ASKED
from kerlint.rewriting.choosing import compatible
from kerlint.selection import ALWAYS
from kerlint.sources.notebook import python_of_cell
from kerlint.sources.tokens import lex

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.kerlint"

_NOT_SILENCED = {*ALWAYS, UNUSED_SUPPRESSION, "KER911"}


async def actions_at(session: Session, params: types.CodeActionParams) -> list[types.CodeAction]:
    """The quick fixes for the findings that touch a range of a document or of a notebook's cell, and the fix of them all."""
    only = params.context.only
    if not any(_is_wanted(kind, only) for kind in (QUICK_FIX, FIX_ALL)):
        return []
    uri = params.text_document.uri
    document = session.document_of(uri)
    found = await session.checked(document.uri, ASKED) if document is not None else None
    if found is None:
        return []
    checked = found[0]
    actions = list(_fixes_of_all(checked)) if _is_wanted(FIX_ALL, only) else []
    cell = checked.document.number_of(uri) if isinstance(checked.document, Notebook) else None
    places = places_at(checked.document, cell, checked.state.encoding)
    for finding in checked.findings if _is_wanted(QUICK_FIX, only) else ():
        if finding.cell == cell and _touch(places.range(finding.span), params.range):
            shown = diagnostic(finding, places, checked.state)
            about = [given for given in params.context.diagnostics if _is_same(given, shown)] or [shown]
            actions += _actions_for(finding, checked, places, uri, about)
    return actions


def _fixes_of_all(checked: Checked) -> Iterator[types.CodeAction]:
    """What mends all that may be mended without asking, where there is any."""
    edits, mended = compatible(finding for finding in checked.findings if _may_be_mended(finding, checked))
    if mended:
        yield types.CodeAction("Fix all findings that kerlint can fix", kind=FIX_ALL, edit=_change(edits, checked))


def _may_be_mended(finding: Finding, checked: Checked) -> bool:
    return finding.fix is not None and checked.permission.allows(finding.fix)


def _change(edits: Iterable[Edit], checked: Checked) -> types.WorkspaceEdit:
    """The edits, each in its document or cell."""
    changes: dict[str, list[types.TextEdit]] = {}
    document = checked.document
    for edit in edits:
        uri = document.cells[edit.cell - 1].uri if isinstance(document, Notebook) and edit.cell is not None else document.uri
        places = places_at(document, edit.cell, checked.state.encoding)
        changes.setdefault(uri, []).append(types.TextEdit(places.range(edit.span), edit.content))
    return types.WorkspaceEdit(changes=changes)


def _is_wanted(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    return only is None or any(asked == "" or f"{kind}.".startswith(f"{asked}.") for asked in map(_text, only))


def _text(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def _touch(one: types.Range, other: types.Range) -> bool:
    return _order(one.start) <= _order(other.end) and _order(other.start) <= _order(one.end)


def _order(position: types.Position) -> tuple[int, int]:
    return position.line, position.character


def _is_same(given: types.Diagnostic, shown: types.Diagnostic) -> bool:
    return given.source == SOURCE and given.code == shown.code and given.range == shown.range


def _actions_for(
    finding: Finding, checked: Checked, places: Places, uri: str, about: list[types.Diagnostic]
) -> Iterator[types.CodeAction]:
    quick_fix = types.CodeActionKind.QuickFix
    if finding.fix is not None:
        is_safe = finding.fix.applicability is Applicability.SAFE
        title = finding.fix.message if is_safe else f"{finding.fix.message} (unsafe)"
        change = _change(finding.fix.edits, checked)
        yield types.CodeAction(title, kind=quick_fix, diagnostics=about, edit=change, is_preferred=is_safe)
    if finding.code not in _NOT_SILENCED and (edit := suppression(places, finding, isinstance(checked.document, Document))):
        change = types.WorkspaceEdit(changes={uri: [edit]})
        yield types.CodeAction(f"Silence {finding.code} here with # noqa", kind=quick_fix, diagnostics=about, edit=change)


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
