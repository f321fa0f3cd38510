"""Where the time of a run goes: CPU seconds by stage and by rule, for `--timing`.

While a run is measured, the functions that begin a stage are replaced by ones that keep a clock; otherwise none of this is
imported. A second counts for the innermost stage alone: what a rule spends in making traces, which others use later,
belongs to executing.
"""

from __future__ import annotations

import functools
import importlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field, replace
from inspect import isgeneratorfunction
from typing import TYPE_CHECKING, Any

from kerlint.records import dataclass

if TYPE_CHECKING:
    from kerlint.rules import Check

_STARTING = "starting"
_STAGES = {
    "discovering": ("kerlint.discovery:discover",),
    "settings": ("kerlint.settings:SettingsFinder.settings_of", "kerlint.settings:SettingsFinder.target_of"),
    "reading": (
        "kerlint.linter:read_bytes", "kerlint.linter:read_source", "kerlint.project:read_source", "kerlint.files:FileLayout.read",
    ),
    "choosing what to parse": ("kerlint.relevance:Relevance.of",),
    "cached facts": ("kerlint.cache.facts:FactsCache.read", "kerlint.cache.facts:FactsInMemory.read"),
    "lexing": ("kerlint.semantics.reading:lex", "kerlint.linter:lex"),
    "parsing": ("kerlint.semantics.reading:read_by_python", "kerlint.semantics.reading:read_by_libcst"),
    "translating": ("kerlint.semantics.translating:translate",),
    "linking": ("kerlint.project:Project.module",),
    "searching for uses": ("kerlint.files:FileLayout.files_holding", "kerlint.files:FileLayout.can_know"),
    "executing": ("kerlint.project:run_class", "kerlint.module:run_functions", "kerlint.module:run_module"),
    "suppressions": ("kerlint.linter:read_suppressions", "kerlint.linter:heeded"),
    "reporting": ("kerlint.checking:_printed",),
}  # fmt: skip
"""The functions with which each stage begins."""
_ORDER = (
    _STARTING, "discovering", "settings", "reading", "choosing what to parse", "cached facts", "lexing", "parsing",
    "translating", "linking", "searching for uses", "executing", "rules", "suppressions", "reporting", "other",
)  # fmt: skip
_COSTLIEST = 10


@dataclass
class Clock:
    """CPU seconds by stage; a rule's stage is its code."""

    seconds: dict[str, float] = field(default_factory=dict)
    processes: int = 1
    _stages: list[str] = field(default_factory=lambda: [_STARTING])
    _last: float = field(default_factory=time.process_time)

    def enter(self, stage: str) -> None:
        """From here on time counts for this stage."""
        self._count()
        self._stages.append(stage)

    def leave(self) -> None:
        """From here on time counts again for the stage before."""
        self._count()
        self._stages.pop()

    def add(self, seconds: Mapping[str, float]) -> None:
        """Takes in what another process took."""
        self.processes += 1
        for stage, more in seconds.items():
            self.seconds[stage] = self.seconds.get(stage, 0.0) + more

    def _count(self) -> None:
        now, stage = time.process_time(), self._stages[-1]
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now


_clock: Clock | None = None
"""Of the run that is measured."""


def running() -> Clock | None:
    """The clock of the run that is measured, if one is."""
    return _clock


@contextmanager
def measured() -> Iterator[Clock]:
    """Keeps a clock in the block. What was spent before, and on importing kerlint, counts for starting."""
    global _clock
    before, clock = _clock, Clock()
    clock.seconds[_STARTING] = time.process_time()
    undo = _install() if before is None else []
    _clock = clock
    clock.enter("other")
    try:
        yield clock
    finally:
        clock.leave()
        _clock = before
        for put_back in reversed(undo):
            put_back()


Undo = Callable[[], None]


def _install() -> list[Undo]:
    """Puts the clock into the functions that begin a stage."""
    from kerlint.rules import all_rules

    undo = [_replace(place, stage) for stage, places in _STAGES.items() for place in places]
    known = all_rules()
    for code, rule in list(known.items()):
        if rule.check is not None:
            known[code] = replace(rule, check=_timed_check(rule.check, code))
            undo.append(functools.partial(known.__setitem__, code, rule))
    return undo


def _replace(place: str, stage: str) -> Undo:
    holder, name, function = _found(place)
    setattr(holder, name, _timed(function, stage))
    return functools.partial(setattr, holder, name, function)


def _found(place: str) -> tuple[Any, str, Callable[..., Any]]:
    module, _, path = place.partition(":")
    holder: Any = importlib.import_module(module)
    *outer, name = path.split(".")
    for part in outer:
        holder = getattr(holder, part)
    return holder, name, getattr(holder, name)


def _timed(function: Callable[..., Any], stage: str) -> Callable[..., Any]:
    """The same function, whose time counts for the stage."""
    if isgeneratorfunction(function):

        @functools.wraps(function)
        def generate(*arguments: Any, **keywords: Any) -> Iterator[Any]:
            with _Counted(stage):
                yield from function(*arguments, **keywords)

        return generate

    @functools.wraps(function)
    def call(*arguments: Any, **keywords: Any) -> Any:
        with _Counted(stage):
            return function(*arguments, **keywords)

    return call


def _timed_check(check: Check, code: str) -> Check:
    def timed(module: Any, project: Any) -> Iterator[Any]:
        with _Counted(code):
            yield from check(module, project)

    return timed


class _Counted:
    """Counts a block for a stage. No generator: those write into exceptions, some of which are frozen."""

    __slots__ = ("_clock", "_stage")

    def __init__(self, stage: str) -> None:
        self._stage, self._clock = stage, _clock

    def __enter__(self) -> None:
        if self._clock is not None:
            self._clock.enter(self._stage)

    def __exit__(self, *exception: object) -> None:
        if self._clock is not None:
            self._clock.leave()


def as_table(clock: Clock) -> str:
    """The profile as text: each stage with its share, then the costliest rules."""
    rules = {name: seconds for name, seconds in clock.seconds.items() if name not in _ORDER}
    stages = {**clock.seconds, "rules": sum(rules.values())}
    total = sum(clock.seconds.values()) or 1.0
    processes = "one process" if clock.processes == 1 else f"{clock.processes} processes"
    lines = [f"kerlint: {total:.2f} CPU seconds of {processes}, by stage:"]
    lines += [_row(stage, stages[stage], total) for stage in _ORDER if stage in stages]
    costliest = sorted(rules, key=lambda code: -rules[code])[:_COSTLIEST]
    if costliest:
        lines += [f"the costliest of {len(rules)} rules, without what others use as well:"]
        lines += [_row(code, rules[code], total) for code in costliest]
    return "\n".join(lines) + "\n"


def _row(name: str, seconds: float, total: float) -> str:
    return f"  {name:<24}{seconds:8.3f} s{seconds / total:7.1%}"
