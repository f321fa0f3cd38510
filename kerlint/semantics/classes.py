"""A class of the project with its bases resolved, across files and into Keras.

Turns `ClassFacts` and the resolution of its bases into one linear order, and answers what the class is to Keras. Knows
nothing of instances and of rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import field
from typing import TYPE_CHECKING

from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import text_of, walk

if TYPE_CHECKING:
    from kerlint.knowledge import KerasClass
    from kerlint.project import Module


@dataclass(frozen=True, slots=True)
class UnknownBase:
    """A base that is neither the project's nor Keras's, as it is called; `object` is not one."""

    name: str


@dataclass(slots=True, eq=False)
class ClassInfo:
    """A class of the project.

    `order` is its method resolution order: itself, then classes of the project, classes of Keras (each followed by its
    own bases) and unknown ones. `kind` is Keras's kind (`layer`, `model`, `loss`, …) or None.
    """

    facts: ir.ClassFacts
    module: Module
    bases: tuple[ClassInfo | KerasClass | UnknownBase, ...] = ()
    order: tuple[ClassInfo | KerasClass | UnknownBase, ...] = ()
    decorators: tuple[str, ...] = field(default=())
    """The qualified names of its decorators, or of what makes them when they are called; "" where unknown."""
    given_by_decorators: frozenset[str] = frozenset()
    """The attributes and methods that decorators of the project write on it."""
    enclosing: ir.FunctionFacts | None = None

    @property
    def name(self) -> str:
        return self.facts.name

    @property
    def keras_base(self) -> KerasClass | None:
        """The first class of Keras (or of a known extension) in the order."""
        return next((base for base in self.order if not isinstance(base, (ClassInfo, UnknownBase))), None)

    @property
    def kind(self) -> str | None:
        """What it is to Keras: the kind of its first Keras base."""
        base = self.keras_base
        return base.kind if base is not None else None

    @property
    def is_fully_known(self) -> bool:
        """Whether every base is the project's or Keras's, so that nothing unseen can add a method."""
        return not any(isinstance(base, UnknownBase) for base in self.order)

    def project_classes(self) -> list[ClassInfo]:
        """Itself and its bases in the project, in order."""
        return [base for base in self.order if isinstance(base, ClassInfo)]

    def find_method(self, name: str, after: ClassInfo | None = None) -> tuple[ClassInfo, ir.FunctionFacts] | None:
        """The definition of a method that a lookup on the class finds first in the project, and the class it stands in.

        With `after`, as `super()` in that class looks it up. A Keras or unknown base earlier in the order is passed over:
        ask `defined_before` when that matters.
        """
        order = list(self.order)
        if after is not None and after in order:
            order = order[order.index(after) + 1 :]
        for base in order:
            if isinstance(base, ClassInfo) and name in base.facts.methods:
                return base, base.facts.methods[name]
        return None

    def next_outside(self, after: ClassInfo) -> KerasClass | UnknownBase | None:
        """The first class behind `after` in the order that is not the project's."""
        order = list(self.order)
        rest = order[order.index(after) + 1 :] if after in order else order
        return next((base for base in rest if not isinstance(base, ClassInfo)), None)

    @property
    def constructor(self) -> tuple[ClassInfo, ir.FunctionFacts] | None:
        """The `__init__` that the project defines for it, its own or inherited."""
        return self.find_method("__init__")

    def brings_code(self, made_here: Collection[str]) -> bool:
        """Whether an object of it can come to run any code of its file, which makes functions and classes of these names.

        It cannot where the class has no functions, all its bases stand in other files, and what its attributes lend to these is
        neither made here nor called.
        """
        if self.facts.methods or any(base.module is self.module for base in self.project_classes()[1:]):
            return True
        return any(
            isinstance(node, (ir.FunctionFacts, ir.ClassFacts, ir.Lambda, ir.Call))
            or (isinstance(node, ir.Name) and node.id in made_here)
            for node in walk(self.facts.body)
        )

    def is_subclass_of(self, name: str) -> bool:
        """Whether a Keras class of that canonical name is among its bases."""
        return any(
            not isinstance(base, (ClassInfo, UnknownBase)) and (base.name == name or name in base.bases)
            for base in self.order
        )

    def __hash__(self) -> int:
        return id(self)


def given_by_decorator(decorator: ir.FunctionFacts) -> Iterator[str]:
    """The names that a decorator writes on a class: `cls.x = …`, `setattr(cls, "x", …)`, or methods of a class that it makes."""
    for node in walk(decorator.body):
        match node:
            case ir.Assign(targets=targets):
                yield from (target.name for target in targets if isinstance(target, ir.Attribute))
            case ir.Call(function=ir.Name(id="setattr")):
                yield from (name for argument in node.arguments if (name := text_of(argument.value)) is not None)
            case ir.ClassFacts(methods=methods):
                yield from methods


def linearize(
    info: ClassInfo, bases: tuple[ClassInfo | KerasClass | UnknownBase, ...]
) -> tuple[ClassInfo | KerasClass | UnknownBase, ...]:
    """The method resolution order: C3 over the project's classes, else depth first without repeats."""
    sequences: list[list[ClassInfo | KerasClass | UnknownBase]] = []
    for base in bases:
        sequences.append(list(base.order) if isinstance(base, ClassInfo) else [base])
    sequences.append(list(bases))
    merged: list[ClassInfo | KerasClass | UnknownBase] = [info]
    while any(sequences):
        sequences = [sequence for sequence in sequences if sequence]
        head = next(
            (s[0] for s in sequences if not any(_is_later(s[0], other) for other in sequences)),
            sequences[0][0] if sequences else None,
        )
        if head is None:
            break
        merged.append(head)
        sequences = [[item for item in sequence if not _same(item, head)] for sequence in sequences]
    return tuple(merged)


def _is_later(item: ClassInfo | KerasClass | UnknownBase, sequence: list[ClassInfo | KerasClass | UnknownBase]) -> bool:
    """Whether the class, or a class of Keras that derives from it, comes later in what the sequence still has to give."""
    if _among(item, sequence[1:]):
        return True
    if isinstance(item, (ClassInfo, UnknownBase)):
        return False
    return any(not isinstance(other, (ClassInfo, UnknownBase)) and item.name in other.bases for other in sequence)


def _same(one: object, other: object) -> bool:
    return one is other or (not isinstance(one, ClassInfo) and not isinstance(other, ClassInfo) and one == other)


def _among(item: object, others: list[ClassInfo | KerasClass | UnknownBase]) -> bool:
    return any(_same(item, other) for other in others)
