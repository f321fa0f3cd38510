"""Prints tables of outcomes for the installed Keras: `python -m probing.outcomes WANTED_FILE OUTPUT_FILE`.

WANTED_FILE is JSON: each table's name with the cases to measure, or null for all of them. Some cases at a
time run in a child process; a case that kills its process says so instead of vanishing.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import keras  # noqa: F401  imported once, before the children are made

from probing.cases import run_cases
from probing.isolation import isolated

CASES_A_CHILD = 60


def measure(table: str, wanted: list[str] | None) -> dict[str, str]:
    """The outcomes of one table, a child process for some cases at a time."""
    names = isolated(lambda: list(importlib.import_module(f"probing.outcome_{table}").cases()))
    if isinstance(names, dict):
        raise RuntimeError(f"table {table}: {names}")
    if wanted is not None:
        names = [name for name in names if name in wanted]
    outcomes: dict[str, str] = {}
    for start in range(0, len(names), CASES_A_CHILD):
        outcomes.update(_measure_some(table, names[start : start + CASES_A_CHILD]))
    return outcomes


def _measure_some(table: str, names: list[str]) -> dict[str, str]:
    def run() -> dict[str, str]:
        cases = importlib.import_module(f"probing.outcome_{table}").cases()
        return run_cases({name: cases[name] for name in names})

    outcomes = isolated(run, seconds=1200)
    if "died" not in outcomes:
        return outcomes
    if len(names) == 1:
        return {names[0]: f"raises:process died@{outcomes['died']}"}
    half = len(names) // 2
    return {**_measure_some(table, names[:half]), **_measure_some(table, names[half:])}


def main() -> None:
    wanted = json.loads(Path(sys.argv[1]).read_text())
    Path(sys.argv[2]).write_text(json.dumps({table: measure(table, cases) for table, cases in wanted.items()}))


if __name__ == "__main__":
    main()
