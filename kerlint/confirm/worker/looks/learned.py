"""What a program was seen to do with layers that learn: leave them out, tell them too late or never, copy them.

Turns a `Played` into a verdict, or into what a fresh process has to look at. Knows nothing of how it was run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy

from ..running.small_runs import Played
from ..scenarios.adapting import (
    compared,
    does,
    inputs_for,
    is_identity,
    kind_of,
    learners_in,
    measured,
    move_weights,
    rows_for,
)  # fmt: skip
from ..scenarios.in_small import Step
from ..verdicts import confirmed, refuted, undecided
from .brought_back import holds, layer_later

# --- a layer that no file holds -----------------------------------------------------------------------------------------


def judge_left_out(request: Mapping[str, Any], played: Played) -> dict[str, Any]:
    """Whether a layer that was told something is in what is saved."""
    steps = [step for step in played.here("adapt") if "rows" in step.more]
    if not steps:
        return undecided("the layer was told nothing")
    layer, rows = steps[-1].thing, steps[-1].more["rows"]
    saves = played.saves
    if not saves:
        models = played.models
        if not models:
            return undecided("no model is made here")
        if any(holds(model, layer) for model in models):
            return undecided("the layer is in a model, and which model is saved was not seen")
        for index, model in enumerate(models[-2:]):
            saves += played.saved(model, f"model_{index}.keras")
    if not saves:
        return undecided("nothing could be saved")
    return {**layer_later(layer, rows, played, saves), "sketch": played.sketch(layer, "left_out({made}, {made})")}


# --- order --------------------------------------------------------------------------------------------------------------


def judge_order(request: Mapping[str, Any], played: Played) -> dict[str, Any]:
    """Whether what a layer is told comes too late."""
    told = played.here("adapt")
    if not told:
        return undecided("the adapt() was not reached")
    message = request["message"]
    if "ignores the new" in message:
        return {
            **_judge_stale(message, told, played),
            "sketch": played.sketch(told[-1].thing, "too_late({made}, {made}, 'predict')"),
        }
    if "after save()" in message:
        first = played.stage.steps.index(told[0])
        before = [save for save in played.saves if played.stage.steps.index(save) < first and holds(save.thing, told[0].thing)]
        if not before:
            return undecided("nothing was saved before")
        after = [save for save in played.saves if played.stage.steps.index(save) > first and holds(save.thing, told[0].thing)]
        found = layer_later(told[-1].thing, told[-1].more["rows"], played, before + after)
        return {**found, "sketch": played.sketch(told[-1].thing, "too_late({made}, {made}, 'save')")}
    return {
        **_judge_trained_without(told, played),
        "sketch": played.sketch(told[-1].thing, "too_late({made}, {made}, 'trained')"),
    }


def _judge_stale(message: str, told: list[Step], played: Played) -> dict[str, Any]:
    steps = played.stage.steps
    name = message.partition("the next ")[2].partition("(")[0]
    for step in told:
        position = steps.index(step)
        for run in [later for later in steps[position:] if later.name == name]:
            earlier = [other for other in steps[:position] if other.thing is run.thing and other.name == name]
            if not earlier or not holds(run.thing, step.thing):
                continue
            failed = next((one.more["error"] for one in (earlier[-1], run) if "error" in one.more), None)
            if failed is not None:
                return undecided(f"{name}() raises {failed} on made data")
            return _stale(played, run.thing, name)
    return undecided(f"no {name}() before and after the adapt() was reached")


def _stale(played: Played, model: Any, name: str) -> dict[str, Any]:
    """Runs again what was traced, and then traces anew: nothing else changes between the two."""
    move_weights(model)
    traced = [{"values": played.stage.again(model, name, fresh=False)} for _ in range(2)]
    anew = {"values": played.stage.again(model, name, fresh=True)}
    if compared(traced[0], traced[1]):
        return undecided(f"{name}() gives other numbers each time")
    words = compared(anew, traced[0])
    if not words:
        return refuted(f"{name}() gives what it gives when it is traced anew")
    return confirmed(
        f"after the adapt(), {name}() {words} from what it gives when it is traced anew",
        evidence={"difference": words, **measured(anew, traced[0])},
    )


def _judge_trained_without(told: list[Step], played: Played) -> dict[str, Any]:
    steps = played.stage.steps
    for step in told:
        fits = [
            run
            for run in steps[: steps.index(step)]
            if run.name in ("fit", "fit_generator", "train_on_batch") and holds(run.thing, step.thing)
        ]
        if not fits:
            continue
        if "error" in fits[-1].more:
            return undecided(f"training raises {fits[-1].more['error']} on made data")
        for (model, before), (_, after) in zip(step.more["before"], step.more["after"]):
            if model is fits[-1].thing:
                if "error" in before:
                    return undecided(f"before the adapt() the model raises {before['error']}")
                words = compared(before, after)
                if not words:
                    return undecided("the adapt() changed nothing")
                seen = f"after the adapt() the trained model {words} on the same rows"
                return confirmed(seen, evidence={"difference": words, **measured(before, after)})
    return undecided("no training before the adapt() was reached")


# --- never told ---------------------------------------------------------------------------------------------------------


def judge_untold(request: Mapping[str, Any], played: Played) -> dict[str, Any]:
    """Whether a layer runs that nothing was told."""
    made_up = played.here("adapt")
    if made_up:
        call = "filed({made}, {made}, 'save_weights', 'model.weights.h5')"
        return {**_judge_made_up(made_up[-1], played), "sketch": played.sketch(made_up[-1].thing, call)}
    layers = [layer for layer in played.made_here if kind_of(layer)]
    if not layers:
        return undecided("the layer was not made")
    return {**_judge_layer(layers[-1], played), "sketch": played.sketch(layers[-1], "untold({made})")}


def _judge_layer(layer: Any, played: Played) -> dict[str, Any]:
    kind = kind_of(layer)
    if any(step.thing is layer for step in played.stage.of("adapt")):
        return refuted(f"the {kind} is told what it needs")
    rows = rows_for(layer, 0, played.stage.shapes[0])
    found = does(layer, rows)
    if "error" in found:
        return confirmed(f"called without adapt(), {kind} raises {found['error']}", evidence={"error": found["error"]})
    if kind == "Normalization" and is_identity(layer, rows):
        return confirmed(
            f"the {kind} passes numbers of mean {float(numpy.mean(rows)):.2g} on unchanged",
            evidence={"mean": float(numpy.mean(found["values"]))},
        )
    if kind != "Normalization" and len(numpy.unique(found["values"])) == 1:
        return confirmed(
            f"the {kind} gives {found['values'].flat[0]} for everything", evidence={"value": str(found["values"].flat[0])}
        )
    return refuted(f"the {kind} tells its inputs apart")


def _judge_made_up(step: Step, played: Played) -> dict[str, Any]:
    """The weights of a told model, read into one that was told a made-up sample."""
    loads = [
        load for load in played.stage.of("load_weights") if holds(load.thing, step.thing) and load.more.get("twin") is not None
    ]
    if not loads:
        return undecided("no weights are read into the model here")
    model, twin = loads[-1].thing, loads[-1].more["twin"]
    rows = inputs_for(twin, 0, played.stage.shapes)
    expected, found = does(twin, rows), does(model, rows)
    words = compared(expected, found)
    if not words:
        return refuted("the model with the weights gives what the trained one gives")
    evidence = {"difference": words, **measured(expected, found)}
    return confirmed(f"with the weights of a model that was told real words it {words}", evidence=evidence)


# --- copies -------------------------------------------------------------------------------------------------------------


def judge_copy(request: Mapping[str, Any], played: Played) -> dict[str, Any]:
    """Whether a copy knows what the original knows."""
    steps = played.here("clone_model", "model_from_json", "model_from_config", "from_config", "set_weights")
    if not steps:
        return undecided("the copy was not made")
    source, copy = steps[-1].more.get("source"), steps[-1].thing
    if source is None:
        return undecided("what is copied was not found")
    told = {id(step.thing) for step in played.stage.of("adapt")}
    pairs = [(one, other) for one, other in zip(learners_in(source), learners_in(copy)) if id(one) in told]
    if not pairs:
        return undecided("nothing was told to what is copied")
    for one, other in pairs:
        rows = rows_for(one, 0, played.stage.shapes[0])
        expected = does(one, rows)
        if "error" in expected:
            return undecided(f"the original raises {expected['error']}")
        found = does(other, rows)
        words = compared(expected, found)
        if words:
            unchanged = ", it passes numbers on unchanged" if is_identity(other, rows) else ""
            sketch = played.sketch(one, f"copied({{made}}, {steps[-1].name!r})")
            told_words = f"the copy's {kind_of(one)} {words}{unchanged}"
            evidence = {"difference": words, **measured(expected, found)}
            return {**confirmed(told_words, evidence=evidence), "sketch": sketch}
    return refuted("the copy gives what the original gives")
