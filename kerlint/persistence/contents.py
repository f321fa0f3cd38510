"""What of the project's own goes into the file of a saved model: its classes, and the functions that are given to it.

Turns a save into `Own` objects, each with how Keras finds it again. Knows nothing of loads.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.values import ClassValue, FunctionValue, Instance, Value
from kerlint.persistence.graphs import compiled_with, given_to, graph_of, leaves_of
from kerlint.persistence.pairs import models_of
from kerlint.persistence.uses import FileUse, Operation
from kerlint.records import dataclass
from kerlint.semantics.classes import ClassInfo

_COMPILED = (("optimizer", 0), ("loss", 1), ("metrics", 2), ("weighted_metrics", 4))
_NOT_REGISTERING = frozenset(("builtins.property", "dataclasses.dataclass", "abc.abstractmethod"))


@dataclass(frozen=True, slots=True)
class Own:
    """A class or function of the project in a saved file.

    `kind` is "layer", "model", "loss" or "activation"; `holder` is what it was given to.
    """

    value: Instance | FunctionValue
    kind: str
    is_compiled: bool
    holder: Instance | None = None

    @property
    def name(self) -> str:
        """The name that is written into the file."""
        return self.value.class_name if isinstance(self.value, Instance) else self.value.facts.name

    @property
    def is_function(self) -> bool:
        return isinstance(self.value, FunctionValue)

    @property
    def is_lambda(self) -> bool:
        return isinstance(self.value, FunctionValue) and self.value.facts.name in ("<lambda>", "lambda", "")

    @property
    def may_be_registered(self) -> bool:
        """Whether a decorator registers it, or one of which nobody knows may do so."""
        if isinstance(self.value, FunctionValue):
            return bool(self.value.facts.decorators)
        info: ClassInfo | None = self.value.info
        return info is None or any(name not in _NOT_REGISTERING for name in info.decorators)


def contents_of(use: FileUse) -> Iterator[Own]:
    """What of the project's own a save writes into the file, each once."""
    seen: set[int] = set()
    for own in _all(use):
        key = own.value.number if own.is_function else id(own.value.info)  # type: ignore[union-attr]
        if key not in seen:
            seen.add(key)
            yield own


def _all(use: FileUse) -> Iterator[Own]:
    for model in models_of(use):
        for layer in graph_of(model, use.trace).layers:
            if layer.info is not None:
                kind = layer.module.project.kind_of_instance(layer)
                if kind is not None:
                    yield Own(layer, "model" if kind == "model" else "layer", False)
            yield from (_own(value, "activation", False, layer) for value in given_to(layer) if _is_own(value))
        yield from _compiled(use, model)


def _compiled(use: FileUse, model: Instance) -> Iterator[Own]:
    event = compiled_with(model, use.trace, use.event.order if use.operation is Operation.SAVE else None)
    if event is None:
        return
    for name, position in _COMPILED:
        for leaf in leaves_of(event.arguments.get(name, position)):
            if _is_own(leaf):
                yield _own(leaf, "loss", True, None)
            elif isinstance(leaf, Instance):
                yield from (_own(value, "loss", True, leaf) for value in given_to(leaf) if _is_own(value))


def _own(value: Value, kind: str, is_compiled: bool, holder: Instance | None) -> Own:
    assert isinstance(value, (Instance, FunctionValue))
    return Own(value, kind, is_compiled, holder)


def _is_own(value: Value) -> bool:
    """Whether a value is an object of a Keras kind that the project defines, or a plain function of the project."""
    if isinstance(value, ClassValue):
        return False
    if isinstance(value, FunctionValue):
        return value.receiver is None
    return isinstance(value, Instance) and value.info is not None and value.info.kind not in (None, "callback")
