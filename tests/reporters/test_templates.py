"""`--format`: what flake8 prints for the same template."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerlint.finding import Finding, Severity, Span
from kerlint.reporters.flake8 import as_lines
from kerlint.reporters.run import Run
from kerlint.reporters.templates import by_template

FINDINGS = [
    Finding(path, Span(line, 5, line, 9), "KER101", "stateful-layer-reuse", f"100% of {path}", Severity.WARNING)
    for path, line in (("a.py", 3), ("a.py", 4), ("b c.py", 7))
]
TEMPLATES = [
    "default",
    "Default",
    "pylint",
    "quiet-filename",
    "quiet-nothing",
    "%(path)s:%(row)d:%(col)d: %(code)s %(text)s",
    "%(code)-8s|%(row)04d|%(text).5s|%%",
    "%(bold)s%(red)s%(path)s%(reset)s",
]


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_gives_what_flake8_gives(template: str, colour: bool, capsys: pytest.CaptureFixture[str]) -> None:
    formatting = pytest.importorskip("flake8.formatting.default")
    violation = pytest.importorskip("flake8.violation").Violation
    classes = {
        "pylint": formatting.Pylint,
        "quiet-filename": formatting.FilenameOnly,
        "quiet-nothing": formatting.Nothing,
    }
    options = argparse.Namespace(
        format=template, output_file=None, color="always" if colour else "never", tee=False, show_source=False
    )
    formatter: Any = classes.get(template, formatting.Default)(options)
    formatter.start()
    for one in FINDINGS:
        formatter.handle(violation(one.code, one.path, one.span.line, one.span.column, one.message, None))
    formatter.stop()
    assert by_template(template, Run(FINDINGS, 1, colour=colour)) == capsys.readouterr().out


def test_the_default_template_is_the_default_format() -> None:
    cell = Finding("n.ipynb", Span(1, 2, 1, 3), "KER101", "x", "in a cell", Severity.WARNING, cell=4)
    assert by_template("default", Run([*FINDINGS, cell])) == as_lines(Run([*FINDINGS, cell]))
    assert by_template("quiet-filename", Run([cell])) == "n.ipynb\n"


@pytest.mark.usefixtures("marks", "folder")
@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("", ["no field"]),
        ("xml", ["'xml'", "no field", "pylint", "--output-format"]),
        ("%s", ["no field"]),
        ("%(file)s", ["%(file)", "path", "row"]),
        ("%(path)s %", ["lone %"]),
        ("%(path)s %d", ["lone %"]),
        ("%(path)d", ["%(path)d"]),
        ("%(path)", ["incomplete"]),
        ("%(row)y", ["unsupported"]),
    ],
)
def test_a_bad_template_is_wrong_usage(kerlint_run: Callable[..., Any], template: str, words: list[str]) -> None:
    Path("a.py").write_text("import keras\nBAD\n")
    ran = kerlint_run("--format", template)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith("kerlint: --format: ") and all(word in ran.err for word in words), ran.err


@pytest.mark.usefixtures("marks", "folder")
def test_a_template_beats_the_configuration_and_contradicts_a_format(kerlint_run: Callable[..., Any]) -> None:
    Path("a.py").write_text("import keras\nBAD\n")
    Path("kerlint.toml").write_text('output-format = "json"\n')
    ran = kerlint_run("--format", "%(path)s is %(code)s")
    assert (ran.code, ran.out) == (1, "a.py is KER101\n")
    ran = kerlint_run("--format", "pylint", "--output-format", "json")
    assert ran.code == 2 and "--output-format" in ran.err and ran.err.count("\n") == 1
