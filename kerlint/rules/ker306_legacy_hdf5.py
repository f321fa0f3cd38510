"""KER306 legacy-hdf5.

## What it does
Reports a whole model saved as HDF5, by a path that ends in `.h5` or `.hdf5`, or by `save_format="h5"`. It is information: shown
only where it is asked for.

## Why is this bad?
The format is legacy. It holds no lookup tables, no state of custom kinds, and its classes and losses by bare names.

## Example
    import keras

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.save("classifier.h5")

## Use instead
    import keras

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.save("classifier.keras")

## Fix
Gives the path the ending `.keras`, as KER301 does. Unsafe.

## Keras versions
All. What cannot be loaded again on Keras 3 is KER310.

## References
https://keras.io/guides/serialization_and_saving/
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.values import literal
from kerlint.finding import Fix, Report, Severity
from kerlint.fixes.path_endings import other_ending
from kerlint.persistence.endings import ends_with, shown, with_suffix
from kerlint.persistence.formats import HDF5, writes_folder, written
from kerlint.persistence.paths import texts_of
from kerlint.persistence.places import Verdict, reports
from kerlint.persistence.uses import FileUse, Operation
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.rules.ker303_checkpoint_path_suffix import saves_weights_only


@rule("KER306", "legacy-hdf5", severity=Severity.INFO, probe="paths", words_reached=("save", "ModelCheckpoint"))
def legacy_hdf5(module: Module, project: Project) -> Iterator[Report]:
    def mended(use: FileUse) -> Fix | None:
        return None if use.argument("save_format", 3) is not None else other_ending(module, use, ".keras")

    operations = (Operation.SAVE, Operation.CHECKPOINT)
    yield from reports(module, operations, lambda use: _judge(module, use), mend=mended)


def _judge(module: Module, use: FileUse) -> Verdict | None:
    if use.operation is Operation.CHECKPOINT and saves_weights_only(use) is not False:
        return None
    texts = texts_of(use)
    if not texts or not _is_hdf5(module, use):
        return None
    return f"{shown(texts[0])} is a legacy HDF5 file; save to {with_suffix(texts[0], '.keras')}", None


def _is_hdf5(module: Module, use: FileUse) -> bool:
    texts = texts_of(use)
    if module.target.major == 2 and literal(use.argument("save_format", 3)) == "h5":
        return True
    if writes_folder(module, use):
        return False
    endings = [suffix for suffix in HDF5 if written(module.knowledge, use.operation, suffix) == "hdf5"]
    return all(ends_with(text, endings) is True for text in texts)
