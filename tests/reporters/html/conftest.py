"""A report of a few programs, made by the command, and one of all that can go wrong with texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kerlint.cli import main

FIXTURES = Path(__file__).parents[3] / "fixtures"

Report = Callable[..., str]


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Report:
    """The page that the command prints for some paths."""

    def run(*words: str) -> str:
        main(["--isolated", "--no-cache", "--quiet", "--output-format", "html", *words])
        return capsys.readouterr().out

    return run
