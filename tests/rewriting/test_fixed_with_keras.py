"""What raised in Keras before its fix runs after it: fixtures that are whole programs, run as they are and as they become."""

from __future__ import annotations

import importlib.util
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from test_fixtures import Fixture, all_fixtures

pytestmark = [
    pytest.mark.keras,
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="needs Keras"),
]

RAISING = (
    "KER301/bad_name_without_extension.py",
    "KER302/bad_weights_without_the_double_suffix.py",
    "KER303/bad_checkpoint_without_extension.py",
    "KER307/bad_save_format_is_refused.py",
)


@pytest.mark.parametrize("fixture", [one for one in all_fixtures() if str(one) in RAISING], ids=str)
def test_a_program_that_raised_runs_after_its_fix(
    fixture: Fixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kerlint_run: Callable[..., Any]
) -> None:
    import keras

    copy = fixture.alone_in(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [copy.name])
    keras.backend.clear_session()
    with pytest.raises((ValueError, TypeError)):
        runpy.run_path(str(copy), run_name="__main__")
    ran = kerlint_run("--isolated", "--no-cache", "--fix", "--unsafe-fixes", "--select", fixture.code, copy.name)
    assert ran.code == 0 and "fixed 1 finding" in ran.err
    keras.backend.clear_session()
    runpy.run_path(str(copy), run_name="__main__")


def test_all_of_them_are_there() -> None:
    assert {str(one) for one in all_fixtures()} >= set(RAISING)
