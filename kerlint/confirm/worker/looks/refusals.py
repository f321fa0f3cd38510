"""Looks at calls of a layer that raise because an earlier call has fixed its shape: KER102, and what KER101 says of it.

A refusal that hangs on what the program was fed by us shows nothing. Turns a request into a verdict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..making.subject import Search
from ..running.calls import LayerCall, Watch, watching
from ..running.rehearsal import Rehearsal, rehearsals
from ..running.scripts import lines_of_body
from ..scenarios.reload import told
from ..verdicts import confirmed, refuted
from .showing import names_in, nothing_ran, set_up

_SIZES = re.compile(r"is called on (\d+) (channel|dimension)s?, then (\d+)")


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
            what = f"{self.first[-1]} channel{'' if self.first[-1] == 1 else 's'}, then {self.second[-1]}"
        return f"{type(self.layer).__name__} is given {what}: the second call raises {type(self.error).__name__}"


class Raised:
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
    if rehearsal.run is not None and rehearsal.error is not None:
        lines, tried = [], lines_of_body(rehearsal.run) or []
        if any(quotes in line for line in tried for quotes in ("'''", '"""')):
            return {}
    else:
        lines, tried = set_up(rehearsal), ["step(0)"]
    if not tried or (not lines and tried == ["step(0)"]):
        return {}
    told_of = ["except Exception as error:", '    defect = f"{type(error).__name__}: {error}".splitlines()[0]']
    caught = ["try:", *(f"    {line}" for line in tried), '    defect = ""', *told_of]
    return {"scenarios": ["reuse"], "names": names_in(rehearsal), "call": [*lines, *caught]}


def refusal_in(rehearsal: Rehearsal, request: Mapping[str, Any]) -> Refusal | None:
    """The call at the finding's lines that raised on a shape other than that of an earlier call."""
    for watch in (rehearsal.watch, rehearsal.made):
        found = _refused(watch, request, rehearsal.layers_at(request))
        if found is not None:
            return found
    return None


def _refused(watch: Watch, request: Mapping[str, Any], layers: Sequence[Any], before: Sequence[LayerCall] = ()) -> Refusal | None:
    for place in reversed(range(len(watch.calls))):
        call = watch.calls[place]
        if call.error is None or not (
            call.stands_at(request["path"], request["lines"]) or any(call.layer is one for one in layers)
        ):
            continue
        for earlier in (*before, *watch.calls[:place]):
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
    if match[2] == "dimension":
        return (len(refusal.first), len(refusal.second)) == sizes
    return (refusal.first[-1], refusal.second[-1]) == sizes


def look_at_refusals(request: Mapping[str, Any]) -> dict[str, Any]:
    """KER102: the second call raises, when it is made or when the graph runs."""
    search, ran, raised = Search(request), None, Raised(request)
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
    return nothing_ran(search)


def _refused_in_a_pass(rehearsal: Rehearsal, request: Mapping[str, Any]) -> Refusal | None:
    """The same, when a graph that was made runs on numbers."""
    if rehearsal.run is None or rehearsal.step is None or rehearsal.error is not None:
        return None
    with watching([request["path"]]) as watch:
        try:
            rehearsal.step(0)
        except Exception as error:
            found = _refused(watch, request, rehearsal.layers_at(request), rehearsal.watch.calls)
            if found is None:
                rehearsal.error = error
            return found
    return None
