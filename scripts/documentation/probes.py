"""How each family of probes confirms a finding, in words, and which rules it serves."""

from __future__ import annotations

from collections.abc import Iterable

from kerlint.rules import Rule, all_rules

PROBES = {
    "reuse": "runs the model in training and notes which call of which layer writes which state; after a hundred passes it "
    "compares training with inference. Or sees the second call raise",
    "serialization": "moves all weights, saves, loads in the same process and in a fresh one where automatic layer names go on "
    "from elsewhere, compares outputs and constructor arguments. The evidence also says what the load does without "
    "`custom_objects`",
    "paths": "makes the very call with the very path in an empty folder, on a small stand-in model",
    "program": "saves and loads as the program does, the load in a fresh process that knows only what the loading file imports",
    "adapt": "adapts on made data, takes it the program's way to disk and back, compares",
    "tracking": "notes the variables that are made, and whether they are among the model's weights and come back with them; fits "
    "for a few steps",
}


def probes_table() -> str:
    """What is observed for which rules; a whole group stands by its first digit."""
    lines = ["| rules | what a probe does |", "|---|---|"]
    for family, words in PROBES.items():
        served = [rule for rule in all_rules().values() if rule.probe == family]
        lines.append(f"| {', '.join(_groups(served))} | {words} |")
    return "\n".join(lines)


def _groups(served: Iterable[Rule]) -> Iterable[str]:
    codes = [rule.code for rule in served]
    for group in dict.fromkeys(code[:4] for code in codes):
        whole = [rule.code for rule in all_rules().values() if rule.code.startswith(group)]
        within = [code for code in codes if code.startswith(group)]
        yield f"{group}xx" if within == whole else ", ".join([within[0], *(code.removeprefix("KER") for code in within[1:])])
