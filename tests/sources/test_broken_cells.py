"""A cell that is no Python does not reach into the next: findings there have their own lines, and comments silence them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerlint.sources.broken_cells import closed_text
from kerlint.sources.source import read_source

Run = Callable[..., Any]

MODEL = "import keras\nm = keras.Sequential([keras.layers.Dense(1)])"
SAVE = 'm.save("model")'
OPEN = ("x = (1,\n", "x = '''\n", "x = {'a': [\n", 'f"""{x}\n')


def notebook(*cells: str) -> bytes:
    written = [{"cell_type": "code", "metadata": {}, "source": cell, "outputs": []} for cell in cells]
    return json.dumps({"cells": written, "metadata": {}, "nbformat": 4}, indent=1).encode()


@pytest.fixture
def lines(kerlint_run: Run, folder: Path) -> Callable[..., list[str]]:
    def check(*cells: str) -> list[str]:
        (folder / "n.ipynb").write_bytes(notebook(*cells))
        out = kerlint_run("--target-keras=3", "n.ipynb").out
        return [" ".join(line.split()[:3]) for line in out.splitlines()]

    return check


@pytest.mark.parametrize("broken", OPEN)
def test_a_comment_silences_its_own_line_and_no_other_cell(lines: Callable[..., list[str]], broken: str) -> None:
    error = "n.ipynb:cell 2:1:"
    found = lines(MODEL, broken, SAVE, "y = 1  # noqa: KER301", f"{SAVE}  # noqa: KER301")
    assert found[0].startswith(error) and found[0].endswith("KER901")
    assert found[1:] == ["n.ipynb:cell 3:1:8: KER301"]


@pytest.mark.parametrize("broken", OPEN)
def test_comments_are_written_where_the_finding_stands(kerlint_run: Run, folder: Path, broken: str) -> None:
    path = folder / "n.ipynb"
    path.write_bytes(notebook(MODEL, broken, f"{SAVE}\nz = 1", "y = 1"))
    kerlint_run("--target-keras=3", "--add-noqa", "n.ipynb")
    assert path.read_bytes() == notebook(MODEL, broken, f"{SAVE}  # noqa: KER301\nz = 1", "y = 1")


def test_a_comment_in_a_broken_cell_still_counts(lines: Callable[..., list[str]]) -> None:
    assert lines(MODEL, "x = (1,  # noqa: KER901", SAVE) == ["n.ipynb:cell 3:1:8: KER301"]


def test_every_character_stays_where_it_was() -> None:
    source = read_source("n.ipynb", notebook(MODEL, "def f(:\n    x = 'a'  # why\n# alone\n", "y = 1"))
    closed = closed_text(source)
    assert [len(line) for line in closed.split("\n")] == [len(line) for line in source.text.split("\n")]
    assert closed.startswith(MODEL) and closed.endswith("\n0      \n0            # why\n# alone\n\ny = 1\n")


def test_what_is_whole_stays_as_it_is() -> None:
    source = read_source("n.ipynb", notebook(MODEL, SAVE))
    assert closed_text(source) == source.text
