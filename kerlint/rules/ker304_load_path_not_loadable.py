"""KER304 load-path-not-loadable.

## What it does
Reports `load_model` of a path that Keras cannot load: a directory, a path without extension or of another format, and
what the program wrote there by `export` or `tf.saved_model.save`.

## Why is this bad?
Keras 3 loads `.keras` and `.h5` files and raises for a SavedModel. Keras 2 loads a SavedModel that Keras wrote, and
raises for one that `tf.saved_model.save` wrote.

## Example
    import keras

    model = keras.models.load_model("saved/classifier")

## Use instead
    import keras

    model = keras.models.load_model("saved/classifier.keras")
    layer = keras.layers.TFSMLayer("saved/classifier", call_endpoint="serving_default")   # inference only

## Keras versions
Every Keras 3. On Keras 2 only what `tf.saved_model.save` wrote. A folder saved with `zipped=False` loads from 3.4 on.

## References
https://keras.io/api/models/model_saving_apis/model_saving_and_loading/
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import Construction
from kerlint.execution.values import Text, literal
from kerlint.finding import Report, Severity
from kerlint.persistence.endings import extension_of, names_a_directory, shown
from kerlint.persistence.formats import accepted, saves_folders
from kerlint.persistence.paths import Refusal, known_path, refusal
from kerlint.persistence.places import Verdict, reports
from kerlint.persistence.uses import FileUse, Operation, uses_of
from kerlint.project import Module, Project
from kerlint.rules import rule

_REMOTE = ("hf://", "gs://", "s3://", "hdfs://", "http://", "https://", "kaggle://")
"""Places that Keras copies a file from before it looks what it is."""


@rule("KER304", "load-path-not-loadable", severity=Severity.ERROR, probe="paths", words_reached=("load",))
def load_path_not_loadable(module: Module, project: Project) -> Iterator[Report]:
    yield from reports(module, (Operation.LOAD,), lambda use: _judge(module, use))


def _judge(module: Module, use: FileUse) -> Verdict | None:
    endings = accepted(module.knowledge, Operation.LOAD)
    written = _written_as_saved_model(module, use)
    if written is Operation.SAVED_MODEL:
        return "load_model raises ValueError for what tf.saved_model.save wrote; load it with tf.saved_model.load", None
    if endings is None:
        return None
    if written is Operation.EXPORT:
        return (
            "load_model raises ValueError for what model.export wrote; use keras.layers.TFSMLayer for inference, "
            "or save the model to a .keras file",
            None,
        )
    match refusal(use, endings):
        case Refusal(text=Text() as text) if not _may_load_all_the_same(module, use, text):
            return (
                f"load_model raises ValueError for {_described(text)}: Keras 3 loads .keras and .h5 files; "
                "use keras.layers.TFSMLayer for a SavedModel",
                None,
            )
    return None


def _written_as_saved_model(module: Module, use: FileUse) -> Operation | None:
    """How the program wrote a SavedModel to the path that it loads, if nothing else writes there."""
    path = known_path(use)
    writers = set(module.answer(_ways_of_writing).get(path, ())) if path is not None else set()
    return writers.pop() if len(writers) == 1 and writers <= {Operation.EXPORT, Operation.SAVED_MODEL} else None


def _ways_of_writing(module: Module) -> dict[str | None, set[Operation]]:
    """How the program writes to each path that is known in full."""
    found: dict[str | None, set[Operation]] = {}
    for use in uses_of(module):
        if use.operation not in (Operation.LOAD, Operation.LOAD_WEIGHTS):
            found.setdefault(known_path(use), set()).add(use.operation)
    return found


def _may_load_all_the_same(module: Module, use: FileUse, text: Text) -> bool:
    """Whether the path may name a folder that this Keras reads, or a file that it fetches first."""
    if isinstance(text.parts[0], str) and text.parts[0].startswith(_REMOTE):
        return True
    for trace in module.traces:
        if any(event.instance.class_name == "keras.callbacks.OrbaxCheckpoint" for event in trace.of(Construction)):
            return True
    return saves_folders(module.knowledge) and any(
        other.operation is Operation.SAVE and literal(other.argument("zipped", 2)) is False for other in uses_of(module)
    )


def _described(text: Text) -> str:
    if names_a_directory(text):
        return f"the directory {shown(text)}"
    return shown(text) if extension_of(text) else f"{shown(text)}, which has no extension"
