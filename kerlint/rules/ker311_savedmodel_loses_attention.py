"""KER311 savedmodel-loses-attention.

## What it does
Reports a model saved as a SavedModel that holds a `MultiHeadAttention` inside a layer or model of the program which the
load knows: registered, or named in `custom_objects`.

## Why is this bad?
The kernels of the attention are not restored: the loaded model predicts with fresh random ones, silently.

## Example
    import keras
    from keras import layers

    class Encoder(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.attention = layers.MultiHeadAttention(num_heads=2, key_dim=8)

        def call(self, x):
            return self.attention(x, x)

    model = keras.Sequential([keras.Input((10, 16)), Encoder()])
    model.save("encoder")
    model = keras.models.load_model("encoder", custom_objects={"Encoder": Encoder})

## Use instead
    import keras
    from keras import layers

    class Encoder(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.attention = layers.MultiHeadAttention(num_heads=2, key_dim=8)

        def call(self, x):
            return self.attention(x, x)

    model = keras.Sequential([keras.Input((10, 16)), Encoder()])
    model.save("encoder.keras")
    model = keras.models.load_model("encoder.keras", custom_objects={"Encoder": Encoder})

## Keras versions
Keras 2. `.keras` and `.h5` files are right, and so is a class that hands inputs and outputs to `super().__init__`: its
`from_config` makes the whole graph again.

## References
https://github.com/tensorflow/models/issues/13535
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.values import Instance, Literal, Mapping, Value
from kerlint.finding import Report, Severity
from kerlint.persistence.contents import Own, contents_of
from kerlint.persistence.endings import ends_with, shown, with_suffix
from kerlint.persistence.formats import written
from kerlint.persistence.graphs import leaves_of
from kerlint.persistence.pairs import name_of, readers_of
from kerlint.persistence.paths import texts_of
from kerlint.persistence.places import Verdict, reports
from kerlint.persistence.uses import FileUse, Operation
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.tracking.variables import is_functional

ATTENTION = "keras.layers.MultiHeadAttention"


@rule(
    "KER311", "savedmodel-loses-attention", severity=Severity.WARNING, keras="<3", probe="program",
    words_reached=("MultiHeadAttention",),
)
def savedmodel_loses_attention(module: Module, project: Project) -> Iterator[Report]:
    yield from reports(module, (Operation.SAVE,), lambda use: _judge(module, use))


def _judge(module: Module, use: FileUse) -> Verdict | None:
    texts = texts_of(use)
    if not texts or not _is_saved_model(module, use):
        return None
    for own in contents_of(use):
        if not isinstance(own.value, Instance) or own.is_compiled or not _is_known_at_load(module, use, own):
            continue
        if own.value.info is not None and is_functional(module.project.class_run(own.value.info)):
            continue
        if _holds_attention(own.value, set()):
            return (
                f"loading {shown(texts[0])} leaves the MultiHeadAttention in {own.name} with random weights, silently; "
                f"save to {with_suffix(texts[0], '.keras')}",
                None,
            )
    return None


def _is_saved_model(module: Module, use: FileUse) -> bool:
    save_format = _stated_format(use)
    if save_format is not None:
        return getattr(save_format, "known", None) == "tf"
    known = (".keras", ".h5", ".hdf5")
    return written(module.knowledge, Operation.SAVE) == "savedmodel" and all(ends_with(t, known) is False for t in texts_of(use))


def _stated_format(use: FileUse) -> Value | None:
    save_format = use.argument("save_format", 3)
    return None if isinstance(save_format, Literal) and not save_format.value else save_format


def _is_known_at_load(module: Module, use: FileUse, own: Own) -> bool:
    info = own.value.info if isinstance(own.value, Instance) else None
    name = name_of(use)
    readers = readers_of(module, name, Operation.LOAD) if name is not None else []
    if info is not None and "keras.utils.register_keras_serializable" in info.decorators:
        # Who asks for a SavedModel by name may mean it for a server or a hub, where nothing is lost.
        return bool(readers) or _stated_format(use) is None
    for reader in readers:
        objects = reader.argument("custom_objects", 1)
        if isinstance(objects, Mapping) and own.name in objects.slots:
            return True
    return False


def _holds_attention(holder: Instance, seen: set[int]) -> bool:
    """Whether a layer of the program has an attention layer somewhere inside that it does not build itself."""
    if holder.number in seen or holder.info is None:
        return False
    seen.add(holder.number)
    run = holder.module.project.class_run(holder.info)
    if run.instance is None:
        return False
    return any(_is_or_holds(value, seen) for slot in run.instance.attributes.values() for _, value in slot.entries)


def _is_or_holds(value: Value, seen: set[int]) -> bool:
    return any(
        isinstance(leaf, Instance) and (leaf.class_name == ATTENTION or _holds_attention(leaf, seen)) for leaf in leaves_of(value)
    )
