"""KER401 adapted-state-not-saved.

## What it does
Reports `adapt()` of a layer that prepares a model's data but is in no model that the program saves, where nothing else
writes down what it learned.

## Why is this bad?
The saved model expects prepared data, and what prepares it ends with the process: after a restart nobody knows the
mean, the boundaries or the vocabulary that the model was trained with.

## Example
    import keras

    def train(features, prices):
        norm = keras.layers.Normalization()
        norm.adapt(features)
        model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
        model.compile("adam", "mean_squared_error")
        model.fit(norm(features), prices)
        model.save("prices.keras")

## Use instead
    import keras

    def train(features, prices):
        norm = keras.layers.Normalization()
        norm.adapt(features)
        model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
        model.compile("adam", "mean_squared_error")
        model.fit(norm(features), prices)
        served = keras.Sequential([keras.Input((8,)), norm, model])
        served.save("prices.keras")

## Keras versions
All.

## References
Measured: a layer that is used only in `tf.data` `map` is in no file. Where the program saves nothing at all, this is
shown as info.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import MethodCall
from kerlint.execution.values import Instance, alternatives
from kerlint.finding import Report, Severity
from kerlint.preprocessing.keeping import Keeping
from kerlint.preprocessing.layers import is_given, learners, state_of
from kerlint.preprocessing.story import RUNS, Story, allocation, name_at
from kerlint.project import Module, Project
from kerlint.rules import rule


@rule("KER401", "adapted-state-not-saved", severity=Severity.WARNING, probe="adapt", words=(".adapt(",))
def adapted_state_not_saved(module: Module, project: Project) -> Iterator[Report]:
    story = module.answer(Story)
    keeping = Keeping(story, project)
    for trace in story.roots:
        for event in trace.of(MethodCall):
            if event.method != "adapt" or event.module is not module or event.is_deferred:
                continue
            for layer in learners(event.receiver):
                if is_given(layer) or keeping.is_kept(layer):
                    continue
                name = name_at(module, event)
                if is_saved_without(story, keeping, layer):
                    yield Report(
                        event.span,
                        f"'{name}' prepares the data of a model that is saved without it: its {state_of(layer)} will be "
                        "lost; save a model that begins with the layer",
                    )
                elif not story.saves and not story.models_with(layer) and is_data_maker(story, layer):
                    yield Report(
                        event.span,
                        f"'{name}' prepares data and is in no model: whoever saves the model later loses its "
                        f"{state_of(layer)}; put the layer into the model",
                        Severity.INFO,
                    )


def is_saved_without(story: Story, keeping: Keeping, layer: Instance) -> bool:
    """Whether a saved model is fed with what the layer makes."""
    return any(
        allocation(model) in keeping.saved and is_fed(story, event, layer)
        for event in story.methods(*RUNS)
        for _, model in alternatives(event.receiver)
        if isinstance(model, Instance)
    )


def is_data_maker(story: Story, layer: Instance) -> bool:
    """Whether any model is fed with what the layer makes."""
    return any(is_fed(story, event, layer) for event in story.methods(*RUNS))


def is_fed(story: Story, event: MethodCall, layer: Instance) -> bool:
    """Whether the data of a run was made with the layer."""
    return any(story.feeds(value, layer) for value in event.arguments.values())
