"""Looks at a layer that is called twice while the one made beside it never is: KER103. Turns a request into a verdict."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from ..making.subject import Search
from ..running.rehearsal import Rehearsal, rehearsals
from ..verdicts import confirmed, refuted, undecided
from .showing import nothing_ran, times

_TWIN = re.compile(r"and `self\.(\w+)`, created beside it")


def look_at_twins(request: Mapping[str, Any]) -> dict[str, Any]:
    """KER103: the layer is called twice a pass, and the one beside it never."""
    match, search, partly = _TWIN.search(request["message"]), Search(request), None
    if match is None:
        return undecided("the message names no layer")
    for rehearsal in rehearsals(request, search):
        verdict = _compared_with_twin(rehearsal, request, match[1])
        if verdict is None:
            continue
        if rehearsal.error is None:
            return verdict
        if verdict["verdict"] == "confirmed" and _mentions(match[1], request) == 1:
            partly = partly or verdict  # it raises later, and nothing there could call the other layer
    return partly or nothing_ran(search)


def _compared_with_twin(rehearsal: Rehearsal, request: Mapping[str, Any], twin_name: str) -> dict[str, Any] | None:
    """How often the layer at the place and the one beside it were called; None where the place was not reached."""
    for call in reversed(rehearsal.calls_at(request)):
        owner = next((owner for owner in call.owners if hasattr(owner, twin_name)), None)
        twin: Any = getattr(owner, twin_name, None)
        is_own = any(value is call.layer for value in vars(owner).values()) if owner is not None else False
        if call.error is not None or not hasattr(twin, "weights") or not is_own:
            continue
        beside = [
            other for other in rehearsal.watch.calls if other.parent is call.parent and other.is_symbolic == call.is_symbolic
        ]
        count = sum(other.layer is call.layer for other in beside)
        never = sum(other.layer is twin for other in rehearsal.watch.calls)
        name = next(name for name, value in vars(owner).items() if value is call.layer)
        evidence = {"calls": count, "calls_of_the_other": never, "weights_of_the_other": len(twin.weights)}
        details = {"evidence": evidence, "used": rehearsal.used}
        if never == 0 and count >= 2:
            holds = "has no weights" if not twin.weights else "is not trained"
            words = f"{name} is called {times(count)} a pass, {twin_name} never and {holds}"
            return confirmed(words, **details, witness=_witness_of_twin(rehearsal, twin_name))
        return refuted(f"{name} is called {times(count)} a pass, {twin_name} {times(never)}", **details)
    return None


def _mentions(attribute: str, request: Mapping[str, Any]) -> int:
    """How often the file of the finding names an attribute."""
    text = next((module["text"] for module in request["modules"] if module["path"] == request["path"]), "")
    return sum(isinstance(node, ast.Attribute) and node.attr == attribute for node in ast.walk(ast.parse(text)))


def _witness_of_twin(rehearsal: Rehearsal, twin: str) -> dict[str, Any]:
    thing = rehearsal.things[0] if rehearsal.things else None
    if not hasattr(thing, twin) or not rehearsal.script or rehearsal.error is not None:
        return {}
    last = [
        "step(0)",
        f"calls = len(one_pass(thing.{twin}, step)['arguments'])",
        f"defect = '{twin} is never called' if calls == 0 else ''",
    ]
    return {"scenarios": ["reuse"], "names": [type(thing).__name__], "call": [*rehearsal.script, *last]}
