"""An editor's side of the protocol: starts `kerlint server` as a process and speaks with it over its input and output."""

from __future__ import annotations

import asyncio
import functools
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

REPOSITORY = Path(__file__).parents[3]
COMMAND = (sys.executable, "-c", "from kerlint.entry import command; command()", "server")
SECONDS = 30.0

WATCHING = types.WorkspaceClientCapabilities(
    did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
    configuration=True,
)
PULLING = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities()),
    workspace=types.WorkspaceClientCapabilities(diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)),
)


def scenario(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """A test that is written as a coroutine."""

    @functools.wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        asyncio.run(asyncio.wait_for(test(*arguments, **named), 4 * SECONDS))

    return run


class Editor:
    """An editor with one server. Remembers what the server sends."""

    def __init__(self, settings: object = None) -> None:
        self.client = LanguageClient("editor", "1")
        self.published: list[types.PublishDiagnosticsParams] = []
        self.messages: list[str] = []
        self.registrations: list[types.Registration] = []
        self.refreshed = 0
        self.promised: types.ServerCapabilities | None = None
        self.settings = settings
        self.versions: dict[str, int] = {}
        self._news = asyncio.Event()
        self._listen()

    def _listen(self) -> None:
        client = self.client

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: types.PublishDiagnosticsParams) -> None:
            self.published.append(params)
            self._news.set()

        @client.feature(types.WINDOW_SHOW_MESSAGE)
        def message(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)
            self._news.set()

        @client.feature(types.WORKSPACE_CONFIGURATION)
        def configuration(params: types.ConfigurationParams) -> Sequence[object]:
            if isinstance(self.settings, dict) and "by folder" in self.settings:
                return [self.settings["by folder"].get(item.scope_uri) for item in params.items]
            return [self.settings for _ in params.items]

        @client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def register(params: types.RegistrationParams) -> None:
            self.registrations.extend(params.registrations)
            self._news.set()

        @client.feature(types.WORKSPACE_DIAGNOSTIC_REFRESH)
        def refresh(*_: object) -> None:
            self.refreshed += 1
            self._news.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits for messages until something holds."""
        while not condition():
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), SECONDS)

    # --- documents --------------------------------------------------------------------------------------------------------

    def open(self, path: Path | str, text: str | None = None, language: str = "python") -> str:
        """Opens a file, or a text under a URI; gives the URI."""
        uri = path.as_uri() if isinstance(path, Path) else path
        if text is None:
            assert isinstance(path, Path)
            text = path.read_bytes().decode()
        self.versions[uri] = 1
        item = types.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri: str, *changes: str | tuple[types.Range, str]) -> int:
        """Changes an open document; a text alone replaces all. Gives its new version."""
        self.versions[uri] += 1
        events: list[Any] = [
            types.TextDocumentContentChangeWholeDocument(change)
            if isinstance(change, str)
            else types.TextDocumentContentChangePartial(*change)
            for change in changes
        ]
        identifier = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, events))
        return self.versions[uri]

    def save(self, uri: str) -> None:
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def files_changed(self, *paths: Path) -> None:
        """Tells the server that files were changed by somebody else."""
        events = [types.FileEvent(path.as_uri(), types.FileChangeType.Changed) for path in paths]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))

    # --- answers ----------------------------------------------------------------------------------------------------------

    def last(self, uri: str) -> types.PublishDiagnosticsParams | None:
        """What was sent last for a document."""
        return next((params for params in reversed(self.published) if params.uri == uri), None)

    async def codes(self, uri: str, *expected: str, saying: str = "") -> list[types.Diagnostic]:
        """Waits until a document has exactly these codes, and a message that holds a text; gives its diagnostics."""

        def holds() -> bool:
            last = self.last(uri)
            found = last.diagnostics if last is not None else ()
            are_there = last is not None and sorted(str(d.code) for d in found) == sorted(expected)
            return are_there and (not saying or any(saying in d.message for d in found))

        try:
            await self.until(holds)
        except (TimeoutError, asyncio.TimeoutError):  # two classes on Python 3.10
            raise AssertionError(f"{expected} did not come; last was {self.last(uri)}; {self.messages}") from None
        last = self.last(uri)
        assert last is not None
        return list(last.diagnostics)

    async def settled(self) -> None:
        """Waits until nothing has come for a while."""
        count = -1
        while count != len(self.published):
            count = len(self.published)
            await asyncio.sleep(0.6)

    async def hover(self, uri: str, line: int, character: int) -> str:
        """The Markdown at a place, from 0; empty where there is none."""
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        hover = await self.client.text_document_hover_async(params)
        if hover is None:
            return ""
        assert isinstance(hover.contents, types.MarkupContent)
        return hover.contents.value

    async def actions(self, uri: str, diagnostics: Sequence[types.Diagnostic]) -> list[types.CodeAction]:
        """The quick fixes where the first diagnostic is."""
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(uri), diagnostics[0].range, types.CodeActionContext(list(diagnostics))
        )
        found = await self.client.text_document_code_action_async(params)
        return [action for action in found or () if isinstance(action, types.CodeAction)]

    async def pull(self, uri: str, previous: str | None = None) -> types.DocumentDiagnosticReport:
        """Asks for the diagnostics of a document."""
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri), previous_result_id=previous)
        return await self.client.text_document_diagnostic_async(params)

    async def end(self) -> int | None:
        """Shuts the server down as the protocol has it; gives its exit code."""
        await self.client.shutdown_async(None)
        self.client.exit(None)
        return await self.gone()

    async def gone(self) -> int | None:
        """The exit code, once the process has ended."""
        process = self.client._server
        assert process is not None
        return await asyncio.wait_for(process.wait(), SECONDS)


@asynccontextmanager
async def editing(
    *roots: Path,
    capabilities: types.ClientCapabilities | None = None,
    options: object = None,
    settings: object = None,
    cwd: Path | None = None,
) -> AsyncIterator[Editor]:
    """An editor with a server for these folders, which is ended afterwards."""
    editor = Editor(settings)
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    await editor.client.start_io(*COMMAND, env=environment, cwd=cwd)
    try:
        folders = [types.WorkspaceFolder(root.as_uri(), root.name) for root in roots]
        answer = await editor.client.initialize_async(
            types.InitializeParams(
                capabilities=capabilities or types.ClientCapabilities(),
                process_id=os.getpid(),
                workspace_folders=folders or None,
                initialization_options=options,
            )
        )
        assert answer.server_info is not None and answer.server_info.name == "kerlint"
        editor.promised = answer.capabilities
        editor.client.initialized(types.InitializedParams())
        yield editor
        process = editor.client._server
        if process is not None and process.returncode is None:
            assert await editor.end() == 0
    finally:
        process = editor.client._server
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()
        await editor.client.stop()
