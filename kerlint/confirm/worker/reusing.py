"""Looks at what calling a layer again does: KER101, KER102, KER103 and KER106.

Turns a request into a verdict. The layer that a finding speaks of is the one whose call comes from the finding's lines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .calls import LayerCall, Watch, layers_within, watching
from .probes import confirmed, refuted, undecided
from .rehearsal import Rehearsal, model_of, rehearsals, step_of
from .repeating import look_at_nodes, look_at_repetition
from .scenarios import reuse
from .scenarios.reload import told
from .scripts import lines_of_body, name_of, way_to
from .subject import Search

_SIZES = re.compile(r"is called on (\d+) (channels|dimensions), then (\d+)")
_TWIN = re.compile(r"and `self\.(\w+)`, created beside it")
_CLASSES = re.compile(r"`[^`]*` \((\w+)\)|\bthe (\w+) inside|in its (\w+)|the state that (\w+) assigns")


@dataclass(frozen=True)
class Refusal:
    """A call of a layer that raised although an earlier call of the same layer was fine, on a tensor of another shape."""

    layer: Any
    first: tuple[int | None, ...]
    second: tuple[int | None, ...]
    error: BaseException

    @property
    def sizes(self) -> tuple[int, int | None, int, int | None]:
        """Ranks and last axes of both."""
        return len(self.first), self.first[-1], len(self.second), self.second[-1]

    @property
    def words(self) -> str:
        """The decisive observation in one line."""
        if len(self.first) != len(self.second):
            what = f"{len(self.first)} dimensions, then {len(self.second)}"
        else:
            what = f"{self.first[-1]} channels, then {self.second[-1]}"
        return f"{type(self.layer).__name__} is given {what}: the second call raises {type(self.error).__name__}"


def look_at_state(request: Mapping[str, Any]) -> dict[str, Any]:
    """KER101: state written more than once a pass, and what that does; or a second call that raises."""
    search, best, raised = Search(request), None, _Raised(request)
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
    return best or _nothing_ran(search)


class _Raised:
    """The refusals that were seen. One that hangs on what the program was fed by us shows nothing."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self.request = request
        self.seen: list[tuple[Refusal, Rehearsal]] = []

    def take(self, refusal: Refusal | None, rehearsal: Rehearsal) -> bool:
        """Notes a refusal; says whether it is the program's own: of the sizes that the finding gives, or whatever it is fed."""
        if refusal is None:
            return False
        self.seen.append((refusal, rehearsal))
        if _agrees(refusal, self.request) or rehearsal.width is None:
            return True
        same = {other.width for one, other in self.seen if one.sizes == refusal.sizes}
        return len(same) > 1

    def verdict(self) -> dict[str, Any]:
        """The last one, as a verdict."""
        refusal, rehearsal = self.seen[-1]
        evidence = {"error": told(refusal.error), "shapes": [list(refusal.first), list(refusal.second)]}
        used = {**rehearsal.used, "layer": type(refusal.layer).__name__}
        return confirmed(refusal.words, evidence=evidence, used=used, witness=_witness_of_refusal(rehearsal))


def _witness_of_refusal(rehearsal: Rehearsal) -> dict[str, Any]:
    if rehearsal.run is not None:
        body = lines_of_body(rehearsal.run)
        if body is None or any(quotes in line for line in body for quotes in ("\'\'\'", '"""')):
            return {}
        tried = body
        if rehearsal.step is not None:
            return {}
    else:
        tried = ["step(0)"]
    caught = ["try:", *(f"    {line}" for line in tried), '    defect = ""', "except Exception as error:", '    defect = f"{type(error).__name__}: {error}"']
    return {"scenarios": ["reuse"], "names": rehearsal.script[:1] and [rehearsal.script[0].split(" = ")[1].split("(")[0]], "call": [*rehearsal.script, *caught]}


def _nothing_ran(search: Search) -> dict[str, Any]:
    if not search.troubles:
        return undecided("the call at this place was not reached")
    return undecided(f"no arguments or inputs were found that work ({min(search.troubles, key=len)[:160]})")


def _judged(rehearsal: Rehearsal, request: Mapping[str, Any]) -> dict[str, Any]:
    """What the state of the layers at the place does in training."""
    keepers = [layer for layer in rehearsal.layers_at(request) if _keeps(layer)]
    named = [layer for layer in keepers if type(layer).__name__ in _classes_in(request["message"])]
    keepers = named or keepers
    if not keepers:
        return undecided("what is called there keeps no state that a call could write", used=rehearsal.used)
    assert rehearsal.step is not None
    passes = [(layer, reuse.one_pass(layer, rehearsal.step)) for layer in keepers]
    layer, noted = max(passes, key=lambda entry: (sum(map(bool, entry[1]["written"])), len(entry[1]["arguments"])))
    written = sum(map(bool, noted["written"]))
    kept = type(layer).__name__
    if written == 0:
        return undecided(f"{kept} writes no state in a training pass", used=rehearsal.used)
    if written == 1:
        calls = "once" if len(noted["arguments"]) == 1 else f"{len(noted['arguments'])} times"
        return refuted(f"{kept} is called {calls} a step and its state written once", evidence={"written": 1}, used=rehearsal.used)
    if "power iteration" in request["message"]:
        name = next(names for names in noted["written"] if names)[0]
        return confirmed(f"{name} written {_times(written)} a step", evidence={"written": written}, used=rehearsal.used,
                         witness=_witness(rehearsal, layer, _WRITTEN))  # fmt: skip
    if "is stateful" in request["message"]:
        return _carried(rehearsal, layer, noted)
    return _mixed(rehearsal, layer)


_SETTINGS = ({}, {"scale": 0.2}, {"spread": 8.0})
"""How the inputs are made: what a layer does to one distribution it may not do to another."""


def _mixed(rehearsal: Rehearsal, layer: Any) -> dict[str, Any]:
    """What sharing the layer does to its answers."""
    assert rehearsal.step is not None
    step = rehearsal.step
    weights = [variable for thing in rehearsal.things for variable in thing.trainable_weights]
    reuse.vary_weights(weights, layer)
    largest: dict[str, Any] = {}
    used = {**rehearsal.used, "layer": type(layer).__name__}
    for setting in _SETTINGS:
        found = reuse.mixing(layer, lambda seed, setting=setting: step(seed, **setting))
        words = reuse.mixes(found)
        evidence = {name: round(value, 4) if isinstance(value, float) else value for name, value in found.items()}
        if words:
            handed = ", ".join(["seed", *(f"{name}={value}" for name, value in setting.items())])
            last = ("step(0)", *_MIXES, f"defect = mixes(mixing(layer, lambda seed: step({handed})))")
            return confirmed(words, evidence=evidence, used=used, witness=_witness(rehearsal, layer, last))
        largest = max(largest or evidence, evidence, key=lambda one: one["shared_apart"])
    gap = max(largest["train_eval"], largest["shared_apart"])
    summary = f"{'/'.join(largest['state'])} written {_times(largest['written'])} a step, outputs differ by {gap:.2g} only"
    verdict = refuted if largest["shared_apart"] < 0.05 and largest["train_eval"] < 0.2 else undecided
    return verdict(summary, evidence=largest, used=used)


_MIXES = ("vary_weights(thing.trainable_weights, layer)",)
_WRITTEN = ("step(0)", "written = one_pass(layer, step)['written']", "defect = f'written {len(written)} times a step' if len(written) > 1 else ''")
_CARRIES = (
    "step(0)", "gap = carried_over(layer, one_pass(layer, step)['arguments'])",
    "defect = f'the second call begins with the state of the first: outputs differ by {gap:.2g}' if gap > 0.001 else ''",
)  # fmt: skip


def _carried(rehearsal: Rehearsal, layer: Any, noted: Mapping[str, Any]) -> dict[str, Any]:
    gap = reuse.carried_over(layer, noted["arguments"])
    evidence = {"written": sum(map(bool, noted["written"])), "difference": gap}
    if any(noted["carried"]) and gap > 1e-3:
        words = f"the second call begins with the state of the first: outputs differ by {gap:.2g} from a fresh start"
        return confirmed(words, evidence=evidence, used=rehearsal.used, witness=_witness(rehearsal, layer, _CARRIES))
    return undecided("the state was not seen to go from one call to the next", evidence=evidence, used=rehearsal.used)


def _witness(rehearsal: Rehearsal, layer: Any, last: Sequence[str]) -> dict[str, Any]:
    """Lines that set the program up, find the layer and call the scenario."""
    thing = rehearsal.things[0]
    way = way_to(thing, layer)
    lines = list(rehearsal.script)
    if rehearsal.run is not None and rehearsal.step is not None:
        body, name = lines_of_body(rehearsal.run), name_of(rehearsal.run, thing)
        items = getattr(rehearsal.step, "items", None)
        if body is None or name is None or items is None:
            return {}
        fed = "values" if len(items) > 1 else "values[0]"
        lines = [*body, f"thing = {name}", "", "", "def step(seed, scale=1.0, spread=0.0):", f"    values = varied({items!r}, seed, {rehearsal.step.rows}, scale, spread)",
                 f"    return thing({fed}, training=True)", "", ""]  # fmt: skip
    if way is None or not lines:
        return {}
    names = [type(thing).__name__] if rehearsal.script else []
    first = ["step(0)", f"layer = {way}  # {type(layer).__name__}"]
    return {"scenarios": ["reuse"], "names": names, "call": [*lines, *first, *last[1:]]}


def _keeps(layer: Any) -> bool:
    """Whether a layer keeps numbers itself, and not only what is inside it."""
    inner = [variable for other in layers_within(layer)[1:] for variable in reuse.state_of(other)]
    return any(not any(variable is other for other in inner) for variable in reuse.state_of(layer))


def _classes_in(message: str) -> set[str]:
    return {name for groups in _CLASSES.findall(message) for name in groups if name}


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


# --- calls that raise -------------------------------------------------------------------------------------------------


def refusal_in(rehearsal: Rehearsal, request: Mapping[str, Any]) -> Refusal | None:
    """The call at the finding's lines that raised on a shape other than that of an earlier call."""
    for watch in (rehearsal.watch, rehearsal.made):
        found = _refused(watch, request, rehearsal.layers_at(request))
        if found is not None:
            return found
    return None


def _refused(watch: Watch, request: Mapping[str, Any], layers: Sequence[Any]) -> Refusal | None:
    for place in reversed(range(len(watch.calls))):
        call = watch.calls[place]
        if call.error is None or not (call.stands_at(request["path"], request["lines"]) or any(call.layer is one for one in layers)):
            continue
        for earlier in watch.calls[:place]:
            if earlier.layer is call.layer and earlier.error is None and _differ(earlier, call):
                return Refusal(call.layer, earlier.shapes[0], call.shapes[0], call.error)
    return None


def _differ(one: LayerCall, other: LayerCall) -> bool:
    """Whether the tensors have another rank or last axis."""
    if not one.shapes or not other.shapes or not one.shapes[0] or not other.shapes[0]:
        return False
    return len(one.shapes[0]) != len(other.shapes[0]) or one.shapes[0][-1] != other.shapes[0][-1]


def _agrees(refusal: Refusal, request: Mapping[str, Any]) -> bool:
    """Whether the shapes are those that the message gives."""
    match = _SIZES.search(request["message"])
    if match is None:
        return False
    sizes = (int(match[1]), int(match[3]))
    if match[2] == "dimensions":
        return (len(refusal.first), len(refusal.second)) == sizes
    return (refusal.first[-1], refusal.second[-1]) == sizes


def look_at_refusals(request: Mapping[str, Any]) -> dict[str, Any]:
    """KER102: the second call raises, when it is made or when the graph runs."""
    search, ran, raised = Search(request), None, _Raised(request)
    for rehearsal in rehearsals(request, search):
        if raised.take(refusal_in(rehearsal, request) or _refused_in_a_pass(rehearsal, request), rehearsal):
            return raised.verdict()
        if rehearsal.error is None and rehearsal.step is not None and rehearsal.calls_at(request):
            ran = ran or rehearsal
        elif rehearsal.error is not None:
            search.troubles.append(told(rehearsal.error))
    if ran is not None:
        shapes = sorted({str(call.shapes[0]) for call in ran.calls_at(request) if call.shapes})
        return refuted(f"the call runs, on {' and '.join(shapes[:3])}", used=ran.used)
    return _nothing_ran(search)


def _refused_in_a_pass(rehearsal: Rehearsal, request: Mapping[str, Any]) -> Refusal | None:
    """The same, when a graph that was made runs on numbers."""
    if rehearsal.run is None or rehearsal.step is None or rehearsal.error is not None:
        return None
    with watching([request["path"]]) as watch:
        try:
            rehearsal.step(0)
        except Exception as error:
            found = _refused(watch, request, rehearsal.layers_at(request))
            if found is None:
                rehearsal.error = error
            return found
    return None


# --- layers that are never called -------------------------------------------------------------------------------------


def look_at_twins(request: Mapping[str, Any]) -> dict[str, Any]:
    """KER103: the layer is called twice a pass, and the one beside it never."""
    match, search = _TWIN.search(request["message"]), Search(request)
    if match is None:
        return undecided("the message names no layer")
    for rehearsal in rehearsals(request, search):
        if rehearsal.error is not None:
            continue
        for call in rehearsal.calls_at(request):
            owner = next((owner for owner in call.owners if hasattr(owner, match[1])), None)
            twin = getattr(owner, match[1], None)
            count = sum(other.layer is call.layer for other in rehearsal.watch.calls)
            if twin is None or not hasattr(twin, "weights") or call.parent is None or call.parent.layer is not owner:
                continue
            name = next((name for name, value in vars(owner).items() if value is call.layer), type(call.layer).__name__)
            never = sum(other.layer is twin for other in rehearsal.watch.calls)
            evidence = {"calls": count, "calls_of_the_other": never, "weights_of_the_other": len(twin.weights)}
            if never == 0 and count >= 2:
                holds = "has no weights" if not twin.weights else "is not trained"
                words = f"{name} is called {_times(count)} a pass, {match[1]} never and {holds}"
                return confirmed(words, evidence=evidence, used=rehearsal.used, witness=_witness_of_twin(rehearsal, match[1]))
            return refuted(f"{name} is called {_times(count)} a pass, {match[1]} {_times(never)}", evidence=evidence, used=rehearsal.used)
    return _nothing_ran(search)


def _witness_of_twin(rehearsal: Rehearsal, twin: str) -> dict[str, Any]:
    thing = rehearsal.things[0]
    if not hasattr(thing, twin) or not rehearsal.script:
        return {}
    last = ["step(0)", f"calls = len(one_pass(thing.{twin}, step)['arguments'])", f"defect = '{twin} is never called' if calls == 0 else ''"]
    return {"scenarios": ["reuse"], "names": [type(thing).__name__], "call": [*rehearsal.script, *last]}


# --- layers applied to each step --------------------------------------------------------------------------------------


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
        witness = _witness(rehearsal, wrapper, ("", "vary_weights(thing.trainable_weights, layer)", "defect = steps_in_words(steps_apart(layer, step))"))
        words = reuse.steps_in_words(gaps)
        if words:
            return confirmed(words, evidence=gaps, used=rehearsal.used, witness=witness)
        gap = gaps["train_eval"]
        return (refuted if gap < 0.2 else undecided)(f"train/eval outputs differ by {gap:.2g}", evidence=gaps, used=rehearsal.used)
    return _nothing_ran(search)


__all__ = ["look_at_nodes", "look_at_refusals", "look_at_repetition", "look_at_state", "look_at_steps", "look_at_twins"]
