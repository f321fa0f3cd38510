"""Whether variables are made once, held, trained and saved, and layers told that they are in training: KER502, 504, 506.

Each rule has a look of its own; what must come back from a file is looked for a second time, in a fresh process. Where a
creation does harm to a load alone, a round trip tells.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, Callable

from ..looks.creations import look_for_creations
from ..looks.holdings import judged, look_again, look_for_losses
from ..looks.telling import look_for_silence
from ..sandbox.children import StageOutcome
from ..stages import stage
from ..verdicts import trouble_of, undecided
from . import probe
from .serialization import serialization

_LOOKS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "KER502": look_for_creations,
    "KER504": look_for_losses,
    "KER506": look_for_silence,
}


@probe("tracking")
def tracking(request: Mapping[str, Any]) -> Generator[tuple[str, dict[str, Any]], StageOutcome, dict[str, Any]]:
    """One look, and where a file is concerned a second one elsewhere."""
    if request["code"] == "KER502" and "loading raises" in request["message"]:
        return (yield from serialization(request))
    outcome = yield "tracking.look", {"request": request}
    trouble = trouble_of(outcome)
    if trouble is not None:
        return undecided(trouble)
    found = dict(outcome.value)
    again = found.pop("again", None)
    if again is None:
        return found
    outcome = yield "tracking.again", {"request": request, "data": again}
    trouble = trouble_of(outcome)
    if trouble is not None:
        return undecided(f"loading it in a fresh process: {trouble}", used=found["used"])
    return judged(request, found, outcome.value)


@stage("tracking.look")
def look(argument: Mapping[str, Any]) -> dict[str, Any]:
    """The look of the finding's rule."""
    request = argument["request"]
    look_of = _LOOKS.get(request["code"])
    return look_of(request) if look_of is not None else undecided("no probe for this rule")


@stage("tracking.again")
def again(argument: Mapping[str, Any]) -> dict[str, Any]:
    """What came back from the file."""
    return look_again(argument["request"], argument["data"])
