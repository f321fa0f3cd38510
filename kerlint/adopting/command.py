"""What the command does about adopting, in its words: leaves out what baselines hold, writes a baseline, writes comments."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace

from kerlint.console import counted
from kerlint.finding import Finding
from kerlint.linter import Input, Outcome
from kerlint.options import InvalidOption
from kerlint.selection import INTERNAL_ERROR
from kerlint.settings import SettingsFinder

Say = Callable[[str], None]


def without_baselines(outcome: Outcome, inputs: Sequence[Input], finder: SettingsFinder, say: Say) -> Outcome:
    """The outcome without what baselines hold; entries that occur no longer are told. Raises InvalidOption."""
    folders = {os.path.dirname(item.path) for item in inputs}
    if all(finder.settings_of(os.path.abspath(folder)).baseline is None for folder in folders):
        return outcome
    from kerlint.adopting.holding import without_baseline

    findings, told = without_baseline(outcome.findings, inputs, finder)
    for line in told:
        say(line)
    return replace(outcome, findings=findings)


def write_baseline(
    path: str, outcome: Outcome, findings: Sequence[Finding], inputs: Sequence[Input], finder: SettingsFinder, say: Say
) -> Outcome:
    """Writes the findings into a baseline; what it cannot hold stays in the outcome. Raises InvalidOption."""
    from kerlint.adopting.holding import write_baseline as write

    held = write(os.path.abspath(path), findings, inputs, finder)
    say(f"wrote {path}: it holds {counted(held, 'finding')}")
    return _without(outcome, {finding for finding in findings if finding.code != INTERNAL_ERROR})


def add_noqa(outcome: Outcome, findings: Sequence[Finding], reason: str, say: Say) -> tuple[Outcome, list[str]]:
    """Writes comments; the outcome without what they silence now, and a line for each file in which none could be written.

    Raises InvalidOption for a reason that would be read as something else.
    """
    from kerlint.adopting.adding import add_comments
    from kerlint.adopting.insertions import trouble_with

    if trouble := trouble_with(reason):
        raise InvalidOption(f"--add-noqa: {trouble}")
    added = add_comments(findings, reason)
    rest = _without(outcome, added.silenced)
    said = f"silenced {counted(len(added.silenced), 'finding')} in {counted(len(added.files), 'file')}"
    if rest.findings and not added.complaints:
        said += f"; {len(rest.findings)} left, for which none is written"
    say(said)
    return rest, added.complaints


def _without(outcome: Outcome, taken: set[Finding]) -> Outcome:
    return replace(outcome, findings=tuple(finding for finding in outcome.findings if finding not in taken))
