"""Whether what a layer learned by `adapt` outlives the program: KER401 to KER407.

The stretch of program is rehearsed on made data, its files are written into the probe's folder, and a fresh process reads
them, or makes the model again without telling its layers anything. What the layers and models make of the same rows is
compared.
"""

from __future__ import annotations

import pickle
from collections.abc import Generator, Mapping
from typing import Any

from ..looks.brought_back import judge_file, judge_legacy, layer_back, model_back, weights_back
from ..looks.learned import judge_copy, judge_left_out, judge_order, judge_untold
from ..running.small_runs import play
from ..sandbox.children import StageOutcome
from ..scenarios import lost
from ..stages import stage
from ..verdicts import trouble_of, undecided
from . import probe

_JUDGES = {
    "KER401": judge_left_out,
    "KER402": judge_order,
    "KER403": judge_untold,
    "KER404": judge_file,
    "KER405": judge_legacy,
    "KER407": judge_copy,
}


@probe("adapt")
def adapt_probe(request: Mapping[str, Any]) -> Generator[tuple[str, dict[str, Any]], StageOutcome, dict[str, Any]]:
    """The larger body first; the smaller one where that told nothing."""
    verdict = yield from _one(request)
    instead = request["facts"].get("instead")
    if verdict["verdict"] == "undecided" and instead is not None:
        other = yield from _one(instead)
        if other["verdict"] != "undecided":
            return other
    return verdict


def _one(request: Mapping[str, Any]) -> Generator[tuple[str, dict[str, Any]], StageOutcome, dict[str, Any]]:
    if request["subject"]["kind"] != "body":
        return undecided("it is not a stretch of program")
    outcome = yield "adapt.here", {"request": request}
    trouble = trouble_of(outcome)
    if trouble is not None:
        return undecided(trouble)
    found = dict(outcome.value)
    sketch = found.pop("sketch", "")
    if "back" in found:
        outcome = yield "adapt.back", {"request": request, "back": found["back"]}
        trouble = trouble_of(outcome)
        if trouble is not None:
            return undecided(f"in a fresh process: {trouble}")
        found = {**outcome.value, "used": found["used"]}
    if found["verdict"] == "confirmed" and sketch:
        lines = [f"defect = {sketch}"]
        outcome = yield "adapt.sketch", {"lines": lines}
        if trouble_of(outcome) is None and outcome.value["defect"]:
            found["witness"] = {"scenarios": ["lost"], "names": [], "call": lines, "imports": []}
    return found


@stage("adapt.here")
def here(argument: Mapping[str, Any]) -> dict[str, Any]:
    """Rehearses the body, and judges what can be judged at once."""
    request = argument["request"]
    played = play(request, tells=True, trains=request["code"] == "KER402", download=request["code"] == "KER405")
    if played.trouble is not None:
        return undecided(played.trouble)
    return {**_JUDGES[request["code"]](request, played), "used": played.used}


@stage("adapt.back")
def back(argument: Mapping[str, Any]) -> dict[str, Any]:
    """Reads the files, in a process that knows nothing of the other."""
    request, found = argument["request"], argument["back"]
    with open(found["before"], "rb") as file:
        before = pickle.load(file)
    return {"layer": layer_back, "model": model_back, "weights": weights_back}[found["kind"]](request, found, before)


@stage("adapt.sketch")
def sketch(argument: Mapping[str, Any]) -> dict[str, Any]:
    """Shows the same on one layer, so that it can be written down for a person."""
    names = vars(lost)
    exec("\n".join(argument["lines"]), names)
    return {"defect": names["defect"] or ""}
