"""Turns a place into its explanation: what its names were taken to be, its findings with what silences them, and its rules.

Knows nothing of the command line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from kerlint.explaining.looking import IMPORT, kinds_of, rules_for
from kerlint.explaining.naming import names
from kerlint.explaining.place import Place, line_in_program, nodes_at, scope_of
from kerlint.explaining.silence import Judged, judged, why_not_asked
from kerlint.explaining.watching import Watched, watch
from kerlint.finding import Related
from kerlint.linter import Input
from kerlint.module import Module
from kerlint.options import InvalidOption
from kerlint.project import Project
from kerlint.relevance import Relevance
from kerlint.semantics import CannotParse, GaveUp
from kerlint.semantics import syntax as ir
from kerlint.settings import SettingsFinder
from kerlint.sources.source import CannotRead, Source, read_bytes, read_source
from kerlint.sources.tokens import Tokens, lex

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def explained(place: Place, finder: SettingsFinder) -> str:
    """The whole text. Raises InvalidOption for a place that is not there and for a file that cannot be read."""
    return "".join(f"{line}\n" for line in _lines(place, finder))


def _lines(place: Place, finder: SettingsFinder) -> Iterator[str]:
    try:
        data = read_bytes(place.path)
        source = read_source(place.path, data)
    except CannotRead as error:
        raise InvalidOption(f"{place.path}: {error.reason}") from error
    line, tokens = line_in_program(place, source), lex(source.text)
    folder = os.path.dirname(os.path.abspath(place.path))
    project = Project(lambda path: finder.target_of(os.path.dirname(str(path))))
    yield from _head(place, source, line, finder, folder)
    excluded = next((p for p in finder.settings_of(folder).exclude if p.covers(os.path.abspath(place.path))), None)
    if excluded is not None:
        yield f'  The pattern "{excluded.glob}" of `exclude` leaves this file out where a folder is checked.'
    if place.path.endswith(".pyi"):
        yield "  A stub is never reported: it says nothing of what code does."
        return
    if not Relevance(project.layout).of(Path(place.path).absolute(), data):
        yield "  kerlint does not look into this file: neither it nor what it imports from the project names Keras."
        return
    try:
        module = project.module(source)
    except (CannotParse, GaveUp) as error:
        yield f"  kerlint cannot follow this file: line {error.line}: {error.reason}"
        return
    if not _LINE_BREAK.split(source.text)[line - 1].partition("#")[0].strip() and tokens.logical_line(line) == (line, line):
        yield "  There is no code on this line."
        return
    yield from _about(place, module, tokens, line, project, finder)


def _head(place: Place, source: Source, line: int, finder: SettingsFinder, folder: str) -> Iterator[str]:
    target = finder.target_of(folder)
    yield f"{place}"
    yield f"    {_LINE_BREAK.split(source.text)[line - 1].strip()}"
    yield ""
    yield f"  Keras {target.version} (from {target.said_by})"


def _about(
    place: Place, module: Module, tokens: Tokens, line: int, project: Project, finder: SettingsFinder
) -> Iterator[str]:
    nodes = nodes_at(module, tokens, line, place.column)
    scope, function = scope_of(module, line)
    if scope:
        yield f"  in {scope}"
    if module.target != finder.target_of(str(module.path.parent)).version:
        yield f"  The file itself reaches Keras only as tf_keras, or asks for it, and is judged by Keras {module.target}."
    watched = watch(project, module, nodes, function)
    yield ""
    yield "What kerlint takes this to be"
    yield from list(names(nodes, module, project, watched)) or ["  Nothing on this line has a value that kerlint follows."]
    yield ""
    yield "Findings"
    found = judged(Input(place.path), module.source, tokens, finder)
    here = [one for one in found if _is_here(one, module.source, tokens, line)]
    yield from (row for one in here for row in _finding(one))
    if not here:
        yield "  None on this line, whatever is selected."
    for one in found:
        if one not in here and any(_speaks_of(related, place, module.source, line) for related in one.finding.related):
            yield f"  Elsewhere, and it speaks of this line: {_short_of(one)}"
    yield ""
    yield from _rules(nodes, watched, module, place, finder)


def _is_here(one: Judged, source: Source, tokens: Tokens, line: int) -> bool:
    """Whether it stands on the line, or on the statement that the line belongs to."""
    at = one.finding.span.line + _lines_before(one.finding.cell, source)
    return at == line or tokens.logical_line(at) == tokens.logical_line(line)


def _speaks_of(related: Related, place: Place, source: Source, line: int) -> bool:
    same = os.path.abspath(related.path) == os.path.abspath(place.path)
    return same and related.span.line + _lines_before(related.cell, source) == line


def _lines_before(cell: int | None, source: Source) -> int:
    """The lines of a notebook's program before a cell."""
    return next((one.first_line for one in source.cells if one.number == cell), 1) - 1


def _short_of(one: Judged) -> str:
    finding = one.finding
    cell = "" if finding.cell is None else f"cell {finding.cell}:"
    return f"{cell}{finding.span.line}:{finding.span.column} {finding.code}{'' if not one.reasons else ', not shown'}"


def _finding(one: Judged) -> Iterator[str]:
    finding = one.finding
    yield f"  {finding.span.line}:{finding.span.column} {finding.code} {finding.message}"
    yield from (f"      not shown: {reason}" for reason in one.reasons)
    if not one.reasons:
        yield "      shown"


def _rules(nodes: list[ir.Node], watched: Watched, module: Module, place: Place, finder: SettingsFinder) -> Iterator[str]:
    kinds = kinds_of(nodes, watched.traces)
    settings = finder.settings_of(os.path.dirname(os.path.abspath(place.path)))
    if kinds == [IMPORT]:
        yield "No rule looks at an import."
        return
    speaking, others = [], []
    for rule in rules_for(kinds):
        reasons = [] if module.target in rule.keras else [f"it holds for Keras {rule.keras.text}"]
        reasons += why_not_asked(rule, rule.severity, place.path, settings)
        if reasons:
            others.append(f"  {rule.code} {rule.name}: not asked, {'; '.join(reasons)}")
        else:
            speaking.append(rule.code)
    yield f"Rules that look at {', '.join(kinds)}"
    yield f"  asked: {', '.join(speaking) or 'none'}"
    yield from others
