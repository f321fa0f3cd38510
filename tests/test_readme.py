"""The README says what kerlint does."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from kerlint.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_tour_shows_what_kerlint_prints(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "fixtures" / "tour")
    assert main(["--isolated", "--target-keras", "3", "model.py"]) == 1
    printed = capsys.readouterr()
    assert printed.out.splitlines() == tour(confirmed=False)
    assert printed.err.strip() in README


@pytest.mark.keras
@pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="needs Keras")
def test_the_tour_shows_what_keras_says(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "fixtures" / "tour")
    assert main(["--confirm", "--isolated", "--target-keras", "3", "model.py"]) == 1
    assert capsys.readouterr().out.splitlines() == tour(confirmed=True)


def tour(*, confirmed: bool) -> list[str]:
    """The findings that the README shows, with or without verdicts."""
    lines = re.findall(r"^model\.py:.*$", README, re.MULTILINE)
    return [line for line in lines if ("[confirmed: " in line) == confirmed]


def test_the_table_of_rules_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("generate_rules_table", ROOT / "scripts" / "generate_rules_table.py")
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    assert generator.filled(README) == README


def test_every_linked_file_exists() -> None:
    for target in re.findall(r"\]\(((?!https?:|#)[^)]+)\)", README):
        assert (ROOT / target).exists(), target
