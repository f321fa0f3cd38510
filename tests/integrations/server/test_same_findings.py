"""The server says what the command line says of the same text, and a server that has seen much says what a fresh one says."""

from __future__ import annotations

import gc
import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="the language server needs pygls")

from lsprotocol import types

from integrations.server.editor import PULLING, Editor, editing, scenario
from kerlint.integrations.server.checking import Checker
from kerlint.integrations.server.client_settings import ClientSettings
from kerlint.integrations.server.diagnostics import diagnostics_of
from kerlint.integrations.server.documents import Document
from kerlint.integrations.server.state import Root, State
from kerlint.semantics import ModuleFacts

pytestmark = pytest.mark.slow

FIXTURES = Path(__file__).parents[3] / "fixtures"
OPTIONS = {"select": ["ALL"], "preview": True, "targetKeras": "3"}
ARGUMENTS = ("--no-cache", "--quiet", "--output-format", "json", "--select", "ALL", "--preview", "--target-keras", "3")


@dataclass(frozen=True, order=True)
class Said:
    """A finding as both tell it: cell (0 outside notebooks), lines and columns from 1, the code and the message."""

    cell: int
    start: tuple[int, int]
    end: tuple[int, int]
    code: str
    severity: str
    message: str


def _by_command(entry: dict[str, Any]) -> Said:
    start, end = entry["location"], entry["end_location"]
    place = (start["row"], start["column"]), (end["row"], end["column"])
    return Said(entry["cell"] or 0, *place, entry["code"], entry["severity"], entry["message"])


def _by_server(diagnostic: types.Diagnostic, cell: int = 0) -> Said:
    start, end = diagnostic.range.start, diagnostic.range.end
    names = {1: "error", 2: "warning", 3: "info"}
    severity = names[int(diagnostic.severity or 0)]
    place = (start.line + 1, start.character + 1), (end.line + 1, end.character + 1)
    return Said(cell, *place, str(diagnostic.code), severity, diagnostic.message)


@scenario
async def test_every_fourth_rule_s_fixtures_and_all_notebooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kerlint_run: Callable[..., Any]
) -> None:
    """Programs are asked for as files of the workspace; every twelfth, and every notebook, is opened."""
    for rule in sorted(FIXTURES.glob("KER*"))[::4]:
        shutil.copytree(rule, tmp_path / "fixtures" / rule.name)
    for notebook in FIXTURES.rglob("*.ipynb"):
        target = tmp_path / "fixtures" / notebook.relative_to(FIXTURES)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(notebook, target)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    by_command: dict[Path, list[Said]] = {}
    for entry in json.loads(kerlint_run(*ARGUMENTS, "fixtures").out):
        by_command.setdefault(Path(entry["filename"]), []).append(_by_command(entry))
    utf32 = types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf32])
    capabilities = types.ClientCapabilities(text_document=PULLING.text_document, workspace=PULLING.workspace, general=utf32)
    async with editing(tmp_path, capabilities=capabilities, options=OPTIONS) as editor:
        report = await editor.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
        by_server = {
            Path(types_path(item.uri)): sorted(map(_by_server, item.items))
            for item in report.items
            if isinstance(item, types.WorkspaceFullDocumentDiagnosticReport)
        }
        programs = {path: sorted(said) for path, said in by_command.items() if path.suffix != ".ipynb"}
        assert len(programs) > 80 and by_server == programs
        files = sorted((tmp_path / "fixtures").rglob("*.py"))
        for file in files[::12]:
            pulled = await editor.pull(editor.open(file))
            assert isinstance(pulled, types.RelatedFullDocumentDiagnosticReport)
            assert sorted(map(_by_server, pulled.items)) == programs.get(file, [])
        for notebook in sorted((tmp_path / "fixtures").rglob("*.ipynb")):
            assert await _in_cells(editor, notebook) == sorted(by_command.get(notebook, []))


def types_path(uri: str) -> str:
    from pygls.uris import to_fs_path

    return to_fs_path(uri) or ""


async def _in_cells(editor: Editor, path: Path) -> list[Said]:
    """Opens a notebook; what the server sends for its cells."""
    cells, texts = [], []
    for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], 1):
        uri = f"vscode-notebook-cell:{path}#{number}"
        is_code = cell["cell_type"] == "code"
        kind = types.NotebookCellKind.Code if is_code else types.NotebookCellKind.Markup
        language = cell["metadata"].get("vscode", {}).get("languageId", "python" if is_code else "markdown")
        source = cell["source"]
        cells.append(types.NotebookCell(kind, uri))
        texts.append(types.TextDocumentItem(uri, language, 1, source if isinstance(source, str) else "".join(source)))
    notebook = types.NotebookDocument(path.as_uri(), "jupyter-notebook", 1, cells)
    before = len(editor.published)
    editor.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, texts))
    # The answer to a later question comes after all that was sent before it.
    marker = editor.open(path.with_suffix(".marker.py"), "")
    hover = types.HoverParams(types.TextDocumentIdentifier(cells[0].document), types.Position(0, 0))
    await editor.client.text_document_hover_async(hover)
    editor.save(marker)
    await editor.settled()
    return sorted(
        _by_server(diagnostic, int(params.uri.rpartition("#")[2]))
        for params in editor.published[before:]
        for diagnostic in params.diagnostics
    )


CLASS = "class A(keras.layers.Layer):\n    pass\n"
EDITS = ("x = 1\n", "# noqa: KER101\n", "(", ")", "import keras\n", CLASS, "😀", "\r\n", "'''", "")
WORDS = (("norm", "other"), ("keras", "kears"), ("BatchNormalization", "Dropout"))


@pytest.mark.parametrize("seed", range(6))
def test_a_warm_checker_says_what_a_fresh_one_says(seed: int, tmp_path: Path) -> None:
    """Random edits, one after the other, of the files of one program, some of them open and some on the disk."""
    choice = random.Random(seed)
    programs = sorted(path for path in FIXTURES.glob("KER*/*") if path.is_dir())
    (tmp_path / ".git").mkdir()
    for program in choice.sample(programs, 4):
        shutil.copytree(program, tmp_path / program.parent.name / program.name)
    files = sorted(path for path in tmp_path.rglob("*.py"))
    root = Root(str(tmp_path), ClientSettings())
    warm, documents, found = Checker(), {}, 0
    for number in range(1, 60):
        file = choice.choice(files)
        document = documents.get(file.as_uri())
        text = document.text if document is not None else file.read_text(encoding="utf-8")
        edited = _edited(text, choice)
        match choice.randrange(8):
            case 0:
                file.write_text(edited, encoding="utf-8")
            case 1:
                documents.pop(file.as_uri(), None)
            case _:
                documents[file.as_uri()] = Document(file.as_uri(), str(file), edited, number)
        state = State(number, dict(documents), (root,))
        for asked in choice.sample(sorted(documents), min(2, len(documents))):
            said = warm.check(state, documents[asked], lambda: True)
            fresh = Checker().check(state, documents[asked], lambda: True)
            assert said is not None and fresh is not None
            assert diagnostics_of(said) == diagnostics_of(fresh)
            found += len(said.findings)
    assert found


def _edited(text: str, choice: random.Random) -> str:
    """A line put in, taken out or moved, or a word of it changed."""
    lines = text.splitlines(keepends=True) or [""]
    at = choice.randrange(len(lines))
    match choice.randrange(4):
        case 0:
            lines.insert(at, choice.choice(EDITS))
        case 1:
            del lines[at]
        case 2:
            lines.insert(choice.randrange(len(lines)), lines.pop(at))
        case _:
            lines[at] = lines[at].replace(*choice.choice(WORDS))
    return "".join(lines)


def test_a_server_that_runs_for_long_keeps_nothing_of_texts_that_are_gone(tmp_path: Path) -> None:
    text = (FIXTURES / "tour" / "model.py").read_text(encoding="utf-8")
    path, checker = tmp_path / "model.py", Checker()
    for number in range(1, 31):
        document = Document(path.as_uri(), str(path), f"{text}\nx = {number}\n", number)
        assert checker.check(State(number, {document.uri: document}), document, lambda: True) is not None
    checker.tidy()
    kept = [item for item in gc.get_objects() if isinstance(item, ModuleFacts) and item.path == str(path)]
    assert len(kept) == 1
