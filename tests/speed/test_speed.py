"""The benchmark itself: figures are kept and read back, ratios are those of one round, the page says what was run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.speed.page import speed_page
from benchmarks.speed.results import Results, Run, read_results, write_results
from benchmarks.speed.trees import Tree

TREE = Tree("small", Path("small"), 10, 2.0)


def results() -> Results:
    found = Results(about={"Python": "3.11"})
    for slow in (1.0, 10.0, 1.0):  # the machine is slow in the second round
        found.add(TREE, "kerlint", Run(2.0 * slow, 4.0 * slow, 100.0, 1))
        found.add(TREE, "ruff --no-cache", Run(0.5 * slow, 1.0 * slow, 20.0, 0))
    return found


def test_a_ratio_compares_runs_of_one_round() -> None:
    assert results().ratio("small", "ruff --no-cache", "kerlint", "cpu") == 0.25
    assert results().ratio("small", "pylint", "kerlint", "cpu") is None


def test_the_page_shows_medians_and_ratios() -> None:
    page = speed_page(results())
    assert "## small: 10 files, 2.0 MB" in page
    assert "| kerlint | 2.00 | 1.00 | 4.00 | 1.00 | 100 | 2 | 0.50 | 3 |" in page
    assert "| ruff --no-cache | 0.50 | 0.25 | 1.00 | 0.25 | 20 | 10 | 2.00 | 3 |" in page
    assert "Measured with Python 3.11." in page


def test_what_was_measured_is_kept(tmp_path: Path) -> None:
    write_results(tmp_path / "results.json", results())
    assert read_results(tmp_path / "results.json") == results()


def test_a_process_is_measured_with_its_children(tmp_path: Path) -> None:
    pytest.importorskip("psutil")
    from benchmarks.speed.measuring import measured

    busy = "held = bytearray(50_000_000); import time; end = time.process_time() + 0.2\nwhile time.process_time() < end: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}]); sys.exit(3)"
    run = measured([sys.executable, "-c", parent], tmp_path)
    assert run.exit_code == 3
    assert 0.2 <= run.cpu < 5
    assert run.memory > 50
