"""KER303 checkpoint-path-suffix.

## What it does
Reports a `ModelCheckpoint` whose path has an ending that it does not take: `.keras` or `.h5` for whole models, `.weights.h5` with
`save_weights_only=True`. For Keras 2, a `pathlib` path for whole models.

## Why is this bad?
Keras 3 raises when the callback is made. Code of Keras 2 often names a directory (`"ckpt-{epoch}"`) or a TensorFlow checkpoint.

## Example
    from keras.callbacks import ModelCheckpoint

    keep = ModelCheckpoint("ckpt-{epoch:02d}", save_weights_only=True)

## Use instead
    from keras.callbacks import ModelCheckpoint

    keep = ModelCheckpoint("ckpt-{epoch:02d}.weights.h5", save_weights_only=True)

## Fix
Gives the path the ending `.keras`, or `.weights.h5` with `save_weights_only=True`, as KER301 does. Unsafe.

## Keras versions
Every Keras 3. `.h5` is refused before 3.8. Keras 2.15 asks the path of a whole model for its `endswith`, which a `Path` has not.

## References
https://keras.io/api/callbacks/model_checkpoint/
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.values import Literal, Text
from kerlint.finding import Fix, Report, Severity
from kerlint.fixes.path_endings import other_ending
from kerlint.persistence.endings import shown, with_suffix
from kerlint.persistence.formats import accepted
from kerlint.persistence.paths import Refusal, refusal, texts_of
from kerlint.persistence.places import Verdict, reports
from kerlint.persistence.uses import FileUse, Operation
from kerlint.project import Module, Project
from kerlint.rules import rule

WEIGHTS_ONLY = 4
"""How far `save_weights_only` stands behind the path."""


@rule("KER303", "checkpoint-path-suffix", severity=Severity.ERROR, probe="paths", words_reached=("ModelCheckpoint",))
def checkpoint_path_suffix(module: Module, project: Project) -> Iterator[Report]:
    def mended(use: FileUse) -> Fix | None:
        weights_only = saves_weights_only(use)
        if module.target.major < 3 or weights_only is None:
            return None
        return other_ending(module, use, _better(weights_only))

    yield from reports(module, (Operation.CHECKPOINT,), lambda use: _judge(module, use), mend=mended)


def _judge(module: Module, use: FileUse) -> Verdict | None:
    if use.argument("save_format") is not None:
        return None
    weights_only = saves_weights_only(use)
    if module.target.major < 3:
        return _judge_keras_2(use) if weights_only is False else None
    taken = [
        accepted(module.knowledge, Operation.CHECKPOINT, weights_only=only)
        for only in (True, False)
        if weights_only is None or weights_only is only
    ]
    if any(endings is None for endings in taken):
        return None
    endings = frozenset().union(*(endings for endings in taken if endings is not None))
    better = _better(weights_only)
    match refusal(use, endings):
        case Refusal(text=Text() as text):
            mode = "with save_weights_only=True " if weights_only else ""
            fixed = with_suffix(text, better)
            return f"ModelCheckpoint {mode}raises ValueError for {shown(text)}; the path must end in {better}: {fixed}", None
        case Refusal():
            return f"ModelCheckpoint raises ValueError for a directory; name a file in it that ends in {better}", None
    return None


def _better(weights_only: bool | None) -> str:
    return ".weights.h5" if weights_only else ".keras"


def _judge_keras_2(use: FileUse) -> Verdict | None:
    texts = texts_of(use)
    if not texts or not all(text.is_path for text in texts):
        return None
    return f"ModelCheckpoint raises AttributeError for {shown(texts[0])}, which is a Path; give it a string: str(path)", None


def saves_weights_only(use: FileUse) -> bool | None:
    """Whether the callback keeps weights alone; None when that is not known."""
    value = use.argument("save_weights_only", WEIGHTS_ONLY)
    if value is None:
        return None if use.arguments.is_open else False
    return bool(value.value) if isinstance(value, Literal) else None
