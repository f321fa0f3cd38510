"""KER301 save-path-suffix.

## What it does
Reports `model.save` and `save_model` to a path whose ending Keras does not take, such as `"model"`, `"model.tf"` or `"models/"`.

## Why is this bad?
Keras 3 chooses the format by the ending and raises for every other one, at the end of the training. Keras 2 writes a SavedModel
directory, which Keras 3 cannot load.

## Example
    import keras

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.save("classifier")

## Use instead
    import keras

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.save("classifier.keras")

## Fix
Gives the path the ending `.keras`, where it is written out in the call or in a name that stands for nothing else, and the loads
of the same path in the same file with it. Unsafe: other programs may look for the file under its old name. None where another
path of the file would then be the same.

## Keras versions
Raises on every Keras 3. On Keras 2 a directory is written: a warning, and an info in a file that imports `tf_keras`, which
stays with Keras 2. `zipped=False` writes a directory from 3.4 on.

## References
https://keras.io/guides/serialization_and_saving/
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.values import Literal, Text, literal
from kerlint.finding import Fix, Report, Severity
from kerlint.fixes.path_endings import other_ending
from kerlint.persistence.endings import ends_with, extension_of, names_a_directory, shown, with_suffix
from kerlint.persistence.formats import accepted, saves_folders, written
from kerlint.persistence.paths import Refusal, refusal, texts_of
from kerlint.persistence.places import Verdict, imports_keras_2, reports
from kerlint.persistence.uses import FileUse, Operation
from kerlint.project import Module, Project
from kerlint.rules import rule

_OF_SAVED_MODELS = ("options", "save_traces", "include_optimizer")
"""Arguments with which Keras 2 writes no `.keras` file."""


@rule("KER301", "save-path-suffix", severity=Severity.ERROR, probe="paths", words_reached=("save",))
def save_path_suffix(module: Module, project: Project) -> Iterator[Report]:
    yield from reports(
        module, (Operation.SAVE,), lambda use: _judge(module, use), mend=lambda use: _mended(module, use)
    )


def _mended(module: Module, use: FileUse) -> Fix | None:
    """The path with the ending that Keras takes; what only a SavedModel takes is not written into any other file."""
    if any(use.argument(name) is not None for name in _OF_SAVED_MODELS):
        return None
    return other_ending(module, use, ".keras")


def _judge(module: Module, use: FileUse) -> Verdict | None:
    if _form_is_stated(module, use):
        return None
    endings = accepted(module.knowledge, Operation.SAVE)
    if endings is None:
        return _judge_directory(module, use, texts_of(use))
    match refusal(use, endings):
        case Refusal(text=Text() as text) if not _is_on_a_hub(text):
            return f"saving to {_described(text)} raises ValueError; {_advice(text)}", None
        case Refusal(text=None):
            return 'saving to a directory raises ValueError; save to a file in it that ends in ".keras"', None
    return None


def _judge_directory(module: Module, use: FileUse, texts: list[Text]) -> Verdict | None:
    """Keras 2 takes every path; what it does not know it makes a directory of."""
    known = (".keras", ".h5", ".hdf5")
    if written(module.knowledge, Operation.SAVE) != "savedmodel" or not texts:
        return None
    if not all(ends_with(text, known) is False for text in texts):
        return None
    return (
        f"saving to {shown(texts[0])} writes a SavedModel directory, which Keras 3 cannot load; {_other_file(use, texts[0])}",
        Severity.INFO if imports_keras_2(module) else Severity.WARNING,
    )


def _other_file(use: FileUse, text: Text) -> str:
    """What to save to, where the call has arguments that only a SavedModel takes."""
    given = [name for name in _OF_SAVED_MODELS if use.argument(name) is not None]
    better = with_suffix(text, ".keras")
    if given:
        return f"keep it for serving, and save to {better} without {' and '.join(given)} for loading"
    return f"save to {better}"


def _form_is_stated(module: Module, use: FileUse) -> bool:
    """Whether an argument says what to write, so that the ending is not the question (KER307 judges the argument)."""
    save_format = use.argument("save_format", 3 if module.target.major == 2 else None)
    if save_format is not None and not (isinstance(save_format, Literal) and not save_format.value):
        return True
    if module.target.major == 2:
        return use.argument("signatures") is not None
    zipped = use.argument("zipped", 2)
    if zipped is None or literal(zipped) is True or (isinstance(zipped, Literal) and zipped.value is None):
        return False
    return literal(zipped) is not False or saves_folders(module.knowledge)


def _is_on_a_hub(text: Text) -> bool:
    return isinstance(text.parts[0], str) and text.parts[0].startswith("hf://")


def _described(text: Text) -> str:
    if names_a_directory(text):
        return f"the directory {shown(text)}"
    extension = extension_of(text)
    return f"{shown(text)}, which has no extension," if extension is None else f'{shown(text)}, of unknown format "{extension}",'


def _advice(text: Text) -> str:
    return 'name a file that ends in ".keras"' if names_a_directory(text) else f"save to {with_suffix(text, '.keras')}"
