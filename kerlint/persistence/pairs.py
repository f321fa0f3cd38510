"""Which loads of a program read what its saves wrote.

Turns the uses of a module into answers by path: who writes there, who reads there, and which model a checkpoint keeps.
Two paths are the same when they look the same, parts that are not known included. Knows nothing of formats.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import MethodCall
from kerlint.execution.values import Choice, Instance, Literal, Value
from kerlint.persistence.endings import shown
from kerlint.persistence.graphs import leaves_of
from kerlint.persistence.paths import texts_of
from kerlint.persistence.uses import FileUse, Operation, uses_of
from kerlint.project import Module

_FITTING = ("fit", "fit_generator", "evaluate", "predict")
_READING = (Operation.LOAD, Operation.LOAD_WEIGHTS)


def name_of(use: FileUse) -> str | None:
    """The path of a use as it looks, without a leading `./`; None when it is not known or nothing of it is."""
    texts = texts_of(use)
    if len(texts) != 1 or not any(isinstance(part, str) for part in texts[0].parts):
        return None
    return shown(texts[0])[1:-1].removeprefix("./")


def writers_of(module: Module, name: str) -> list[FileUse]:
    """What the program writes to a path."""
    return [use for use in module.answer(_by_name).get(name, ()) if use.operation not in _READING]


def readers_of(module: Module, name: str, operation: Operation) -> list[FileUse]:
    """What the program reads from a path by one operation."""
    return [use for use in module.answer(_by_name).get(name, ()) if use.operation is operation]


def _by_name(module: Module) -> dict[str | None, list[FileUse]]:
    """What a module writes and reads, by path."""
    found: dict[str | None, list[FileUse]] = {}
    for use in uses_of(module):
        found.setdefault(name_of(use), []).append(use)
    return found


def models_of(use: FileUse) -> Iterator[Instance]:
    """The models that a save, or the fit with a checkpoint, writes."""
    subjects = [use.subject]
    if use.operation is Operation.CHECKPOINT and isinstance(use.subject, Instance):
        subjects = list(_fitted_with(use, use.subject))
    for subject in subjects:
        for leaf in leaves_of(subject) if isinstance(subject, Choice) else [subject]:
            if isinstance(leaf, Instance) and leaf.module.project.kind_of_instance(leaf) == "model" and not leaf.is_symbolic:
                yield leaf


def _fitted_with(use: FileUse, callback: Instance) -> Iterator[Value]:
    for event in use.trace.of(MethodCall):
        if event.method in _FITTING and any(
            leaf.number == callback.number for leaf in leaves_of(event.arguments.get("callbacks"))
        ):
            yield event.receiver


def compiles(use: FileUse) -> bool:
    """Whether a load brings back what the model was compiled with."""
    value = use.argument("compile", 2)
    return not (isinstance(value, Literal) and value.value is False) and (value is None or isinstance(value, Literal))
