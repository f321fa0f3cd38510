"""Fixes in an editor: one by one as quick fixes, and all together as `source.fixAll.kerlint`."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the language server needs pygls")

from lsprotocol import types

from integrations.server.editor import Editor, editing, scenario
from integrations.server.test_notebooks import CODE, OpenNotebook
from kerlint.integrations.server.positions import Places

pytestmark = pytest.mark.slow

HEAD = "import keras\n\nmodel = keras.Sequential([keras.layers.Dense(1)])\n"
TEXT = HEAD + 's = "😀"; model.save("m")  # noqa: KER101\nagain = keras.models.load_model("m")\n'
SETTINGS = {"target-keras": "3.15"}
WHOLE = types.Range(types.Position(0, 0), types.Position(99, 0))


async def actions(editor: Editor, uri: str, *only: str) -> list[types.CodeAction]:
    """The actions for a whole document or cell."""
    context = types.CodeActionContext([], only=list(only) or None)
    found = await editor.client.text_document_code_action_async(
        types.CodeActionParams(types.TextDocumentIdentifier(uri), WHOLE, context)
    )
    return [action for action in found or () if isinstance(action, types.CodeAction)]


def after(text: str, uri: str, action: types.CodeAction) -> str:
    """A text after an action, as an editor makes its edits: from the last to the first."""
    assert action.edit is not None and action.edit.changes is not None
    places = Places(text, "utf-16")
    for edit in sorted(action.edit.changes[uri], key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
        text = text[: places.offset(edit.range.start)] + edit.new_text + text[places.offset(edit.range.end) :]
        places = Places(text, "utf-16")
    return text


@scenario
async def test_each_fix_is_offered_where_its_finding_is(folder: Path) -> None:
    async with editing(folder, options=SETTINGS) as editor:
        uri = editor.open(folder / "model.py", TEXT)
        offered = {action.title: action for action in await actions(editor, uri, "quickfix")}
        assert set(offered) == {
            'Save to "m.keras" (unsafe)', "Remove this suppression",
            "Silence KER301 here with # noqa", "Silence KER304 here with # noqa",
        }  # fmt: skip
        assert {title for title, action in offered.items() if action.is_preferred} == {"Remove this suppression"}
        saved = offered['Save to "m.keras" (unsafe)']
        assert saved.diagnostics is not None and [found.code for found in saved.diagnostics] == ["KER301"]
        assert after(TEXT, uri, saved) == TEXT.replace('("m")', '("m.keras")')
        assert after(TEXT, uri, offered["Remove this suppression"]) == TEXT.replace("  # noqa: KER101", "")


@scenario
async def test_all_that_is_safe_is_mended_at_once(folder: Path) -> None:
    async with editing(folder, options=SETTINGS) as editor:
        uri = editor.open(folder / "model.py", TEXT)
        for only in ("source", "source.fixAll", "source.fixAll.kerlint"):
            (action,) = await actions(editor, uri, only)
            assert action.kind == "source.fixAll.kerlint"
            assert after(TEXT, uri, action) == TEXT.replace("  # noqa: KER101", "")
        assert not await actions(editor, uri, "source.organizeImports")
        assert "source.fixAll.kerlint" in {action.kind for action in await actions(editor, uri)}
        editor.change(uri, HEAD)
        assert not await actions(editor, uri, "source.fixAll"), "nothing to fix is nothing to offer"


@scenario
async def test_the_settings_say_what_is_mended_at_once(folder: Path) -> None:
    async with editing(folder, options={**SETTINGS, "unsafe-fixes": True}) as editor:
        uri = editor.open(folder / "model.py", TEXT)
        (action,) = await actions(editor, uri, "source.fixAll")
        assert after(TEXT, uri, action) == TEXT.replace('("m")', '("m.keras")').replace("  # noqa: KER101", "")
    async with editing(folder, options={**SETTINGS, "unfixable": ["ALL"]}) as editor:
        uri = editor.open(folder / "model.py", TEXT)
        assert not await actions(editor, uri, "source.fixAll")
        assert all("noqa" in action.title for action in await actions(editor, uri, "quickfix"))


@scenario
async def test_a_fix_reaches_all_its_cells(folder: Path) -> None:
    async with editing(folder, options=SETTINGS) as editor:
        notebook = OpenNotebook(editor, (folder / "n.ipynb").as_uri())
        first, second = "import keras\nm = keras.Sequential()\nm.save('m')", "%%time\nkeras.models.load_model('m')"
        notebook.open(("1", CODE, "python", first), ("2", CODE, "python", second))
        (action,) = [one for one in await actions(editor, notebook.cell("1"), "quickfix") if "unsafe" in one.title]
        assert after(first, notebook.cell("1"), action) == first.replace("'m'", "'m.keras'")
        assert after(second, notebook.cell("2"), action) == second.replace("'m'", "'m.keras'")
