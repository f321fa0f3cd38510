"""What was tried on the way to arguments and inputs that work, so that the next attempt can learn and giving up can say why.

A search ends after a number of attempts, whatever the machine is at; the processor time is only a safety net. What an
earlier finding of the same subject tried in vain is not run again, but counts as if it were.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..scenarios.reload import told
from ..unavailable import Needs, find_needs
from .failures import Failure, failure_of, known, remember
from .feed import Feed

MOST_ATTEMPTS = 300
SEARCH_SECONDS = 20.0
_MOST_REFUSALS = 3
"""What the walls refuse, a download for one, other arguments seldom do without."""


@dataclass(frozen=True)
class AtPlace:
    """An error that came out of the very lines of the finding: what it says, and what was made and fed."""

    told: str
    made: str
    feed: Feed | None


@dataclass
class Search:
    """What was tried."""

    request: Mapping[str, Any] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    at_place: list[AtPlace] = field(default_factory=list)
    latest: Failure | None = None
    farthest: Failure | None = None
    deadline: float = field(default_factory=lambda: time.process_time() + SEARCH_SECONDS)

    def failed(self, what: str, error: BaseException, made: str | None = None, feed: Feed | None = None) -> None:
        """Notes an attempt that raised; `made` says of what, where it may be remembered, `feed` on what. Raises Needs.

        Needs is for what is missing for good.
        """
        needs = find_needs(error)
        if needs is not None:
            raise Needs(needs)
        failure = failure_of(what, told(error), error, self.paths)
        if made is not None:
            remember(made, failure)
        self._note(failure)
        if self.request and _comes_from(error, self.request):
            self.at_place.append(AtPlace(told(error), made or what, feed))

    def failed_before(self, what: str, made: str) -> bool:
        """Whether an earlier finding's attempt failed in the same way; not where this finding's own lines were running then."""
        failure = known(self.request.get("known") or {}, made, what)
        if failure is None or failure.passed(self.request["path"], self.request["lines"]):
            return False
        self._note(failure)
        return True

    def _note(self, failure: Failure) -> None:
        self.troubles.append(f"{failure.what}: {failure.told}")
        self.latest = failure
        if self.farthest is None or failure.progress > self.farthest.progress:
            self.farthest = failure

    def failure_of(self, what: str) -> Failure | None:
        """The latest failure, when it is that of this attempt."""
        return self.latest if self.latest is not None and self.latest.what == what else None

    @property
    def paths(self) -> frozenset[str]:
        """The files of the slice."""
        return frozenset(module["path"] for module in self.request.get("modules", ()))

    @property
    def reason(self) -> str:
        """The error of the attempt that came farthest."""
        return "nothing to try" if self.farthest is None else f"{self.farthest.what}: {self.farthest.told}"[:220]

    @property
    def is_half_spent(self) -> bool:
        """Whether looking for a second way would take what is needed for trying the first in its variants."""
        return len(self.troubles) >= MOST_ATTEMPTS // 2

    @property
    def is_over(self) -> bool:
        if sum("Refused: " in trouble for trouble in self.troubles) >= _MOST_REFUSALS:
            return True
        return len(self.troubles) >= MOST_ATTEMPTS or time.process_time() > self.deadline


def _comes_from(error: BaseException, request: Mapping[str, Any]) -> bool:
    """Whether an error passed through the lines of the finding."""
    first, last = request["lines"]
    frames = [entry for entry in traceback.extract_tb(error.__traceback__) if entry.filename == request["path"]]
    return any(first <= (entry.lineno or 0) <= last for entry in frames)
