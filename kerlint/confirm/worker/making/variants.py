"""The ways to make a subject that are worth a round trip: those that differ from the defaults in what a finding names first."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Callable

from .arguments import Call, of_kind, other_values, parameters_of, switches
from .feeds import Feed
from .kinds import is_live
from .subject import Search, Subject, constructions, working

_CONSTRUCTIONS = 3
_VALUES = 5
_WITHOUT_NAMES = 8
_FOLLOWS_OTHERS = ("KER208",)
"""Of these the defect may hang on arguments that the finding does not name: a value that is changed by another."""


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
    if subject.request.get("code") in _FOLLOWS_OTHERS:
        together = _changed_together(subject, call)
        yield from [Variant(together, feed, True)] if together != call else []
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
        texts = of_kind(kind, parameter, subject.source) if kind else other_values(parameter, subject.source)
        for text in texts[: _VALUES if named else 1]:
            changed = call.with_keyword(parameter.name, text)
            try:
                subject.make(changed)
            except Exception:
                continue
            yield changed


def _changed_together(subject: Subject, call: Call) -> Call:
    """The call with another value than the default for all that can be changed at once."""
    optional = [p for p in parameters_of(subject.cls) if p.default is not inspect.Parameter.empty]
    for parameter in optional[:_WITHOUT_NAMES]:
        for text in other_values(parameter, subject.source)[:1]:
            changed = call.with_keyword(parameter.name, text)
            try:
                subject.make(changed)
            except Exception:
                continue
            call = changed
    return call


def exercised(subject: Subject, call: Call) -> frozenset[str]:
    """The parameters that the finding names and that a call gives what puts them to the test.

    Where the finding says that an object is meant, that is an object; else another value than the default.
    """
    about, kinds = subject.request.get("about", ()), subject.request.get("kinds", {})
    parameters = {parameter.name: parameter for parameter in parameters_of(subject.cls) if parameter.name in about}
    positional, named = call.evaluated(subject.namespace)
    values = {**dict(zip((p.name for p in parameters_of(subject.cls)), positional)), **named}
    texts = {**dict(zip((p.name for p in parameters_of(subject.cls)), call.positional)), **dict(call.keywords)}
    return frozenset(
        name
        for name, parameter in parameters.items()
        if name in values and (is_live(values[name]) if name in kinds else texts[name] != repr(parameter.default))
    )


def all_meant(subject: Subject) -> frozenset[str]:
    """The parameters that the finding names as meant for objects: none of them may be left untried."""
    kinds = subject.request.get("kinds", {})
    return frozenset(parameter.name for parameter in parameters_of(subject.cls) if parameter.name in kinds)


def _exercises(subject: Subject, call: Call) -> bool:
    """Whether a call puts a parameter that the finding names to the test; any call does where it names none."""
    about = set(subject.request.get("about", ()))
    if not about & {parameter.name for parameter in parameters_of(subject.cls)}:
        return True
    return bool(exercised(subject, call))
