"""KER302 weights-path-suffix.

## What it does
Reports `save_weights` to a path that does not end in `.weights.h5`, and `load_weights` from one that Keras does not read.

## Why is this bad?
Keras 3 raises: `save_weights` takes `.weights.h5` alone (`weights.h5` as the whole name is not that), and TensorFlow
checkpoints, with or without `.ckpt`, can be neither written nor read.

## Example
    import keras

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.save_weights("checkpoints/model.ckpt")

## Use instead
    import keras

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.save_weights("checkpoints/model.weights.h5")

## Fix
Gives the path of a save the ending `.weights.h5`, as KER301 does. Unsafe. A load alone has no fix: its file has to be written
anew.

## Keras versions
Every Keras 3. From 3.10 on `.weights.json` is read, too. Keras 2 takes every path.

## References
https://keras.io/api/models/model_saving_apis/weights_saving_and_loading/
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import Construction
from kerlint.execution.values import Literal, Text, Value, alternatives
from kerlint.finding import Fix, Report, Severity
from kerlint.fixes.path_endings import other_ending
from kerlint.persistence.endings import ends_with, shown, with_suffix
from kerlint.persistence.formats import accepted
from kerlint.persistence.paths import Refusal, refusal, texts_of
from kerlint.persistence.places import Verdict, reports
from kerlint.persistence.uses import FileUse, Operation, called_name
from kerlint.project import Module, Project
from kerlint.rules import rule

LATEST = ("tensorflow.train.latest_checkpoint", "tensorflow.compat.v1.train.latest_checkpoint")


@rule("KER302", "weights-path-suffix", severity=Severity.ERROR, keras=">=3", probe="paths", words_reached=("save", "load"))
def weights_path_suffix(module: Module, project: Project) -> Iterator[Report]:
    def mended(use: FileUse) -> Fix | None:
        return other_ending(module, use, ".weights.h5")

    yield from reports(module, (Operation.SAVE_WEIGHTS,), lambda use: _judge_save(module, use), mend=mended)
    yield from reports(module, (Operation.LOAD_WEIGHTS,), lambda use: _judge_load(module, use))


def _judge_save(module: Module, use: FileUse) -> Verdict | None:
    endings = accepted(module.knowledge, Operation.SAVE_WEIGHTS)
    if endings is None or use.argument("save_format") is not None or _is_given(use.argument("max_shard_size", 2)):
        return None
    match refusal(use, endings):
        case Refusal(text=Text() as text):
            better = with_suffix(text, ".weights.h5")
            return f"saving weights to {shown(text)} raises ValueError; the path must end in .weights.h5: {better}", None
        case Refusal():
            return "saving weights to a directory raises ValueError; name a file in it that ends in .weights.h5", None
    return None


def _judge_load(module: Module, use: FileUse) -> Verdict | None:
    endings = accepted(module.knowledge, Operation.LOAD_WEIGHTS)
    if endings is None or use.path is None:
        return None
    if all(called_name(leaf) in LATEST for _, leaf in alternatives(use.path)):
        return "loading weights from a TensorFlow checkpoint raises ValueError; load a file that ends in .weights.h5", None
    texts = texts_of(use)
    if not texts or not all(ends_with(text, endings) is False for text in texts) or _keeps_orbax_checkpoints(module):
        return None
    return f"loading weights from {shown(texts[0])} raises ValueError; load a file that ends in .weights.h5", None


def _is_given(value: Value | None) -> bool:
    return value is not None and not (isinstance(value, Literal) and value.value is None)


def _keeps_orbax_checkpoints(module: Module) -> bool:
    """Whether the program writes checkpoints in folders that Keras reads."""
    return any(
        event.instance.class_name == "keras.callbacks.OrbaxCheckpoint"
        for trace in module.traces
        for event in trace.of(Construction)
    )
