"""The way of the tensors to the calls of one layer: which layers are called in which order, and on how many channels.

A `CallPath` is plain data that can be pickled, drawn and told, and that is left when the traces are forgotten. Knows nothing of
how it is found, of messages and of pictures.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from kerlint.records import dataclass

_MOST_STOPS = 14
"""How much of a path is told; what lies between is counted."""


class Role(Enum):
    """What a stop on the path is."""

    INPUT = "input"
    LAYER = "layer"
    SHARED = "shared"
    """A call of the layer that the finding speaks of."""
    MORE = "more"
    """Several calls of which only the number is told."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A tensor that comes in, or one call of a layer. Sizes are those of the last axis, as texts, empty where unknown.

    `fed_by` are the stops, by their place in the path, whose results it is called on.
    """

    role: Role
    name: str
    class_name: str = ""
    given: str = ""
    gives: str = ""
    fed_by: tuple[int, ...] = ()
    path: str = ""
    line: int = 0
    cell: int | None = None
    again: bool = False
    """Whether the same layer was called before on this path."""
    remark: str = ""
    """What is told beside a call of the shared layer."""


@dataclass(frozen=True, slots=True)
class CallPath:
    """The stops in the order in which they are run. `clash` holds the two stops whose sizes one layer cannot both take."""

    layer: str
    class_name: str
    stops: tuple[Stop, ...]
    unit: str = "channels"
    clash: tuple[int, int] | None = None
    untold: int = 0
    """How many further calls of the layer there are."""

    @property
    def visits(self) -> tuple[int, ...]:
        """The stops that are calls of the shared layer."""
        return tuple(place for place, stop in enumerate(self.stops) if stop.role is Role.SHARED)


def arranged(path: CallPath, stops: dict[int, Stop], feeders: dict[int, list[int]], clash: tuple[int, int] | None) -> CallPath:
    """The path in the order of execution, inputs just before their first use; what is too long is counted."""
    calls = sorted(key for key in stops if key >= 0)
    order: list[int] = []
    for key in calls:
        order += [feeder for feeder in reversed(feeders[key]) if feeder < 0 and feeder not in order]
        order.append(key)
    groups = _grouped(order, stops, feeders)
    place = {key: number for number, group in enumerate(groups) for key in group}
    told: list[Stop] = []
    for number, group in enumerate(groups):
        fed_by = sorted({place[feeder] for key in group for feeder in feeders.get(key, ()) if place[feeder] != number})
        first = stops[group[0]] if len(group) == 1 else Stop(Role.MORE, f"{len(group)} more calls")
        told.append(replace(first, fed_by=tuple(fed_by)))
    return replace(path, stops=tuple(told), clash=(place[clash[0]], place[clash[1]]) if clash is not None else None)


def _grouped(order: list[int], stops: dict[int, Stop], feeders: dict[int, list[int]]) -> list[list[int]]:
    """The stops one by one; in a long path those that neither visit the layer nor feed it are taken together."""
    if len(order) <= _MOST_STOPS:
        return [[key] for key in order]
    visits = [key for key in order if stops[key].role is Role.SHARED]
    kept = {*visits, *(feeder for key in visits for feeder in feeders[key])}
    kept |= {key for key in order if stops[key].role is Role.INPUT}
    groups: list[list[int]] = []
    for key in order:
        if groups and key not in kept and groups[-1][-1] not in kept:
            groups[-1].append(key)
        else:
            groups.append([key])
    return groups
