"""KER305 save-load-path-disagree.

## What it does
Reports a load of a path that the program writes in another form: saved as `best.keras` and loaded as `best.h5`, a
file of weights given to `load_model`, or a whole model saved as `best.weights.h5` given to `load_weights`.

## Why is this bad?
The load raises, or finds an older file of that name. A file of weights holds no configuration: `load_model` cannot read it. And
`load_weights` takes a path that ends in `.weights.h5` for the work of `save_weights`, which is laid out in another way.

## Example
    import keras

    def build():
        return keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])

    model = build()
    model.save_weights("best.weights.h5")
    model = keras.models.load_model("best.weights.h5")

## Use instead
    import keras

    def build():
        return keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])

    model = build()
    model.save_weights("best.weights.h5")
    model = build()
    model.load_weights("best.weights.h5")

A file of weights beside a whole model of the same name is two files, and is not reported.

## Keras versions
All.

## References
https://keras.io/guides/serialization_and_saving/
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import MethodCall
from kerlint.execution.values import Text, depends_on
from kerlint.finding import Report, Severity
from kerlint.persistence.endings import ends_with, shown, stem_of
from kerlint.persistence.formats import accepted, writes_folder
from kerlint.persistence.models import is_something_else
from kerlint.persistence.pairs import name_of, readers_of, writers_of
from kerlint.persistence.paths import texts_of
from kerlint.persistence.places import Verdict, reports
from kerlint.persistence.uses import FileUse, Operation, uses_of
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.rules.ker303_checkpoint_path_suffix import saves_weights_only

_WRITING = (Operation.SAVE, Operation.SAVE_WEIGHTS, Operation.CHECKPOINT)


@rule("KER305", "save-load-path-disagree", severity=Severity.ERROR, probe="paths", words_reached=("load",))
def save_load_path_disagree(module: Module, project: Project) -> Iterator[Report]:
    yield from reports(module, (Operation.LOAD, Operation.LOAD_WEIGHTS), lambda use: _judge(module, use))


def _judge(module: Module, use: FileUse) -> Verdict | None:
    name, texts = name_of(use), texts_of(use)
    if name is None or _is_refused_anyway(module, use):
        return None
    writers = writers_of(module, name)
    if any(_is_of_something_else(writer) for writer in writers):
        return None
    if use.operation is Operation.LOAD and writers and all(_writes_weights(writer) for writer in writers):
        return f"load_model raises for {shown(texts[0])}: the program saves only weights there; use load_weights", None
    if writers and use.operation is Operation.LOAD_WEIGHTS and all(_writes_whole_models(module, writer) for writer in writers):
        return f"load_weights raises for {shown(texts[0])}: the program saves whole models there; use load_model", None
    if writers:
        return None
    other = _other_form(module, use)
    if other is None:
        return None
    return f"loads {shown(texts[0])}, but the program saves to {shown(other)}", None


def _other_form(module: Module, use: FileUse) -> Text | None:
    """Where the program writes what it means to load here, under the same name with another ending."""
    (text,) = texts_of(use)
    stem = _stem(text)
    if stem is None:
        return None
    found = None
    for writer in module.answer(_writers_by_stem).get(stem, ()):
        if _is_converted(writer, use) or _is_read_back(module, writer) or _comes_later(writer, use):
            return None
        if use.operation is Operation.LOAD and _writes_weights(writer):
            continue
        found = texts_of(writer)[0]
    return found


def _writers_by_stem(module: Module) -> dict[str | None, list[FileUse]]:
    """What writes a model to one known path, by the path without its ending."""
    found: dict[str | None, list[FileUse]] = {}
    for use in uses_of(module):
        texts = texts_of(use)
        if use.operation in _WRITING and len(texts) == 1 and not _is_of_something_else(use):
            found.setdefault(_stem(texts[0]), []).append(use)
    return found


def _is_of_something_else(use: FileUse) -> bool:
    """Whether it may well be no model that is written: `editor.save(path)`."""
    return isinstance(use.event, MethodCall) and use.subject is not None and is_something_else(use.subject)


def _stem(text: Text) -> str | None:
    stem = stem_of(text)
    return stem.removeprefix("./") if stem is not None else None


def _is_refused_anyway(module: Module, use: FileUse) -> bool:
    """Whether KER302 or KER304 says that the path cannot be loaded at all."""
    endings = accepted(module.knowledge, use.operation)
    return endings is not None and all(ends_with(text, endings) is False for text in texts_of(use))


def _writes_weights(use: FileUse) -> bool:
    if use.operation is Operation.CHECKPOINT:
        return saves_weights_only(use) is True
    return use.operation is Operation.SAVE_WEIGHTS


def _writes_whole_models(module: Module, use: FileUse) -> bool:
    """Whether a whole model is written where `load_weights` expects what `save_weights` writes."""
    if not all(ends_with(text, (".weights.h5",)) is True for text in texts_of(use)) or writes_folder(module, use):
        return False
    return use.operation is Operation.SAVE or (use.operation is Operation.CHECKPOINT and saves_weights_only(use) is False)


def _is_converted(writer: FileUse, reader: FileUse) -> bool:
    """Whether what is written was itself loaded from there: the program turns one form into another."""
    name = name_of(reader)
    if writer.subject is None:
        return False
    for other in readers_of(writer.trace.module, name or "", reader.operation):
        result = getattr(other.event, "result", None)
        loaded = result.number if result is not None and reader.operation is Operation.LOAD else None
        if loaded is not None and depends_on(writer.subject, loaded):
            return True
        if reader.operation is Operation.LOAD_WEIGHTS and other.subject is not None and not _comes_later(other, writer):
            return other.subject.number == writer.subject.number
    return False


def _is_read_back(module: Module, writer: FileUse) -> bool:
    """Whether the program also loads what it wrote, by its true name."""
    name = name_of(writer)
    reading = (Operation.LOAD, Operation.LOAD_WEIGHTS)
    return name is not None and any(readers_of(module, name, operation) for operation in reading)


def _comes_later(one: FileUse, other: FileUse) -> bool:
    """Whether one use follows another. What is loaded before anything is written came from elsewhere."""
    return one.trace is other.trace and one.event.order > other.event.order
