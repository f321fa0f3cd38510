"""What the looks at reuse have in common: how a verdict says how often, and the script that shows it.

Knows nothing of any one rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..making.subject import Search
from ..running.rehearsal import Rehearsal
from ..running.scripts import lines_of_body, name_of, way_to
from ..verdicts import undecided


def nothing_ran(search: Search) -> dict[str, Any]:
    """The verdict where the place was never reached, and why."""
    if not search.troubles:
        return undecided("the call at this place was not reached")
    return undecided(f"no arguments or inputs were found that work ({search.reason})")


def times(count: int) -> str:
    """How often, in words."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def set_up(rehearsal: Rehearsal) -> list[str]:
    """Lines that make `thing` and `step`; none where that cannot be written down."""
    seeded = "keras.utils.set_random_seed(0)"
    if rehearsal.run is None:
        return [seeded, *rehearsal.script] if rehearsal.script else []
    items, rows = getattr(rehearsal.step, "items", None), getattr(rehearsal.step, "rows", 32)
    body, name = lines_of_body(rehearsal.run), name_of(rehearsal.run, rehearsal.things[0]) if rehearsal.things else None
    if body is None or name is None or items is None:
        return []
    fed = "values" if len(items) > 1 else "values[0]"
    values = f"    values = varied({items!r}, seed, {rows}, scale, spread)"
    called = f"    return thing({fed}, training=True)"
    return [seeded, *body, f"thing = {name}", "", "", "def step(seed, scale=1.0, spread=0.0):", values, called, "", ""]


def names_in(rehearsal: Rehearsal) -> list[str]:
    """What the lines take from the slice."""
    return [rehearsal.script[0].partition(" = ")[2].partition("(")[0]] if rehearsal.script else []


def witness(rehearsal: Rehearsal, layer: Any, last: Sequence[str]) -> dict[str, Any]:
    """Lines that set the program up, find the layer and call the scenario."""
    lines, way = set_up(rehearsal), way_to(rehearsal.things[0], layer)
    if way is None or not lines:
        return {}
    first = ["step(0)", f"layer = {way}  # {type(layer).__name__}"]
    return {"scenarios": ["reuse"], "names": names_in(rehearsal), "call": [*lines, *first, *last[1:]]}
