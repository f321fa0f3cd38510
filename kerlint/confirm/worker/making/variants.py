"""The ways to make a subject that are worth a round trip: those that differ from the defaults in what a finding names first."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Callable

from .arguments import Call, of_kind, other_values, parameters_of, switches
from .feeds import Feed
from .subject import Search, Subject, constructions, working

_CONSTRUCTIONS = 3
_VALUES = 5
_WITHOUT_NAMES = 8


@dataclass(frozen=True)
class Variant:
    """A constructor call, an input if the subject takes any, and whether the call tries what the finding speaks of."""

    call: Call
    feed: Feed | None
    exercises: bool


def variants(subject: Subject, search: Search, accepts: Callable[[object, Feed], None], by_switches: bool) -> Iterator[Variant]:
    """Variants, from at most three ways to construct the subject; without an input where none is found."""
    takes_input = subject.kind in ("layer", "model")
    found = False
    if takes_input:
        for base in islice(working(subject, search, accepts), _CONSTRUCTIONS):
            found = True
            yield from _round(subject, base.call, base.feed, by_switches)
    if not found:
        for call in islice(constructions(subject, Search() if takes_input else search), _CONSTRUCTIONS):
            yield from _round(subject, call, None, by_switches)


def _round(subject: Subject, call: Call, feed: Feed | None, by_switches: bool) -> Iterator[Variant]:
    for changed in changed_calls(subject, call):
        yield Variant(changed, feed, True)
    yield Variant(call, feed, _exercises(subject, call))
    if by_switches:
        yield from (Variant(switched, feed, True) for switched in switches(subject.cls, call))


def changed_calls(subject: Subject, call: Call) -> Iterator[Call]:
    """The call with another value than the default for each optional parameter that the finding names, or for any."""
    about, kinds = subject.request.get("about", ()), subject.request.get("kinds", {})
    optional = [p for p in parameters_of(subject.cls) if p.default is not inspect.Parameter.empty]
    named = [parameter for parameter in optional if parameter.name in about]
    for parameter in named or optional[:_WITHOUT_NAMES]:
        kind = kinds.get(parameter.name, "")
        texts = of_kind(kind, parameter) if kind else other_values(parameter, subject.source)
        for text in texts[: _VALUES if named else 1]:
            changed = call.with_keyword(parameter.name, text)
            try:
                subject.make(changed)
            except Exception:
                continue
            yield changed


def _exercises(subject: Subject, call: Call) -> bool:
    """Whether a call gives every required parameter that the finding names a value of the kind that it means."""
    about, kinds = set(subject.request.get("about", ())), subject.request.get("kinds", {})
    parameters = parameters_of(subject.cls)
    given = {**dict(zip((p.name for p in parameters), call.positional)), **dict(call.keywords)}
    if not about & {parameter.name for parameter in parameters}:
        return True
    for parameter in parameters:
        if parameter.name in about and parameter.name in given and repr(parameter.default) != given[parameter.name]:
            meant = of_kind(kinds.get(parameter.name, ""), parameter)
            if not meant or given[parameter.name] in meant or call.is_real:
                return True
    return False
