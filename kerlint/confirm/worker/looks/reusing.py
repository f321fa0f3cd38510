"""Looks at the state of a layer that is called again in one pass: KER101. Turns a request into a verdict.

The layer that a finding speaks of is the one whose call comes from the finding's lines.
"""

from __future__ import annotations

import functools
import itertools
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..making.subject import Search
from ..running.calls import layers_within
from ..running.rehearsal import Rehearsal, rehearsals
from ..scenarios import reuse
from ..scenarios.reload import told
from ..verdicts import confirmed, refuted, undecided
from .refusals import Raised, refusal_in
from .showing import nothing_ran, times, witness

_CLASSES = re.compile(r"`[^`]*` \((\w+)\)|\bthe (\w+) inside|in its (\w+)|the state that (\w+) assigns")


def look_at_state(request: Mapping[str, Any]) -> dict[str, Any]:
    """KER101: state written more than once a pass, and what that does; or a second call that raises."""
    search, best, raised = Search(request), None, Raised(request)
    for rehearsal in rehearsals(request, search):
        if raised.take(refusal_in(rehearsal, request), rehearsal):
            return raised.verdict()
        if rehearsal.error is not None:
            search.troubles.append(told(rehearsal.error))
        elif rehearsal.step is not None and rehearsal.calls_at(request):
            verdict = _judged(rehearsal, request)
            if verdict["verdict"] != "undecided":
                return verdict
            best = best or verdict
    return best or nothing_ran(search)


def _judged(rehearsal: Rehearsal, request: Mapping[str, Any]) -> dict[str, Any]:
    """What the state of the layers at the place does in training."""
    keepers = [layer for layer in rehearsal.layers_at(request) if _keeps(layer)]
    named = [layer for layer in keepers if type(layer).__name__ in _classes_in(request["message"])]
    keepers = named or keepers
    if not keepers:
        return undecided("what is called there keeps no state that a call could write", used=rehearsal.used)
    assert rehearsal.step is not None
    passes = [(layer, reuse.one_pass(layer, rehearsal.step)) for layer in keepers]
    passes.sort(key=lambda entry: (-sum(map(bool, entry[1]["written"])), -len(entry[1]["arguments"])))
    layer, noted = passes[0]
    written = sum(map(bool, noted["written"]))
    kept = type(layer).__name__
    if written == 0:
        return undecided(f"{kept} writes no state in a training pass", used=rehearsal.used)
    if written == 1:
        calls = "once" if len(noted["arguments"]) == 1 else f"{len(noted['arguments'])} times"
        return refuted(
            f"{kept} is called {calls} a step and its state written once", evidence={"written": 1}, used=rehearsal.used
        )
    if "power iteration" in request["message"]:
        name = next(names for names in noted["written"] if names)[0]
        return confirmed(f"{name} written {times(written)} a step", evidence={"written": written}, used=rehearsal.used,
                         witness=witness(rehearsal, layer, _WRITTEN))  # fmt: skip
    if "is stateful" in request["message"]:
        return _carried(rehearsal, layer, noted)
    return _mixed(rehearsal, [other for other, seen in passes if sum(map(bool, seen["written"])) == written][:3])


_SETTINGS: tuple[dict[str, float], ...] = ({}, {"spread": 8.0}, {"scale": 0.2})
"""How the inputs are made: what a layer does to one distribution it may not do to another."""
_SECONDS = 25.0


def _mixed(rehearsal: Rehearsal, layers: Sequence[Any]) -> dict[str, Any]:
    """What sharing one of the layers does to its answers."""
    assert rehearsal.step is not None
    step = rehearsal.step
    weights = [variable for thing in rehearsal.things for variable in thing.trainable_weights]
    reuse.vary_weights(weights, layers[0])
    largest: dict[str, Any] = {}
    end = time.monotonic() + _SECONDS
    for setting, layer in itertools.product(_SETTINGS, layers):
        if largest and time.monotonic() > end:
            break
        found = reuse.mixing(layer, functools.partial(step, **setting))
        words = reuse.mixes(found)
        evidence = {name: round(value, 4) if isinstance(value, float) else value for name, value in found.items()}
        if words:
            last = ("step(0)", *_varied(layer, layers[0]), f"defect = mixes(mixing(layer, {_with(setting)}))")
            used = {**rehearsal.used, "layer": type(layer).__name__}
            return confirmed(words, evidence=evidence, used=used, witness=witness(rehearsal, layer, last))
        largest = max(largest or evidence, evidence, key=lambda one: float(one["shared_apart"]))
    gap = max(largest["train_eval"], largest["shared_apart"])
    summary = f"{'/'.join(largest['state'])} written {times(largest['written'])} a step, outputs differ by {gap:.2g} only"
    verdict = refuted if largest["shared_apart"] < 0.05 and largest["train_eval"] < 0.2 else undecided
    return verdict(summary, evidence=largest, used={**rehearsal.used, "layer": type(layers[0]).__name__})


def _with(setting: Mapping[str, float]) -> str:
    if not setting:
        return "step"
    return f"lambda seed: step(seed, {', '.join(f'{name}={value}' for name, value in setting.items())})"


def _varied(layer: Any, first: Any) -> tuple[str, ...]:
    """The weights that were moved are the same only where the layer that was spared is."""
    return _MIXES if layer is first else ()


_MIXES = ("vary_weights(thing.trainable_weights, layer)",)
_WRITTEN = (
    "step(0)",
    "written = one_pass(layer, step)['written']",
    "defect = f'written {len(written)} times a step' if len(written) > 1 else ''",
)
_CARRIES = (
    "step(0)", "gap = carried_over(layer, one_pass(layer, step)['arguments'])",
    "defect = f'the second call begins with the state of the first: outputs differ by {gap:.2g}' if gap > 0.001 else ''",
)  # fmt: skip


def _carried(rehearsal: Rehearsal, layer: Any, noted: Mapping[str, Any]) -> dict[str, Any]:
    gap = reuse.carried_over(layer, noted["arguments"])
    evidence = {"written": sum(map(bool, noted["written"])), "difference": gap}
    if any(noted["carried"]) and gap > 1e-3:
        words = f"the second call begins with the state of the first: outputs differ by {gap:.2g} from a fresh start"
        return confirmed(words, evidence=evidence, used=rehearsal.used, witness=witness(rehearsal, layer, _CARRIES))
    return undecided("the state was not seen to go from one call to the next", evidence=evidence, used=rehearsal.used)


def _keeps(layer: Any) -> bool:
    """Whether a layer keeps numbers itself, and not only what is inside it."""
    inner = [variable for other in layers_within(layer)[1:] for variable in reuse.state_of(other)]
    return any(not any(variable is other for other in inner) for variable in reuse.state_of(layer))


def _classes_in(message: str) -> set[str]:
    return {name for groups in _CLASSES.findall(message) for name in groups if name}
