"""Writes `docs/versions.md`: what happens in which Keras version, rule by rule, from the measured tables.

Turns rows of (what is written, table, case) into one Markdown table a rule. The rows are chosen here; every outcome
comes from `kerlint/knowledge/data`. Run it after `generate_knowledge.py`.
"""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from kerlint.knowledge import knowledge_for  # noqa: E402
from kerlint.knowledge.loading import table  # noqa: E402
from kerlint.version import KerasVersion  # noqa: E402
from scripts.versions_rows import RULES, Row, Rule  # noqa: E402

BANDS = (
    ("2.15", (2, 15), (2, 15)),
    ("3.0-3.5", (3, 0), (3, 5)),
    ("3.6-3.8", (3, 6), (3, 8)),
    ("3.9-3.11", (3, 9), (3, 11)),
    ("3.12-3.14", (3, 12), (3, 14)),
    ("3.15", (3, 15), (3, 99)),
)

INTRODUCTION = """# What happens in which Keras

Every cell was measured by running that Keras (TensorFlow backend, CPU). `scripts/generate_knowledge.py` does it, and
`scripts/write_versions_page.py` writes this page from its tables. `tf.keras` up to TensorFlow 2.15 and tf-keras count as 2.15.

- **fine**: the program does what it says.
- **raises** *exception* *(when)*: it stops, at the construction, the call, the save or the load.
- **silent**: no exception; the words say what is wrong.
- A cell with versions in brackets changes within its column. *n/a*: the case cannot be put to that version.

Every case was put to Keras {whole}. Where the first and the last 3.x agree, the minors between them are taken to agree too; where
they do not, the case was put to {others} as well.
"""


def main() -> None:
    (ROOT / "docs" / "versions.md").write_text(versions_page(), encoding="utf-8")


def versions_page() -> str:
    """The whole page."""
    return "\n".join([introduction(), *(section(rule) for rule in RULES)])


def introduction() -> str:
    """The page's head, with the versions that were measured."""
    tables = {row.table for rule in RULES for row in rule.rows}
    versions = sorted(version for name in tables for version in measured_versions(name))
    whole = [version for version in dict.fromkeys(versions) if all(str(version) in table(name)["measured"] for name in tables)]
    others = [version for version in dict.fromkeys(versions) if version not in whole]
    return INTRODUCTION.format(whole=", ".join(map(str, whole)), others=", ".join(map(str, others)))


def measured_versions(name: str) -> list[KerasVersion]:
    """The versions that a table speaks of, oldest first."""
    return sorted(map(KerasVersion.parse, [*table(name)["measured"], *table(name)["searched"]]))


def section(rule: Rule) -> str:
    """One rule's heading, what it reports and its table."""
    lines = [f"## {rule.code} {rule.name}", "", rule.says]
    if rule.rows:
        lines += ["", "| | " + " | ".join(label for label, _, _ in BANDS) + " |", "|---|" + "---|" * len(BANDS)]
        lines += [f"| {row.what} | " + " | ".join(cell(row, low, high) for _, low, high in BANDS) + " |" for row in rule.rows]
    return "\n".join([*lines, ""])


def cell(row: Row, low: tuple[int, int], high: tuple[int, int]) -> str:
    """What happens in a band of versions, split where it changes inside."""
    versions = [version for version in measured_versions(row.table) if KerasVersion(*low) <= version <= KerasVersion(*high)]
    outcomes = [(version, words(knowledge_for(version).outcome(row.table, row.case))) for version in versions]
    runs: list[tuple[str, list[KerasVersion]]] = [
        (text, [version for version, _ in group]) for text, group in groupby(outcomes, key=lambda item: item[1])
    ]
    if len(runs) == 1:
        return runs[0][0]
    return "; ".join(f"{text} ({_span(held)})" for text, held in runs)


def _span(versions: list[KerasVersion]) -> str:
    return str(versions[0]) if len(versions) == 1 else f"{versions[0]}-{versions[-1]}"


def words(outcome: str | None) -> str:
    """An outcome as a reader says it."""
    if outcome is None or outcome == "not measured":
        return "n/a"
    kind, _, rest = outcome.partition(":")
    match kind:
        case "ok":
            return "fine" if not rest else f"fine, {rest}"
        case "writes":
            return {"keras": "fine", "savedmodel": "writes a SavedModel", "tf_checkpoint": "writes a TensorFlow checkpoint",
                    "hdf5": "writes HDF5", "directory": "writes a folder"}.get(rest, f"writes {rest}")  # fmt: skip
        case "silent":
            return f"**silent**: {rest}"
    exception, _, step = rest.partition("@")
    return f"raises {exception} ({step})"


if __name__ == "__main__":
    main()
