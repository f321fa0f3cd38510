"""What an editor has open: programs and notebooks, each with the text that it shows now, saved or not.

Turns an editor's messages into frozen documents; a change makes a new one. A notebook becomes the bytes of the notebook file that
would hold its cells, so that it is read as on the command line. Knows nothing of linting.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from pygls.uris import to_fs_path

from kerlint.integrations.server.positions import Change, Places, changed
from kerlint.records import dataclass
from kerlint.sources.source import encode

_PROGRAMS = (".py", ".pyw", ".pyi")


@dataclass(frozen=True, slots=True)
class Document:
    """A program. `version` is the editor's count of its changes; `is_on_disk` is false where it has no file's name yet."""

    uri: str
    path: str
    text: str
    version: int | None = None
    is_on_disk: bool = True

    @property
    def data(self) -> bytes:
        """What its file would hold."""
        return encode(self.text)

    def after(self, changes: Sequence[Change], version: int, encoding: str) -> Document:
        """The document after an editor's changes."""
        return replace(self, text=changed(self.text, changes, encoding), version=version)


@dataclass(frozen=True, slots=True)
class NotebookCell:
    """A cell: its own URI, whether it holds code, in which language, and its text."""

    uri: str
    is_code: bool
    language: str
    text: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook, its cells in their order. Those that the editor does not hand over are not among them."""

    uri: str
    path: str
    cells: tuple[NotebookCell, ...]
    version: int | None = None
    is_on_disk: bool = True

    @property
    def data(self) -> bytes:
        """The notebook file that its cells make."""
        cells = [
            {
                "cell_type": "code" if cell.is_code else "markdown",
                "metadata": {"vscode": {"languageId": cell.language}},
                "source": cell.text,
            }
            for cell in self.cells
        ]
        return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()

    def number_of(self, uri: str) -> int | None:
        """Which cell it is, from 1."""
        return next((number for number, cell in enumerate(self.cells, 1) if cell.uri == uri), None)

    def after(self, change: types.NotebookDocumentChangeEvent, version: int, encoding: str) -> Notebook:
        """The notebook after an editor's change: cells put in, taken out, edited, or given another kind."""
        cells = list(self.cells)
        if change.cells is None:
            return replace(self, version=version)
        if (structure := change.cells.structure) is not None:
            opened = {item.uri: item for item in structure.did_open or ()}
            known = {cell.uri: cell for cell in cells}
            start, end = structure.array.start, structure.array.start + structure.array.delete_count
            added = (_cell(cell, opened.get(cell.document), known) for cell in structure.array.cells or ())
            cells[start:end] = added
        kinds = {cell.document: cell.kind for cell in change.cells.data or ()}
        texts = {item.document.uri: item for item in change.cells.text_content or ()}
        for index, cell in enumerate(cells):
            if cell.uri in kinds:
                cell = replace(cell, is_code=kinds[cell.uri] == types.NotebookCellKind.Code)
            if (edit := texts.get(cell.uri)) is not None:
                text = changed(cell.text, edit.changes, encoding)
                cell = replace(cell, text=text, version=edit.document.version)
            cells[index] = cell
        return replace(self, cells=tuple(cells), version=version)


def _cell(cell: types.NotebookCell, opened: types.TextDocumentItem | None, known: dict[str, NotebookCell]) -> NotebookCell:
    """A cell with its text; one that only moved keeps what it has."""
    is_code = cell.kind == types.NotebookCellKind.Code
    if opened is not None:
        return NotebookCell(cell.document, is_code, opened.language_id, opened.text, opened.version)
    if cell.document in known:
        return replace(known[cell.document], is_code=is_code)
    return NotebookCell(cell.document, is_code, "unknown", "", None)


AnyDocument = Document | Notebook


def opened_document(item: types.TextDocumentItem, folder: str) -> Document | None:
    """The program that an editor opens; None for what is no Python, or in no place that can be read.

    `folder` is where a program without a file is taken to lie.
    """
    path = path_of(item.uri)
    if path is None:
        if urlsplit(item.uri).scheme not in ("untitled", "file") or item.language_id != "python":
            return None
        return Document(item.uri, os.path.join(folder, _made_up_name(item.uri, ".py")), item.text, item.version, False)
    if path.endswith(".ipynb") or not (item.language_id == "python" or path.endswith(_PROGRAMS)):
        return None
    return Document(item.uri, path, item.text, item.version)


def opened_notebook(params: types.DidOpenNotebookDocumentParams, folder: str) -> Notebook | None:
    """The notebook that an editor opens; None for one in no place that can be read."""
    notebook = params.notebook_document
    path = path_of(notebook.uri)
    if path is None and urlsplit(notebook.uri).scheme != "untitled":
        return None
    texts = {item.uri: item for item in params.cell_text_documents}
    cells = tuple(_cell(cell, texts.get(cell.document), {}) for cell in notebook.cells)
    named = path if path is not None else os.path.join(folder, _made_up_name(notebook.uri, ".ipynb"))
    if not named.endswith(".ipynb"):
        named += ".ipynb"  # what is read as a notebook is told by its name
    return Notebook(notebook.uri, named, cells, notebook.version, path is not None)


def path_of(uri: str) -> str | None:
    """The absolute path of a file's URI; None for anything else."""
    if urlsplit(uri).scheme != "file":
        return None
    path = to_fs_path(uri)
    return os.path.abspath(path) if path and os.path.basename(path) else None


def _made_up_name(uri: str, suffix: str) -> str:
    name = re.sub(r"[^\w.-]", "_", unquote(urlsplit(uri).path)).strip("_") or "untitled"
    return name if name.endswith(suffix) else name + suffix


def text_at(document: AnyDocument, cell: int | None) -> str:
    """The text in which a finding's span counts."""
    if isinstance(document, Document):
        return document.text
    return document.cells[cell - 1].text if cell is not None and 0 < cell <= len(document.cells) else ""


def places_at(document: AnyDocument, cell: int | None, encoding: str) -> Places:
    """The places of that text."""
    return Places(text_at(document, cell), encoding)
