"""KER403 never-adapted.

## What it does
Reports a Normalization, Discretization, lookup or text layer that runs although nothing ever told it what it needs: no
`adapt`, no constructor argument, no file that brings it. Also a vocabulary learned from a made-up sample before weights
are loaded.

## Why is this bad?
A Normalization without statistics passes its inputs on unchanged, silently. Lookup and text layers raise at the first
call. Weights do not bring a vocabulary, so a model that is built anew to load weights has none, or the one of the sample.

## Example
    import keras

    def train(x, y):
        norm = keras.layers.Normalization()
        model = keras.Sequential([keras.Input((4,)), norm, keras.layers.Dense(1)])
        model.compile("adam", "mean_squared_error")
        model.fit(x, y)

## Use instead
    import keras

    def train(x, y):
        norm = keras.layers.Normalization()
        norm.adapt(x)
        model = keras.Sequential([keras.Input((4,)), norm, keras.layers.Dense(1)])
        model.compile("adam", "mean_squared_error")
        model.fit(x, y)

## Keras versions
All. Discretization puts everything into bin 0 up to 3.8 and raises from 3.9.

## References
Measured for each layer: called, and predicted with, before any `adapt`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kerlint.execution.events import Construction, LayerCall, MethodCall, Trace
from kerlint.execution.values import UNFOLLOWED, Derived, Instance, Reference, Value, parts_of
from kerlint.finding import Report, Severity
from kerlint.preprocessing.keeping import Keeping
from kerlint.preprocessing.layers import adapting_class, is_given, is_made_up, short_name, state_of
from kerlint.preprocessing.routes import Outcome, measured
from kerlint.preprocessing.story import Story, allocation, name_at, runs_of
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.semantics.expecting import expects_failure

TELLING = (
    "adapt", "set_vocabulary", "set_weights", "load_assets", "load_own_variables", "update_state", "finalize_state",
    "build_from_config",
)  # fmt: skip
LOADING = ("load_weights", "set_weights")


@rule(
    "KER403", "never-adapted", severity=Severity.WARNING, probe="adapt",
    words=("Normalization", "Discretization", "Lookup", "TextVectorization"),
)
def never_adapted(module: Module, project: Project) -> Iterator[Report]:
    story = module.answer(Story)
    told = {allocation(layer) for event in story.methods(*TELLING) for layer in story.touched(event)}
    if not any(story.is_untold(event) for event in story.methods(*TELLING)):
        yield from untold(story, Keeping(story, project), told)
    for trace in story.roots:
        yield from made_up(story, trace)


def untold(story: Story, keeping: Keeping, told: set[int]) -> Iterator[Report]:
    """The layers that run and were never told anything."""
    seen: set[int] = set()
    for trace in story.roots:
        for event in trace.of(Construction):
            layer = event.instance
            if adapting_class(layer) is None or is_given(layer) or allocation(layer) in told | seen:
                continue
            outcome = measured(story.module.knowledge, layer, "never adapted predict")
            if outcome is None or event.module is not story.module or keeping.is_handed_on(layer):
                continue
            if runs_untold(story, trace, layer):
                seen.add(allocation(layer))
                yield Report(event.span, what_happens(layer, outcome), severity_of(outcome))


def runs_untold(story: Story, made_in: Trace, layer: Instance) -> bool:
    """Whether the layer runs, itself or in a model, on data, and no file has brought its state before."""
    if made_in is not story.module.body_trace:
        return runs_untold_in(story, made_in, layer, lambda other: other.number == layer.number)
    return any(runs_untold_in(story, trace, layer, lambda other: allocation(other) == allocation(layer)) for trace in story.roots)


def runs_untold_in(story: Story, trace: Trace, layer: Instance, is_it: Callable[[Instance], bool]) -> bool:
    """The same in one trace; `is_it` knows the layer there."""
    loads = [e for e in trace.of(MethodCall) if e.method in LOADING and any(map(is_it, story.holdings.of(e.receiver)))]
    if loads:
        carrying = measured(story.module.knowledge, layer, "weights_into_new .weights.h5")
        return carrying is not None and not carrying.is_fine
    runs = [model for run, model in runs_of(trace) if not expects_failure(run.module.facts.body, run.node)]
    if any(is_it(found) for model in runs for found in story.holdings.of(model)):
        return True
    calls = [call for call in trace.of(LayerCall) if is_it(call.instance)]
    calls = [call for call in calls if not expects_failure(call.module.facts.body, call.node)]
    return any(call.is_deferred or not is_symbolic(call) for call in calls) and not story.models_with(layer)


def is_symbolic(call: LayerCall) -> bool:
    """Whether a layer is called to build a graph: on a `keras.Input`, or on what nobody knows."""
    return any(_comes_from_input(value) for value in call.arguments.values())


def _comes_from_input(value: Value) -> bool:
    seen: set[int] = set()
    pending = [value]
    while pending:
        current = pending.pop()
        if current.number in seen:
            continue
        seen.add(current.number)
        if isinstance(current, Reference) and current.name in ("keras.Input", "keras.layers.InputLayer"):
            return True
        if not parts_of_known(current):
            return True
        pending.extend(parts_of(current))
    return False


def parts_of_known(value: Value) -> bool:
    """False for what may be anything."""
    return not (isinstance(value, Derived) and value.operator in ("unknown", UNFOLLOWED))


def what_happens(layer: Instance, outcome: Outcome) -> str:
    """What an untold layer does, in one line."""
    kind, state = short_name(layer), state_of(layer)
    if not outcome.is_silent:
        return f"this {kind} has no {state}: nothing adapts it or gives it one, so its first call raises; adapt it before it runs"
    effect = "puts every value into bin 0" if kind == "Discretization" else "passes its inputs on unchanged"
    return f"this {kind} has no {state}: nothing adapts it, so it silently {effect}; adapt it before it runs"


def severity_of(outcome: Outcome) -> Severity:
    """An exception is an error wherever it is raised."""
    return Severity.WARNING if outcome.is_silent else Severity.ERROR


def made_up(story: Story, trace: Trace) -> Iterator[Report]:
    """The layers that learn from a made-up sample, and then only weights are loaded, which do not bring their state."""
    for event in trace.of(MethodCall):
        data = event.arguments.get("data", 0)
        if event.method != "adapt" or event.module is not story.module or data is None or not is_made_up(data):
            continue
        for layer in story.touched(event):
            carrying = measured(story.module.knowledge, layer, "weights_into_new .weights.h5")
            if carrying is not None and not carrying.is_fine and is_loaded_later(story, trace, event, layer):
                yield Report(
                    event.span,
                    f"'{name_at(story.module, event)}' learns the {state_of(layer)} of a made-up sample, and the weights that "
                    f"are loaded do not bring the true {state_of(layer)}; load the whole model, or give it to the constructor",
                )
                break


def is_loaded_later(story: Story, trace: Trace, adapt: MethodCall, layer: Instance) -> bool:
    """Whether weights are loaded into a model with the layer, and nothing else is learned."""
    later = [event for event in trace.of(MethodCall) if event.order > adapt.order]
    if any(event.method in TELLING and any(f.number == layer.number for f in story.touched(event)) for event in later):
        return False
    loads = [event for event in later if event.method == "load_weights"]
    return any(found.number == layer.number for event in loads for found in story.holdings.of(event.receiver))

