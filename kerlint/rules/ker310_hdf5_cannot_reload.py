"""KER310 hdf5-cannot-reload.

## What it does
Reports a whole model saved as HDF5 that Keras 3 cannot load again: compiled with a short name of a loss (`"mse"`,
`"mae"`, `"bce"` …), with operators, slices or `keras.ops` in its graph, or of a subclass of `keras.Model`.

## Why is this bad?
The save succeeds; `load_model` raises. The file looks sound until it is needed.

## Example
    import keras

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.compile("adam", loss="mse")
    model.save("regressor.h5")

## Use instead
    import keras

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.compile("adam", loss="mse")
    model.save("regressor.keras")

## Keras versions
Every Keras 3, up to the newest measured. `compile=False` avoids the loss from 3.3 on. Keras 2 loads all but the subclass.

## References
https://github.com/keras-team/keras/issues/19535
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import MethodCall
from kerlint.execution.values import Derived, Instance, Literal, Mapping, Reference, Text
from kerlint.finding import Report, Severity
from kerlint.persistence.endings import ends_with, shown, with_suffix
from kerlint.persistence.formats import HDF5, writes_folder, written
from kerlint.persistence.graphs import compiled_with, graph_of, leaves_of
from kerlint.persistence.pairs import compiles, models_of, name_of, readers_of
from kerlint.persistence.paths import texts_of
from kerlint.persistence.places import Verdict, reports
from kerlint.persistence.uses import FileUse, Operation
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.rules.ker303_checkpoint_path_suffix import saves_weights_only

_OPERATOR_CASES = {
    "+": "x + y", "-": "x - y", "*": "x * y", "/": "x / y", "**": "x ** 2", "@": "x @ y", "index": "x[:, :2]",
}  # fmt: skip


@rule(
    "KER310", "hdf5-cannot-reload", severity=Severity.ERROR, keras=">=3", probe="program",
    words_reached=("save", "ModelCheckpoint"),
)
def hdf5_cannot_reload(module: Module, project: Project) -> Iterator[Report]:
    yield from reports(module, (Operation.SAVE, Operation.CHECKPOINT), lambda use: _judge(module, use))


def _judge(module: Module, use: FileUse) -> Verdict | None:
    texts = texts_of(use)
    endings = [suffix for suffix in HDF5 if written(module.knowledge, use.operation, suffix) == "hdf5"]
    if not texts or not all(ends_with(text, endings) is True for text in texts) or writes_folder(module, use):
        return None
    if use.operation is Operation.CHECKPOINT and saves_weights_only(use) is not False:
        return None
    if _only_weights_come_back(module, use):
        return None
    for model in models_of(use):
        why = _subclass(module, model) or _operation(module, use, model) or _alias(module, use, model)
        if why is not None:
            return f"Keras 3 cannot load {shown(texts[0])} again: {why}; save to {with_suffix(texts[0], '.keras')}", None
    return None


def _only_weights_come_back(module: Module, use: FileUse) -> bool:
    name = name_of(use)
    return (
        name is not None
        and not readers_of(module, name, Operation.LOAD)
        and bool(readers_of(module, name, Operation.LOAD_WEIGHTS))
    )


def _subclass(module: Module, model: Instance) -> str | None:
    if model.info is None or not _raises_at_load(module, "subclassed .h5"):
        return None
    if model.info.is_subclass_of("keras.Sequential") or model.info.is_subclass_of("keras.Functional") or _is_functional(model):
        return None
    return f"{model.class_name} is a subclass of keras.Model, which HDF5 does not hold"


def _is_functional(model: Instance) -> bool:
    """Whether the class gives inputs and outputs to `super().__init__`, so that it is a functional model."""
    assert model.info is not None
    init = model.module.project.class_run(model.info).init
    return init is not None and any(
        event.method == "__init__" and (len(event.arguments.positional) > 1 or "inputs" in event.arguments.keywords)
        for event in init.of(MethodCall)
    )


def _operation(module: Module, use: FileUse, model: Instance) -> str | None:
    if not any(getattr(event, "instance", None) is model for event in use.trace.events):
        return None
    for operation in graph_of(model, use.trace).operations:
        described = _described(module, operation)
        if described is not None:
            return f"its graph holds {described}"
    return None


def _described(module: Module, operation: Derived) -> str | None:
    """How to call an operation that HDF5 does not bring back; None for one that it does, or of which nobody knows."""
    if operation.operator in _OPERATOR_CASES:
        if not _raises_at_load(module, f"graph {_OPERATOR_CASES[operation.operator]} .h5"):
            return None
        return "a slice of a tensor" if operation.operator == "index" else f"the operator `{operation.operator}`"
    function = operation.operands[0] if operation.operator == "call" and operation.operands else None
    if not isinstance(function, Reference) or not function.name.startswith("keras.ops."):
        return None
    measured = module.knowledge.outcome("hdf5", f"graph {function.name} .h5")
    as_layer = "".join(part.title() for part in function.name[10:].split("_"))
    if measured is None:
        raises = module.knowledge.find_class(f"keras.layers.{as_layer}") is None and _raises_at_load(
            module, "graph keras.ops.mean .h5"
        )
    else:
        raises = measured.endswith("@load")
    return function.name if raises else None


def _alias(module: Module, use: FileUse, model: Instance) -> str | None:
    without_optimizer = use.argument("include_optimizer")
    if without_optimizer is not None and not (isinstance(without_optimizer, Literal) and without_optimizer.value):
        return None
    event = compiled_with(model, use.trace, use.event.order if use.operation is Operation.SAVE else None)
    if event is None:
        return None
    for leaf in leaves_of(event.arguments.get("loss", 1)):
        alias = leaf.known if isinstance(leaf, Text) else None
        if alias is not None and _raises_at_load(module, f"loss {alias} .h5") and not _is_avoided(module, use, alias):
            return f'it is compiled with the short name "{alias}"'
    return None


def _is_avoided(module: Module, use: FileUse, alias: str) -> bool:
    """Whether every load of the file leaves the loss out, or says what the name means."""
    name = name_of(use)
    readers = readers_of(module, name, Operation.LOAD) if name is not None else []
    left_out = not _raises_at_load(module, f"loss {alias} .h5 compile=False")
    return bool(readers) and all((left_out and not compiles(reader)) or _gives(reader, alias) for reader in readers)


def _gives(reader: FileUse, alias: str) -> bool:
    objects = reader.argument("custom_objects", 1)
    return objects is not None and (not isinstance(objects, Mapping) or objects.is_open or alias in objects.slots)


def _raises_at_load(module: Module, case: str) -> bool:
    outcome = module.knowledge.outcome("hdf5", case)
    return outcome is not None and outcome.startswith("raises:") and outcome.endswith("@load")
