"""What an editor is told of its documents, by a real server process: when, of which text, and where in it."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="the language server needs pygls")

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from integrations.server.editor import PULLING, editing, scenario
from kerlint.links import rule_page

pytestmark = pytest.mark.slow

SAVES = 'import keras\n\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.save("model")\n'
FINE = SAVES.replace('"model"', '"model.keras"')
BASE = """import keras


class Base(keras.layers.Layer):
    def __init__(self, width, **kwargs):
        super().__init__(**kwargs)
        self.width = width
        self.norm = keras.layers.BatchNormalization()

    def get_config(self):
        return {**super().get_config(), "width": self.width}
"""
CHILD = """from base import Base


class Child(Base):
    def call(self, images, training=False):
        x = self.norm(images, training=training)
        return self.norm(x, training=training)
"""


@scenario
async def test_a_program_is_checked_as_it_is_opened_edited_saved_and_closed(folder: Path) -> None:
    file = folder / "model.py"
    file.write_text(SAVES)
    async with editing(folder) as editor:
        uri = editor.open(file)
        (found,) = await editor.codes(uri, "KER301")
        assert found.range == types.Range(types.Position(3, 11), types.Position(3, 18))
        assert (found.source, found.severity) == ("kerlint", types.DiagnosticSeverity.Error)
        assert found.code_description is not None and found.code_description.href == rule_page("KER301")
        assert 'save to "model.keras"' in found.message

        version = editor.change(uri, (types.Range(types.Position(3, 17), types.Position(3, 17)), ".keras"))
        await editor.codes(uri)
        last = editor.last(uri)
        assert last is not None and last.version == version
        editor.change(uri, SAVES)
        await editor.codes(uri, "KER301")
        editor.save(uri)
        editor.close(uri)
        await editor.codes(uri)


@scenario
async def test_what_an_open_file_imports_is_what_the_editor_shows_of_it(folder: Path) -> None:
    base, child = folder / "base.py", folder / "child.py"
    base.write_text(BASE)
    child.write_text(CHILD)
    async with editing(folder) as editor:
        child_uri = editor.open(child)
        await editor.codes(child_uri, "KER101")
        base_uri = editor.open(base)
        editor.change(base_uri, BASE.replace("BatchNormalization()", "Dropout(0.1)"))
        await editor.codes(child_uri)
        editor.change(base_uri, BASE)
        await editor.codes(child_uri, "KER101")
        editor.change(base_uri, BASE.replace("BatchNormalization()", "Dropout(0.1)"))
        await editor.codes(child_uri)
        editor.close(base_uri)  # without saving: what is on the disk counts again
        await editor.codes(child_uri, "KER101")


@scenario
async def test_a_module_that_was_never_saved_can_be_imported(folder: Path) -> None:
    child = folder / "child.py"
    child.write_text(CHILD)
    async with editing(folder) as editor:
        child_uri = editor.open(child)
        await editor.codes(child_uri)
        editor.open(folder / "base.py", BASE)
        (found,) = await editor.codes(child_uri, "KER101")
        (related,) = found.related_information or ()
        assert (related.location.uri, related.location.range.start) == (child_uri, types.Position(5, 12))
        assert related.message == "the first call"


@scenario
async def test_a_syntax_error_stands_where_one_is_typing_and_goes_again(folder: Path) -> None:
    async with editing(folder) as editor:
        uri = editor.open(folder / "model.py", SAVES)
        await editor.codes(uri, "KER301")
        editor.change(uri, SAVES + "model.fit(\n")
        (found,) = await editor.codes(uri, "KER901")
        assert found.range.start.line == 4
        editor.change(uri, SAVES + "model.fit()\n")
        await editor.codes(uri, "KER301")


@scenario
async def test_only_the_last_of_many_edits_is_checked_and_nothing_older_comes_after_it(folder: Path) -> None:
    async with editing(folder) as editor:
        uri = editor.open(folder / "model.py", SAVES)
        await editor.codes(uri, "KER301")
        before = len(editor.published)
        for number in range(60):
            version = editor.change(uri, FINE + f"x = {number}\n" if number % 2 else SAVES + f"x = {number}\n")
            await asyncio.sleep(0.005)
        await editor.codes(uri)
        await asyncio.sleep(1)
        sent = editor.published[before:]
        versions = [params.version or 0 for params in sent]
        assert versions[-1] == version and versions == sorted(versions)
        assert len(sent) < 10
        assert all(bool(params.diagnostics) == ((params.version or 0) % 2 == 0) for params in sent), "of another text"


@scenario
@pytest.mark.parametrize(
    ("encoding", "start", "end"),
    [(None, 23, 30), ("utf-8", 25, 32), ("utf-16", 23, 30), ("utf-32", 22, 29)],
)
async def test_columns_are_counted_as_the_editor_counts(folder: Path, encoding: str | None, start: int, end: int) -> None:
    general = types.GeneralClientCapabilities(position_encodings=[encoding] if encoding else None)  # type: ignore[list-item]
    async with editing(folder, capabilities=types.ClientCapabilities(general=general)) as editor:
        uri = editor.open(folder / "model.py", SAVES.replace("model.save", 's = "😀"; model.save').replace("\n", "\r\n"))
        (found,) = await editor.codes(uri, "KER301")
        assert found.range == types.Range(types.Position(3, start - 2), types.Position(3, end - 2))
        editor.change(uri, (types.Range(types.Position(3, end - 3), types.Position(3, end - 3)), ".keras"))
        await editor.codes(uri)


@scenario
async def test_documents_in_no_workspace_and_without_a_file_are_checked_and_others_are_not(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "model.py"
    elsewhere.write_text(SAVES)
    async with editing(folder) as editor:
        await editor.codes(editor.open(elsewhere), "KER301")
        await editor.codes(editor.open("untitled:Untitled-1", SAVES), "KER301")
        editor.open("git:/model.py?HEAD", SAVES)
        editor.open(folder / "notes.md", SAVES, "markdown")
        await editor.codes(editor.open(folder / "last.py", SAVES), "KER301")
        await asyncio.sleep(0.5)
        assert {params.uri.rpartition("/")[2] for params in editor.published} == {"model.py", "untitled:Untitled-1", "last.py"}
        assert (editor.last("git:/model.py?HEAD"), len(editor.messages)) == (None, 0)


@scenario
async def test_an_editor_without_a_workspace_is_served(folder: Path) -> None:
    async with editing(cwd=folder) as editor:
        await editor.codes(editor.open("untitled:Untitled-1", SAVES), "KER301")


@scenario
async def test_an_editor_that_asks_for_diagnostics_gets_them_once_and_is_not_sent_any(folder: Path) -> None:
    (folder / "closed.py").write_text(SAVES)
    (folder / "venv").mkdir()
    (folder / "venv" / "left_out.py").write_text(SAVES)
    async with editing(folder, capabilities=PULLING) as editor:
        uri = editor.open(folder / "model.py", SAVES)
        report = await editor.pull(uri)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        assert [item.code for item in report.items] == ["KER301"]
        again = await editor.pull(uri, report.result_id)
        assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
        assert again.result_id == report.result_id
        editor.change(uri, FINE)
        fixed = await editor.pull(uri, report.result_id)
        assert isinstance(fixed, types.RelatedFullDocumentDiagnosticReport) and not fixed.items
        assert not editor.published

        workspace = await editor.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
        assert [Path(item.uri).name for item in workspace.items] == ["closed.py"]
        (item,) = workspace.items
        assert isinstance(item, types.WorkspaceFullDocumentDiagnosticReport) and item.result_id is not None
        known = [types.PreviousResultId(item.uri, item.result_id)]
        (folder / "closed.py").write_text(FINE)
        workspace = await editor.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(known))
        assert [item.kind for item in workspace.items] == ["unchanged"], "nobody said that the file has changed"
        editor.files_changed(folder / "closed.py")
        await editor.until(lambda: editor.refreshed == 1)
        workspace = await editor.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(known))
        (item,) = workspace.items
        assert isinstance(item, types.WorkspaceFullDocumentDiagnosticReport) and not item.items


@scenario
async def test_an_answer_about_a_text_that_is_gone_is_none(folder: Path) -> None:
    async with editing(folder, capabilities=PULLING) as editor:
        uri = editor.open(folder / "model.py", SAVES)
        asked = [asyncio.ensure_future(editor.pull(uri)) for _ in range(3)]
        editor.change(uri, FINE)
        last = await editor.pull(uri)
        assert isinstance(last, types.RelatedFullDocumentDiagnosticReport) and not last.items
        for answer in await asyncio.gather(*asked, return_exceptions=True):
            if isinstance(answer, types.RelatedFullDocumentDiagnosticReport):
                assert not answer.items, "of the text before"
            else:
                assert isinstance(answer, JsonRpcException)
                assert (answer.code, answer.data) == (-32802, {"retriggerRequest": True})
        cancelled = asyncio.ensure_future(editor.hover(uri, 2, 10))
        await asyncio.sleep(0)
        cancelled.cancel()
        assert "Sequential" in await editor.hover(uri, 2, 15)


@scenario
async def test_random_edits_leave_the_server_with_the_editor_s_text(folder: Path, kerlint_run: Callable[..., Any]) -> None:
    """The text is kept here and there; in the end the command line is asked about this one."""
    choice = random.Random(3)
    lines = ["é = '😀'\r\n", "x = '\x0c'\n", 'model.save("m")\n', "# \u2028\n", "\r\n", "pass\n"]
    text = SAVES
    async with editing(folder) as editor:
        uri = editor.open(folder / "model.py", text)
        for _ in range(60):
            ends = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]
            start = choice.randrange(3, len(ends))
            end = min(start + choice.randrange(2), len(ends) - 1)
            new = "".join(choice.sample(lines, choice.randrange(3)))
            edit = types.Range(types.Position(start, 0), types.Position(end, 0))
            text = text[: ends[start]] + new + text[ends[end] :]
            version = editor.change(uri, (edit, new))
        await editor.until(lambda: (last := editor.last(uri)) is not None and last.version == version)
        (folder / "model.py").write_bytes(text.encode())
        told = json.loads(kerlint_run("--no-cache", "--quiet", "--output-format", "json", "model.py").out)
        last = editor.last(uri)
        assert last is not None and len(told) > 1
        by_command = [(entry["code"], entry["location"]["row"], entry["message"]) for entry in told]
        assert [(d.code, d.range.start.line + 1, d.message) for d in last.diagnostics] == by_command


@scenario
async def test_a_suppression_that_silences_nothing_is_shown_as_unnecessary(folder: Path) -> None:
    async with editing(folder) as editor:
        uri = editor.open(folder / "model.py", FINE.replace('keras")', 'keras")  # noqa: KER301'))
        (found,) = await editor.codes(uri, "KER910")
        assert found.tags == (types.DiagnosticTag.Unnecessary,) or found.tags == [types.DiagnosticTag.Unnecessary]
