"""KER402 adapt-after-trace.

## What it does
Reports `adapt()` of a layer whose model was already trained without it, whose model has already traced the function that
runs afterwards, or whose model was saved before and never again.

## Why is this bad?
`fit`, `evaluate` and `predict` each trace a function once and keep in it what the layer knew at that time. What it learns
afterwards is ignored, silently, until the model is compiled again. Weights that were trained on unprepared data do not
fit data that is prepared from then on, and a file written before does not hold what was learned later.

## Example
    import keras

    norm = keras.layers.Normalization()
    model = keras.Sequential([keras.Input((4,)), norm])

    def compare(old, new):
        norm.adapt(old)
        first = model.predict(old)
        norm.adapt(new)
        return first, model.predict(new)  # uses the statistics of `old`

## Use instead
    import keras

    norm = keras.layers.Normalization()
    model = keras.Sequential([keras.Input((4,)), norm])

    def compare(old, new):
        norm.adapt(old)
        first = model.predict(old)
        norm.adapt(new)
        model.compile()
        return first, model.predict(new)

## Keras versions
All.

## References
Measured: `predict` after the second `adapt` gives what it gave before; after `compile` it is right.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import Event, LayerCall, MethodCall, Trace
from kerlint.execution.guards import contradict
from kerlint.execution.values import Instance, alternatives
from kerlint.finding import Report, Severity
from kerlint.preprocessing.layers import is_given, learners, state_of
from kerlint.preprocessing.story import RUNS, TRAINING, Story, name_at, runs_of, saves_in
from kerlint.project import Module, Project
from kerlint.rules import rule


@rule("KER402", "adapt-after-trace", severity=Severity.WARNING, probe="adapt", words=(".adapt(",))
def adapt_after_trace(module: Module, project: Project) -> Iterator[Report]:
    story = module.answer(Story)
    for trace in story.roots:
        for event in trace.of(MethodCall):
            if event.method == "adapt" and event.module is module and not event.is_deferred:
                for layer in learners(event.receiver):
                    message = what_happens(story, trace, event, layer)
                    if message is not None:
                        yield Report(event.span, message)


def what_happens(story: Story, trace: Trace, adapt: MethodCall, layer: Instance) -> str | None:
    """What becomes of an `adapt`, when it comes too late."""
    name = name_at(story.module, adapt)
    before = [(event, model) for event, model in runs_of(trace) if event.order < adapt.order and holds(story, model, layer)]
    before = [(event, model) for event, model in before if not contradict(event.guard, adapt.guard)]
    for event, model in before:
        kind = RUNS[event.method]
        again = next(
            (
                later for later, other in runs_of(trace)
                if later.order > adapt.order and other.number == model.number and RUNS[later.method] == kind
                and not contradict(later.guard, adapt.guard)
            ),
            None,
        )  # fmt: skip
        if again is not None and not is_compiled(trace, model, event, again):
            return (
                f"adapt() of '{name}' after {event.method}(): the next {again.method}() runs what was traced before and "
                f"ignores the new {state_of(layer)}; call compile() again in between"
            )
    for event, _ in before:
        if event.method in TRAINING and not is_told_before(trace, layer, event) and not is_given(layer):
            return (
                f"adapt() of '{name}' after {event.method}(): the model was trained without its {state_of(layer)} and will "
                "predict with it; adapt before training"
            )
    return after_save(story, trace, adapt, layer, name)


def after_save(story: Story, trace: Trace, adapt: MethodCall, layer: Instance, name: str) -> str | None:
    """What is lost when the model was saved before and is not saved again."""
    saves = [save for save in saves_in(trace) if any(f.number == layer.number for f in story.holdings.of(save.model))]
    if not saves or any(save.event.order > adapt.order or save.is_checkpoint for save in saves):
        return None
    if any(contradict(save.event.guard, adapt.guard) for save in saves) or is_told_before(trace, layer, saves[-1].event):
        return None
    if trace.returned is not None and any(found.number == layer.number for found in story.holdings.of(trace.returned)):
        return None
    return f"adapt() of '{name}' after save(): the file lacks its {state_of(layer)}; save afterwards"


def holds(story: Story, model: Instance, layer: Instance) -> bool:
    """Whether a model holds the layer."""
    return any(found.number == layer.number for found in story.holdings.of(model))


def is_compiled(trace: Trace, model: Instance, first: Event, last: Event) -> bool:
    """Whether the model is compiled between two events."""
    return any(
        event.method == "compile" and first.order < event.order < last.order and is_model(event, model)
        for event in trace.of(MethodCall)
    )


def is_told_before(trace: Trace, layer: Instance, event: Event) -> bool:
    """Whether the layer may know something before an event: adapted, or its model loaded from a file."""
    return any(
        earlier.order < event.order
        and (
            (earlier.method in ("adapt", "set_vocabulary", "set_weights", "load_assets") and is_model(earlier, layer))
            or earlier.method == "load_weights"
        )
        for earlier in trace.of(MethodCall)
    )


def is_model(event: MethodCall | LayerCall, model: Instance) -> bool:
    """Whether an event is one of this object."""
    receiver = event.receiver if isinstance(event, MethodCall) else event.instance
    return any(found.number == model.number for _, found in alternatives(receiver))
