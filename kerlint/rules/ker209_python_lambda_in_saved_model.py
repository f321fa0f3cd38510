"""KER209 python-lambda-in-saved-model.

## What it does
Reports a lambda that goes into a saved model: in a `Lambda` layer, as an activation or another argument of a layer, or
as a compiled loss or metric.

## Why is this bad?
`load_model` refuses it: running byte code from a file is unsafe. With `safe_mode=False` a `Lambda` layer depends on the
byte code of one Python version, and a lambda as an activation is refused all the same.

## Example
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((8,)), layers.Lambda(lambda x: x / 255.0), layers.Dense(1)])
    model.save("model.keras")
    model = keras.models.load_model("model.keras")

## Use instead
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((8,)), layers.Rescaling(1 / 255.0), layers.Dense(1)])
    model.save("model.keras")           # or with a layer of your own, or a registered function
    model = keras.models.load_model("model.keras")

## Keras versions
All for `.keras`. HDF5 and SavedModel of Keras 2 hold a `Lambda` layer, HDF5 of Keras 3 up to 3.10. Keras 2.15 refuses
a `Lambda` of a named function in `.keras`, too. A file that a function writes only for one value of a parameter (`form ==
KERAS`) counts where some call gives that value.

## References
https://keras.io/api/layers/core_layers/lambda/
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import FunctionCall
from kerlint.execution.guards import TRUTH
from kerlint.execution.values import FunctionValue
from kerlint.finding import Related, Report, Severity
from kerlint.persistence.contents import Own, contents_of
from kerlint.persistence.endings import ends_with
from kerlint.persistence.pairs import compiles, name_of, readers_of
from kerlint.persistence.paths import texts_of
from kerlint.persistence.places import mixes_two_keras
from kerlint.persistence.uses import FileUse, Operation, uses_of
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.rules.ker303_checkpoint_path_suffix import saves_weights_only
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import walk
from kerlint.version import KerasVersion

LAMBDA = "keras.layers.Lambda"
UNSAFE = "keras.config.enable_unsafe_deserialization"
HDF5_REFUSES_LAMBDA_LAYERS = KerasVersion(3, 11)


@rule("KER209", "python-lambda-in-saved-model", severity=Severity.ERROR, probe="program", words_reached=("lambda", "Lambda"))
def python_lambda_in_saved_model(module: Module, project: Project) -> Iterator[Report]:
    seen: set[int] = set()
    if module.answer(mixes_two_keras):
        return
    for use in uses_of(module):
        if use.operation is not Operation.SAVE and not (
            use.operation is Operation.CHECKPOINT and saves_weights_only(use) is False
        ):
            continue
        if _is_left_to_the_caller(use):
            continue
        for own in contents_of(use):
            if not isinstance(own.value, FunctionValue) or id(own.value.facts) in seen:
                continue
            message = _judge(module, use, own)
            node = _place(module, own)
            if message is not None and node is not None:
                seen.add(id(own.value.facts))
                saved: tuple[Related, ...] = (use.module.related(use.event.node, "saved here"),)
                yield Report(module.span(node), message, related=saved)


def _is_left_to_the_caller(use: FileUse) -> bool:
    """Whether the file is only written for one value of a parameter, which nobody is seen to give."""
    function, numbering = use.trace.function, use.module.project.numbering
    for parameter in function.parameters if function is not None else ():
        number = numbering.of("parameter", id(parameter))
        chosen = {c.constant for c in use.event.guard if c.subject == number and c.holds and c.constant != TRUTH}
        default = parameter.default.value if isinstance(parameter.default, ir.Constant) else None
        if chosen and not (isinstance(default, str) and chosen == {numbering.of("literal", "str", default)}):
            return True
    return False


def _place(module: Module, own: Own) -> ir.Node | None:
    """The lambda itself; for a named function the place where it is given to the layer."""
    assert isinstance(own.value, FunctionValue)
    if own.is_lambda:
        return own.value.facts if own.value.module is module else None
    if own.holder is None or own.holder.module is not module:
        return None
    return own.holder.arguments.node("function", 0)


def _judge(module: Module, use: FileUse, own: Own) -> str | None:
    texts = texts_of(use)
    is_lambda_layer = own.holder is not None and own.holder.class_name == LAMBDA
    if texts and all(ends_with(text, (".keras",)) is True for text in texts):
        if not own.is_lambda and not (is_lambda_layer and module.target.major == 2):
            return None
    elif texts and all(ends_with(text, (".h5", ".hdf5")) is True for text in texts):
        if not own.is_lambda or not _hdf5_refuses(module, own, is_lambda_layer):
            return None
    else:
        return None
    trusting = is_lambda_layer or own.is_compiled
    if _is_left_out(module, use, own, trusting):
        return None
    what = "the lambda" if own.is_lambda else f"the Lambda layer of {own.name}"
    if own.is_compiled:
        return f"{what} is compiled into a saved model, and load_model refuses it; use a named, registered function"
    if is_lambda_layer and not own.is_lambda:
        return f"load_model refuses {what} in a .keras file of Keras 2; write a layer of your own"
    return f"load_model refuses {what} in a saved model; write a layer or a registered function"


def _trusts_files(module: Module) -> bool:
    """Whether the program asks Keras to trust what it loads, for all files or in some call."""
    if any(event.name == UNSAFE for trace in module.traces for event in trace.of(FunctionCall)):
        return True
    return any(
        isinstance(node, ir.Argument)
        and node.keyword == "safe_mode"
        and isinstance(node.value, ir.Constant)
        and node.value.value is False
        for node in walk(module.facts.body)
    )


def _hdf5_refuses(module: Module, own: Own, is_lambda_layer: bool) -> bool:
    if is_lambda_layer:
        return module.target >= HDF5_REFUSES_LAMBDA_LAYERS
    return not own.is_compiled


def _is_left_out(module: Module, use: FileUse, own: Own, trusting: bool) -> bool:
    """Whether every load of the file trusts it, or leaves out what was compiled."""
    name = name_of(use)
    readers = readers_of(module, name, Operation.LOAD) if name is not None else []
    if not readers and name is not None and readers_of(module, name, Operation.LOAD_WEIGHTS):
        return True
    if trusting and module.answer(_trusts_files):
        return True
    return bool(readers) and all(own.is_compiled and not compiles(reader) for reader in readers)
