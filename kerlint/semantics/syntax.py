"""What the analysis keeps of a file's syntax: small, picklable nodes of no parser.

Each expression holds the indices of its first and last token, from which `ModuleFacts.span` makes a place. Chains of
operators and of elif are flat, and what nests deeper than the analysis follows is `Opaque`, so that no later stage needs
deep recursion. Knows nothing of Keras.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import field
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar
from typing import Literal as OneOf

from kerlint.finding import Span
from kerlint.records import dataclass

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_: object) -> Callable:
        return lambda decorator: decorator


Piece = TypeVar("Piece")


@dataclass_transform(eq_default=False, frozen_default=True, field_specifiers=(field,))
def _syntax(kind: type[Piece]) -> type[Piece]:
    """Makes a class one of syntax. Nobody changes an object of it, which the type checker sees to.

    What is unpickled by its constructor is read from the cache in a third of the time.
    """
    made = dataclass(slots=True, eq=False)(kind)
    values = attrgetter(*made.__match_args__)  # type: ignore[attr-defined]
    made.__reduce__ = lambda self: (made, values(self))  # type: ignore[method-assign]
    return made


@_syntax
class Node:
    """A piece of syntax between two tokens, both included."""

    first: int
    last: int


@_syntax
class Opaque(Node):
    """An expression that the analysis does not follow."""


@_syntax
class Name(Node):
    id: str


@_syntax
class Constant(Node):
    value: str | bytes | int | float | complex | bool | None


@_syntax
class Hole(Node):
    """A replacement field of a formatted string: `{value!r:spec}`."""

    value: Expr
    spec: str


@_syntax
class FormattedString(Node):
    parts: tuple[str | Hole, ...]


@_syntax
class Attribute(Node):
    value: Expr
    name: str


@_syntax
class Argument(Node):
    """An argument of a call; `star` is "", "*" or "**"."""

    value: Expr
    keyword: str | None
    star: str


@_syntax
class Call(Node):
    function: Expr
    arguments: tuple[Argument, ...]


@_syntax
class Slice(Node):
    lower: Expr | None
    upper: Expr | None
    step: Expr | None


@_syntax
class Subscript(Node):
    value: Expr
    indices: tuple[Expr, ...]


@_syntax
class Starred(Node):
    value: Expr


@_syntax
class Display(Node):
    """`[...]`, `(...)` or `{...}` of elements."""

    kind: OneOf["list", "tuple", "set"]
    elements: tuple[Expr, ...]


@_syntax
class DictDisplay(Node):
    """`{key: value, **value}`; a key of None stands for `**`."""

    items: tuple[tuple[Expr | None, Expr], ...]


@_syntax
class Operation(Node):
    """`start op operand op operand …` of one precedence, from the left."""

    start: Expr
    rest: tuple[tuple[str, Expr], ...]


@_syntax
class Logic(Node):
    """`a and b and c`, or the same with `or`."""

    operator: OneOf["and", "or"]
    operands: tuple[Expr, ...]


@_syntax
class Unary(Node):
    """`not`, `-`, `+` or `~` before an operand."""

    operator: str
    operand: Expr


@_syntax
class Comparison(Node):
    start: Expr
    rest: tuple[tuple[str, Expr], ...]


@_syntax
class Conditional(Node):
    test: Expr
    body: Expr
    orelse: Expr


@_syntax
class Lambda(Node):
    function: FunctionFacts


@_syntax
class Clause:
    """`for target in iterable if conditions` of a comprehension."""

    target: Expr
    iterable: Expr
    conditions: tuple[Expr, ...]


@_syntax
class Comprehension(Node):
    kind: OneOf["list", "set", "dict", "generator"]
    key: Expr | None
    element: Expr
    clauses: tuple[Clause, ...]


@_syntax
class Walrus(Node):
    target: Expr
    value: Expr


@_syntax
class Effect(Node):
    """`await`, `yield` or another expression that only hands on the value of its operand."""

    kind: OneOf["await", "yield", "yield from"]
    value: Expr | None


Expr = (
    Opaque | Name | Constant | FormattedString | Attribute | Call | Slice | Subscript | Starred | Display | DictDisplay
    | Operation | Logic | Unary | Comparison | Conditional | Lambda | Comprehension | Walrus | Effect
)  # fmt: skip


# --- statements -------------------------------------------------------------------------------------------------------


@_syntax
class Assign(Node):
    """`targets[0] = targets[1] = … = value`; an annotated one has one target and perhaps no value."""

    targets: tuple[Expr, ...]
    value: Expr | None
    annotation: Expr | None = None


@_syntax
class AugmentedAssign(Node):
    target: Expr
    operator: str
    value: Expr


@_syntax
class Expression(Node):
    value: Expr


@_syntax
class Return(Node):
    value: Expr | None


@_syntax
class Raise(Node):
    value: Expr | None


@_syntax
class Jump(Node):
    kind: OneOf["break", "continue"]


@_syntax
class Assert(Node):
    test: Expr


@_syntax
class Delete(Node):
    targets: tuple[Expr, ...]


@_syntax
class Declare(Node):
    """`global` or `nonlocal` names."""

    kind: OneOf["global", "nonlocal"]
    names: tuple[str, ...]


@_syntax
class If(Node):
    """if, elif … in order, and else."""

    arms: tuple[tuple[Expr, Block], ...]
    orelse: Block


@_syntax
class For(Node):
    target: Expr
    iterable: Expr
    body: Block
    orelse: Block


@_syntax
class While(Node):
    test: Expr
    body: Block
    orelse: Block


@_syntax
class Try(Node):
    body: Block
    handlers: tuple[tuple[str | None, Block], ...]
    orelse: Block
    final: Block


@_syntax
class With(Node):
    items: tuple[tuple[Expr, Expr | None], ...]
    body: Block


@_syntax
class Match(Node):
    """Each case: the names that its pattern binds, its constant patterns (None when it is not a constant), guard, body."""

    subject: Expr
    cases: tuple[tuple[tuple[str, ...], Expr | None, Expr | None, Block], ...]


@_syntax
class Import(Node):
    """`import module as name`; without `as`, the first part of the module is bound."""

    module: str
    alias: str | None


@_syntax
class ImportFrom(Node):
    """`from ..module import name as alias`; a name of "*" is a star import. `level` counts the dots."""

    module: str
    level: int
    name: str
    alias: str | None


@_syntax
class Parameter(Node):
    """A parameter of a function; `kind` in the words of inspect."""

    name: str
    kind: OneOf["positional_only", "positional", "var_positional", "keyword_only", "var_keyword"]
    default: Expr | None
    annotation: Expr | None

    @property
    def required(self) -> bool:
        """Whether a call must give it."""
        return self.default is None and self.kind not in ("var_positional", "var_keyword")


@_syntax
class FunctionFacts(Node):
    """A function, method or lambda; `first` to `last` is its name (or the lambda)."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Block
    decorators: tuple[Expr, ...] = ()
    returns: Expr | None = None
    is_generator: bool = False

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name."""
        return next((p for p in self.parameters if p.name == name), None)

    @property
    def takes_any_keyword(self) -> bool:
        """Whether it has a `**kwargs`."""
        return any(p.kind == "var_keyword" for p in self.parameters)


@_syntax
class ClassFacts(Node):
    """A class; `first` to `last` is its name."""

    name: str
    bases: tuple[Argument, ...]
    body: Block
    decorators: tuple[Expr, ...] = ()
    methods: dict[str, FunctionFacts] = field(default_factory=dict)


Stmt = (
    Assign | AugmentedAssign | Expression | Return | Raise | Jump | Assert | Delete | Declare | If | For | While | Try | With
    | Match | Import | ImportFrom | FunctionFacts | ClassFacts
)  # fmt: skip
Block = tuple[Stmt, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ModuleFacts:
    """One file as the analysis sees it: its statements, and where its tokens stand."""

    path: str
    body: Block
    starts: array[int]
    ends: array[int]
    line_starts: array[int]

    def span(self, node: Node) -> Span:
        """Where a node stands in the program."""
        if not self.starts:
            return Span(1, 1, 1, 1)
        last_token = len(self.starts) - 1
        first = min(node.first, last_token)
        last = max(first, min(node.last, last_token))
        return Span(*self._place(self.starts[first]), *self._place(self.ends[last]))

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1


def blocks_of(statement: Stmt) -> Iterator[Block]:
    """The blocks directly inside a statement that belong to the same scope (not a function's, not a class's)."""
    match statement:
        case If():
            for _, body in statement.arms:
                yield body
            yield statement.orelse
        case For() | While():
            yield statement.body
            yield statement.orelse
        case Try():
            yield statement.body
            for _, body in statement.handlers:
                yield body
            yield statement.orelse
            yield statement.final
        case With():
            yield statement.body
        case Match():
            for *_, body in statement.cases:
                yield body


def statements_of_scope(block: Block) -> Iterator[Stmt]:
    """Every statement of a block and of the blocks nested in it, in order, without entering functions or classes."""
    for statement in block:
        yield statement
        for inner in blocks_of(statement):
            yield from statements_of_scope(inner)
