"""The server as the protocol sees it: which messages it takes, what it promises, and how it ends.

Each message is handed to the part that answers it. The exit code is 0 after `shutdown` and `exit`, else 1: when the editor dies,
the server does too.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from kerlint import __version__
from kerlint.integrations.server.actions import FIX_ALL, QUICK_FIX, actions_at
from kerlint.integrations.server.documents import Document, Notebook, opened_document, opened_notebook
from kerlint.integrations.server.hover import hover_at
from kerlint.integrations.server.pulling import Puller
from kerlint.integrations.server.pushing import Pusher
from kerlint.integrations.server.session import Session
from kerlint.integrations.server.watching import Watcher

log = logging.getLogger(__name__)

_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    [types.NotebookDocumentFilterWithCells([types.NotebookCellLanguage("python")], notebook="*")], save=True
)
_SECONDS_BETWEEN_LOOKS = 3.0
"""How often it is looked whether the editor still lives."""

CLEAN, UNCLEAN = 0, 1


def serve() -> int:
    """Speaks with one editor over standard input and output until it ends; gives the exit code."""
    outgoing = sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever is printed by mistake must not get between the messages
    server, has_ended = make_server(leave=_leave)
    server.start_io(sys.stdin.buffer, outgoing)
    return CLEAN if has_ended() else UNCLEAN


def _leave(code: int) -> None:
    """Ends the process at once: a thread may still be linting, or reading an input that nobody closes."""
    sys.stderr.flush()
    os._exit(code)


def make_server(leave: Callable[[int], None]) -> tuple[LanguageServer, Callable[[], bool]]:
    """The server, and whether it was told to shut down. `leave` ends the process with an exit code."""
    server = LanguageServer(
        "kerlint", __version__, types.TextDocumentSyncKind.Incremental, notebook_document_sync=_NOTEBOOKS, max_workers=2
    )
    session = Session(server)
    pusher, puller, watcher = Pusher(session), Puller(session), Watcher(session)
    _take_documents(server, session, pusher)
    _take_notebooks(server, session, pusher)
    _take_saves_and_closes(server, session, pusher)
    _take_changes_of_the_world(server, session, pusher, watcher)
    _answer(server, session, puller)
    return server, _take_beginning_and_end(server, session, watcher, leave)


def _take_beginning_and_end(
    server: LanguageServer, session: Session, watcher: Watcher, leave: Callable[[int], None]
) -> Callable[[], bool]:
    shut_down: list[bool] = []
    tasks: list[asyncio.Task[None]] = []

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        session.agree(_text(server.workspace.position_encoding))
        watcher.begin(params)

    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:
        tasks.append(asyncio.create_task(_end_with_the_editor(server.process_id, leave)))
        await watcher.go_on()

    @server.feature(types.SHUTDOWN)
    def shutdown(*_: object) -> None:
        shut_down.append(True)

    @server.feature(types.EXIT)
    def end(*_: object) -> None:
        leave(CLEAN if shut_down else UNCLEAN)

    return lambda: bool(shut_down)


async def _end_with_the_editor(process: int | None, leave: Callable[[int], None]) -> None:
    """Ends when the editor's process is gone, also where another one still holds the input open."""
    while process is not None and os.name == "posix":
        await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            log.error("the editor is gone")
            leave(UNCLEAN)
        except OSError:
            continue


def _text(encoding: object) -> str:
    return str(getattr(encoding, "value", encoding))


def _take_documents(server: LanguageServer, session: Session, pusher: Pusher) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        document = opened_document(params.text_document, session.folder)
        if document is not None:
            session.put(document)
            pusher.now(document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        document = session.state.documents.get(params.text_document.uri)
        if isinstance(document, Document):
            changes, version = params.content_changes, params.text_document.version
            session.put(document.after(changes, version, session.state.encoding), is_typing=True)
            pusher.soon(document.uri)


def _take_notebooks(server: LanguageServer, session: Session, pusher: Pusher) -> None:
    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenNotebookDocumentParams) -> None:
        notebook = opened_notebook(params, session.folder)
        if notebook is not None:
            session.put(notebook)
            pusher.now(notebook.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeNotebookDocumentParams) -> None:
        notebook = session.state.documents.get(params.notebook_document.uri)
        if isinstance(notebook, Notebook):
            after = notebook.after(params.change, params.notebook_document.version, session.state.encoding)
            session.put(after, is_typing=True)
            pusher.forget_cells(notebook, after)
            pusher.soon(notebook.uri)


def _take_saves_and_closes(server: LanguageServer, session: Session, pusher: Pusher) -> None:
    """The same for programs and notebooks; the messages differ in the name of the field that says which is meant."""

    def saved(uri: str) -> None:
        session.look_again()
        pusher.now(uri)

    def closed(uri: str) -> None:
        document = session.remove(uri)
        if document is not None:
            pusher.forget(document)
            pusher.now()

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved_program(params: types.DidSaveTextDocumentParams) -> None:
        saved(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed_program(params: types.DidCloseTextDocumentParams) -> None:
        closed(params.text_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)
    def saved_notebook(params: types.DidSaveNotebookDocumentParams) -> None:
        saved(params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def closed_notebook(params: types.DidCloseNotebookDocumentParams) -> None:
        closed(params.notebook_document.uri)


def _take_changes_of_the_world(server: LanguageServer, session: Session, pusher: Pusher, watcher: Watcher) -> None:
    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def settings(params: types.DidChangeConfigurationParams) -> None:
        await watcher.changed_settings(params)
        pusher.now()
        await watcher.refresh()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        await watcher.changed_folders(params)
        pusher.now()
        await watcher.refresh()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def files(_: types.DidChangeWatchedFilesParams) -> None:
        session.look_again()
        pusher.now()
        await watcher.refresh()


def _answer(server: LanguageServer, session: Session, puller: Puller) -> None:
    options = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="kerlint")

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def diagnostics(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        return await puller.document(params)

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def diagnostics_of_all(params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        return await puller.workspace(params)

    kinds = types.CodeActionOptions(code_action_kinds=[QUICK_FIX, FIX_ALL])

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, kinds)
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        return await actions_at(session, params)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        return await hover_at(session, params)
