"""KER405 normalization-not-finalized.

## What it does
Reports a save to `.keras` of a model whose Normalization got its statistics from weights in the legacy HDF5 format, as
the pretrained EfficientNet does, without `finalize_state()`.

## Why is this bad?
From Keras 3.0 to 3.5 such a load fills the variables of the layer and not what it computes with: in memory the layer
passes its inputs on unchanged, and the rest of the model is trained on that. The file that is saved has the statistics,
so the model that is loaded from it computes something else than the one that was trained.

## Example
    import keras

    base = keras.applications.EfficientNetB0(weights="imagenet")
    model = keras.Sequential([base, keras.layers.Dense(2)])
    model.save("model.keras")

## Use instead
    import keras

    base = keras.applications.EfficientNetB0(weights="imagenet")
    for layer in base.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()
    model = keras.Sequential([base, keras.layers.Dense(2)])
    model.save("model.keras")

## Keras versions
3.0 to 3.5; mended in 3.6.

## References
keras-team/keras#20147. Measured: outputs of the two differ on 3.0.5 to 3.5.0 and agree on 2.15 and from 3.6.0.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import MethodCall
from kerlint.execution.values import Derived, Instance, Reference, Text, Value, is_literal
from kerlint.finding import Report, Severity
from kerlint.knowledge import Knowledge
from kerlint.persistence.endings import ends_with
from kerlint.preprocessing.layers import adapting_class, is_given, short_name
from kerlint.preprocessing.routes import known_path
from kerlint.preprocessing.story import Save, Story, allocation
from kerlint.project import Module, Project
from kerlint.rules import rule


@rule(
    "KER405", "normalization-not-finalized", severity=Severity.WARNING, keras=">=3,<3.6", probe="adapt",
    words=("EfficientNet", "Normalization", "applications"),
)
def normalization_not_finalized(module: Module, project: Project) -> Iterator[Report]:
    story = module.answer(Story)
    if any(True for _ in story.methods("finalize_state")):
        return
    seen: set[int] = set()
    for save in story.saves:
        path = known_path(save.path)
        if save.form != "save" or path is None or not ends_with(path, (".keras",)) or save.event.module is not module:
            continue
        source = pretrained(story, save, module.knowledge) or legacy_weights(story, save)
        if source is not None and id(save.event.node) not in seen:
            seen.add(id(save.event.node))
            yield Report(
                save.event.span,
                f"the Normalization in this model got its statistics from {source}, which Keras {module.target} does not put "
                "to use: the saved file will compute something else than the model in memory; call finalize_state() on the "
                "layer after loading",
            )


def pretrained(story: Story, save: Save, knowledge: Knowledge) -> str | None:
    """The pretrained network in a saved model that holds such a Normalization."""
    for network in story.holdings.pretrained(save.model):
        function = network.operands[0]
        if isinstance(function, Reference) and has_learned_normalization(knowledge, function.name):
            weights = argument_of(network, "weights", knowledge.find_function(function.name))
            if weights is None or is_literal(weights, "imagenet") or is_legacy_file(weights):
                return f"the weights of {function.name.rpartition('.')[2]}"
    return None


def has_learned_normalization(knowledge: Knowledge, name: str) -> bool:
    """Whether a network of `keras.applications` holds a Normalization that only its weights tell."""
    return knowledge.outcome("applications", f"keras.applications.{name.rpartition('.')[2]}") == "holds:Normalization"


def argument_of(call: Derived, name: str, function: object) -> Value | None:
    """The argument of a call that is kept as a value; None where it is left out."""
    given = call.operands[1:]
    positional = given[: len(given) - len(call.keywords)]
    if name in call.keywords:
        return given[len(positional) + call.keywords.index(name)]
    names = [parameter.name for parameter in getattr(function, "parameters", ())]
    position = names.index(name) if name in names else len(positional)
    return positional[position] if position < len(positional) else None


def legacy_weights(story: Story, save: Save) -> str | None:
    """The legacy file that was loaded into a model with a Normalization of its own, which nothing has adapted since."""
    layers = [
        layer for layer in story.holdings.of(save.model)
        if adapting_class(layer) is not None and short_name(layer) == "Normalization" and not is_given(layer)
    ]  # fmt: skip
    for load in story.methods("load_weights"):
        path = load.arguments.get("filepath", 0)
        if path is None or not is_legacy_file(path):
            continue
        inside = {found.number for found in story.holdings.of(load.receiver)}
        if any(layer.number in inside and not is_adapted_after(story, load, layer) for layer in layers):
            return "legacy HDF5 weights"
    return None


def is_adapted_after(story: Story, load: MethodCall, layer: Instance) -> bool:
    """Whether the layer is adapted after the load."""
    return any(
        adapt.order > load.order and any(allocation(found) == allocation(layer) for found in story.touched(adapt))
        for adapt in story.methods("adapt")
    )


def is_legacy_file(path: Value) -> bool:
    """Whether a path names HDF5 weights of the old format."""
    return isinstance(path, Text) and bool(ends_with(path, (".h5", ".hdf5"))) and ends_with(path, (".weights.h5",)) is False
