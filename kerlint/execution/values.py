"""What an expression can be worth, as far as the source tells.

Nobody changes a value once it is made, but for what fills while code is followed (attributes, elements, slots). They are
not frozen all the same, nor are events: a frozen object takes three times as long to make, and large files make many.

Every value has a number; two values with one number are the same in one execution, so a number stands for identity
of layers and tensors alike. What is not understood is `Derived` from what it was made of, and never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from kerlint.execution.guards import ALWAYS, Guard, contradict
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir

if TYPE_CHECKING:
    from kerlint.execution.machine import Frame
    from kerlint.project import Module
    from kerlint.semantics.classes import ClassInfo

UNFOLLOWED = "unfollowed"
"""The operator of what a call gives that is too deep to be followed."""

LiteralType = str | bytes | int | float | complex | bool | None


@dataclass(slots=True, eq=False)
class Value:
    """Anything; `number` is its identity."""

    number: int


@dataclass(slots=True, eq=False)
class Literal(Value):
    """A constant that is not a text."""

    value: LiteralType


@dataclass(slots=True, eq=False)
class TextHole:
    """A part of a text that is not known: the value that stands there and its format specification."""

    value: Value
    spec: str = ""


@dataclass(slots=True, eq=False)
class Text(Value):
    """A string, or a pathlib path, known in full or in parts."""

    parts: tuple[str | TextHole, ...]
    is_path: bool = False

    @property
    def known(self) -> str | None:
        """The whole string, when every part is known."""
        if all(isinstance(part, str) for part in self.parts):
            return "".join(part for part in self.parts if isinstance(part, str))
        return None


@dataclass(slots=True, eq=False)
class Reference(Value):
    """Something outside the project by its qualified name; Keras's own by its canonical `keras.…` name."""

    name: str


@dataclass(slots=True, eq=False)
class ModuleValue(Value):
    """A module of the project."""

    module: Module


@dataclass(slots=True, eq=False)
class ClassValue(Value):
    """A class of the project."""

    info: ClassInfo


@dataclass(slots=True, eq=False)
class FunctionValue(Value):
    """A function of the project, with what it closes over and, for a method, its receiver and the class it stands in.

    `captured` holds the defaults that were names when it was made: `lambda x, norm=norm: norm(x)`.
    """

    facts: ir.FunctionFacts
    module: Module
    closure: Frame | None = None
    receiver: Value | None = None
    owner: ClassInfo | None = None
    captured: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Parameter(Value):
    """A parameter of the function under analysis, whatever it is given."""

    facts: ir.Parameter
    function: ir.FunctionFacts
    module: Module
    channels: int | None = None

    @property
    def name(self) -> str:
        return self.facts.name


@dataclass(slots=True, eq=False)
class Derived(Value):
    """The outcome of something that is not followed: `operator` says what was done with the operands.

    `call` (operand 0 called with the others), `unfollowed` (the same of a function of the project, where calls are no longer
    followed), `attribute:name`, `index`, `element`, `config:key`, an operator such as `+`, or `unknown`. `channels` is the size
    of the last axis and `rank` the number of axes, where known.
    """

    operator: str
    operands: tuple[Value, ...] = ()
    channels: int | None = None
    rank: int | None = None
    keywords: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Choice(Value):
    """One of several values, each under its guard."""

    alternatives: tuple[tuple[Guard, Value], ...]


@dataclass(slots=True, eq=False)
class SuperValue(Value):
    """`super()` in a method of `after`, for `instance`."""

    instance: Instance
    after: ClassInfo


@dataclass(slots=True, eq=False)
class Slot:
    """A variable, attribute or key: the values stored there, each under the guard that then held, oldest first."""

    entries: list[tuple[Guard, Value]] = field(default_factory=list)

    def store(self, guard: Guard, value: Value) -> None:
        """Later reads see `value`; older entries stay where `guard` does not cover them."""
        if not guard:
            self.entries = [(guard, value)]
            return
        self.entries = [entry for entry in self.entries if not guard <= entry[0]]
        self.entries.append((guard, value))
        if len(self.entries) > 6:
            del self.entries[0]

    def read(self, guard: Guard) -> list[tuple[Guard, Value]]:
        """The values that a read under `guard` can see, newest first, each with what must hold besides."""
        if len(self.entries) == 1 and not self.entries[0][0]:
            return self.entries
        if self.entries and self.entries[-1][0] <= guard:  # nothing older can be seen
            return [(ALWAYS, self.entries[-1][1])]
        found: list[tuple[Guard, Value]] = []
        excluded: Guard = ALWAYS
        for stored, value in reversed(self.entries):
            if contradict(stored, guard | excluded):
                continue
            found.append((stored - guard | (excluded - stored), value))
            missing = stored - guard
            if not missing:
                break
            if len(missing) == 1:
                (only,) = missing
                excluded |= {only.opposite}
        return found


Key = TypeVar("Key")


def store(slots: dict[Key, Slot], key: Key, guard: Guard, value: Value) -> None:
    """Stores a value in the slot of a variable, attribute or key, which is made when there is none."""
    slot = slots.get(key)
    if slot is None:
        slots[key] = Slot([(guard, value)])
    else:
        slot.store(guard, value)


@dataclass(slots=True, eq=False)
class Arguments:
    """The arguments of a call, evaluated; `is_open` when a `*` or `**` may bring more than is known."""

    positional: tuple[Value, ...] = ()
    keywords: dict[str, Value] = field(default_factory=dict)
    is_open: bool = False
    nodes: dict[int | str, ir.Node] = field(default_factory=dict)

    def get(self, name: str, position: int | None = None) -> Value | None:
        """The argument given under this name or at this position (from 0)."""
        if name in self.keywords:
            return self.keywords[name]
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return None

    def node(self, name: str, position: int | None = None) -> ir.Node | None:
        """Where that argument stands."""
        if name in self.nodes:
            return self.nodes[name]
        return self.nodes.get(position) if position is not None else None

    def values(self) -> Iterator[Value]:
        """Every argument."""
        return chain(self.positional, self.keywords.values())


@dataclass(slots=True, eq=False)
class Instance(Value):
    """An object of a class of Keras or of the project, by where it is made.

    `class_name` is canonical for Keras (`keras.layers.Dense`), and the class's own name for the project's, whose facts
    are in `info`. `attributes` fill while the class's methods are followed; `is_symbolic` marks the `self` of a class that
    is analysed on its own. `context` numbers what it was made in, so that a fresh object a turn is a fresh object.
    """

    class_name: str
    info: ClassInfo | None
    arguments: Arguments
    node: ir.Node
    module: Module
    guard: Guard
    attributes: dict[str, Slot] = field(default_factory=dict)
    stores: list[tuple[str | None, Value, ir.Node]] = field(default_factory=list)
    is_symbolic: bool = False


@dataclass(slots=True, eq=False)
class Collection(Value):
    """A list, tuple, set or generator: what is known to be in it, in order; `is_open` when more may follow."""

    kind: str
    elements: list[tuple[Guard, Value]]
    open_marks: list[bool] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return bool(self.open_marks)

    def values(self) -> list[Value]:
        """The known elements, whatever they depend on."""
        return [value for _, value in self.elements]


@dataclass(slots=True, eq=False)
class Mapping(Value):
    """A dict: its slots by literal key, and whether it may hold others (`is_open`)."""

    slots: dict[LiteralType, Slot]
    removed: dict[LiteralType, Guard] = field(default_factory=dict)
    open_marks: list[Value] = field(default_factory=list)
    nodes: dict[LiteralType, ir.Node] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return bool(self.open_marks)

    def keys(self) -> list[LiteralType]:
        """The literal keys."""
        return list(self.slots)

    def values_of(self, key: LiteralType) -> list[Value]:
        """All values that may stand under a key, oldest first."""
        return [value for _, value in self.slots[key].entries] if key in self.slots else []


def alternatives(value: Value) -> Iterator[tuple[Guard, Value]]:
    """The values that a value can be, each with its guard; itself when it is no choice."""
    if not isinstance(value, Choice):
        return iter(((ALWAYS, value),))
    return ((guard | more, leaf) for guard, inner in value.alternatives for more, leaf in alternatives(inner))


def literal(value: Value | None) -> LiteralType:
    """The constant that a value is, else None; a known text is its string."""
    if isinstance(value, Literal):
        return value.value
    if isinstance(value, Text):
        return value.known
    return None


def is_literal(value: Value | None, constant: LiteralType) -> bool:
    """Whether a value is exactly this constant (True is not 1)."""
    if isinstance(value, Text):
        return value.known is not None and value.known == constant and not value.is_path
    return isinstance(value, Literal) and type(value.value) is type(constant) and value.value == constant


def depends_on(value: Value, number: int) -> bool:
    """Whether a value was made from the value of that number (itself included)."""
    seen: set[int] = set()
    pending = [value]
    while pending:
        current = pending.pop()
        if current.number == number:
            return True
        if current.number in seen:
            continue
        seen.add(current.number)
        pending.extend(parts_of(current))
    return False


def parts_of(value: Value) -> Iterator[Value]:
    """The values that a value is made of."""
    match value:
        case Derived():
            yield from value.operands
        case Text():
            yield from (part.value for part in value.parts if isinstance(part, TextHole))
        case Choice():
            yield from (inner for _, inner in value.alternatives)
        case Collection():
            yield from value.values()
        case Mapping():
            for slot in value.slots.values():
                yield from (inner for _, inner in slot.entries)
