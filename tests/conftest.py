"""What several tests share: a folder to work in, the command run inside the process, and rules that only see marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import kerlint.adopting.holding
import kerlint.linter
import kerlint.rules
from kerlint.cli import main
from kerlint.finding import Finding, Severity, Span
from kerlint.rules import Rule, all_rules
from kerlint.version import VersionRange

MARKS = {
    "KER101": ("stateful-layer-reuse", Severity.WARNING, "BAD"),
    "KER302": ("weights-path-suffix", Severity.ERROR, "WORSE"),
    "KER306": ("legacy-hdf5", Severity.INFO, "OLD"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-diffs", action="store_true", help="write anew what the fixes make of each fixture")


@dataclass(frozen=True)
class Ran:
    """One run of the command."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder that looks like a repository, so that nothing above it counts."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def kerlint_run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs the command in this process and gives its exit code and its two outputs."""

    def call(*arguments: str) -> Ran:
        capfd.readouterr()
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
        captured = capfd.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


@pytest.fixture
def marks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts rules in place of the real ones that report the words BAD, WORSE and OLD, and fail where a line says BOOM.

    So the tests of everything round the rules do not hang on what a rule thinks of Keras. The rules hold for Keras 3.
    """
    known = {code: rule for code, rule in all_rules().items() if rule.check is None}
    for code, (name, severity, _) in MARKS.items():
        known[code] = Rule(code, name, severity, VersionRange(">=3"), _never, "")
    known = dict(sorted(known.items()))

    def run(rules: tuple[Rule, ...], module: Any, project: Any) -> Iterator[Finding]:
        for rule in (rule for rule in rules if module.target in rule.keras):
            name, severity, word = MARKS[rule.code]
            for number, line in enumerate(re.split(r"\r\n|\r|\n", module.source.text), 1):
                if "BOOM" in line and rule.code == "KER302":
                    raise KeyError("boom")
                for found in re.finditer(rf"\b{word}\b", line.partition("#")[0]):
                    span = Span(number, found.start() + 1, number, found.end() + 1)
                    yield Finding(module.source.path, span, rule.code, name, f"{word} is bad", severity)

    for module in (kerlint.rules, kerlint.linter, kerlint.adopting.holding):
        monkeypatch.setattr(module, "all_rules", lambda: known)
    monkeypatch.setattr(kerlint.linter, "run", run)


def _never(module: Any, project: Any) -> Iterator[Any]:
    raise AssertionError("the marks are found by `run`")
