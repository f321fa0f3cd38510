"""Whether a layer that is called again mixes its state, refuses the second tensor, or is lost in a file: KER101 to KER106.

The program is set up so that its training passes can be run; the calls of layers are noted with the lines they come from,
and what sharing does is measured against the same training with a state for each call.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, Callable

from ..looks.refusals import look_at_refusals
from ..looks.repeating import look_at_nodes, look_at_repetition
from ..looks.reusing import look_at_state
from ..looks.steps import look_at_steps
from ..looks.twins import look_at_twins
from ..sandbox.children import StageOutcome
from ..stages import stage
from ..verdicts import trouble_of, undecided
from . import probe

_LOOKS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "KER101": look_at_state,
    "KER102": look_at_refusals,
    "KER103": look_at_twins,
    "KER104": look_at_repetition,
    "KER105": look_at_nodes,
    "KER106": look_at_steps,
}


@probe("reuse")
def reuse(request: Mapping[str, Any]) -> Generator[tuple[str, dict[str, Any]], StageOutcome, dict[str, Any]]:
    """One look, by the finding's rule."""
    outcome = yield "reuse.look", {"request": request}
    trouble = trouble_of(outcome)
    return undecided(trouble) if trouble is not None else dict(outcome.value)


@stage("reuse.look")
def look(argument: Mapping[str, Any]) -> dict[str, Any]:
    """The look of the finding's rule."""
    request = argument["request"]
    look_of = _LOOKS.get(request["code"])
    return look_of(request) if look_of is not None else undecided("no probe for this rule")
