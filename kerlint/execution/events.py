"""What happens while code is followed: layers made and called, attributes stored, methods and functions called.

An event knows where it stands, what must hold for it to happen (`guard`), and through which calls it was reached
(`stack`, outermost first). `order` grows within one trace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from kerlint.dependencies import Answer
from kerlint.execution.guards import Guard
from kerlint.execution.values import Arguments, Instance, Parameter, SuperValue, Value
from kerlint.finding import Span
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir

if TYPE_CHECKING:
    from kerlint.project import Module
    from kerlint.semantics.classes import ClassInfo


@dataclass(slots=True, eq=False)
class Site:
    """A place on the way to an event: a call that was followed, and into what."""

    module: Module
    node: ir.Node
    callee: Value
    function: ir.FunctionFacts | None


@dataclass(slots=True, eq=False)
class Event:
    """Something that happens at a node of a module."""

    module: Module
    node: ir.Node
    guard: Guard
    stack: tuple[Site, ...]
    order: int
    is_deferred: bool
    """Whether it happens in a function that was only handed on, so that nobody knows when or how often it runs."""

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.module.facts.span(self.node)


@dataclass(slots=True, eq=False)
class Construction(Event):
    """An object of a Keras class, or of a class of the project, is made."""

    instance: Instance


@dataclass(slots=True, eq=False)
class LayerCall(Event):
    """An instance is called: the call site of a layer or model. `result` is the tensor that comes out."""

    instance: Instance
    arguments: Arguments
    result: Value


@dataclass(slots=True, eq=False)
class MethodCall(Event):
    """A method that is not the project's own is called; the receiver may be `super()` or unknown."""

    receiver: Value
    method: str
    arguments: Arguments
    result: Value


@dataclass(slots=True, eq=False)
class FunctionCall(Event):
    """A function outside the project is called by its qualified name, or something unknown, and then the name is empty."""

    name: str
    arguments: Arguments
    result: Value


@dataclass(slots=True, eq=False)
class AttributeStore(Event):
    """An attribute of an instance is set; `name` is None where setattr computes it from `name_value`."""

    instance: Value
    name: str | None
    value: Value
    name_value: Value | None = None


E = TypeVar("E", bound=Event)
Said = TypeVar("Said")


@dataclass(slots=True, eq=False)
class Trace:
    """All that happens in one execution of a function, method or module body."""

    module: Module
    function: ir.FunctionFacts | None
    owner: ClassInfo | None
    events: list[Event] = field(default_factory=list)
    returned: Value | None = None
    followed: set[int] = field(default_factory=set)
    """The ids of the functions that were followed on the way."""
    is_complete: bool = True
    """False when the budget ended before the code did."""
    _sorted: tuple[int, dict[type[Event], list[Event]]] | None = None
    """How many events there were when they were sorted by kind, and the kinds."""
    _answers: dict[object, Answer[Any]] = field(default_factory=dict)
    """What others have worked out about it, kept with it. Nothing in it may lead back here."""

    def answer(self, question: object, work: Callable[[], Said]) -> Said:
        """What some work says of this trace, done once for each question."""
        known: Answer[Said] | None = self._answers.get(question)
        if known is None:
            known = self._answers[question] = Answer.of(work)
        return known.told()

    def of(self, kind: type[E]) -> Iterator[E]:
        """The events of one kind, in order."""
        if self._sorted is None or self._sorted[0] != len(self.events):
            by_kind: dict[type[Event], list[Event]] = {}
            for event in self.events:
                by_kind.setdefault(type(event), []).append(event)
            self._sorted = len(self.events), by_kind
        return iter(cast(list[E], self._sorted[1].get(kind, [])))

    def hands_on(self, value: Value | None) -> bool:
        """Whether a value is the `training` that Keras gives to a layer which nobody tells, from the call around it."""
        if not isinstance(value, Parameter) or value.facts.name != "training":
            return False
        return self.function is None or all(value.facts is not own for own in self.function.parameters)


__all__ = [
    "AttributeStore", "Construction", "Event", "FunctionCall", "LayerCall", "MethodCall", "Site", "SuperValue", "Trace",
]  # fmt: skip
