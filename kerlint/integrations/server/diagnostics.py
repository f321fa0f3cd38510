"""Turns findings into the editor's diagnostics: ranges in its units, related places, links; in notebooks, by cell.

Knows nothing of when they are sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lsprotocol import types
from pygls.uris import from_fs_path

from kerlint.finding import Finding, Related, Severity, Span
from kerlint.integrations.server.checking import Checked, document_on_disk
from kerlint.integrations.server.documents import Notebook, places_at
from kerlint.integrations.server.positions import Places
from kerlint.integrations.server.state import State
from kerlint.links import rule_page

SOURCE = "kerlint"
UNUSED_SUPPRESSION = "KER910"

_SEVERITIES: Mapping[Severity, types.DiagnosticSeverity] = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}


def diagnostics_of(checked: Checked) -> dict[str, list[types.Diagnostic]]:
    """The diagnostics of a document by the URI of the text that they stand in; of a notebook, those of each cell."""
    document = checked.document
    state, encoding = checked.state, checked.state.encoding
    if not isinstance(document, Notebook):
        places = places_at(document, None, encoding)
        return {document.uri: [diagnostic(finding, places, state) for finding in checked.findings]}
    found: dict[str, list[types.Diagnostic]] = {cell.uri: [] for cell in document.cells}
    for finding in checked.findings:
        number = min(max(finding.cell or 1, 1), len(document.cells))
        if number:
            shown = diagnostic(finding, places_at(document, number, encoding), state)
            found[document.cells[number - 1].uri].append(shown)
    return found


def diagnostic(finding: Finding, places: Places, state: State) -> types.Diagnostic:
    """One finding as the editor shows it, in the text that has these places."""
    return types.Diagnostic(
        range=places.range(finding.span),
        message=finding.message,
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(rule_page(finding.code)),
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if finding.code == UNUSED_SUPPRESSION else None,
        related_information=list(_related(finding.related, state)) or None,
        data={"name": finding.name, "about": list(finding.about)},
    )


def _related(places: Iterable[Related], state: State) -> Iterable[types.DiagnosticRelatedInformation]:
    for place in places:
        location = _location(place.path, place.cell, place.span, state)
        yield types.DiagnosticRelatedInformation(location, place.message)


def _location(path: str, cell: int | None, span: Span, state: State) -> types.Location:
    """A place in any file: in the editor's text of it when it is open, else in the file."""
    document = state.by_path.get(path) or next((d for d in state.documents.values() if d.path == path), None)
    if document is None:
        uri = from_fs_path(path) or path
        document = document_on_disk(path, uri)
        places = Places(document.text if document is not None else "", state.encoding)
        return types.Location(uri, places.range(span) if document is not None else _plain(span))
    uri = document.uri
    if isinstance(document, Notebook) and cell is not None and 0 < cell <= len(document.cells):
        uri = document.cells[cell - 1].uri
    return types.Location(uri, places_at(document, cell, state.encoding).range(span))


def _plain(span: Span) -> types.Range:
    """A span in a text that cannot be read any more."""
    start = types.Position(span.line - 1, span.column - 1)
    return types.Range(start, types.Position(span.end_line - 1, span.end_column - 1))
