"""Turns what a probe printed into the compact files of `kerlint/knowledge/data`, and writes them.

Bases become one name where the rest follows from it; outcomes are written once for each version at which they change. Runs outside Keras.
"""

from __future__ import annotations

import json
from pathlib import Path

PRIVATE = "keras.src."


def write_json(file: Path, content: object, indent: bool = False) -> None:
    """Writes JSON, the same on every run."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if indent:
        text = json.dumps(content, indent=1, ensure_ascii=False)
    else:
        text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    file.write_text(text + "\n")


def preferred_names(names_file: Path) -> list[str]:
    """Every public name that a generated version has."""
    modules = json.loads(names_file.read_text())["modules"]
    return [f"{module}.{name}" for module, exported in modules.items() for name in exported]


def encode_description(description: dict) -> dict[str, dict]:
    """The parts of one version: names, private, classes, functions, bases."""
    aliases = description["aliases"]
    return {
        "names": {
            "keras": description["keras"],
            "modules": description["modules"],
            "aliases": {alias: name for alias, name in aliases.items() if not alias.startswith(PRIVATE)},
        },
        "private": {"aliases": {alias: name for alias, name in aliases.items() if alias.startswith(PRIVATE)}},
        "classes": {name: _encode_class(name, description["classes"]) for name in description["classes"]},
        "functions": {**description["functions"], **description["methods"]},
        "bases": {"bases": description["bases"], "constants": description["constants"]},
    }


def _encode_class(name: str, classes: dict[str, dict]) -> dict:
    described = {key: value for key, value in classes[name].items() if value != [] or key in ("flags", "config")}
    bases = classes[name]["bases"]
    if bases and bases[0] in classes and classes[bases[0]]["bases"] == bases[1:]:
        described["bases"] = bases[0]
    return described


def encode_outcomes(file: Path, version: str, cases: dict[str, str]) -> dict:
    """A table with one more version's outcomes, written from the version on at which they change."""
    table = json.loads(file.read_text()) if file.exists() else {"versions": [], "cases": {}}
    full = decode_outcomes(table)
    for case, outcome in cases.items():
        full.setdefault(case, {})[version] = outcome
    for case, outcomes in full.items():
        if case not in cases:
            outcomes.pop(version, None)
    versions = sorted({*table["versions"], version}, key=_order)
    return {"versions": versions, "cases": {case: _changes(full[case], versions) for case in sorted(full) if full[case]}}


def decode_outcomes(table: dict) -> dict[str, dict[str, str]]:
    """Every case with the outcome of every version."""
    full: dict[str, dict[str, str]] = {}
    for case, since in table["cases"].items():
        held = None
        for version in table["versions"]:
            held = since.get(version, held)
            if held is not None:
                full.setdefault(case, {})[version] = held
    return full


def _changes(outcomes: dict[str, str], versions: list[str]) -> dict[str, str]:
    changes: dict[str, str] = {}
    held = None
    for version in versions:
        outcome = outcomes.get(version, NOT_MEASURED if held is not None else None)
        if outcome is not None and outcome != held:
            changes[version] = outcome
            held = outcome
    return changes


NOT_MEASURED = "not measured"


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
