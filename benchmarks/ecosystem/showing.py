"""Turns changes into something to read: text for a terminal, Markdown for a comment on a pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from benchmarks.ecosystem.baseline import Sighting
from benchmarks.ecosystem.differences import Change, Kind, is_regression, meaning
from benchmarks.ecosystem.labels import Judgements

LONGEST_COMMENT = 60_000
"""Characters; GitHub refuses comments of more than 65,536."""


def as_text(changes: Sequence[Change], failures: Sequence[str], judgements: Judgements, packages: int) -> str:
    """The changes by package, and a line that counts them."""
    lines: list[str] = []
    for title, group in _by_package(changes):
        lines += [title, *(f"  {line}" for change in group for line in _lines(change, judgements)), ""]
    lines += [*(f"FAILED {failure}" for failure in failures), summary(changes, failures, judgements, packages)]
    return "\n".join(lines) + "\n"


def as_markdown(changes: Sequence[Change], failures: Sequence[str], judgements: Judgements, packages: int) -> str:
    """A heading that counts, and a fold for each package; cut where a comment would get too long."""
    parts = [f"### Ecosystem check\n\n{summary(changes, failures, judgements, packages)}\n"]
    parts += [f"- failed: {failure}\n" for failure in failures]
    length = sum(map(len, parts))
    groups = list(_by_package(changes))
    for number, (title, group) in enumerate(groups):
        fold = _fold(title, group, judgements)
        length += len(fold)
        if length > LONGEST_COMMENT:
            left = len(groups) - number
            parts.append(f"\nand {left} package{'s' * (left > 1)} more: run the check to see them\n")
            break
        parts.append(fold)
    return "".join(parts)


def summary(changes: Sequence[Change], failures: Sequence[str], judgements: Judgements, packages: int) -> str:
    """One line that counts."""
    counted = Counter(change.kind for change in changes)
    regressions = sum(is_regression(change, judgements) for change in changes)
    unjudged = sum(change.kind is Kind.NEW and judgements.of(change.sighting) is None for change in changes)
    said = ", ".join(f"{counted[kind]} {kind.value}" for kind in Kind if counted[kind])
    told = [f"{regressions} known to be wrong"] * (regressions > 0) + [f"{unjudged} new to be judged"] * (unjudged > 0)
    outcome = f"{said} ({', '.join(told)})" if told else said or "no difference"
    plural = "" if packages == 1 else "s"
    return f"kerlint on {packages} package{plural}: {outcome}" + (f"; {len(failures)} failed" if failures else "")


def _fold(title: str, changes: Sequence[Change], judgements: Judgements) -> str:
    lines = "\n".join(line for change in changes for line in _lines(change, judgements))
    counted = Counter(change.kind for change in changes)
    counts = ", ".join(f"{counted[kind]} {kind.value}" for kind in Kind if counted[kind])
    return f"\n<details><summary>{title}: {counts}</summary>\n\n```diff\n{lines}\n```\n\n</details>\n"


def _lines(change: Change, judgements: Judgements) -> Iterator[str]:
    if change.before is not None:
        yield f"- {_told(change.before)}"
    yield f"{'-' if change.kind is Kind.GONE else '+'} {_told(change.sighting)} [{_note(change, judgements)}]"


def _note(change: Change, judgements: Judgements) -> str:
    said = meaning(change, judgements)
    return f"the same place; {said}" if change.kind is Kind.REWORDED else said


def _told(sighting: Sighting) -> str:
    cell = "" if sighting.cell is None else f":cell {sighting.cell}"
    off = " (info)" if sighting.is_info else ""
    return f"{sighting.path}{cell}:{sighting.line}:{sighting.column}: {sighting.code}{off} {sighting.message}"


def _by_package(changes: Sequence[Change]) -> Iterator[tuple[str, list[Change]]]:
    for title, group in groupby(changes, key=lambda change: f"{change.sighting.name} {change.sighting.version}"):
        yield title, list(group)
