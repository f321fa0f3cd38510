"""What is said of a finding in one line, whatever the format: its message, its verdict, its place in a notebook."""

from __future__ import annotations

import re

from kerlint.finding import Applicability, Finding, Fix, Related, Verdict

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def told(finding: Finding) -> str:
    """The message, and what a run of Keras said of it."""
    return finding.message + verdict_of(finding)


def verdict_of(finding: Finding) -> str:
    """The verdict as it follows a message; empty where none was asked for."""
    return f" [{verdict_words(finding.verdict)}]" if finding.verdict is not None else ""


def verdict_words(verdict: Verdict) -> str:
    """What a run of Keras said, and what was run."""
    what = verdict.used.get("call") or verdict.used.get("made")
    fed = verdict.used.get("input")
    ran = f"; ran {what}{f' on {fed}' if fed else ''}" if what else ""
    return f"{verdict.kind.value}: {verdict.summary}{ran}"


def fix_words(fix: Fix) -> str:
    """What would mend a finding, and the options that do it."""
    options = "--fix" if fix.applicability is Applicability.SAFE else "--fix --unsafe-fixes"
    return f"{fix.message} ({options})"


def path_with_cell(place: Finding | Related) -> str:
    """The path as the user named it, on one line, in a notebook with the cell, as ruff writes it."""
    path = on_one_line(place.path)
    return path if place.cell is None else f"{path}:cell {place.cell}"


def on_one_line(path: str) -> str:
    """A path with escapes for what would break the line or steer a terminal; all else stays as readers look for it."""
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), path)


def position(place: Finding | Related) -> str:
    """`line:column`, in a notebook with the cell before it."""
    cell = "" if place.cell is None else f"cell {place.cell}:"
    return f"{cell}{place.span.line}:{place.span.column}"


def printable(text: str) -> str:
    """The text with escapes for what would steer a terminal or break a line."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii") for character in text
    )
