"""Answers an editor that asks for diagnostics, for one document or for all files of the workspace.

An answer's id is made of what it says, so the same answer is not sent twice and nothing has to be remembered for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.uris import from_fs_path

from kerlint.integrations.server.checking import document_on_disk
from kerlint.integrations.server.diagnostics import diagnostics_of
from kerlint.integrations.server.documents import Document
from kerlint.integrations.server.session import Session
from kerlint.integrations.server.state import State
from kerlint.integrations.server.working import ASKED, WORKSPACE

_SERVER_CANCELLED = -32802

Found = tuple[int | None, list[types.Diagnostic]]


class Puller:
    """Answers the two questions."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._workspace: tuple[int, Mapping[str, Found]] = (-1, {})

    async def document(self, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        """The diagnostics of a document that is open. A notebook's cells get theirs unasked."""
        session, uri = self._session, params.text_document.uri
        await session.is_ready.wait()
        if uri not in session.state.documents:
            return types.RelatedFullDocumentDiagnosticReport([])
        found = await session.checked(uri, ASKED)
        if found is None:
            # The text has changed meanwhile: the editor keeps what it has, and asks again.
            raise JsonRpcException("the document has changed", _SERVER_CANCELLED, {"retriggerRequest": True})
        if found[0].trouble is not None:
            session.say_once(found[0].trouble)
        diagnostics = found[1].get(uri, [])
        number = _id_of(diagnostics)
        if number == params.previous_result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(number)
        return types.RelatedFullDocumentDiagnosticReport(diagnostics, result_id=number)

    async def workspace(self, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        """The diagnostics of every program in the workspace, open or not, as of the last save."""
        await self._session.is_ready.wait()
        found = await self._all()
        known = {previous.uri: previous.value for previous in params.previous_result_ids}
        gone = {uri: (None, list[types.Diagnostic]()) for uri in known if uri not in found}
        items: list[types.WorkspaceDocumentDiagnosticReport] = []
        for uri, (version, diagnostics) in {**found, **gone}.items():
            number = _id_of(diagnostics)
            if known.get(uri) == number:
                items.append(types.WorkspaceUnchangedDocumentDiagnosticReport(uri, number, version))
            elif diagnostics or uri in known:
                items.append(types.WorkspaceFullDocumentDiagnosticReport(uri, diagnostics, version, result_id=number))
        return types.WorkspaceDiagnosticReport(items)

    async def _all(self) -> Mapping[str, Found]:
        session = self._session
        if self._workspace[0] == session.saved:
            return self._workspace[1]
        saved = session.saved
        found: dict[str, Found] = {}
        for path in await session.ask(WORKSPACE, session.checker.files):
            uri, answer = await session.ask(WORKSPACE, lambda state, path=path: self._of_file(state, path))  # type: ignore[misc]
            found[uri] = answer
        self._workspace = saved, found
        return found

    def _of_file(self, state: State, path: str) -> tuple[str, Found]:
        """In the worker's thread: what is found in a file, as the editor shows it when it is open there."""
        document = state.by_path.get(path)
        if not isinstance(document, Document):
            uri = from_fs_path(path) or path
            document = document_on_disk(path, uri)
            if document is None:
                return uri, (None, [])
        checked = self._session.checker.check(state, document, lambda: True)
        return document.uri, (document.version, diagnostics_of(checked)[document.uri] if checked is not None else [])


def _id_of(diagnostics: list[types.Diagnostic]) -> str:
    return blake2b(repr(diagnostics).encode("utf-8", "replace"), digest_size=12).hexdigest()
