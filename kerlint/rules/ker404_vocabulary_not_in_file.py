"""KER404 vocabulary-not-in-file.

## What it does
Reports a save of a model whose file cannot bring back what its preprocessing layers have learned: weights of a model with
a lookup or text layer, a whole-model HDF5 file of one, and the other ways that the target Keras loses.

## Why is this bad?
A vocabulary is no array. A weights file does not hold it, and neither does whole-model HDF5: the model that reads the
file has no vocabulary, and raises when it is called, or silently looks words up in another one.

## Example
    import keras

    def train(texts, labels):
        words = keras.layers.TextVectorization(output_mode="multi_hot", max_tokens=1000)
        words.adapt(texts)
        model = keras.Sequential([keras.Input((1,), dtype="string"), words, keras.layers.Dense(1)])
        model.compile("adam", "mean_squared_error")
        model.fit(texts, labels)
        model.save_weights("reviews.weights.h5")

## Use instead
    import keras

    def train(texts, labels):
        words = keras.layers.TextVectorization(output_mode="multi_hot", max_tokens=1000)
        words.adapt(texts)
        model = keras.Sequential([keras.Input((1,), dtype="string"), words, keras.layers.Dense(1)])
        model.compile("adam", "mean_squared_error")
        model.fit(texts, labels)
        model.save("reviews.keras")

## Keras versions
All for lookup and text layers. Discretization: weights in every version, `.keras` on 2.15. Normalization: whole-model
HDF5 on 3.0 to 3.5 only.

## References
Measured for each layer and format: the model is built anew, the file is loaded, the outputs are compared.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import Construction, MethodCall
from kerlint.execution.values import Instance
from kerlint.finding import Report, Severity
from kerlint.persistence.endings import ends_with
from kerlint.preprocessing.keeping import Keeping
from kerlint.preprocessing.layers import adapting_class, is_given, short_name, state_of
from kerlint.preprocessing.routes import Outcome, known_path, measured, route_of
from kerlint.preprocessing.story import Save, Story, allocation
from kerlint.project import Module, Project
from kerlint.rules import rule


@rule("KER404", "vocabulary-not-in-file", severity=Severity.WARNING, probe="adapt", words=("save", "ModelCheckpoint"))
def vocabulary_not_in_file(module: Module, project: Project) -> Iterator[Report]:
    story = module.answer(Story)
    keeping = Keeping(story, project)
    told = told_places(story)
    seen: set[int] = set()
    for save in story.saves:
        route = route_of(save, module.knowledge)
        if route is None or save.event.module is not module or save.event.is_deferred or id(save.event.node) in seen:
            continue
        for layer in story.holdings.of(save.model):
            outcome = measured(module.knowledge, layer, route) if adapting_class(layer) is not None else None
            if outcome is None or outcome.is_fine or is_given(layer) or allocation(layer) not in told:
                continue
            if is_kept_otherwise(story, keeping, layer) or is_loaded_back(story, save, layer):
                continue
            seen.add(id(save.event.node))
            yield Report(save.event.span, what_is_lost(save, layer, outcome), severity_of(outcome))
            break


def what_is_lost(save: Save, layer: Instance, outcome: Outcome) -> str:
    """What happens to the layer on this way, in one line."""
    kind, state = short_name(layer), state_of(layer)
    if outcome.step == "save":
        return f"the {state} of {kind} cannot be written in this format: the save raises; save the whole model as .keras"
    what = "weights do" if save.form == "save_weights" else "this file does"
    then = "silently computes something else" if outcome.is_silent else "raises when it is called"
    path = known_path(save.path)
    is_best_form = save.form == "save" and path is not None and ends_with(path, (".keras",))
    remedy = f"give the {state} to the constructor" if is_best_form else "save the whole model as .keras"
    return f"{what} not bring back the {state} of {kind}: the model that is loaded {then}; {remedy}"


def severity_of(outcome: Outcome) -> Severity:
    """An exception is an error wherever it is raised."""
    return Severity.WARNING if outcome.is_silent else Severity.ERROR


def told_places(story: Story) -> frozenset[int]:
    """The places where layers are made that are adapted, or set by hand, somewhere in the module."""
    return frozenset(allocation(layer) for event in story.methods("adapt", "set_vocabulary") for layer in story.touched(event))


def is_kept_otherwise(story: Story, keeping: Keeping, layer: Instance) -> bool:
    """Whether the layer's state is also in a file that brings it back, or read out by the program."""
    place = allocation(layer)
    if keeping.is_written(layer):
        return True
    for save in story.saves:
        if not any(allocation(found) == place for found in story.holdings.of(save.model)):
            continue
        route = route_of(save, story.module.knowledge)
        outcome = measured(story.module.knowledge, layer, route) if route is not None else None
        if save.form == "export" or (save.form == "save" and outcome is None) or (outcome is not None and outcome.is_fine):
            return True
    return False


def is_loaded_back(story: Story, save: Save, layer: Instance) -> bool:
    """Whether the program itself loads the weights into a model whose layer it has adapted: a file for the meantime."""
    place = allocation(layer)
    for trace in story.traces if save.form == "save_weights" else ():
        made = {event.instance.number for event in trace.of(Construction)}
        adapted = {f.number for e in trace.of(MethodCall) if e.method == "adapt" for f in story.touched(e)}
        for event in trace.of(MethodCall):
            if event.method == "load_weights":
                for found in story.holdings.of(event.receiver):
                    if allocation(found) == place and (found.number in adapted or found.number not in made):
                        return True
    return False
