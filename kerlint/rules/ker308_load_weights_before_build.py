"""KER308 load-weights-before-build.

## What it does
Reports `load_weights` on a model that has no variables yet: a subclassed model that was never called, or a Sequential
that was not told its input. Also `build(shape)` in between, which on Keras 3 calls nothing and builds none of the layers.

## Why is this bad?
There is nothing the weights could go into. From 3.7 on Keras says so; before, and whenever `build(shape)` has marked the
model as built, nothing is loaded and nothing is said: the model predicts with random weights.

## Example
    import keras

    class Scorer(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.dense = keras.layers.Dense(1)

        def call(self, x):
            return self.dense(x)

    model = Scorer()
    model.build((None, 8))              # makes no weights: nothing is loaded, nothing is said
    model.load_weights("scorer.weights.h5")

## Use instead
    import keras

    class Scorer(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.dense = keras.layers.Dense(1)

        def call(self, x):
            return self.dense(x)

    model = Scorer()
    model(keras.ops.zeros((1, 8)))
    model.load_weights("scorer.weights.h5")

## Keras versions
3.0 to 3.6 silently, from 3.7 an error; with `build(shape)` silently in every 3.x. On 2.15 HDF5 and `.keras` files raise,
TensorFlow checkpoints wait for the variables and are right.

## References
keras-team/keras#20530. Measured: outputs before and after differ, with no exception.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.building.readiness import Readiness, has_unbuilt_layer, readiness
from kerlint.execution.events import Construction, MethodCall, Trace
from kerlint.execution.values import Instance, Value, alternatives
from kerlint.finding import Report, Severity
from kerlint.persistence.endings import ends_with
from kerlint.preprocessing.routes import known_path
from kerlint.preprocessing.story import Story, allocation, name_at
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.semantics.expecting import expects_failure


@rule("KER308", "load-weights-before-build", severity=Severity.ERROR, probe="program", words=("load_weights",))
def load_weights_before_build(module: Module, project: Project) -> Iterator[Report]:
    story = module.answer(Story)
    for trace in story.roots:
        made = {event.instance.number for event in trace.of(Construction)}
        for event in trace.of(MethodCall):
            if event.method != "load_weights" or event.module is not module or event.is_deferred:
                continue
            if expects_failure(module.facts.body, event.node):
                continue
            models = [found for _, found in alternatives(event.receiver)]
            if len(models) == 1 and isinstance(models[0], Instance):
                model = models[0]
                if model.number in made or is_global_untouched(story, trace, model):
                    yield from judged(story, trace, event, model)


def judged(story: Story, trace: Trace, event: MethodCall, model: Instance) -> Iterator[Report]:
    """What happens to one load."""
    state = readiness(trace, model, event, story.holdings)
    knowledge, name = story.module.knowledge, name_at(story.module, event)
    kind = "load_weights legacy unbuilt sequential" if model.info is None else "load_weights unbuilt"
    outcome = knowledge.outcome("building", "load_weights after build(shape)" if state is Readiness.BY_SHAPE else kind)
    if state is Readiness.MAYBE or outcome is None or outcome == "ok" or not needs_variables(story.module, event):
        return
    if outcome.startswith("raises"):
        yield Report(
            event.span,
            f"'{name}' has no variables yet, so load_weights() raises; call the model on data first",
            Severity.ERROR,
        )
    elif model.info is None or has_unbuilt_layer(model, story.holdings):
        because = (
            "build() with a shape does not build its layers, so load_weights() silently loads nothing into them"
            if state is Readiness.BY_SHAPE
            else "it has no variables yet, so load_weights() silently loads nothing"
        )
        yield Report(event.span, f"'{name}': {because}; call the model on data first", Severity.WARNING)


def needs_variables(module: Module, event: MethodCall) -> bool:
    """Whether the file is of a form that Keras reads and that cannot wait for the variables, as a Keras 2 checkpoint can."""
    path: Value | None = event.arguments.get("filepath", 0)
    text = known_path(path)
    if text is None:
        return module.target.major >= 3
    is_read = ends_with(text, (".h5", ".hdf5", ".keras"))
    return is_read if is_read is not None else module.target.major >= 3


def is_global_untouched(story: Story, trace: Trace, model: Instance) -> bool:
    """Whether a model of the module's body is used in no other trace, so that this one tells all that happens to it."""
    if trace.function is None or trace.owner is not None:
        return False
    place = allocation(model)
    in_body = any(allocation(event.instance) == place for event in story.module.body_trace.of(Construction))
    return in_body and not any(
        allocation(owner) == place
        for other in story.traces
        if other is not trace
        for event in other.of(MethodCall)
        for _, owner in alternatives(event.receiver)
        if isinstance(owner, Instance)
    )
