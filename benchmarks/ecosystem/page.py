"""Turns tallies into docs/precision.md."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.ecosystem.baseline import Sighting
from benchmarks.ecosystem.labels import Judgements
from benchmarks.ecosystem.packages import Package
from benchmarks.ecosystem.precision import Tally, by_rule, is_on_by_default, tally
from kerlint.finding import Severity
from kerlint.rules import Rule

HEAD = """\
# Precision on real packages

kerlint is run over {packages} packages from PyPI that contain Keras code, {keras_2} of them judged for Keras 2 and {keras_3} for
Keras 3, each pinned in [`packages.toml`](../benchmarks/ecosystem/packages.toml). What it says is kept in
[`baseline.jsonl`](../benchmarks/ecosystem/baseline.jsonl), and what readers of the code judged of it in
[`labels.jsonl`](../benchmarks/ecosystem/labels.jsonl). `python -m benchmarks.ecosystem precision` makes this page of the two;
[how the check is run and a difference judged](../benchmarks/ecosystem/README.md).

A finding is **true** when what its message says holds: a crash, or state silently lost or mixed, for whoever saves, loads or
trains with that code. It is **false** when the message does not hold, and **debatable** when it holds to the letter and hardly
anybody could meet it. *Precision* is true / (true + false), without the debatable ones; *bounds* counts all of them as false,
then all as true. *95 %* is Wilson's interval round the precision: how far other code of this kind might lie from it.
False alarms that were found here were repaired, so the figures say how kerlint does on code that it was improved on.
"""

TEXTS = ("code", "name", "by default")
FIGURES = ("findings", "packages", "judged", "true", "false", "debatable", "precision", "bounds", "95 %", "missed", "repaired")

NOTHING = "-"

DEMANDED = 0.9
"""The precision below which a rule belongs into the preview group."""

FOOT = """\
*By default*: whether a user sees the findings unasked; where a rule lowers some to *info*, how many are left. *Judged*: how
many of the findings were read, `all` or a sample. *Missed*: judged true, and not reported. *Repaired*: judged false, and no
longer reported.
"""


def precision_page(
    packages: Sequence[Package], sightings: Sequence[Sighting], judgements: Judgements, rules: Mapping[str, Rule]
) -> str:
    """The whole page."""
    checked = {code: rule for code, rule in rules.items() if rule.check is not None}
    found = [sighting for sighting in sightings if sighting.code in checked]
    off = off_by_default(checked.values())
    tallies = by_rule(checked, found, judgements, off)
    head = HEAD.format(
        packages=len(packages),
        keras_2=sum(package.keras == 2 for package in packages),
        keras_3=sum(package.keras == 3 for package in packages),
    )
    default = tally([sighting for sighting in found if is_on_by_default(sighting, off)], judgements, off)
    missed, repaired = (sum(getattr(one, what) for one in tallies.values()) for what in ("missed", "repaired"))
    total = tally(found, judgements, off, missed, repaired)
    rows = [_row(checked[code], tallies[code]) for code in checked]
    parts = [head, _headline(default, total), _table([*rows, _total_row(total)]), FOOT]
    parts += _groups(checked, tallies, len(sightings) - len(found))
    return "\n".join(parts)


def off_by_default(rules: Iterable[Rule]) -> frozenset[str]:
    return frozenset(rule.code for rule in rules if rule.severity is Severity.INFO or _is_preview(rule))


def _is_preview(rule: Rule) -> bool:
    return bool(getattr(rule, "preview", False))


def _headline(default: Tally, total: Tally) -> str:
    if default.precision is None:
        places = "1 place" if total.findings == 1 else f"{total.findings} places"
        return f"kerlint reports {places}, {default.findings} of them by default. None was judged yet.\n"
    return (
        f"**Of {default.findings} findings that a user sees by default, {default.judged} were judged: {default.true} true, "
        f"{default.false} false, {default.debatable} debatable; precision {_percent(default.precision)}, "
        f"{_range(default.lowest, default.highest)} with the debatable ones.** "
        f"With what is off by default there are {total.findings} findings.\n"
    )


def _table(rows: Sequence[str]) -> str:
    head = f"| {' | '.join((*TEXTS, *FIGURES))} |"
    aligned = f"|{'---|' * len(TEXTS)}{'---:|' * len(FIGURES)}"
    return "\n".join([head, aligned, *rows]) + "\n"


def _row(rule: Rule, counts: Tally) -> str:
    return _cells(rule.code, rule.name, _by_default(rule, counts), counts)


def _total_row(counts: Tally) -> str:
    return _cells("**all**", "", f"{counts.on_by_default} of {counts.findings}", counts)


def _cells(code: str, name: str, by_default: str, counts: Tally) -> str:
    figures = [counts.findings, counts.packages, _judged(counts), counts.true, counts.false, counts.debatable]
    shares = [_percent(counts.precision), _range(counts.lowest, counts.highest), _range(*(counts.interval or (None, None)))]
    cells = [code, name, by_default, *figures, *shares, counts.missed, counts.repaired]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _by_default(rule: Rule, counts: Tally) -> str:
    if _is_preview(rule):
        return "no: preview"
    if rule.severity is Severity.INFO:
        return "no: info"
    return "yes" if counts.on_by_default == counts.findings else f"{counts.on_by_default} of {counts.findings}"


def _judged(counts: Tally) -> str:
    if not counts.findings:
        return NOTHING
    return "all" if counts.judged == counts.findings else str(counts.judged)


def _percent(share: float | None) -> str:
    """Rounded down, so that only what has no false one is 100 %."""
    return NOTHING if share is None else f"{_whole(share)} %"


def _whole(share: float) -> int:
    return math.floor(share * 100 + 1e-9)


def _range(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return NOTHING
    return _percent(high) if _whole(low) == _whole(high) else f"{_whole(low)}-{_percent(high)}"


def _groups(rules: Mapping[str, Rule], tallies: Mapping[str, Tally], own: int) -> list[str]:
    """Which rules are preview, which were sampled, which never spoke, as sentences."""
    preview = [code for code, rule in rules.items() if _is_preview(rule)]
    sampled = [
        f"{code} ({counts.judged} of {counts.findings})"
        for code, counts in tallies.items()
        if 0 < counts.judged < counts.findings
    ]
    unjudged = [code for code, counts in tallies.items() if counts.findings and not counts.judged]
    poor = [
        code
        for code, counts in tallies.items()
        if counts.precision is not None and counts.precision < DEMANDED and code not in preview
    ]
    silent = [code for code, counts in tallies.items() if not counts.findings]
    said = [
        ("Preview, off by default because too little of it is true or known", preview),
        (f"Below {_percent(DEMANDED)} and not in preview", poor),
        ("Judged by a sample", sampled),
        ("Not judged yet", unjudged),
        ("Found nowhere in these packages", silent),
    ]
    lines = [f"- {what}: {', '.join(codes)}." for what, codes in said if codes]
    if own:
        said_more = "finding more says" if own == 1 else "findings more say"
        lines.append(
            f"- {own} {said_more} that a file cannot be read or is no Python 3; {'it is' if own == 1 else 'they are'} not judged."
        )
    return ["\n".join(lines) + "\n"] if lines else []
