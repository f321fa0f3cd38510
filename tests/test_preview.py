"""The preview group: silent by default, whatever selects it, and heard when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import kerlint.linter
import kerlint.rules
from kerlint.explain import as_json, as_text
from kerlint.rules import all_rules

from .conftest import Ran


@pytest.fixture
def worse_is_in_preview(marks: None, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {**kerlint.rules.all_rules()}
    known["KER302"] = replace(known["KER302"], preview=True)
    monkeypatch.setattr(kerlint.rules, "all_rules", lambda: known)
    monkeypatch.setattr(kerlint.linter, "all_rules", lambda: known)


@pytest.fixture
def program(folder: Path, worse_is_in_preview: None) -> Path:
    (folder / "model.py").write_text("import keras\nBAD = 1\nWORSE = 2\n")
    return folder


def codes(ran: Ran) -> list[str]:
    return [line.split()[1] for line in ran.lines]


def test_it_is_silent_by_default(program: Path, kerlint_run: Callable[..., Ran]) -> None:
    assert codes(kerlint_run("model.py")) == ["KER101"]
    assert codes(kerlint_run("--select", "ALL", "model.py")) == ["KER101"]


def test_preview_lets_it_speak(program: Path, kerlint_run: Callable[..., Ran]) -> None:
    assert codes(kerlint_run("--preview", "model.py")) == ["KER101", "KER302"]
    assert codes(kerlint_run("--preview", "--no-preview", "model.py")) == ["KER101"]
    assert codes(kerlint_run("--preview", "--ignore", "KER302", "model.py")) == ["KER101"]


def test_a_configuration_file_can_ask_for_it(program: Path, kerlint_run: Callable[..., Ran]) -> None:
    (program / "kerlint.toml").write_text("preview = true\n")
    assert codes(kerlint_run("model.py")) == ["KER101", "KER302"]
    assert codes(kerlint_run("--no-preview", "model.py")) == ["KER101"]


def test_selecting_it_by_name_is_answered_by_a_hint(program: Path, kerlint_run: Callable[..., Ran]) -> None:
    ran = kerlint_run("--select", "KER302", "model.py")
    assert ran.code == 0 and not ran.out
    assert "kerlint: KER302 is in preview and does not speak; add --preview" in ran.err
    assert "in preview" not in kerlint_run("--select", "KER3", "model.py").err
    assert "in preview" not in kerlint_run("--select", "KER302", "--preview", "model.py").err


def test_a_suppression_of_a_silent_rule_is_not_called_unused(program: Path, kerlint_run: Callable[..., Ran]) -> None:
    (program / "model.py").write_text("import keras\nfine = 1  # noqa: KER302\n")
    assert codes(kerlint_run("model.py")) == []
    assert codes(kerlint_run("--preview", "model.py")) == ["KER910"]


def test_its_page_says_so() -> None:
    rule = all_rules()["KER101"]
    assert "In preview" not in as_text([rule])
    assert "In preview: off unless `--preview`" in as_text([replace(rule, preview=True)])
    assert '"preview": true' in as_json([replace(rule, preview=True)], one=True)
