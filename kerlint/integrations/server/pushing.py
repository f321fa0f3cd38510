"""Sends diagnostics without being asked: shortly after the last key, at once after opening and saving.

Every open document is checked again after any change, because it may import what was changed; the changed one first. What is
newer makes an end of what is under way, and nothing is sent for a text that the editor no longer shows.
"""

from __future__ import annotations

import asyncio
import logging

from lsprotocol import types

from kerlint.integrations.server.checking import Checked
from kerlint.integrations.server.documents import AnyDocument, Notebook
from kerlint.integrations.server.session import Diagnostics, Session
from kerlint.integrations.server.working import EDITED, OTHERS, WORKSPACE

log = logging.getLogger(__name__)

PAUSE = 0.2
"""Seconds without a key after which a text is checked."""


class Pusher:
    """Keeps the editor's list of diagnostics right."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._edited: dict[str, None] = {}
        self._sent: dict[str, tuple[int | None, list[types.Diagnostic]]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def soon(self, uri: str) -> None:
        """A document is being edited."""
        self._edited[uri] = None
        self._start_in(PAUSE)

    def now(self, uri: str | None = None) -> None:
        """A document was opened or saved, or something changed that may concern any."""
        if uri is not None:
            self._edited[uri] = None
        self._start_in(0)

    def forget(self, document: AnyDocument) -> None:
        """A document was closed: the editor drops what it has of it."""
        self._edited.pop(document.uri, None)
        for uri in _texts(document):
            self._clear(uri)

    def forget_cells(self, before: Notebook, after: Notebook) -> None:
        """Cells were taken out of a notebook."""
        for uri in set(_texts(before)) - set(_texts(after)):
            self._clear(uri)

    def _clear(self, uri: str) -> None:
        if self._sent.pop(uri, (None, []))[1]:
            self._session.server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def _start_in(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._start)

    def _start(self) -> None:
        self._timer = None
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(self._check_all())

    async def _check_all(self) -> None:
        session = self._session
        await session.is_ready.wait()
        others = [uri for uri in session.state.documents if uri not in self._edited]
        for uri in [*self._edited, *others]:
            document = session.state.documents.get(uri)
            if document is None or (session.pulls and not isinstance(document, Notebook)):
                self._edited.pop(uri, None)
                continue
            try:
                found = await session.checked(uri, EDITED if uri in self._edited else OTHERS)
            except Exception:
                log.exception("error while checking %s", uri)
                continue
            if found is not None:
                self._edited.pop(uri, None)
                self._send(*found)
        await session.ask(WORKSPACE, lambda _: session.checker.tidy())

    def _send(self, checked: Checked, diagnostics: Diagnostics) -> None:
        document = checked.document
        if checked.trouble is not None:
            self._session.say_once(checked.trouble)
        versions = {cell.uri: cell.version for cell in document.cells} if isinstance(document, Notebook) else {}
        for uri, found in diagnostics.items():
            version = versions.get(uri, document.version)
            before = self._sent.get(uri)
            if before != (version, found) and not (before is None and not found and isinstance(document, Notebook)):
                self._sent[uri] = version, found
                params = types.PublishDiagnosticsParams(uri, found, version)
                self._session.server.text_document_publish_diagnostics(params)


def _texts(document: AnyDocument) -> list[str]:
    return [cell.uri for cell in document.cells] if isinstance(document, Notebook) else [document.uri]
