"""What an editor shows beside a layer and beside a code, and the quick fixes that it offers."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the language server needs pygls")

from lsprotocol import types

from integrations.server.editor import editing, scenario
from kerlint.integrations.server.actions import suppression
from kerlint.integrations.server.call_sites import layer_at
from kerlint.integrations.server.checking import Checker, open_texts
from kerlint.integrations.server.documents import Document
from kerlint.integrations.server.hover import as_markdown
from kerlint.integrations.server.positions import Places, changed
from kerlint.integrations.server.state import State

EXTRACTOR = """import keras
from keras import layers
from blocks import Block


class Extractor(keras.Model):
    def __init__(self, norm_first):
        super().__init__()
        self.narrow = layers.Conv2D(6, 4)
        self.wide = layers.Conv2D(16, 4)
        self.norm = layers.BatchNormalization()
        self.block = Block()
        self.norm_first = norm_first

    def call(self, images, training=False):
        if self.norm_first:
            x = self.norm(self.narrow(images))
        else:
            x = self.norm(self.wide(images), training=training)
        for _ in range(3):
            x = self.block(x)
        return x


def build():
    tail = layers.Dense(4)
    return keras.Sequential([tail, layers.ReLU()])
"""
BLOCKS = """import keras


class Block(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(16)

    def call(self, x):
        return self.dense(x)
"""


def _said(folder: Path, line: int, column: int) -> str:
    """The Markdown for the layer at a place of the extractor, from 1."""
    (folder / "blocks.py").write_text(BLOCKS)
    document = Document("file:///x", str(folder / "model.py"), EXTRACTOR)
    checker, state = Checker(), State(1, {document.uri: document})
    with open_texts(state):
        module = checker.module(state, document)
        assert module is not None
        layer = layer_at(module, line, column)
        return "" if layer is None else as_markdown(layer, document.path)


@pytest.mark.parametrize(("line", "column"), [(11, 9), (11, 18), (11, 30), (17, 17), (19, 22)])
def test_a_layer_is_known_where_it_is_stored_made_and_called(line: int, column: int, folder: Path) -> None:
    assert _said(folder, line, column) == (
        "**BatchNormalization** `keras.layers.BatchNormalization`, made on line 11\n\n"
        "Called in `Extractor.call`:\n"
        "1. line 17: `self.norm(self.narrow(images))`, on 6 channels\n"
        "2. line 19: `self.norm(self.wide(images), training=training)`, on 16 channels, instead of the call before"
    )


def test_the_innermost_layer_is_meant(folder: Path) -> None:
    assert _said(folder, 17, 30).startswith("**Conv2D** `keras.layers.Conv2D`, made on line 9\n")


def test_a_layer_of_the_project_is_told_with_its_base_and_its_loop(folder: Path) -> None:
    assert _said(folder, 21, 20) == (
        "**Block**, a `keras.layers.Layer` of this project, made on line 12\n\n"
        "Called in `Extractor.call`:\n1. line 21: `self.block(x)`, again and again"
    )


def test_a_variable_that_holds_a_layer_is_known_where_it_is_made(folder: Path) -> None:
    assert _said(folder, 26, 6) == "**Dense** `keras.layers.Dense`, made on line 26\n\nNo call is known."


@pytest.mark.parametrize(("line", "column"), [(1, 8), (7, 9), (13, 10), (16, 20), (400, 1)])
def test_what_is_no_layer_is_nothing(line: int, column: int, folder: Path) -> None:
    assert _said(folder, line, column) == ""


def _silenced(folder: Path, text: str) -> str:
    """The text after the quick fix of its only finding, which is then gone."""
    document = Document("file:///x", str(folder / "model.py"), text)
    checked = Checker().check(State(1), document, lambda: True)
    assert checked is not None
    (finding,) = checked.findings
    edit = suppression(Places(text, "utf-16"), finding)
    assert edit is not None
    after = changed(text, [types.TextDocumentContentChangePartial(edit.range, edit.new_text)], "utf-16")
    again = Checker().check(State(1), Document("file:///x", str(folder / "model.py"), after), lambda: True)
    assert again is not None and again.findings == ()
    return after


HEAD = "import keras\n\nmodel = keras.Sequential([keras.layers.Dense(1)])\n"


@pytest.mark.parametrize(
    ("line", "silenced"),
    [
        ('model.save("m")', 'model.save("m")  # noqa: KER301'),
        ('model.save("m")   ', 'model.save("m")  # noqa: KER301   '),
        ('model.save("m")  # best so far', 'model.save("m")  # best so far  # noqa: KER301'),
        ('model.save("m")  # noqa: E501', 'model.save("m")  # noqa: E501, KER301'),
        ('model.save("m")  # noqa:E501,W291 long', 'model.save("m")  # noqa:E501,W291, KER301 long'),
        ('model.save(\n    "m",\n)', 'model.save(\n    "m",\n)  # noqa: KER301'),
        ('s = "😀 # noqa"; model.save("m")', 's = "😀 # noqa"; model.save("m")  # noqa: KER301'),
        ('model.save("m"); s = """\n# """', 'model.save("m"); s = """\n# """  # noqa: KER301'),
        ('model.save("m")\r', 'model.save("m")  # noqa: KER301\r'),
    ],
)
def test_a_finding_is_silenced_on_the_last_line_of_its_statement(line: str, silenced: str, folder: Path) -> None:
    assert _silenced(folder, HEAD + line + "\n") == HEAD + silenced + "\n"


@pytest.mark.slow
@scenario
async def test_an_editor_gets_both(folder: Path) -> None:
    (folder / "blocks.py").write_text(BLOCKS)
    text = EXTRACTOR + '\n\nbuild().save("m")\nprint("é😀")  # noqa: KER101\n'
    async with editing(folder, options={"select": ["KER301"]}) as editor:
        uri = editor.open(folder / "model.py", text)
        (found,) = await editor.codes(uri, "KER301")
        line = found.range.start.line
        mending, action = await editor.actions(uri, [found])
        assert mending.title == 'Save to "m.keras" (unsafe)'
        assert (action.title, action.kind) == ("Silence KER301 here with # noqa", types.CodeActionKind.QuickFix)
        assert action.diagnostics is not None and action.diagnostics[0] == found
        assert action.edit is not None and action.edit.changes is not None
        (edit,) = action.edit.changes[uri]
        assert edit.new_text == "  # noqa: KER301" and edit.range.start.line == line

        params = types.CodeActionParams(
            types.TextDocumentIdentifier(uri), found.range, types.CodeActionContext([found], only=["source.fixAll.kerlint"])
        )
        assert not await editor.client.text_document_code_action_async(params)
        elsewhere = types.Range(types.Position(0, 0), types.Position(0, 0))
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), elsewhere, types.CodeActionContext([found]))
        assert not await editor.client.text_document_code_action_async(params)

        assert (await editor.hover(uri, 16, 18)).startswith("**BatchNormalization**")
        assert (await editor.hover(uri, line, found.range.start.character + 1)).startswith("# save-path-suffix (KER301)\n")
        assert (await editor.hover(uri, line + 1, 24)).startswith("# stateful-layer-reuse (KER101)\n")
        assert await editor.hover(uri, 0, 0) == ""
        editor.change(uri, text.replace("self.norm(", "self.nrom("))
        assert await editor.hover(uri, 16, 18) == "", "the text as it is now"
