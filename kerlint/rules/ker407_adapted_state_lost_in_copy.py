"""KER407 adapted-state-lost-in-copy.

## What it does
Reports copies of a model or layer that leave behind what `adapt` found out: `clone_model`, `from_config`, `to_json`, and
on Keras 3 `set_weights`.

## Why is this bad?
A configuration holds what the constructor was given, not what was learned. The copy of a Normalization passes its inputs
on unchanged, silently; the copy of a lookup or text layer raises when it is called. On Keras 3 `set_weights` fills the
variables of a Normalization but not what it computes with, until `finalize_state()`.

## Example
    import keras

    def copy(rows):
        norm = keras.layers.Normalization()
        norm.adapt(rows)
        model = keras.Sequential([keras.Input((4,)), norm])
        return keras.models.clone_model(model)

## Use instead
    import keras

    def copy(rows):
        norm = keras.layers.Normalization()
        norm.adapt(rows)
        model = keras.Sequential([keras.Input((4,)), norm])
        model.save("model.keras")
        return keras.models.load_model("model.keras")

## Keras versions
All for Normalization and lookups; Discretization on 2.15 only. On 2.15 `set_weights` after the copy brings everything.

## References
Measured for each layer: the copy's outputs are compared with those of the original.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import Construction, Event, FunctionCall, MethodCall, Trace
from kerlint.execution.values import Derived, Instance, Value, alternatives, depends_on
from kerlint.finding import Report, Severity
from kerlint.preprocessing.layers import adapting_class, is_given, short_name, state_of
from kerlint.preprocessing.routes import Outcome, measured
from kerlint.preprocessing.story import Story, allocation
from kerlint.project import Module, Project
from kerlint.rules import rule

CLONES = ("keras.models.clone_model",)
FROM_TEXT = ("keras.models.model_from_json", "keras.models.model_from_config")
REPAIRS = frozenset(("finalize_state", "adapt", "set_vocabulary", "load_assets"))


@rule(
    "KER407", "adapted-state-lost-in-copy", severity=Severity.WARNING, probe="adapt",
    words=("clone_model", "from_config", "model_from", "set_weights"),
)
def adapted_state_lost_in_copy(module: Module, project: Project) -> Iterator[Report]:
    story = module.answer(Story)
    for trace in story.roots:
        copied: set[int] = set()
        for event in trace.events:
            if event.module is not module or event.is_deferred:
                continue
            original, result, case = copy_in(event)
            if original is not None and result is not None:
                layer, outcome = lost_layer(story, trace, event, original, case)
                copied.add(result.number)
                if layer is not None and outcome is not None and not is_repaired(story, trace, event, result, layer):
                    yield Report(event.span, what_is_lost(layer, outcome, case), severity_of(outcome))
            elif isinstance(event, MethodCall) and event.method == "set_weights":
                layer = unfinished_layer(story, trace, event, copied)
                if layer is not None:
                    yield Report(
                        event.span,
                        f"set_weights() fills the variables of {short_name(layer)} and not what it computes with: it still "
                        f"passes its inputs on unchanged, silently; call finalize_state() on it, or copy through a .keras file",
                    )


def copy_in(event: Event) -> tuple[Value | None, Value | None, str]:
    """What an event copies by its configuration, the copy, and the case of the measured table."""
    if isinstance(event, FunctionCall) and event.name in CLONES and "clone_function" not in event.arguments.keywords:
        return event.arguments.get("model", 0), event.result, "clone_model"
    if isinstance(event, FunctionCall) and (event.name in FROM_TEXT or event.name.endswith(".from_config")):
        given = event.arguments.get("json_string", 0) or event.arguments.get("config", 0)
        return configured_by(given), event.result, "from_config"
    if isinstance(event, MethodCall) and event.method == "from_config":
        return configured_by(event.arguments.get("config", 0)), event.result, "from_config"
    return None, None, ""


def configured_by(value: Value | None) -> Value | None:
    """The object whose `get_config()` or `to_json()` a value is."""
    if isinstance(value, Derived) and value.operator == "call":
        method = value.operands[0]
        if isinstance(method, Derived) and method.operator in ("attribute:get_config", "attribute:to_json"):
            return method.operands[0]
    return None


def lost_layer(
    story: Story, trace: Trace, copy: Event, original: Value, case: str
) -> tuple[Instance | None, Outcome | None]:
    """The first adapted layer of the original that its copy loses, and how."""
    for layer in adapted_layers(story, trace, copy, original):
        outcome = measured(story.module.knowledge, layer, case)
        if outcome is not None and not outcome.is_fine:
            return layer, outcome
    return None, None


def adapted_layers(story: Story, trace: Trace, before: Event, original: Value) -> list[Instance]:
    """The layers in a value that have been adapted before an event."""
    made = {event.instance.number for event in trace.of(Construction)}
    here = {
        found.number for event in trace.of(MethodCall)
        if event.method == "adapt" and event.order < before.order for found in story.touched(event)
    }  # fmt: skip
    anywhere = {allocation(found) for event in story.methods("adapt") for found in story.touched(event)}
    return [
        layer for layer in story.holdings.of(original)
        if adapting_class(layer) is not None and not is_given(layer)
        and (layer.number in here or (layer.number not in made and allocation(layer) in anywhere))
    ]  # fmt: skip


def is_repaired(story: Story, trace: Trace, copy: Event, result: Value, layer: Instance) -> bool:
    """Whether what the copy lacks is brought back later."""
    knowledge = story.module.knowledge
    by_file = measured(knowledge, layer, "weights_into_new .weights.h5")
    by_weights = measured(knowledge, layer, "clone_model then set_weights")
    for event in trace.of(MethodCall):
        if event.order < copy.order:
            continue
        if event.method in REPAIRS and (depends_on(event.receiver, result.number) or event.method == "finalize_state"):
            return True
        if event.method == "load_weights" and event.receiver.number == result.number and by_file and by_file.is_fine:
            return True
        if event.method == "set_weights" and event.receiver.number == result.number and by_weights and by_weights.is_fine:
            return True
    return False


def unfinished_layer(story: Story, trace: Trace, event: MethodCall, copied: set[int]) -> Instance | None:
    """The Normalization of the receiver that only gets its variables, when the weights are those of an adapted one."""
    target = next((found for _, found in alternatives(event.receiver) if isinstance(found, Instance)), None)
    source = weights_of(event.arguments.get("weights", 0))
    if target is None or source is None or event.receiver.number in copied or source.number == target.number:
        return None
    if not adapted_layers(story, trace, event, source):
        return None
    adapted = {found.number for e in trace.of(MethodCall) if e.method in REPAIRS for found in story.touched(e)}
    for layer in story.holdings.of(target):
        if adapting_class(layer) is not None and not is_given(layer) and layer.number not in adapted:
            outcome = measured(story.module.knowledge, layer, "clone_model then set_weights")
            if outcome is not None and outcome.is_silent:
                return layer
    return None


def weights_of(value: Value | None) -> Value | None:
    """The object whose `get_weights()` a value is."""
    if isinstance(value, Derived) and value.operator == "call" and isinstance(value.operands[0], Derived):
        method = value.operands[0]
        return method.operands[0] if method.operator == "attribute:get_weights" else None
    return None


def what_is_lost(layer: Instance, outcome: Outcome, case: str) -> str:
    """What the copy does, in one line."""
    kind, state = short_name(layer), state_of(layer)
    how = "clone_model()" if case == "clone_model" else "a configuration"
    then = "silently computes something else" if outcome.is_silent else "raises when it is called"
    return (
        f"{how} does not carry the {state} of {kind}: the copy {then}; copy through a .keras file, or give the {state} to "
        "the constructor"
    )


def severity_of(outcome: Outcome) -> Severity:
    """An exception is an error wherever it is raised."""
    return Severity.WARNING if outcome.is_silent else Severity.ERROR

