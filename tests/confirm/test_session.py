"""The command line round `--confirm`: what it takes, and what it says when there is no Keras."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kerlint.arguments import parse
from kerlint.cli import main
from kerlint.finding import Finding, Severity, Span, Verdict, VerdictKind
from kerlint.reporters.flake8 import as_lines
from kerlint.reporters.run import Run

WITHOUT_KERAS = """\
#!/bin/sh
exec "{python}" -S -E "$@"
"""


@pytest.fixture
def program(tmp_path: Path) -> str:
    path = tmp_path / "model.py"
    path.write_text("import keras\n\n\ndef keep(model: keras.Model):\n    model.save('model')\n")
    return str(path)


def test_confirm_takes_codes_only_behind_an_equals_sign() -> None:
    assert parse(["--confirm", "src"]).confirm == ["ALL"] and parse(["--confirm", "src"]).paths == ["src"]
    assert parse(["--confirm=KER1,KER2", "src"]).confirm == ["KER1,KER2"]
    assert parse(["src"]).confirm is None


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the interpreter")
def test_without_keras_one_line_says_what_to_install(program: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    python = tmp_path / "python"
    python.write_text(WITHOUT_KERAS.format(python=sys.executable))
    python.chmod(0o755)
    assert main(["--confirm", "--python", str(python), program]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    assert "needs Keras" in said.err and "kerlint[confirm]" in said.err and "--python" in said.err


def test_an_interpreter_that_is_not_there(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--confirm", "--python", "/not/there/python", program]) == 2
    assert "cannot run /not/there/python" in capsys.readouterr().err


def test_an_unknown_code_is_told(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--confirm=KER9999", program]) == 2
    assert "--confirm: 'KER9999' is neither a code" in capsys.readouterr().err


def test_linting_alone_starts_nothing(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subprocess.Popen", None)
    assert main(["--target-keras", "3", program]) == 1


def shown(verdict: Verdict) -> str:
    finding = Finding("a.py", Span(1, 2, 1, 3), "KER202", "name", "message", Severity.WARNING, verdict=verdict)
    return as_lines(Run([finding]))


def test_a_verdict_stands_behind_its_message() -> None:
    verdict = Verdict(VerdictKind.CONFIRMED, "outputs differ by 2.9", used={"made": "Block(8)", "input": "(None, 8)"})
    assert shown(verdict) == "a.py:1:2: KER202 message [confirmed: outputs differ by 2.9; ran Block(8) on (None, 8)]\n"
    assert shown(Verdict(VerdictKind.UNDECIDED, "needs module foo")) == "a.py:1:2: KER202 message [undecided: needs module foo]\n"
