"""How the server begins and ends: exit codes, the editor's death, what it promises, and that no error ends it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls", reason="the language server needs pygls")

from lsprotocol import types

from integrations.server.editor import COMMAND, REPOSITORY, editing, scenario
from kerlint.arguments import parse
from kerlint.integrations.server.checking import Checker, Facts
from kerlint.integrations.server.documents import Document
from kerlint.integrations.server.state import State
from kerlint.linter import Linter
from kerlint.sources.source import Source

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
SAVES = 'import keras\n\nmodel = keras.Sequential([keras.layers.Dense(1)])\nmodel.save("model")\n'


def test_without_pygls_one_line_says_how_to_get_it_and_help_needs_nothing(tmp_path: Path) -> None:
    for name in ("pygls", "lsprotocol"):
        (tmp_path / f"{name}.py").write_text("raise ImportError")
    hide = (
        "import sys, importlib.util as u; found = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name in ('pygls', 'lsprotocol') else found(name, *rest)\n"
        "from kerlint.entry import command; command()"
    )
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{REPOSITORY}"}
    ran = subprocess.run([sys.executable, "-c", hide, "server"], capture_output=True, text=True, env=environment)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "kerlint: the language server needs pygls; install it with: pip install 'kerlint[server]'\n"
    ran = subprocess.run([sys.executable, "-c", hide, "server", "--help"], capture_output=True, text=True, env=environment)
    assert ran.returncode == 0 and "kerlint server [--log-level LEVEL]" in ran.stdout


def test_what_an_editor_passes_by_habit_is_accepted() -> None:
    assert parse(["server", "--stdio"]).command == "server"
    with pytest.raises(SystemExit):
        parse(["server", "model.py"])


def test_an_error_of_kerlint_is_a_diagnostic_and_the_next_document_is_checked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker = Checker()
    good = Document("file:///good", str(folder / "good.py"), SAVES)
    bad = Document("file:///bad", str(folder / "bad.py"), SAVES)
    state = State(1, {document.uri: document for document in (good, bad)})
    check: Callable[..., Any] = Linter.check

    def fails(linter: Linter, item: Any) -> Any:
        if item.path == bad.path:
            raise ZeroDivisionError("on purpose")
        return check(linter, item)

    monkeypatch.setattr(Linter, "check", fails)
    found = [checker.check(state, document, lambda: True) for document in (bad, good)]
    codes = [[finding.code for finding in checked.findings] for checked in found if checked is not None]
    assert codes == [["KER999"], ["KER301"]]


def test_what_nobody_waits_for_is_abandoned_and_leaves_nothing_half_done(folder: Path) -> None:
    (folder / "names.py").write_text('NAME = "model"\n')
    text = SAVES.replace('"model"', "NAME").replace("import keras\n", "import keras\nfrom names import NAME\n")
    document = Document("file:///x", str(folder / "model.py"), text)
    state, checker, asked = State(1, {document.uri: document}), Checker(), iter([True, False])
    assert checker.check(state, document, lambda: next(asked)) is None
    checked = checker.check(state, document, lambda: True)
    assert checked is not None and [finding.code for finding in checked.findings] == ["KER301"]


def test_facts_of_files_that_were_not_asked_for_lately_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kerlint.integrations.server.checking._MOST_CHARACTERS", 100)
    facts = Facts()
    first = facts.read(Source("first.py", "x = 1\n" * 10))
    assert facts.read(Source("first.py", "x = 1\n" * 10)) is first
    facts.read(Source("second.py", "y = 1\n" * 5))
    assert facts.read(Source("first.py", "x = 1\n" * 10)) is first
    facts.read(Source("third.py", "z = 1\n" * 3))  # the second one goes
    assert facts.read(Source("first.py", "x = 1\n" * 10)) is first
    facts.read(Source("third.py", "z = 1\n" * 30))  # larger than all that is to be kept, and last asked for
    assert facts.read(Source("first.py", "x = 1\n" * 10)) is not first


@pytest.mark.slow
@scenario
async def test_it_promises_what_it_does(folder: Path) -> None:
    notebooks = types.NotebookDocumentClientCapabilities(types.NotebookDocumentSyncClientCapabilities())
    async with editing(folder, capabilities=types.ClientCapabilities(notebook_document=notebooks)) as editor:
        promised = editor.promised
        assert promised is not None and promised.hover_provider and promised.notebook_document_sync is not None
        assert isinstance(promised.code_action_provider, types.CodeActionOptions)
        assert list(promised.code_action_provider.code_action_kinds or ()) == ["quickfix", "source.fixAll.kerlint"]
        assert isinstance(promised.diagnostic_provider, types.DiagnosticOptions)
        assert promised.diagnostic_provider.inter_file_dependencies and promised.diagnostic_provider.workspace_diagnostics


@pytest.mark.slow
@scenario
async def test_exit_without_shutdown_is_an_error(folder: Path) -> None:
    async with editing(folder) as editor:
        editor.client.exit(None)
        assert await editor.gone() == 1


@pytest.mark.slow
@scenario
async def test_messages_that_make_no_sense_end_nothing(folder: Path) -> None:
    async with editing(folder) as editor:
        editor.close("file:///never/opened.py")
        editor.versions["file:///never/opened.py"] = 1
        editor.change("file:///never/opened.py", "x = 1")
        notebook = types.VersionedNotebookDocumentIdentifier(1, "file:///never/opened.ipynb")
        event = types.NotebookDocumentChangeEvent()
        editor.client.notebook_document_did_change(types.DidChangeNotebookDocumentParams(notebook, event))
        assert await editor.hover("file:///never/opened.py", 3, 3) == ""
        uri = editor.open(folder / "model.py", SAVES)
        far = types.Range(types.Position(900, 900), types.Position(901, 0))
        editor.change(uri, (far, "x = 1\n"))
        await editor.codes(uri, "KER301")
        assert await editor.hover(uri, 900, 900) == ""


def _message(content: object) -> bytes:
    data = json.dumps(content).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(data), data)


def _initialize(process: int) -> bytes:
    params = {"processId": process, "capabilities": {}, "rootUri": None}
    first = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
    return _message(first) + _message({"jsonrpc": "2.0", "method": "initialized", "params": {}})


@pytest.mark.slow
def test_it_ends_when_its_input_ends(folder: Path) -> None:
    ran = subprocess.run(COMMAND, input=_initialize(os.getpid()), capture_output=True, env=ENVIRONMENT, timeout=60)
    assert ran.returncode == 1 and b'"hoverProvider"' in ran.stdout


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="asks the system for the process as POSIX has it")
def test_it_ends_when_the_editor_is_killed_although_its_input_stays_open(folder: Path) -> None:
    editor = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    server = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT)
    assert server.stdin is not None and server.stdout is not None
    with server:
        server.stdin.write(_initialize(editor.pid))
        server.stdin.flush()
        server.stdout.readline()
        time.sleep(0.5)
        assert server.poll() is None
        editor.send_signal(signal.SIGKILL)
        editor.wait()
        assert server.wait(30) == 1
