"""Counts, rule by rule, what was found in the packages and what people judged of it.

Knows nothing of how the figures are shown.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.ecosystem.baseline import Sighting
from benchmarks.ecosystem.labels import Judgement, Judgements

NORMAL_QUANTILE = 1.959964
"""Of 97.5 %, for intervals that hold the truth 95 times of 100."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings, and of those that were judged how many are what. `missed` and `repaired` are judged and not found."""

    findings: int
    on_by_default: int
    packages: int
    true: int
    false: int
    debatable: int
    missed: int = 0
    repaired: int = 0

    @property
    def judged(self) -> int:
        return self.true + self.false + self.debatable

    @property
    def precision(self) -> float | None:
        """The share of the true among what is true or false; debatable findings do not count."""
        return share(self.true, self.true + self.false)

    @property
    def lowest(self) -> float | None:
        """The precision if every debatable finding were false."""
        return share(self.true, self.judged)

    @property
    def highest(self) -> float | None:
        """The precision if every debatable finding were true."""
        return share(self.true + self.debatable, self.judged)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's interval of 95 % round the precision."""
        return wilson(self.true, self.true + self.false)


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def wilson(successes: int, trials: int) -> tuple[float, float] | None:
    """The score interval of a share: it stays between 0 and 1 and says something of a few trials as well."""
    if not trials:
        return None
    observed, squared = successes / trials, NORMAL_QUANTILE**2
    middle = observed + squared / (2 * trials)
    half = NORMAL_QUANTILE * math.sqrt(observed * (1 - observed) / trials + squared / (4 * trials**2))
    scale = 1 + squared / trials
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def by_rule(codes: Iterable[str], sightings: Sequence[Sighting], judgements: Judgements, off: frozenset[str]) -> dict[str, Tally]:
    """A tally for each code; `off` are the codes that are off by default."""
    unreported = Counter((label.code, label.judgement) for label in judgements.unreported(sightings))
    return {
        code: tally(
            [sighting for sighting in sightings if sighting.code == code],
            judgements,
            off,
            missed=unreported[code, Judgement.TRUE],
            repaired=unreported[code, Judgement.FALSE],
        )
        for code in codes
    }


def tally(
    sightings: Sequence[Sighting], judgements: Judgements, off: frozenset[str], missed: int = 0, repaired: int = 0
) -> Tally:
    """The counts of some sightings."""
    counted = Counter(judgements.of(sighting) for sighting in sightings)
    return Tally(
        len(sightings),
        sum(is_on_by_default(sighting, off) for sighting in sightings),
        len({(sighting.name, sighting.version) for sighting in sightings}),
        counted[Judgement.TRUE],
        counted[Judgement.FALSE],
        counted[Judgement.DEBATABLE],
        missed,
        repaired,
    )


def is_on_by_default(sighting: Sighting, off: frozenset[str]) -> bool:
    """Whether a user sees the finding without asking for it."""
    return not sighting.is_info and sighting.code not in off
