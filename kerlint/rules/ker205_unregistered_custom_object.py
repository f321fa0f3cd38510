"""KER205 unregistered-custom-object.

## What it does
Reports a load of a saved model that holds a class or function of the program which Keras is not told of: neither
registered, nor in `custom_objects`, nor in a `custom_object_scope`.

## Why is this bad?
`load_model` raises. A function named like one of Keras's own (`mish`) is replaced by Keras's, silently.

## Example
    import keras

    def quantile_loss(y_true, y_pred):
        error = y_true - y_pred
        return keras.ops.mean(keras.ops.maximum(0.9 * error, -0.1 * error))

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.compile("adam", loss=quantile_loss)
    model.save("model.keras")
    model = keras.models.load_model("model.keras")

## Use instead
    import keras

    @keras.saving.register_keras_serializable(package="project")
    def quantile_loss(y_true, y_pred):
        error = y_true - y_pred
        return keras.ops.mean(keras.ops.maximum(0.9 * error, -0.1 * error))

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.compile("adam", loss=quantile_loss)
    model.save("model.keras")
    model = keras.models.load_model("model.keras")

## Fix
Puts `register_keras_serializable` before the class or function, as the file's others have it, or by a name that the file imports
Keras by. Unsafe: a file that was saved before holds the old name, and still needs `custom_objects`. No fix for what another file
defines.

## Keras versions
All. On 3.0 to 3.8 a class of an importable module is found by its module.

## References
https://keras.io/guides/serialization_and_saving/#custom-objects
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import Construction, FunctionCall
from kerlint.execution.values import Arguments, FunctionValue, Literal, Mapping, Value
from kerlint.finding import Fix, Report, Severity
from kerlint.fixes.registering import registered
from kerlint.persistence.contents import Own, contents_of
from kerlint.persistence.endings import ends_with
from kerlint.persistence.pairs import compiles, name_of, writers_of
from kerlint.persistence.paths import texts_of
from kerlint.persistence.places import Verdict, reports
from kerlint.persistence.uses import FileUse, Operation
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.rules.ker303_checkpoint_path_suffix import saves_weights_only

SCOPE = "keras.utils.CustomObjectScope"
REGISTRY = "keras.utils.get_custom_objects"


@rule("KER205", "unregistered-custom-object", severity=Severity.ERROR, probe="program", words_reached=("load",))
def unregistered_custom_object(module: Module, project: Project) -> Iterator[Report]:
    yield from reports(
        module,
        (Operation.LOAD,),
        lambda use: _judge(module, use),
        lambda use: use.event.node,
        lambda use: _mended(module, use),
    )


def _judge(module: Module, use: FileUse) -> Verdict | None:
    own = _unknown(module, use)
    if own is None:
        return None
    if own.is_function and _is_keras_name(module, own.name):
        return (
            f"load_model puts Keras's own {own.name} in the place of yours, silently; register it or give it in custom_objects",
            Severity.WARNING,
        )
    return f"load_model raises: it does not know {own.name}; register it or give it in custom_objects", None


def _mended(module: Module, use: FileUse) -> Fix | None:
    """The registration of what is not known, where it is defined in the same file."""
    own = _unknown(module, use)
    value = own.value if own is not None else None
    if isinstance(value, FunctionValue):
        return registered(module, value.facts) if value.module is module else None
    info = value.info if value is not None else None
    return registered(module, info.facts) if info is not None and info.module is module else None


def _unknown(module: Module, use: FileUse) -> Own | None:
    """The first thing in the file that a load cannot find, or takes for one of Keras's own."""
    name = name_of(use)
    if name is None:
        return None
    for own in _held(module, use, name):
        if own.is_lambda or own.may_be_registered or (own.is_compiled and not compiles(use)) or _is_given(use, own):
            continue
        if own.is_function and _is_keras_name(module, own.name):
            return own
        if _raises(module, use, own) and not _touches_registry(module, own):
            return own
    return None


def _held(module: Module, use: FileUse, name: str) -> Iterator[Own]:
    """What is in the file, by the saves of the same run, else by every save to that path."""
    writers = [writer for writer in writers_of(module, name) if writer.operation in (Operation.SAVE, Operation.CHECKPOINT)]
    writers = [writer for writer in writers if writer.trace is use.trace and writer.event.order < use.event.order] or writers
    for writer in writers:
        if writer.operation is Operation.SAVE or saves_weights_only(writer) is False:
            yield from contents_of(writer)


def _raises(module: Module, use: FileUse, own: Own) -> bool:
    texts = texts_of(use)
    route = next((suffix for suffix in (".keras", ".h5") if all(ends_with(text, (suffix,)) is True for text in texts)), None)
    kind = own.kind if own.is_function or own.kind == "model" else "layer"
    outcome = module.knowledge.outcome("registration", f"{kind} importable unknown {route}")
    return outcome is not None and outcome.startswith("raises:")


def _is_given(use: FileUse, own: Own) -> bool:
    """Whether the load is told of it, or may be."""
    objects = use.argument("custom_objects", 1)
    if objects is not None and _may_hold(objects, own.name):
        return True
    return any(_may_hold(value, own.name) for scope in _scopes(use) for value in scope.values())


def _scopes(use: FileUse) -> Iterator[Arguments]:
    """What the `custom_object_scope`s of the same run are given."""
    for event in use.trace.events:
        if isinstance(event, Construction) and event.instance.class_name == SCOPE:
            yield event.instance.arguments
        elif isinstance(event, FunctionCall) and event.name == SCOPE:
            yield event.arguments


def _may_hold(objects: Value, name: str) -> bool:
    if isinstance(objects, Mapping):
        return objects.is_open or name in objects.slots
    return not (isinstance(objects, Literal) and objects.value is None)


def _is_keras_name(module: Module, name: str) -> bool:
    return any(name in module.knowledge.known_identifiers(kind) for kind in ("activations", "losses", "metrics"))


def _touches_registry(module: Module, own: Own) -> bool:
    """Whether the program writes into Keras's registry by hand, or calls a registering decorator as a function."""
    for holder in {module, own.value.module}:
        for trace in holder.traces:
            for event in trace.of(FunctionCall):
                if event.name in (REGISTRY, "keras.utils.register_keras_serializable"):
                    return True
    return False


