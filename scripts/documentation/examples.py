"""Turns a rule's documentation into its sections and examples, and an example into what kerlint prints for it."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from kerlint.rules import Rule
from kerlint.version import KERAS_3, NEWEST_2, NEWEST_3, KerasVersion
from scripts.documentation.transcripts import run

_TARGETS = (KERAS_3, *(KerasVersion(3, minor) for minor in range(NEWEST_3[1], -1, -1)), KerasVersion(*NEWEST_2))


def sections(documentation: str) -> dict[str, str]:
    """The text under each heading of a rule's documentation."""
    parts = re.split(r"^## (.*)\n", documentation, flags=re.M)[1:]
    return {title: text.strip("\n") for title, text in zip(parts[::2], parts[1::2], strict=True)}


def code_of(section: str) -> str:
    """The indented lines of a section, without their indentation."""
    lines = [line for line in section.splitlines() if line.startswith("    ") or not line.strip()]
    return textwrap.dedent("\n".join(lines)).strip("\n") + "\n"


def prose_of(section: str) -> str:
    """What a section says round its code."""
    return "\n".join(line for line in section.splitlines() if not line.startswith("    ")).strip("\n")


def target_of(rule: Rule) -> KerasVersion:
    """The newest Keras for which the rule speaks, of Keras 3 where it speaks for any."""
    return next(version for version in _TARGETS if version in rule.keras)


def command_for(rule: Rule) -> str:
    """The command that shows what a rule says of `example.py`, with the options that it takes."""
    options = []
    if target_of(rule) != KERAS_3:
        options.append(f"--target-keras {target_of(rule)}")
    if not is_on_by_default(rule):
        options.append(f"--extend-select {rule.code}")
    if rule.preview:
        options.append("--preview")
    return " ".join(["kerlint", *options, "example.py"])


def is_on_by_default(rule: Rule) -> bool:
    """Whether a rule speaks without being asked for."""
    return not rule.preview and rule.severity.value != "info"


def printed_for(code: str, rule: Rule, folder: Path, more: str = "") -> str:
    """What kerlint prints for a program, in an empty folder; `more` are further options."""
    (folder / ".git").mkdir(exist_ok=True)
    (folder / "example.py").write_text(code, encoding="utf-8")
    return run(f"{command_for(rule)} --no-cache --isolated {more}", folder)[1]
