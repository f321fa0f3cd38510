"""Shares the files of a large run out to processes. What is found does not depend on how many there are.

Every process links the project for itself, as each file is judged by the files alone and not by which were asked for. So each
begins in a region of its own, where files need the same others, and helps where most is left once it is through. Knows nothing
of what is found.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING, Any

from kerlint import disk, timing
from kerlint.deep import on_deep_stack
from kerlint.linter import Input, Linter, Outcome, Planner, in_order, lint
from kerlint.memory import garbage_kept
from kerlint.records import dataclass
from kerlint.rules import all_rules

if TYPE_CHECKING:
    from kerlint.cache.findings import Checked, FindingsCache
    from kerlint.cache.seen import Seen
    from kerlint.finding import Finding
    from kerlint.settings import SettingsFinder

    MakeFinder = Callable[[], SettingsFinder]

_SMALL = 500_000
"""Bytes of programs below which one process is quicker: starting another and linking the project twice takes a second."""
_FOR_ONE = 250_000
"""Bytes that a process is worth."""
_TOLD_EVERY = 0.1
"""Seconds."""


@dataclass(frozen=True)
class _Share:
    """What one process found, and what it saw, where somebody observes."""

    findings: tuple[Finding, ...]
    seen: tuple[Seen, ...]
    checked: Checked | None
    seconds: Mapping[str, float]
    """CPU seconds by stage, where they are measured."""
    plans: Mapping[Finding, object]


def processes_for(inputs: Sequence[Input], most: int) -> int:
    """How many processes a run is worth: as many as were asked for, and one alone for small work."""
    if most < 2 or any(item.data is not None for item in inputs):
        return 1
    size = sum(_size(item) for item in inputs)
    return 1 if size < _SMALL else min(most, len(inputs), size // _FOR_ONE)


def lint_in_processes(
    inputs: Sequence[Input],
    make_finder: MakeFinder,
    processes: int,
    cache: str | None = None,
    known: FindingsCache | None = None,
    tell: Callable[[int], None] | None = None,
    planner: Planner | None = None,
) -> Outcome:
    """What `lint` gives for the same files; `tell` is told now and then how many are taken. Raises InvalidOption.

    A planner, and what it makes, cross between processes.
    """
    # A fork has all that was imported so far, and shares its memory; elsewhere it is not safe.
    all_rules()
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    bounds = [len(inputs) * number // processes for number in range(processes + 1)]
    regions = _Regions(context.Array("q", bounds[:-1]), context.Array("q", bounds[1:], lock=False))
    try:
        clock = timing.running()
        work = _Work(tuple(inputs), regions, make_finder, cache, known, planner, disk.is_observed(), clock is not None)
        with ProcessPoolExecutor(processes, context, _start, (work,)) as pool:
            checking = [pool.submit(_check, region) for region in range(processes)]
            while tell is not None and wait(checking, timeout=_TOLD_EVERY).not_done:
                tell(len(inputs) - regions.left())
            checked = [one.result() for one in checking]
    except BrokenProcessPool:  # one was killed, for its memory perhaps: alone it is slower, and nothing is lost
        return on_deep_stack(lambda: lint(inputs, make_finder(), planner, cache, known))
    for one in checked:
        disk.add(one.seen)
        if known is not None and one.checked is not None:
            known.add(one.checked)
        if clock is not None:
            clock.add(one.seconds)
    plans = {finding: made for one in checked for finding, made in one.plans.items()}
    return Outcome(in_order(finding for one in checked for finding in one.findings), len(inputs), plans)


def _size(item: Input) -> int:
    try:
        return os.stat(item.path).st_size
    except (OSError, ValueError):
        return 0


@dataclass(frozen=True)
class _Regions:
    """What is left of each process's stretch of the files, from the first to before the last; shared by all processes."""

    firsts: Any
    lasts: Any

    def left(self) -> int:
        """How many files nobody has taken."""
        with self.firsts.get_lock():
            return sum(last - first for first, last in zip(self.firsts, self.lasts, strict=True))

    def taken(self, own: int) -> Iterator[int]:
        """The next file of one's own region, then the last one of the region where most is left, until none is."""
        while True:
            with self.firsts.get_lock():
                left = [last - first for first, last in zip(self.firsts, self.lasts, strict=True)]
                if left[own]:
                    index = self.firsts[own]
                    self.firsts[own] += 1
                elif any(left):
                    largest = left.index(max(left))
                    self.lasts[largest] -= 1
                    index = self.lasts[largest]
                else:
                    return
            yield index


# --- in a process ---------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class _Work:
    """What every process is given."""

    inputs: tuple[Input, ...]
    regions: _Regions
    make_finder: MakeFinder
    cache: str | None
    known: FindingsCache | None
    planner: Planner | None
    observes: bool
    is_timed: bool


_work: _Work


def _start(work: _Work) -> None:
    global _work
    _work = work


def _check(region: int) -> _Share:
    regions, known = _work.regions, _work.known
    with (
        disk.observed() as observations,
        garbage_kept(),
        timing.measured() if _work.is_timed else nullcontext() as clock,
        closing(Linter(_work.make_finder(), _work.planner, _work.cache, known, beside=len(regions.lasts) - 1)) as linter,
    ):
        findings = on_deep_stack(lambda: [f for index in regions.taken(region) for f in linter.check(_work.inputs[index])])
        checked = linter.checked() if known is not None else None
    seconds = clock.seconds if clock is not None else {}
    return _Share(tuple(findings), tuple(observations) if _work.observes else (), checked, seconds, linter.plans)
