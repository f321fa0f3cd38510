"""One editor's session: the state of its world, who lints it, and what the editor can do.

Lives on the event loop; the linting it asks for happens in the worker's thread.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from kerlint.integrations.server.checking import Checked, Checker
from kerlint.integrations.server.diagnostics import diagnostics_of
from kerlint.integrations.server.documents import AnyDocument
from kerlint.integrations.server.state import Root, State
from kerlint.integrations.server.working import Worker

Result = TypeVar("Result")
Diagnostics = Mapping[str, list[types.Diagnostic]]


class Session:
    """What the server knows of its editor."""

    def __init__(self, server: LanguageServer) -> None:
        self.server = server
        self.state = State()
        self.saved = 0
        """The number of the last state that came by something else than typing."""
        self.checker = Checker()
        self.worker = Worker()
        self._said: set[str] = set()
        self.is_ready = asyncio.Event()
        """Set once the editor has said which settings hold."""

    # --- what changes the state -------------------------------------------------------------------------------------------

    def put(self, document: AnyDocument, *, is_typing: bool = False) -> None:
        """Takes over a document that was opened or changed."""
        self._change(documents={**self.state.documents, document.uri: document}, is_typing=is_typing)

    def remove(self, uri: str) -> AnyDocument | None:
        """Forgets a document that was closed."""
        documents = dict(self.state.documents)
        document = documents.pop(uri, None)
        self._change(documents=documents)
        return document

    def use(self, roots: tuple[Root, ...]) -> None:
        """Takes over other folders or settings."""
        self._change(roots=roots)

    def look_again(self) -> None:
        """Files may have changed on the disk."""
        self._change()

    def agree(self, encoding: str) -> None:
        """Counts places as the editor does."""
        self._change(encoding=encoding)

    def _change(self, *, is_typing: bool = False, **changes: object) -> None:
        self.state = replace(self.state, number=self.state.number + 1, **changes)  # type: ignore[arg-type]
        if not is_typing:
            self.saved = self.state.number

    # --- questions --------------------------------------------------------------------------------------------------------

    def document_of(self, uri: str) -> AnyDocument | None:
        """The open document with this URI, or the notebook that has a cell with it."""
        return self.state.documents.get(uri) or self.state.documents.get(self.state.cell_owner(uri) or "")

    @property
    def folder(self) -> str:
        """Where documents without a file are taken to lie."""
        return next((root.folder for root in self.state.roots if root.folder), "") or os.getcwd()

    async def checked(self, uri: str, urgency: int) -> tuple[Checked, Diagnostics] | None:
        """What is found in an open document now; None when it was closed or changed before an answer was there."""

        def job() -> tuple[Checked, Diagnostics] | None:
            state = self.state
            document = state.documents.get(uri)
            if document is None:
                return None
            checked = self.checker.check(state, document, lambda: self.state.documents.get(uri) is document)
            return None if checked is None else (checked, diagnostics_of(checked))

        found = await self.worker.submit(urgency, job)
        return found if found is not None and self.is_current(found[0].document) else None

    async def ask(self, urgency: int, question: Callable[[State], Result]) -> Result:
        """The answer to a question that is asked in the worker's thread, of the state that holds when its turn comes."""
        return await self.worker.submit(urgency, lambda: question(self.state))

    def is_current(self, document: AnyDocument) -> bool:
        """Whether the editor still shows this very text."""
        return self.state.documents.get(document.uri) is document

    # --- what the editor can do -------------------------------------------------------------------------------------------

    @property
    def capabilities(self) -> types.ClientCapabilities:
        return self.server.client_capabilities

    @property
    def pulls(self) -> bool:
        """Whether the editor asks for diagnostics itself."""
        text_document = self.capabilities.text_document
        return text_document is not None and text_document.diagnostic is not None

    def say(self, message: str, kind: types.MessageType = types.MessageType.Error) -> None:
        """Shows the user a message."""
        self.server.window_show_message(types.ShowMessageParams(kind, f"kerlint: {message}"))

    def say_once(self, message: str) -> None:
        """Shows the user an error that was not shown before."""
        if message not in self._said:
            self._said.add(message)
            self.say(message)
