"""One program's text as a tree of statements, each with its place and the names that it concerns.

Only statements have places here; functions and classes are one statement, other compounds are blocks of statements. Knows
nothing of other files and of what is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache
from typing import TypeAlias

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from kerlint.confirm.slicing.names import Names, dotted
from kerlint.confirm.slicing.programs import runs_the_program
from kerlint.confirm.slicing.reading import names_of, names_of_loop_head

Place: TypeAlias = tuple[int, int]
"""Line from 1, column from 0."""


class Kind(Enum):
    """What a statement is, as far as leaving it out matters."""

    IMPORT = auto()
    FUTURE = auto()
    DEFINITION = auto()
    ASSIGNMENT = auto()
    EXPRESSION = auto()
    RETURN = auto()
    YIELD = auto()
    RAISE = auto()
    JUMP = auto()
    PASS = auto()
    DECLARATION = auto()
    DELETION = auto()
    OTHER = auto()
    LOOP = auto()
    IF = auto()
    MAIN_GUARD = auto()
    TYPING_GUARD = auto()
    TRY = auto()
    WITH = auto()
    MATCH = auto()


@dataclass(eq=False, slots=True)
class Statement:
    """A statement; `names` are those of a compound's blocks too, where it is not cut further."""

    kind: Kind
    start: Place
    end: Place
    indent: str
    """What stands before its logical line."""
    names: Names
    blocks: tuple[Block, ...] = ()
    runs: bool = False
    """Whether it trains, saves, shows or prints rather than makes something."""
    is_async: bool = False
    nonlocal_lines: tuple[int, ...] = ()
    """Where functions inside declare names of this statement's scope nonlocal."""
    further_lines: tuple[int, ...] = ()
    """Lines after the first that have the statement's own indentation: after a decorator."""

    @property
    def is_import(self) -> bool:
        return self.kind is Kind.IMPORT

    def overlaps(self, line: int) -> bool:
        """Whether a line is one of the statement's."""
        return self.start[0] <= line <= self.end[0]


@dataclass(eq=False, slots=True)
class Block:
    """A part of a compound: its header with the names in it, and its statements."""

    role: str
    start: Place
    names: Names
    statements: list[Statement]
    is_suite: bool
    """Whether the statements follow on the header's own line."""

    def header_overlaps(self, line: int) -> bool:
        """Whether a line is one of the header's."""
        first = self.statements[0].start[0]
        return self.start[0] <= line and (line < first or (self.is_suite and line == first))


@dataclass(eq=False, slots=True)
class Outline:
    """One file: its lines and the statements of its own scope."""

    lines: list[str]
    statements: list[Statement]
    binding: dict[str, list[Statement]] = field(default_factory=dict)
    completing: dict[str, list[Statement]] = field(default_factory=dict)
    stars: list[Statement] = field(default_factory=list)

    def __post_init__(self) -> None:
        for statement in self.statements:
            if statement.kind is Kind.MAIN_GUARD:
                continue
            for name in statement.names.bound:
                self.binding.setdefault(name, []).append(statement)
            for name in {*statement.names.changed, *statement.names.registered}:
                self.completing.setdefault(name, []).append(statement)
            if any(imported.name == "*" for imported in statement.names.imports):
                self.stars.append(statement)


def split_lines(text: str) -> list[str]:
    """The lines as Python and libcst count them; a form feed ends none."""
    return re.split(r"\r\n|\r|\n", text)


def outline_of(text: str) -> Outline:
    """The outline of a program. Raises libcst's ParserSyntaxError for what is none."""
    tree, reading = parsed(text)
    return Outline(reading.lines, reading.statements(tree.body))


@lru_cache(maxsize=4)
def parsed(text: str) -> tuple[cst.Module, Reading]:
    """The tree of a program and what reads statements off it; the last few are remembered."""
    tree = cst.parse_module(text)
    try:
        places = MetadataWrapper(tree, unsafe_skip_copy=True).resolve(PositionProvider)
    except KeyError as error:  # libcst's bookkeeping stumbles over the RecursionError that it cleans up after
        raise RecursionError("an expression is nested too deeply") from error
    return tree, Reading(split_lines(text), places)


class Reading:
    """Makes statements out of libcst's nodes."""

    def __init__(self, lines: list[str], places: object) -> None:
        self.lines = lines
        self._places: dict[cst.CSTNode, CodeRange] = places  # type: ignore[assignment]

    def start(self, node: cst.CSTNode) -> Place:
        """Where a node begins; a definition begins with its decorators."""
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)) and node.decorators:
            node = node.decorators[0]
        position = self._places[node].start
        return position.line, position.column

    def _further_lines(self, node: cst.CSTNode) -> tuple[int, ...]:
        if not isinstance(node, (cst.FunctionDef, cst.ClassDef)) or not node.decorators:
            return ()
        return tuple(self._places[part].start.line for part in (*node.decorators[1:], node))

    def end(self, node: cst.CSTNode) -> Place:
        """Where a node ends."""
        position = self._places[node].end
        return position.line, position.column

    def text(self, node: cst.CSTNode) -> str:
        """A node as written, on one line where that is safe."""
        return cst.Module([]).code_for_node(node).strip()

    def statements(self, nodes: Sequence[cst.CSTNode], in_function: bool = False) -> list[Statement]:
        """The statements of a block."""
        found: list[Statement] = []
        for node in nodes:
            if isinstance(node, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
                found += self._small(node.body, in_function)
            else:
                found.append(self._compound(node, in_function))
        return found

    def _indent(self, start: Place) -> str:
        before = self.lines[start[0] - 1][: start[1]]
        return before[: len(before) - len(before.lstrip())]

    def _small(self, nodes: Sequence[cst.BaseSmallStatement], in_function: bool) -> Iterator[Statement]:
        indent = self._indent(self.start(nodes[0])) if nodes else ""
        for node in nodes:
            names = names_of([node], in_function)
            kind = _kind_of(node)
            yield Statement(kind, self.start(node), self.end(node), indent, names, runs=runs_the_program(node))

    def _compound(self, node: cst.CSTNode, in_function: bool) -> Statement:
        start, end = self.start(node), self.end(node)
        indent = self._indent(start)
        if isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Match)):
            kind = Kind.MATCH if isinstance(node, cst.Match) else Kind.DEFINITION
            names = names_of([node], in_function)
            lines = tuple(self.start(declaration)[0] for declaration, _ in names.nonlocals)
            names.nonlocals.clear()  # holds nodes
            further = self._further_lines(node)
            return Statement(kind, start, end, indent, names, nonlocal_lines=lines, further_lines=further)
        kind, blocks = self._blocks(node, in_function)
        names = Names()
        for block in blocks[1:] if kind is Kind.TYPING_GUARD else blocks:
            names.add(block.names)
            for statement in block.statements:
                names.add(statement.names)
        is_async = getattr(node, "asynchronous", None) is not None
        return Statement(kind, start, end, indent, names, tuple(blocks), is_async=is_async)

    def _blocks(self, node: cst.CSTNode, in_function: bool) -> tuple[Kind, list[Block]]:
        if isinstance(node, cst.If):
            return _guard(node.test), list(self._arms(node, in_function))
        if isinstance(node, cst.For):
            first = self._block("for", node, names_of_loop_head(node), node.body, in_function)
            return Kind.LOOP, [first, *self._last(node.orelse, in_function)]
        if isinstance(node, cst.While):
            first = self._block("while", node, names_of([node.test], in_function), node.body, in_function)
            return Kind.LOOP, [first, *self._last(node.orelse, in_function)]
        if isinstance(node, cst.With):
            return Kind.WITH, [self._block("with", node, names_of(node.items, in_function), node.body, in_function)]
        assert isinstance(node, (cst.Try, cst.TryStar))
        blocks = [self._block("try", node, Names(), node.body, in_function)]
        for handler in node.handlers:
            names = names_of([handler.type], in_function)
            if handler.name is not None and isinstance(handler.name.name, cst.Name):
                names.bound.add(handler.name.name.value)
            blocks.append(self._block("except", handler, names, handler.body, in_function))
        blocks += self._last(node.orelse, in_function)
        return Kind.TRY, [*blocks, *self._last(node.finalbody, in_function)]

    def _arms(self, node: cst.If, in_function: bool) -> Iterator[Block]:
        yield self._block("if", node, names_of([node.test], in_function), node.body, in_function)
        rest = node.orelse
        while isinstance(rest, cst.If):
            yield self._block("elif", rest, names_of([rest.test], in_function), rest.body, in_function)
            rest = rest.orelse
        yield from self._last(rest, in_function)

    def _last(self, node: cst.Else | cst.Finally | None, in_function: bool) -> list[Block]:
        if node is None:
            return []
        role = "else" if isinstance(node, cst.Else) else "finally"
        return [self._block(role, node, Names(), node.body, in_function)]

    def _block(self, role: str, node: cst.CSTNode, names: Names, body: cst.BaseSuite, in_function: bool) -> Block:
        is_suite = isinstance(body, cst.SimpleStatementSuite)
        statements = self.statements([body] if is_suite else body.body, in_function)
        return Block(role, self.start(node), names, statements, is_suite)


_KINDS: dict[type[cst.CSTNode], Kind] = {
    cst.Import: Kind.IMPORT,
    cst.Assign: Kind.ASSIGNMENT,
    cst.AnnAssign: Kind.ASSIGNMENT,
    cst.AugAssign: Kind.ASSIGNMENT,
    cst.Return: Kind.RETURN,
    cst.Raise: Kind.RAISE,
    cst.Break: Kind.JUMP,
    cst.Continue: Kind.JUMP,
    cst.Pass: Kind.PASS,
    cst.Global: Kind.DECLARATION,
    cst.Nonlocal: Kind.DECLARATION,
    cst.Del: Kind.DELETION,
}


def _kind_of(node: cst.BaseSmallStatement) -> Kind:
    if isinstance(node, cst.ImportFrom):
        is_future = isinstance(node.module, cst.Name) and node.module.value == "__future__" and not node.relative
        return Kind.FUTURE if is_future else Kind.IMPORT
    if isinstance(node, cst.Expr):
        return Kind.YIELD if isinstance(node.value, cst.Yield) else Kind.EXPRESSION
    return _KINDS.get(type(node), Kind.OTHER)


def _guard(test: cst.BaseExpression) -> Kind:
    """What an `if` asks: whether the file is the program, whether types are checked, or something else."""
    if dotted(test).rpartition(".")[2] == "TYPE_CHECKING":
        return Kind.TYPING_GUARD
    if isinstance(test, cst.Comparison) and len(test.comparisons) == 1:
        target = test.comparisons[0]
        sides = [test.left, target.comparator]
        named = any(isinstance(side, cst.Name) and side.value == "__name__" for side in sides)
        main = any(isinstance(side, cst.SimpleString) and side.evaluated_value == "__main__" for side in sides)
        if named and main and isinstance(target.operator, cst.Equal):
            return Kind.MAIN_GUARD
    return Kind.IF
