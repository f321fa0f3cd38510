"""Prints every table of outcomes for the installed Keras: `python -m probing.outcomes OUTPUT_FILE [TABLE ...]`.

Each table runs in a child process of its own; a table that dies says so instead of vanishing.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import keras  # noqa: F401  imported once, before the children are made
from probing.cases import run_cases
from probing.isolation import isolated

TABLES = ("paths", "containers", "arguments", "config_values", "contract", "serializables", "hdf5", "adapt", "reuse", "building", "registration")
CASES_A_CHILD = 60


def measure(table: str) -> dict[str, str]:
    """The outcomes of one table, a child process for some cases at a time."""
    names = isolated(lambda: list(importlib.import_module(f"probing.outcome_{table}").cases()))
    outcomes: dict[str, str] = {}
    if isinstance(names, dict):
        raise RuntimeError(f"table {table}: {names}")
    for start in range(0, len(names), CASES_A_CHILD):
        outcomes.update(_measure_some(table, names[start : start + CASES_A_CHILD]))
    return outcomes


def _measure_some(table: str, names: list[str]) -> dict[str, str]:
    def run() -> dict[str, str]:
        cases = importlib.import_module(f"probing.outcome_{table}").cases()
        return run_cases({name: cases[name] for name in names})

    outcomes = isolated(run, seconds=300)
    if "died" not in outcomes:
        return outcomes
    if len(names) == 1:
        return {names[0]: f"raises:process died@{outcomes['died']}"}
    half = len(names) // 2
    return {**_measure_some(table, names[:half]), **_measure_some(table, names[half:])}


def main() -> None:
    tables = sys.argv[1:-1] or TABLES
    Path(sys.argv[-1]).write_text(json.dumps({table: measure(table) for table in tables}))


if __name__ == "__main__":
    main()
