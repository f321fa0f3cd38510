"""Tells why a finding that the rules make is not shown: what in the settings, in comments or in a baseline silences it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

from kerlint.adopting.baseline import read_baseline
from kerlint.finding import Finding, Severity
from kerlint.linter import Input, lint
from kerlint.records import dataclass
from kerlint.rules import Rule, all_rules
from kerlint.selection import Selection
from kerlint.settings import Settings, SettingsFinder
from kerlint.sources.source import Source
from kerlint.sources.suppression import read_suppressions
from kerlint.sources.tokens import Tokens

_ALL = Selection().then(("ALL",), (), None, ())


class Everything(SettingsFinder):
    """Settings under which every rule speaks and nothing is silenced; all else is as it is."""

    def settings_of(self, folder: str) -> Settings:
        """The settings for the files of an absolute folder. Raises InvalidOption."""
        found = SettingsFinder.settings_of(self, folder)
        return replace(found, selection=_ALL, per_file_ignores=(), preview=True, ignore_noqa=True)


def everything(finder: SettingsFinder) -> Everything:
    """The same settings with every voice let in."""
    return Everything(finder.command_line, finder.is_known, finder.fixed, finder.fixed_origin, finder.isolated)


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding, and why it is not shown; without a reason it is."""

    finding: Finding
    reasons: tuple[str, ...]


def judged(item: Input, source: Source, tokens: Tokens, finder: SettingsFinder) -> list[Judged]:
    """Every finding that any rule makes of a file, in order. Raises InvalidOption for a broken baseline."""
    shown = lint([item], finder).findings
    silent = lint([item], everything(finder)).findings
    settings = finder.settings_of(os.path.dirname(os.path.abspath(item.path)))
    held: set[Finding] = set()
    if settings.baseline is not None:
        left, _ = read_baseline(settings.baseline).left(item.path, shown, source)
        held = set(shown).difference(left)
    found = sorted({*shown, *silent}, key=lambda f: (f.cell or 0, f.span, f.code, f.message))
    result = []
    for finding in found:
        if finding in held:
            reasons = [f"the baseline {os.path.relpath(settings.baseline or '')} holds it"]
        else:
            reasons = [] if finding in shown else list(_reasons(finding, source, tokens, settings))
        result.append(Judged(finding, tuple(reasons)))
    return result


def why_not_asked(rule: Rule, severity: Severity, path: str, settings: Settings) -> Iterator[str]:
    """Why the settings let a rule not speak in a file."""
    if rule.preview and not settings.preview:
        yield "it is in preview: --preview lets it speak"
    for pattern, codes in settings.per_file_ignores:
        if pattern.covers(os.path.abspath(path)) and any(rule.code.startswith("" if c == "ALL" else c) for c in codes):
            yield f'per-file-ignores for "{pattern.glob}" leaves it out'
    choice = settings.selection.decisive(rule.code)
    if choice is not None and not choice.wanted:
        yield f"`ignore` holds {choice.selector}"
    elif choice is None and not settings.selection.holds(rule.code):
        yield "`select` does not hold it"
    elif choice is None and severity is Severity.INFO:
        yield f"it is of severity info: --extend-select {rule.code} lets it speak"


def _reasons(finding: Finding, source: Source, tokens: Tokens, settings: Settings) -> Iterator[str]:
    rule = all_rules()[finding.code]
    yield from why_not_asked(rule, finding.severity, finding.path, settings)
    first = 0
    if finding.cell is not None:
        first = next(cell.first_line for cell in source.cells if cell.number == finding.cell) - 1
    line = finding.span.line + first
    suppressions = read_suppressions(tokens, lambda code: True)
    for suppression in suppressions.covering(finding.code, frozenset({line, *tokens.logical_line(line)})):
        if suppression.line is None:
            yield f"`# kerlint: noqa` in line {suppression.span.line} silences {suppression.code or 'everything'} in this file"
        else:
            silenced = suppression.code or "everything"
            yield f"`# noqa` in line {suppression.line - first} silences {silenced}"
