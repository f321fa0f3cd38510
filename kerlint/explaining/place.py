"""Turns `PATH:LINE[:COLUMN]`, or `PATH:cell N:LINE[:COLUMN]`, into a place, and a place into the syntax that stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kerlint.module import Module
from kerlint.options import InvalidOption
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import walk
from kerlint.sources.source import Source
from kerlint.sources.tokens import Tokens

_PLACE = re.compile(r"(?P<path>.+?)(?::cell (?P<cell>\d+))?:(?P<line>\d+)(?::(?P<column>\d+))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """A line as the user names it; in a notebook it counts inside its cell. Without a column, all of the line."""

    path: str
    line: int
    column: int | None = None
    cell: int | None = None

    def __str__(self) -> str:
        cell = "" if self.cell is None else f"cell {self.cell}:"
        return f"{self.path}:{cell}{self.line}" + ("" if self.column is None else f":{self.column}")


def read_place(text: str) -> Place:
    """The place that a text names. Raises InvalidOption."""
    found = _PLACE.fullmatch(text)
    if found is None:
        raise InvalidOption(f"{text!r} names no line; write PATH:LINE, PATH:LINE:COLUMN or NOTEBOOK:cell N:LINE")
    cell, column = found["cell"], found["column"]
    return Place(found["path"], int(found["line"]), int(column) if column else None, int(cell) if cell else None)


def line_in_program(place: Place, source: Source) -> int:
    """The line of the program that is meant. Raises InvalidOption where there is none."""
    line = place.line
    if source.path.endswith(".ipynb"):
        if place.cell is None:
            raise InvalidOption(f"{place.path} is a notebook; write {place.path}:cell N:LINE")
        cell = next((cell for cell in source.cells if cell.number == place.cell), None)
        if cell is None:
            raise InvalidOption(f"cell {place.cell} of {place.path} is no Python code")
        if not 1 <= line <= cell.last_line - cell.first_line + 1:
            raise InvalidOption(f"cell {place.cell} of {place.path} has no line {line}")
        return cell.first_line + line - 1
    if place.cell is not None:
        raise InvalidOption(f"{place.path} has no cells; write {place.path}:{line}")
    count = len(re.findall(r"\r\n|\r|\n", source.text)) + (not source.text.endswith(("\r", "\n")))
    if not 1 <= line <= count:
        raise InvalidOption(f"{place.path} has no line {line}; it has {count}")
    return line


def nodes_at(module: Module, tokens: Tokens, line: int, column: int | None) -> list[ir.Node]:
    """The syntax that begins on a line, or round a column of it; where nothing begins there, that of the whole statement."""
    nodes = [(node, module.span(node)) for node in walk(module.facts.body)]
    here = [node for node, span in nodes if span.line == line]
    if column is not None:
        here = [n for n, span in nodes if (span.line, span.column) <= (line, column) < (span.end_line, span.end_column)]
    if here:
        return here
    first, last = tokens.logical_line(line)
    return [node for node, span in nodes if first <= span.line <= last]


def expressions(nodes: list[ir.Node]) -> Iterator[ir.Node]:
    """Of these, what can be worth something: names, attributes, calls and items; not the owners inside of attributes."""
    inner = {id(node.value) for node in nodes if isinstance(node, ir.Attribute)}
    for node in nodes:
        if isinstance(node, (ir.Name, ir.Attribute, ir.Call, ir.Subscript)) and id(node) not in inner:
            yield node


def scope_of(module: Module, line: int) -> tuple[str, ir.FunctionFacts | None]:
    """The name of the innermost class or function round a line, with those round it, and the function nearest to it."""
    name, function = "", None
    block: ir.Block = module.facts.body
    while True:
        around = [s for s in ir.statements_of_scope(block) if isinstance(s, (ir.FunctionFacts, ir.ClassFacts))]
        inside = next((s for s in around if _first_line(module, s) <= line <= _last_line(module, s)), None)
        if inside is None:
            return name, function
        name = f"{name}.{inside.name}" if name else inside.name
        function = inside if isinstance(inside, ir.FunctionFacts) else function
        block = inside.body


def _first_line(module: Module, scope: ir.FunctionFacts | ir.ClassFacts) -> int:
    return module.span(scope).line


def _last_line(module: Module, scope: ir.FunctionFacts | ir.ClassFacts) -> int:
    return max((module.span(node).end_line for node in walk(scope.body)), default=module.span(scope).line)
