"""Where a program saves and loads: every call that writes or reads a model, its weights or a checkpoint, with its path.

Turns the traces of a module into `FileUse`s: what is done, with which model, to which path, by which arguments. Knows
nothing of which paths Keras accepts.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from kerlint.execution.events import AttributeStore, Construction, Event, FunctionCall, LayerCall, MethodCall, Trace
from kerlint.execution.values import Arguments, Instance, Reference, SuperValue, Value
from kerlint.persistence.models import has_its_own, is_model
from kerlint.project import Module
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo, UnknownBase

CHECKPOINT = "keras.callbacks.ModelCheckpoint"
_LIBRARY_PREFIXES = ("keras.models.", "keras.saving.", "keras.saving.legacy.")


class Operation(Enum):
    """What is done; the value is Keras's word for it, for messages."""

    SAVE = "save"
    SAVE_WEIGHTS = "save_weights"
    CHECKPOINT = "ModelCheckpoint"
    LOAD = "load_model"
    LOAD_WEIGHTS = "load_weights"
    EXPORT = "export"
    SAVED_MODEL = "tf.saved_model.save"


_METHODS = {
    "save": Operation.SAVE,
    "save_weights": Operation.SAVE_WEIGHTS,
    "load_weights": Operation.LOAD_WEIGHTS,
    "export": Operation.EXPORT,
}
_FUNCTIONS = {
    "save_model": (Operation.SAVE, 1),
    "save_weights": (Operation.SAVE_WEIGHTS, 1),
    "load_weights": (Operation.LOAD_WEIGHTS, 1),
    "load_model": (Operation.LOAD, 0),
}


@dataclass(frozen=True, slots=True, eq=False)
class FileUse:
    """One call that writes or reads. `subject` is the model, None for what makes one or is given one later."""

    operation: Operation
    event: Event
    trace: Trace
    subject: Value | None
    arguments: Arguments
    path: Value | None
    path_node: ir.Node | None
    position: int
    """Where the path stands among the positional arguments."""

    @property
    def module(self) -> Module:
        return self.event.module

    @property
    def is_of_keras(self) -> bool:
        """Whether the call is certainly Keras's: a function or callback of it, or a method of a Keras model."""
        return isinstance(self.event, (FunctionCall, Construction)) or self.operation is Operation.CHECKPOINT or (
            self.subject is not None and is_model(self.subject)
        )

    def argument(self, name: str, offset: int | None = None) -> Value | None:
        """An argument by its name, or by how far behind the path it stands."""
        return self.arguments.get(name, None if offset is None else self.position + offset)

    def keyword_node(self, name: str) -> ir.Node | None:
        """Where `name=…` stands in the call."""
        node = self.event.node
        if isinstance(node, ir.Call):
            return next((a for a in node.arguments if a.keyword == name), None) or self.arguments.node(name)
        return self.arguments.node(name)


def uses_in(trace: Trace) -> Iterator[FileUse]:
    """What one trace writes and reads, in order."""
    for event in trace.events:
        if not isinstance(event, (LayerCall, AttributeStore)):  # nearly half of all events
            use = _use(event, trace)
            if use is not None:
                yield use


def uses_of(module: Module) -> list[FileUse]:
    """What the code of a module writes and reads, once for every way there; what lies in other files included."""
    return module.answer(_uses_of)


def _uses_of(module: Module) -> list[FileUse]:
    return [use for trace in module.traces for use in uses_in(trace)]


def _use(event: Event, trace: Trace) -> FileUse | None:
    match event:
        case MethodCall(method="__init__", receiver=SuperValue() as receiver) if _is_checkpoint_next(receiver):
            return _of(Operation.CHECKPOINT, event, trace, None, event.arguments, 0)
        case MethodCall() if event.method in _METHODS and not has_its_own(event.receiver, event.method):
            return _of(_METHODS[event.method], event, trace, event.receiver, event.arguments, 0)
        case FunctionCall(name="tensorflow.saved_model.save"):
            return _of(Operation.SAVED_MODEL, event, trace, event.arguments.get("obj", 0), event.arguments, 1, "export_dir")
        case FunctionCall() if event.name.startswith(_LIBRARY_PREFIXES) and event.name.rpartition(".")[2] in _FUNCTIONS:
            operation, position = _FUNCTIONS[event.name.rpartition(".")[2]]
            subject = event.arguments.get("model", 0) if position else None
            return _of(operation, event, trace, subject, event.arguments, position)
        case Construction() if _is_checkpoint(event.instance):
            return _of(Operation.CHECKPOINT, event, trace, event.instance, event.instance.arguments, 0)
    return None


def _of(
    operation: Operation, event: Event, trace: Trace, subject: Value | None, arguments: Arguments, position: int,
    name: str = "filepath",
) -> FileUse:  # fmt: skip
    path = arguments.get(name, position)
    return FileUse(operation, event, trace, subject, arguments, path, arguments.node(name, position), position)


def _is_checkpoint(instance: Instance) -> bool:
    """Whether an object is a ModelCheckpoint whose constructor is Keras's."""
    if instance.info is None:
        return instance.class_name == CHECKPOINT
    return instance.info.constructor is None and instance.info.is_subclass_of(CHECKPOINT) and instance.info.is_fully_known


def _is_checkpoint_next(receiver: SuperValue) -> bool:
    info: ClassInfo | None = receiver.instance.info
    base = info.next_outside(receiver.after) if info is not None else None
    return base is not None and not isinstance(base, UnknownBase) and base.is_a(CHECKPOINT)


def called_name(value: Value) -> str:
    """The qualified name of the function that a call was made of, else an empty text."""
    operands = getattr(value, "operands", ())
    return operands[0].name if operands and isinstance(operands[0], Reference) else ""
