"""Compares two sets of sightings: what is new, what is gone, what is said in other words.

Then asks the judgements what each change means.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from benchmarks.ecosystem.baseline import Place, Sighting
from benchmarks.ecosystem.labels import Judgement, Judgements


class Kind(Enum):
    NEW = "new"
    GONE = "gone"
    REWORDED = "reworded"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `before` is what stood there, where the same place was found with other words or another column."""

    kind: Kind
    sighting: Sighting
    before: Sighting | None = None


def differences(before: Sequence[Sighting], now: Sequence[Sighting]) -> tuple[Change, ...]:
    """The changes, sorted by place."""
    there, here = _by_place(before), _by_place(now)
    changes: list[Change] = []
    for place in there.keys() | here.keys():
        old, new = Counter(there.get(place, ())), Counter(here.get(place, ()))
        gone, come = _sorted(old - new), _sorted(new - old)
        both = min(len(gone), len(come))
        changes += [Change(Kind.REWORDED, after, earlier) for earlier, after in zip(gone[:both], come[:both], strict=True)]
        changes += [Change(Kind.GONE, sighting) for sighting in gone[both:]]
        changes += [Change(Kind.NEW, sighting) for sighting in come[both:]]
    return tuple(sorted(changes, key=lambda change: change.sighting.sort_key))


def _by_place(sightings: Sequence[Sighting]) -> dict[Place, list[Sighting]]:
    places: dict[Place, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        places[sighting.place].append(sighting)
    return places


def _sorted(sightings: Counter[Sighting]) -> list[Sighting]:
    return sorted(sightings.elements(), key=lambda sighting: sighting.sort_key)


def is_regression(change: Change, judgements: Judgements) -> bool:
    """Whether the change is known to be for the worse: a false alarm is back, or a defect is no longer reported."""
    worse = {Kind.NEW: Judgement.FALSE, Kind.GONE: Judgement.TRUE}.get(change.kind)
    return worse is not None and judgements.of(change.sighting) is worse


def meaning(change: Change, judgements: Judgements) -> str:
    """The change in the words of whoever judged it."""
    match change.kind, judgements.of(change.sighting):
        case _, None:
            return "not judged"
        case Kind.NEW, Judgement.FALSE:
            return "REGRESSION: judged FALSE, the false alarm is back"
        case Kind.NEW, judgement:
            return f"judged {judgement.value}"
        case Kind.GONE, Judgement.TRUE:
            return "REGRESSION: judged TRUE, the defect is no longer reported"
        case Kind.GONE, Judgement.FALSE:
            return "judged FALSE: repaired"
        case _, judgement:
            return f"judged {judgement.value}"
