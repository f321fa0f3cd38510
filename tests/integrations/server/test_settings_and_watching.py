"""Whose settings hold for a document, and that changes which the editor did not make are seen."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the language server needs pygls")

from lsprotocol import types

from integrations.server.editor import WATCHING, editing, scenario
from kerlint.integrations.server.client_settings import ClientSettings, read_client_settings
from kerlint.options import InvalidOption
from kerlint.rules import is_known
from kerlint.version import KerasVersion

SAVES = 'import keras\n\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.save("model")\nmodel.save("model.h5")\n'
WATCHED = types.ClientCapabilities(workspace=WATCHING)


@pytest.mark.parametrize(
    "sent",
    [
        {"targetKeras": "2.15", "extendSelect": ["KER306"], "select": None},
        {"target-keras": "2.15", "extend-select": ["KER306"]},
        {"kerlint": {"target_keras": "2.15", "extend_select": ["KER306"]}},
        {"settings": {"kerlint": {"targetKeras": "2.15", "extendSelect": ["KER306"], "outputFormat": "json"}}},
    ],
)
def test_settings_are_read_in_the_spelling_of_the_editor_and_of_the_file(sent: object, tmp_path: Path) -> None:
    options = read_client_settings(sent, str(tmp_path), is_known).options
    assert options is not None and options.root == str(tmp_path)
    assert (options.target_keras, options.extend_select) == (KerasVersion.parse("2.15"), ("KER306",))
    assert options.output_format is None


@pytest.mark.parametrize("nothing", [None, {}, [], {"kerlint": None}, {"kerlint": {}}, "text"])
def test_no_settings_are_no_settings(nothing: object, tmp_path: Path) -> None:
    assert read_client_settings(nothing, str(tmp_path), is_known) == ClientSettings()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"select": ["KER999x"]}, "the editor's settings: select: 'KER999x' is neither a code of kerlint"),
        ({"selct": ["KER1"]}, "the editor's settings: unknown key 'selct'"),
        ({"configuration": 3}, "configuration must be the path of a file"),
    ],
)
def test_a_mistake_in_the_settings_is_told_in_a_line(sent: object, told: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidOption) as error:
        read_client_settings(sent, str(tmp_path), is_known)
    assert str(error.value).startswith(told) and "\n" not in str(error.value)


@pytest.mark.slow
@scenario
async def test_what_the_editor_says_counts_more_than_the_file(folder: Path) -> None:
    (folder / "kerlint.toml").write_text('extend-select = ["KER306"]\n')
    async with editing(folder, options={"ignore": ["KER301"]}) as editor:
        uri = editor.open(folder / "model.py", SAVES)
        await editor.codes(uri, "KER306")
        params = types.DidChangeConfigurationParams({"kerlint": {"select": ["KER301"]}})
        editor.client.workspace_did_change_configuration(params)
        await editor.codes(uri, "KER301")
        params = types.DidChangeConfigurationParams({"kerlint": {"select": ["KER301"], "targetKeras": "2.15"}})
        editor.client.workspace_did_change_configuration(params)
        await editor.codes(uri, "KER301", saying="writes a SavedModel directory")


@pytest.mark.slow
@scenario
async def test_an_editor_that_can_be_asked_is_asked_for_each_folder(folder: Path) -> None:
    one, other = folder / "one", folder / "other"
    one.mkdir()
    other.mkdir()
    (other / "special.toml").write_text('extend-select = ["KER306"]\n')
    answers = {"by folder": {one.as_uri(): {"ignore": ["KER301"]}, other.as_uri(): {"configuration": "special.toml"}}}
    async with editing(one, other, capabilities=WATCHED, settings=answers) as editor:
        await editor.codes(editor.open(other / "model.py", SAVES), "KER301", "KER306")
        await editor.codes(editor.open(one / "model.py", SAVES))
        answers["by folder"][one.as_uri()] = {}
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        await editor.codes((one / "model.py").as_uri(), "KER301")
        third = folder / "third"
        third.mkdir()
        (third / "pyproject.toml").write_text('[tool.kerlint]\nignore = ["KER3"]\n')
        await editor.codes(editor.open(third / "model.py", SAVES))
        event = types.WorkspaceFoldersChangeEvent([types.WorkspaceFolder(third.as_uri(), "third")], [])
        answers["by folder"][third.as_uri()] = {"select": ["KER301"]}
        editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
        await editor.codes((third / "model.py").as_uri(), "KER301")


@pytest.mark.slow
@scenario
async def test_files_that_change_outside_the_editor_are_seen(folder: Path) -> None:
    base = folder / "base.py"
    base.write_text("import keras\n\n\ndef save(model):\n    pass\n")
    child = "import keras\nfrom base import NAME\n\nkeras.Sequential([keras.layers.Dense(1)]).save(NAME)\n"
    async with editing(folder, capabilities=WATCHED) as editor:
        uri = editor.open(folder / "model.py", child)
        await editor.codes(uri)
        await editor.until(lambda: bool(editor.registrations))
        (registration,) = editor.registrations
        options = registration.register_options
        globs = str(options)
        assert registration.method == "workspace/didChangeWatchedFiles"
        assert all(name in globs for name in ("ipynb", "pyproject.toml", ".kerlint.toml", "uv.lock", "requirements"))
        base.write_text('NAME = "model"\n')
        editor.files_changed(base)
        await editor.codes(uri, "KER301")
        configuration = folder / "kerlint.toml"
        configuration.write_text('ignore = ["KER301"]\n')
        editor.files_changed(configuration)
        await editor.codes(uri)
        configuration.unlink()
        (folder / "requirements.txt").write_text("keras==2.12\n")
        editor.files_changed(configuration, folder / "requirements.txt")
        await editor.codes(uri, "KER301", saying="writes a SavedModel directory")


@pytest.mark.slow
@scenario
async def test_a_broken_configuration_is_told_once_and_what_is_excluded_is_left_alone(folder: Path) -> None:
    broken = folder / "broken"
    (folder / "legacy").mkdir()
    broken.mkdir()
    (broken / "kerlint.toml").write_text("selct = 1\n")
    (folder / "kerlint.toml").write_text('extend-exclude = ["legacy"]\n')
    async with editing(folder, options={"select": ["KER9999"]}) as editor:
        assert await editor.until(lambda: bool(editor.messages)) is None
        assert editor.messages[0].startswith("kerlint: the editor's settings: select: 'KER9999' is neither")
        uri = editor.open(broken / "model.py", SAVES)
        await editor.until(lambda: len(editor.messages) == 2)
        assert editor.messages[1].startswith(f"kerlint: {broken / 'kerlint.toml'}: unknown key 'selct'")
        editor.change(uri, SAVES + "\n")
        excluded = editor.open(folder / "legacy" / "model.py", SAVES)
        await editor.codes(editor.open(folder / "model.py", SAVES), "KER301")
        await editor.codes(excluded)
        await editor.codes(uri)
        assert len(editor.messages) == 2
        (broken / "kerlint.toml").write_text('extend-select = ["KER306"]\n')
        editor.save(uri)
        await editor.codes(uri, "KER301", "KER306")


@pytest.mark.slow
@scenario
async def test_a_workspace_that_lies_in_an_excluded_folder_is_checked(tmp_path: Path) -> None:
    """Somebody who opens `site-packages/package` wants to see what is in it; `build` folders below are still left out."""
    package = tmp_path / "site-packages" / "package"
    (package / "dist").mkdir(parents=True)
    async with editing(package, cwd=tmp_path) as editor:
        await editor.codes(editor.open(package / "model.py", SAVES), "KER301")
        await editor.codes(editor.open(package / "dist" / "model.py", SAVES))
