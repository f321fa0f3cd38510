"""Turns what a probe printed into the compact files of `kerlint/knowledge/data`, and writes them.

Bases become one name where the rest follows from it; outcomes are written once for each version at which they change.
Runs outside Keras.
"""

from __future__ import annotations

import json
from pathlib import Path

PRIVATE = "keras.src."
UNLIKELY_BY_PRIVATE_PATH = ("keras.ops.", "keras.applications.", "keras.datasets.")


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
        "private": _private_paths(aliases, description["classes"]),
        "classes": {name: _encode_class(name, description["classes"]) for name in description["classes"]},
        "functions": {**description["functions"], **_own_methods(description["methods"])},
        "bases": {"bases": description["bases"], "constants": description["constants"]},
    }


def _private_paths(aliases: dict[str, str], classes: dict) -> dict[str, list[str]]:
    """Under each canonical name of a class its paths below `keras.src`; of other functions than operations the longest."""
    paths: dict[str, list[str]] = {}
    for alias, name in aliases.items():
        if alias.startswith(PRIVATE) and not name.startswith(UNLIKELY_BY_PRIVATE_PATH):
            paths.setdefault(name, []).append(alias.removeprefix(PRIVATE))
    return {name: sorted(found) if name in classes else [max(found, key=len)] for name, found in sorted(paths.items())}


def _own_methods(methods: dict[str, list]) -> dict[str, list]:
    """The methods without those that a subclass has just as its base has them."""
    bases = {"keras.Sequential": "keras.Model", "keras.Model": "keras.layers.Layer"}
    kept = {}
    for name, parameters in methods.items():
        owner, _, method = name.rpartition(".")
        base = bases.get(
            owner, "keras.layers.Layer" if owner.startswith("keras.layers.") and owner != "keras.layers.Layer" else None
        )
        if base is None or methods.get(f"{base}.{method}") != parameters:
            kept[name] = parameters
    return kept


def _encode_class(name: str, classes: dict[str, dict]) -> dict:
    described = {key: value for key, value in classes[name].items() if value != [] or key in ("flags", "config")}
    bases = classes[name]["bases"]
    if bases and bases[0] in classes and classes[bases[0]]["bases"] == bases[1:]:
        described["bases"] = bases[0]
    return described


NOT_MEASURED = "not measured"


def merge_outcomes(table: dict, version: str, cases: dict[str, str], is_whole: bool) -> dict:
    """A table with what one more version gave.

    A version that was measured as a whole has no other cases than these; one that was only searched for changes keeps
    the outcomes of the version below it in all other cases. Each case names the versions from which on its outcome is
    another.
    """
    full = decode_outcomes(table)
    whole, searched = set(table.get("measured", [])), set(table.get("searched", []))
    (whole if is_whole else searched).add(version)
    (searched if is_whole else whole).discard(version)
    for case in {*full, *cases}:
        outcomes = full.setdefault(case, {})
        if case in cases:
            outcomes[version] = cases[case]
        else:
            outcomes.pop(version, None)
    versions = sorted(whole | searched, key=_order)
    changes = {case: _changes(full[case], versions, whole) for case in sorted(full)}
    return {
        "measured": [known for known in versions if known in whole],
        "searched": [known for known in versions if known in searched],
        "cases": {case: since for case, since in changes.items() if since},
    }


def decode_outcomes(table: dict) -> dict[str, dict[str, str]]:
    """Every case with the outcome of every version."""
    versions = sorted({*table.get("measured", []), *table.get("searched", [])}, key=_order)
    full: dict[str, dict[str, str]] = {}
    for case, since in table.get("cases", {}).items():
        held = NOT_MEASURED
        for version in versions:
            held = since.get(version, held)
            if held != NOT_MEASURED:
                full.setdefault(case, {})[version] = held
    return full


def varying_cases(table: dict) -> list[str]:
    """The cases whose outcome is not the same in every Keras 3 that was measured as a whole."""
    full = decode_outcomes(table)
    versions = [version for version in table["measured"] if version.startswith("3.")]
    return sorted(case for case, outcomes in full.items() if len({outcomes.get(version) for version in versions}) > 1)


def _changes(outcomes: dict[str, str], versions: list[str], whole: set[str]) -> dict[str, str]:
    changes: dict[str, str] = {}
    held = NOT_MEASURED
    for version in versions:
        outcome = outcomes.get(version, NOT_MEASURED if version in whole else held)
        if outcome != held:
            changes[version] = held = outcome
    return changes


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
