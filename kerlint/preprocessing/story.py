"""What a module does with models and with layers that adapt, told trace by trace.

Turns traces into saves, runs and touches of objects. Knows nothing of single rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.dependencies import remembered
from kerlint.execution.events import Construction, Event, FunctionCall, LayerCall, MethodCall, Trace
from kerlint.execution.values import (
    Collection,
    FunctionValue,
    Instance,
    Text,
    Value,
    alternatives,
    is_literal,
    parts_of,
)
from kerlint.preprocessing.holding import Holdings, owners_of
from kerlint.preprocessing.layers import adapting_class, learners
from kerlint.project import Module
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir

TRAINING = frozenset(("fit", "fit_generator", "train_on_batch"))
RUNS = {
    "fit": "fit", "fit_generator": "fit", "train_on_batch": "train_on_batch",
    "evaluate": "evaluate", "evaluate_generator": "evaluate", "test_on_batch": "test_on_batch",
    "predict": "predict", "predict_generator": "predict", "predict_on_batch": "predict_on_batch",
}  # fmt: skip
"""The methods that run a model, and the function that each of them traces."""

CHECKPOINT = "keras.callbacks.ModelCheckpoint"
_SAVING_METHODS = frozenset(("save", "save_weights", "export"))
_SAVING_FUNCTIONS = {
    "keras.models.save_model": "save", "keras.saving.save_model": "save", "tensorflow.saved_model.save": "export",
    "keras.saving.save_weights": "save_weights",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Save:
    """A model, or a part of one, goes into a file: whole (`save`), as `save_weights`, or as an `export`."""

    event: Event
    form: str
    model: Value
    path: Value | None
    is_checkpoint: bool = False
    """Whether a ModelCheckpoint does it, each epoch; then `event` is where that is made."""


class Story:
    """The traces of a module that no other trace of it contains, and what they tell."""

    def __init__(self, module: Module) -> None:
        self.module = module
        traces = [trace for trace in module.traces if trace.events]
        entered = {
            id(site.function) for trace in traces for event in trace.events for site in event.stack
            if site.function is not None and site.function is not trace.function
        }  # fmt: skip
        self.traces = traces
        self.roots = [trace for trace in traces if trace.function is None or id(trace.function) not in entered]
        self.holdings = Holdings(traces)

    def methods(self, *names: str) -> Iterator[MethodCall]:
        """The calls of these methods, in every trace."""
        for trace in self.traces:
            yield from (event for event in trace.of(MethodCall) if event.method in names)

    def touched(self, event: MethodCall) -> list[Instance]:
        """The layers that a method call may reach: its receiver, or all of the model that the receiver is reached through."""
        direct = learners(event.receiver)
        if direct:
            return direct
        found = [layer for owner in owners_of(event.receiver) for layer in self.holdings.of(owner)]
        return [layer for layer in found if adapting_class(layer) is not None]

    def is_untold(self, event: MethodCall) -> bool:
        """Whether nobody knows whose method is called."""
        return not any(True for _, found in alternatives(event.receiver) if isinstance(found, Instance)) and not owners_of(
            event.receiver
        )

    @remembered
    def saves(self) -> list[Save]:
        """Everything that is written to a file, in every trace."""
        return [save for trace in self.traces for save in saves_in(trace)]

    @remembered
    def models(self) -> list[Instance]:
        """Every model that the module makes, once for each execution that makes it."""
        made = [event.instance for trace in self.traces for event in trace.of(Construction)]
        return [instance for instance in made if is_model(instance)]

    def models_with(self, layer: Instance) -> list[Instance]:
        """The models that hold a layer, or another made at the same place."""
        place = allocation(layer)
        return [model for model in self.models if any(allocation(found) == place for found in self.holdings.of(model))]

    @remembered
    def _applied(self) -> dict[int, set[int]]:
        applied: dict[int, set[int]] = {}
        for trace in self.traces:
            for event in trace.of(LayerCall):
                for site in event.stack:
                    if site.function is not None:
                        applied.setdefault(id(site.function), set()).add(event.instance.number)
        return applied

    def feeds(self, value: Value, layer: Instance) -> bool:
        """Whether data was made with a layer, also in a function that was mapped over it."""
        seen: set[int] = set()
        pending = [value]
        while pending:
            current = pending.pop()
            if current.number == layer.number:
                return True
            if current.number in seen:
                continue
            seen.add(current.number)
            if isinstance(current, FunctionValue) and layer.number in self._applied.get(id(current.facts), ()):
                return True
            pending.extend(parts_of(current))
        return False


def saves_in(trace: Trace) -> Iterator[Save]:
    """What one trace writes."""
    for event in trace.events:
        match event:
            case MethodCall() if event.method in _SAVING_METHODS and not event.is_deferred:
                path = event.arguments.get("filepath", 0)
                yield Save(event, event.method, event.receiver, path)
            case FunctionCall() if event.name in _SAVING_FUNCTIONS:
                model = event.arguments.get("model", 0) or event.arguments.get("obj")
                if model is not None:
                    yield Save(event, _SAVING_FUNCTIONS[event.name], model, event.arguments.get("filepath", 1))
            case MethodCall() if event.method in TRAINING:
                yield from _checkpoints(trace, event)


def _checkpoints(trace: Trace, event: MethodCall) -> Iterator[Save]:
    callbacks = event.arguments.get("callbacks", 5)
    pending = [callbacks] if callbacks is not None else []
    while pending:
        current = pending.pop()
        if isinstance(current, Collection):
            pending.extend(current.values())
            continue
        for _, found in alternatives(current):
            if isinstance(found, Instance) and found.class_name == CHECKPOINT:
                only = found.arguments.get("save_weights_only", 4)
                if only is not None and not is_literal(only, True) and not is_literal(only, False):
                    continue
                form = "save_weights" if only is not None and is_literal(only, True) else "save"
                made = next((e for e in trace.of(Construction) if e.instance.number == found.number), None)
                yield Save(made or event, form, event.receiver, found.arguments.get("filepath", 0), is_checkpoint=True)


def runs_of(trace: Trace) -> Iterator[tuple[MethodCall, Instance]]:
    """The calls that run a known model in one trace."""
    for event in trace.of(MethodCall):
        if event.method in RUNS and not event.is_deferred:
            for _, model in alternatives(event.receiver):
                if isinstance(model, Instance):
                    yield event, model


def is_model(instance: Instance) -> bool:
    """Whether an object is a model: Sequential, functional, or of a subclass."""
    if instance.info is not None:
        return instance.info.kind == "model"
    known = instance.module.knowledge.find_class(instance.class_name)
    return known is not None and known.kind == "model"


def allocation(instance: Instance) -> int:
    """The place where an object is made, whoever made it."""
    return id(instance.node)


def text_of(path: Value | None) -> Text | None:
    """A path as a text, known or in parts."""
    return path if isinstance(path, Text) else None


def name_at(module: Module, event: MethodCall) -> str:
    """The receiver of a method call as the user wrote it."""
    node = event.node
    if isinstance(node, ir.Call) and isinstance(node.function, ir.Attribute):
        span, text = module.span(node.function.value), module.text
        if span.line == span.end_line:
            return text.splitlines()[span.line - 1][span.column - 1 : span.end_column - 1]
    return "the layer"
