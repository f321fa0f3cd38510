"""Writes the table of rules into README.md, from the rules themselves.

`python scripts/generate_rules_table.py` rewrites what stands between the two marks; with `--check` it only says, by its exit
code, whether that is needed. The tests run it so.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kerlint.rules import Rule, all_rules

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- rules: begin -->", "<!-- rules: end -->"
GROUPS = {
    "KER1": "Layer state and reuse",
    "KER2": "The serialization contract",
    "KER3": "Saving and loading",
    "KER4": "Preprocessing state",
    "KER5": "Tracking and building",
}


def table() -> str:
    """All rules but kerlint's own codes, in their groups."""
    lines = ["| code | name | reports | severity | Keras |", "|---|---|---|---|---|"]
    for prefix, title in GROUPS.items():
        lines.append(f"| **{prefix}xx** | | **{title}** | | |")
        lines += [_row(rule) for code, rule in all_rules().items() if code.startswith(prefix)]
    return "\n".join(lines)


def _row(rule: Rule) -> str:
    summary = rule.summary.partition(". ")[0].rstrip(".").removeprefix("Reports ").replace("|", "\\|")
    severity = f"{rule.severity.value}, preview" if rule.preview else rule.severity.value
    return f"| {rule.code} | {rule.name} | {summary} | {severity} | {rule.keras.text or 'all'} |"


def filled(text: str) -> str:
    """The README with the table as it should be."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main() -> int:
    text = README.read_text(encoding="utf-8")
    wanted = filled(text)
    if "--check" not in sys.argv:
        README.write_text(wanted, encoding="utf-8")
    return int("--check" in sys.argv and text != wanted)


if __name__ == "__main__":
    sys.exit(main())
