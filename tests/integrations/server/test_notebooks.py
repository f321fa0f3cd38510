"""Notebooks in an editor: findings in their cells, one state through all of them, and whatever one can do with cells."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the language server needs pygls")

from lsprotocol import types

from integrations.server.editor import Editor, editing, scenario

pytestmark = pytest.mark.slow

CODE, MARKUP = types.NotebookCellKind.Code, types.NotebookCellKind.Markup
IMPORT = "%pip install keras\nimport keras"
MODEL = "inputs = keras.Input((8,))\nnorm = keras.layers.BatchNormalization()\nx = norm(inputs)"
AGAIN = "%%time\n# second use 😀\nmodel = keras.Model(inputs, norm(x))"


class OpenNotebook:
    """A notebook in an editor; cells are named by their text's position when it was opened."""

    def __init__(self, editor: Editor, uri: str) -> None:
        self.editor, self.uri, self.version = editor, uri, 1

    def cell(self, name: str) -> str:
        return f"vscode-notebook-cell:/nb#{name}"

    def open(self, *cells: tuple[str, types.NotebookCellKind, str, str]) -> None:
        document = types.NotebookDocument(
            self.uri, "jupyter-notebook", 1, [types.NotebookCell(kind, self.cell(name)) for name, kind, _, _ in cells]
        )
        texts = [types.TextDocumentItem(self.cell(name), language, 1, text) for name, _, language, text in cells]
        self.editor.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(document, texts))

    def change(self, cells: types.NotebookDocumentCellChanges) -> None:
        self.version += 1
        identifier = types.VersionedNotebookDocumentIdentifier(self.version, self.uri)
        event = types.NotebookDocumentChangeEvent(cells=cells)
        self.editor.client.notebook_document_did_change(types.DidChangeNotebookDocumentParams(identifier, event))

    def edit(self, name: str, version: int, change: object) -> None:
        identifier = types.VersionedTextDocumentIdentifier(version, self.cell(name))
        content = types.NotebookDocumentCellContentChanges(identifier, [change])  # type: ignore[list-item]
        self.change(types.NotebookDocumentCellChanges(text_content=[content]))

    def move(self, start: int, deleted: int, *names: str, opened: dict[str, str] | None = None, closed: str = "") -> None:
        array = types.NotebookCellArrayChange(start, deleted, [types.NotebookCell(CODE, self.cell(name)) for name in names])
        items = [types.TextDocumentItem(self.cell(n), "python", 1, t) for n, t in (opened or {}).items()]
        gone = [types.TextDocumentIdentifier(self.cell(closed))] if closed else []
        structure = types.NotebookDocumentCellChangeStructure(array, items, gone)
        self.change(types.NotebookDocumentCellChanges(structure=structure))

    def close(self, *names: str) -> None:
        closed = [types.TextDocumentIdentifier(self.cell(name)) for name in names]
        identifier = types.NotebookDocumentIdentifier(self.uri)
        self.editor.client.notebook_document_did_close(types.DidCloseNotebookDocumentParams(identifier, closed))


@scenario
async def test_findings_stand_in_cells_whose_order_is_the_program_s(folder: Path) -> None:
    async with editing(folder) as editor:
        notebook = OpenNotebook(editor, (folder / "train.ipynb").as_uri())
        notebook.open(
            ("text", MARKUP, "markdown", "# model.save('model')"),
            ("import", CODE, "python", IMPORT),
            ("sql", CODE, "sql", "model.save('model')"),
            ("model", CODE, "python", MODEL),
            ("again", CODE, "python", AGAIN),
        )
        (found,) = await editor.codes(notebook.cell("again"), "KER101")
        assert found.range == types.Range(types.Position(2, 28), types.Position(2, 35))
        (related,) = found.related_information or ()
        assert (related.location.uri, related.location.range.start) == (notebook.cell("model"), types.Position(2, 4))
        assert {params.uri for params in editor.published if params.diagnostics} == {notebook.cell("again")}

        hover = await editor.hover(notebook.cell("again"), 2, 29)
        assert hover.startswith("**BatchNormalization** `keras.layers.BatchNormalization`, made on line 2 of cell 4\n")
        assert "1. line 3 of cell 4: `norm(inputs)`, on 8 channels\n2. line 3 of cell 5: `norm(x)`, on 8 channels" in hover

        (action,) = await editor.actions(notebook.cell("again"), [found])
        assert action.edit is not None and action.edit.changes is not None
        ((edit,),) = action.edit.changes.values()
        assert (edit.range.start, edit.new_text) == (types.Position(2, 36), "  # noqa: KER101")

        notebook.edit("again", 2, types.TextDocumentContentChangePartial(edit.range, edit.new_text))
        await editor.codes(notebook.cell("again"))
        notebook.edit("again", 3, types.TextDocumentContentChangeWholeDocument(AGAIN + '\nmodel.save("model")'))
        await editor.codes(notebook.cell("again"), "KER101", "KER301")

        notebook.move(4, 1, "again", "fresh", opened={"fresh": 'model.save("other")'})
        await editor.codes(notebook.cell("fresh"), "KER301")
        notebook.move(3, 1)  # the model's cell is cut out: nothing is known of `norm` any more
        await editor.codes(notebook.cell("again"), "KER301")
        notebook.move(3, 0, "model", opened={"model": MODEL})
        await editor.codes(notebook.cell("again"), "KER101", "KER301")
        notebook.change(types.NotebookDocumentCellChanges(data=[types.NotebookCell(MARKUP, notebook.cell("again"))]))
        await editor.codes(notebook.cell("again"))
        await editor.codes(notebook.cell("fresh"))
        notebook.change(types.NotebookDocumentCellChanges(data=[types.NotebookCell(CODE, notebook.cell("again"))]))
        await editor.codes(notebook.cell("fresh"), "KER301")
        notebook.move(5, 1, closed="fresh")
        await editor.codes(notebook.cell("fresh"))
        notebook.close("text", "import", "sql", "model", "again")
        await editor.codes(notebook.cell("again"))


@scenario
async def test_a_broken_cell_is_told_of_and_the_others_are_checked(folder: Path) -> None:
    async with editing(folder) as editor:
        notebook = OpenNotebook(editor, "untitled:Untitled-1.ipynb")
        notebook.open(
            ("import", CODE, "python", IMPORT), ("model", CODE, "python", MODEL),
            ("broken", CODE, "python", "model.fit("), ("again", CODE, "python", AGAIN),
        )  # fmt: skip
        await editor.codes(notebook.cell("broken"), "KER901")
        await editor.codes(notebook.cell("again"), "KER101")
        assert "BatchNormalization" in await editor.hover(notebook.cell("model"), 2, 5)


@scenario
async def test_an_open_notebook_sees_the_open_modules_that_it_imports(folder: Path) -> None:
    async with editing(folder) as editor:
        module = editor.open(folder / "names.py", 'NAME = "model.keras"\n')
        notebook = OpenNotebook(editor, (folder / "train.ipynb").as_uri())
        notebook.open(
            ("import", CODE, "python", "import keras\nfrom names import NAME"),
            ("save", CODE, "python", "keras.Sequential([keras.layers.Dense(1)]).save(NAME)"),
        )
        marker = editor.open(folder / "marker.py", 'import keras\nkeras.Sequential([]).save("m")\n')
        await editor.codes(marker, "KER301")
        assert not [params for params in editor.published if "#save" in params.uri and params.diagnostics]
        editor.change(module, 'NAME = "model"\n')
        await editor.codes(notebook.cell("save"), "KER301")
