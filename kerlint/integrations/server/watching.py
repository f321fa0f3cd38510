"""Keeps the session's settings and its view of the disk right: what the editor says of settings, folders and changed files."""

from __future__ import annotations

import asyncio
import logging

from lsprotocol import types
from pygls.uris import from_fs_path

from kerlint.integrations.server.client_settings import SECTION, ClientSettings, read_client_settings, says_something
from kerlint.integrations.server.documents import path_of
from kerlint.integrations.server.session import Session
from kerlint.integrations.server.state import Root
from kerlint.options import InvalidOption
from kerlint.rules import is_known
from kerlint.settings import CONFIGURATION_FILES

log = logging.getLogger(__name__)

_WATCHED = (
    "**/*.{py,pyw,ipynb}",
    f"**/{{{','.join(CONFIGURATION_FILES)}}}",
    "**/.gitignore",
    "**/{uv.lock,poetry.lock,pdm.lock,pylock.toml,Pipfile,Pipfile.lock,setup.cfg,environment.yml,environment.yaml}",
    "**/*requirements*.{txt,in}",
    "**/requirements/*.{txt,in}",
)
"""What a finding can depend on: programs, configuration, and what says which Keras is meant."""
_SECONDS = 2.0
"""How long the editor is waited for when it is asked for its settings."""


class Watcher:
    """Turns the editor's messages about settings and files into another state."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._folders: list[types.WorkspaceFolder] = []
        self._given: object = None
        self._answers: dict[str, object] = {}

    def begin(self, params: types.InitializeParams) -> None:
        """Takes over what the editor says when it starts the server."""
        self._given = params.initialization_options
        self._folders = list(params.workspace_folders or ())
        if not self._folders and params.root_uri is not None:
            self._folders = [types.WorkspaceFolder(params.root_uri, "")]
        elif not self._folders and params.root_path:
            self._folders = [types.WorkspaceFolder(from_fs_path(params.root_path) or "", "")]
        self._apply()

    async def go_on(self) -> None:
        """Once the editor is ready: asks for its settings, and to be told of changed files."""
        try:
            await self._ask()
        finally:
            self._session.is_ready.set()
        await self._register()

    async def changed_settings(self, params: types.DidChangeConfigurationParams) -> None:
        """Other settings hold."""
        if says_something(params.settings):
            self._given = params.settings
        if not await self._ask():
            self._apply()

    async def changed_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        """Folders came or went."""
        gone = {folder.uri for folder in params.event.removed}
        self._folders = [folder for folder in self._folders if folder.uri not in gone] + list(params.event.added)
        if not await self._ask():
            self._apply()

    async def _ask(self) -> bool:
        """Asks the editor for the settings of each folder, where it can be asked; gives whether it answered."""
        session = self._session
        workspace = session.capabilities.workspace
        if workspace is None or not workspace.configuration:
            return False
        uris: list[str | None] = [folder.uri for folder in self._folders] or [None]
        items = [types.ConfigurationItem(scope_uri=uri, section=SECTION) for uri in uris]
        request = session.server.workspace_configuration_async(types.ConfigurationParams(items))
        try:
            answers = await asyncio.wait_for(request, _SECONDS)
        except Exception as error:
            log.warning("the editor did not tell its settings: %s", error or type(error).__name__)
            return False
        self._answers = {uri or "": answer for uri, answer in zip(uris, answers, strict=False)}
        self._apply()
        return True

    def _apply(self) -> None:
        """Takes over the settings; what cannot be obeyed is told, and the rest of the world goes on without it."""
        roots: list[Root] = []
        paths = [(folder.uri, path_of(folder.uri) or "") for folder in self._folders]
        for uri, path in [*((uri, path) for uri, path in paths if path), ("", "")]:
            first = next(iter(self._answers), "")
            answer = self._answers.get(uri or first)
            value = answer if says_something(answer) else self._given
            try:
                settings = read_client_settings(value, path or self._session.folder, is_known)
            except InvalidOption as error:
                self._session.say_once(str(error))
                settings = ClientSettings()
            roots.append(Root(path, settings))
        self._session.use(tuple(roots))

    async def _register(self) -> None:
        """Asks to be told when files change that an answer can rest on."""
        workspace = self._session.capabilities.workspace
        watching = workspace.did_change_watched_files if workspace is not None else None
        if watching is None or not watching.dynamic_registration:
            return
        watchers = [types.FileSystemWatcher(glob) for glob in _WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        registration = types.Registration("kerlint-watched-files", method, options)
        try:
            await self._session.server.client_register_capability_async(types.RegistrationParams([registration]))
        except Exception as error:
            log.warning("the editor watches no files: %s", error)

    async def refresh(self) -> None:
        """Tells an editor that asks for diagnostics itself to ask again."""
        workspace = self._session.capabilities.workspace
        diagnostics = workspace.diagnostics if workspace is not None else None
        if self._session.pulls and diagnostics is not None and diagnostics.refresh_support:
            try:
                await self._session.server.workspace_diagnostic_refresh_async(None)
            except Exception as error:
                log.warning("the editor did not ask again: %s", error)
