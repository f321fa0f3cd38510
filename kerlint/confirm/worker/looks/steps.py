"""Looks at a layer with moving statistics that is applied to each step of a sequence: KER106. Turns a request into a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..making.subject import Search
from ..running.graphs import model_of, step_of
from ..running.rehearsal import rehearsals
from ..scenarios import reuse
from ..scenarios.reload import told
from ..verdicts import confirmed, refuted, undecided
from .showing import nothing_ran, witness


def look_at_steps(request: Mapping[str, Any]) -> dict[str, Any]:
    """KER106: what a wrapper that applies a layer to each step answers in training and in inference."""
    search = Search(request)
    for rehearsal in rehearsals(request, search):
        if rehearsal.error is not None or rehearsal.step is None:
            search.troubles += [told(rehearsal.error)] if rehearsal.error is not None else []
            continue
        made = [*rehearsal.made.made_at(request["path"], request["lines"]), *(call.layer for call in rehearsal.calls_at(request))]
        wrapper = next((layer for layer in made if type(layer).__name__ == "TimeDistributed"), None)
        if wrapper is not None and rehearsal.run is not None:
            model = model_of(rehearsal.run, [call for call in rehearsal.watch.calls if call.layer is wrapper])
            if model is not None:
                rehearsal.step, rehearsal.things = step_of(model), [model]
        if wrapper is None or not reuse.one_pass(wrapper, rehearsal.step)["arguments"]:
            continue
        weights = [variable for thing in rehearsal.things for variable in thing.trainable_weights]
        reuse.vary_weights(weights, wrapper)
        gaps = {name: round(value, 4) for name, value in reuse.steps_apart(wrapper, rehearsal.step).items()}
        shown = witness(
            rehearsal,
            wrapper,
            ("", "vary_weights(thing.trainable_weights, layer)", "defect = steps_in_words(steps_apart(layer, step))"),
        )
        words = reuse.steps_in_words(gaps)
        if words:
            return confirmed(words, evidence=gaps, used=rehearsal.used, witness=shown)
        gap = gaps["train_eval"]
        return (refuted if gap < 0.2 else undecided)(
            f"train/eval outputs differ by {gap:.2g}", evidence=gaps, used=rehearsal.used
        )
    return nothing_ran(search)
