"""All that an answer of the server rests on, apart from the disk: the open documents and the settings, frozen.

Every message of the editor that changes something makes a new `State` with the next number, so that a job in another thread works
on one and the same world from its beginning to its end.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property

from kerlint.integrations.server.client_settings import ClientSettings
from kerlint.integrations.server.documents import AnyDocument
from kerlint.records import dataclass


@dataclass(frozen=True)
class Root:
    """A folder of the workspace, and what the editor's settings say for it. An empty `folder` holds everything else."""

    folder: str
    settings: ClientSettings

    def holds(self, path: str) -> bool:
        """Whether a file lies below it."""
        return not self.folder or path.startswith(self.folder.rstrip(os.sep) + os.sep)


@dataclass(frozen=True)
class State:
    """The open documents by their URI, the workspace's folders, and the number of this state."""

    number: int = 0
    documents: Mapping[str, AnyDocument] = field(default_factory=dict)
    roots: tuple[Root, ...] = ()
    encoding: str = "utf-16"

    def root_of(self, path: str) -> Root:
        """The innermost folder of the workspace that holds a file."""
        holding = [root for root in self.roots if root.holds(path)]
        return max(holding, key=lambda root: len(root.folder), default=Root("", ClientSettings()))

    @cached_property
    def unsaved(self) -> Mapping[str, bytes]:
        """What the open files hold, by path."""
        return {document.path: document.data for document in self.documents.values() if document.is_on_disk}

    @cached_property
    def by_path(self) -> Mapping[str, AnyDocument]:
        """The open files by path."""
        return {document.path: document for document in self.documents.values() if document.is_on_disk}

    def cell_owner(self, uri: str) -> str | None:
        """The notebook that a cell belongs to, by their URIs."""
        return self._owners.get(uri)

    @cached_property
    def _owners(self) -> dict[str, str]:
        owners: dict[str, str] = {}
        for notebook in self.documents.values():
            for cell in getattr(notebook, "cells", ()):
                owners[cell.uri] = notebook.uri
        return owners
