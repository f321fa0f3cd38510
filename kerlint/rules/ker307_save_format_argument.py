"""KER307 save-format-argument.

## What it does
Reports arguments of Keras 2 that Keras 3 no longer takes where models are saved and loaded: `save_format`,
`save_traces`, `signatures`, `options`, and `period` of ModelCheckpoint.

## Why is this bad?
The call raises. `save_format` beside a path that ends in `.keras` or `.h5` is ignored with a log line, whatever it says.

## Example
    import keras

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.save("classifier", save_format="tf")

## Use instead
    import keras

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.save("classifier.keras")
    model.export("classifier")      # a SavedModel for serving

## Fix
Takes the argument out of the call; where `save_format` said what to write, the path gets the ending that says it. Safe where
Keras ignores the argument, else unsafe: the call does not raise any more.

## Keras versions
Every Keras 3. `zipped` is known from 3.4 on; `zipped=False` writes a folder, and raises beside a path that ends in `.keras`.

## References
https://keras.io/guides/migrating_to_keras_3/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kerlint.execution.values import Literal, Text, literal
from kerlint.finding import Applicability, Fix, Report, Severity
from kerlint.fixes.arguments import without_argument
from kerlint.fixes.editing import tokens_of
from kerlint.fixes.path_endings import other_ending
from kerlint.persistence.endings import ends_with
from kerlint.persistence.formats import accepted, writes_folder
from kerlint.persistence.paths import refusal, texts_of
from kerlint.persistence.places import reports
from kerlint.persistence.uses import FileUse, Operation, uses_of
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.rules.ker303_checkpoint_path_suffix import saves_weights_only
from kerlint.semantics import syntax as ir

_MEASURED = {
    Operation.SAVE: ("save", {"save_traces": "False", "signatures": "None", "options": "None", "zipped": "True"}),
    Operation.SAVE_WEIGHTS: ("save_weights", {"save_format": "'tf'", "options": "None"}),
    Operation.CHECKPOINT: ("checkpoint", {"period": "1", "options": "None", "save_format": "'tf'"}),
}
"""The arguments whose refusal was measured, each with the value that it was measured with."""

_NATIVE = {Operation.SAVE_WEIGHTS: ".weights.h5"}
_SIGNATURES = {Operation.LOAD: ("keras.models.load_model", ("options",))}


@rule(
    "KER307", "save-format-argument", severity=Severity.ERROR, keras=">=3", probe="paths",
    words_reached=("save", "load", "ModelCheckpoint"),
)
def save_format_argument(module: Module, project: Project) -> Iterator[Report]:
    for operation in (Operation.SAVE, Operation.SAVE_WEIGHTS, Operation.CHECKPOINT, Operation.LOAD, Operation.LOAD_WEIGHTS):
        for name in ("save_format", "save_traces", "signatures", "options", "period", "zipped"):
            yield from reports(
                module, (operation,), lambda use, name=name: _judge(module, use, name),  # type: ignore[misc]
                lambda use, name=name: use.keyword_node(name) or use.event.node,  # type: ignore[misc]
                lambda use, name=name: _mended(module, use, name),  # type: ignore[misc]
            )  # fmt: skip


def _judge(module: Module, use: FileUse, name: str) -> tuple[str, Severity | None] | None:
    value = use.arguments.keywords.get(name)
    if value is None or not isinstance(use.keyword_node(name), ir.Node):
        return None
    if name == "save_format" and use.operation is Operation.SAVE:
        return _judge_save_format(module, use)
    if name == "zipped" and writes_folder(module, use):
        return _judge_folder(use)
    error = _refusal(module, use.operation, name)
    if error is None:
        return None
    advice = "end the path in .weights.h5 and leave it out" if name == "save_format" else "leave it out"
    return f"{use.operation.value} raises {error} for {name}; {advice}", None


def _mended(module: Module, use: FileUse, name: str) -> Fix | None:
    """The call without the argument, and with the ending that says what it said. Safe where Keras ignores the argument."""
    argument = use.keyword_node(name)
    if not isinstance(argument, ir.Argument) or (removed := without_argument(tokens_of(module), argument)) is None:
        return None
    suffix = _suffix(use) if name == "save_format" else None
    weights_only = saves_weights_only(use) if use.operation is Operation.CHECKPOINT else None
    endings = accepted(module.knowledge, use.operation, weights_only=bool(weights_only)) if suffix is not None else None
    if endings is None or suffix is None:
        return Fix(f"Remove `{name}`", (removed,)) if name != "save_format" else None
    if all(ends_with(text, endings) is True for text in texts_of(use)) and texts_of(use):
        does_nothing = use.operation is Operation.SAVE and isinstance(argument.value, (ir.Constant, ir.Name))
        applicability = Applicability.SAFE if does_nothing else Applicability.UNSAFE
        return Fix("Remove `save_format`", (removed,), applicability)
    renamed = other_ending(module, use, suffix)
    return renamed and replace(renamed, message=f"{renamed.message} without `save_format`", edits=(*renamed.edits, removed))


def _suffix(use: FileUse) -> str | None:
    """What the path should end in; None where that is not known."""
    if use.operation is Operation.CHECKPOINT:
        return {True: ".weights.h5", False: ".keras", None: None}[saves_weights_only(use)]
    return {Operation.SAVE: ".keras", Operation.SAVE_WEIGHTS: ".weights.h5"}.get(use.operation)


def _judge_save_format(module: Module, use: FileUse) -> tuple[str, Severity | None] | None:
    value = use.arguments.keywords["save_format"]
    if not isinstance(value, (Literal, Text)) or (isinstance(value, Literal) and not value.value):
        return None
    endings = accepted(module.knowledge, Operation.SAVE)
    if endings is None:
        return None
    texts = texts_of(use)
    if texts and all(ends_with(text, endings) is True for text in texts):
        return "save_format is ignored: the ending of the path decides; leave it out", Severity.INFO
    if refusal(use, endings) is None and (literal(value) != "tf" or texts or _is_called_with_paths(module, use)):
        return None
    other = "; for a SavedModel use model.export" if literal(value) == "tf" else ""
    return f"save raises ValueError for save_format; leave it out and save to a path that ends in .keras{other}", None


def _judge_folder(use: FileUse) -> tuple[str, Severity | None] | None:
    texts = texts_of(use)
    if not texts or not all(ends_with(text, (".keras",)) is True for text in texts):
        return None
    return "save raises ValueError for zipped=False beside a path that ends in .keras; leave it out", None


def _is_called_with_paths(module: Module, use: FileUse) -> bool:
    """Whether the path of a helper is known where it is called: then each call speaks for itself."""
    return any(other.event.node is use.event.node and texts_of(other) for other in uses_of(module))


def _refusal(module: Module, operation: Operation, name: str) -> str | None:
    """The exception that the argument raises in the target version."""
    if operation in _MEASURED:
        case, arguments = _MEASURED[operation]
        if name in arguments:
            suffix = _NATIVE.get(operation, ".keras")
            outcome = module.knowledge.outcome("paths", f"{case} {suffix} functional {name}={arguments[name]}")
            if outcome is not None and outcome.startswith("raises:"):
                return outcome[7:].partition("@")[0]
    elif operation in _SIGNATURES and name in _SIGNATURES[operation][1]:
        function = module.knowledge.find_function(_SIGNATURES[operation][0])
        if function is not None and function.parameter(name) is None:
            return "TypeError"
    elif operation is Operation.LOAD_WEIGHTS and name == "options":
        return "ValueError"
    return None
