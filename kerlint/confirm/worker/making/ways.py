"""Finds the ways to make and run a subject that are worth a look: constructor arguments, each with the first input that works.

All arguments are tried on the likeliest inputs before one is tried on all; a cell is run by the layer that runs cells. Knows
nothing of what is looked for.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import keras

from .arguments import Call, candidates, parameters_of, switches
from .feeds import Feed, feeds_to_try
from .subject import Search, Subject, constructions
from .tensors import as_tensor

_CONSTRUCTIONS = 12
_LIKELIEST = 14


def ways(
    subject: Subject, request: Mapping[str, Any], search: Search, is_meant: Callable[[BaseException], bool]
) -> Iterator[tuple[Call, Feed]]:
    """Constructor calls, each with the first input on which it runs or raises what is meant to be found."""
    run = None if is_cell(subject.cls) else getattr(subject.cls, "call", None)
    hint = request.get("hints", {}).get("input")
    calls = list(islice(constructions(subject, search), _CONSTRUCTIONS))
    waiting = {call: _feeds(run, [*request.get("inputs", ()), *_sizes(call)], hint, search) for call in calls}
    found = False
    for count in (_LIKELIEST, None):
        for call in calls:
            for feed in islice(waiting[call], count) if call in waiting else ():
                if _works(subject, call, feed, search, is_meant):
                    del waiting[call]
                    found = True
                    yield call, feed
                    break
                if search.is_over or (found and search.is_half_spent):
                    return


def _feeds(run: Any, named: list[Any], hint: Any, search: Search) -> Iterator[Feed]:
    """The likeliest inputs as they are, before those that errors ask for."""
    yield from islice(feeds_to_try(run, named, hint), _LIKELIEST)
    yield from feeds_to_try(run, named, hint, search)


def _sizes(call: Call) -> list[tuple[int, ...]]:
    """Shapes whose last axis is a number that the constructor is given."""
    numbers = [int(word) for word in re.findall(r"(?<![\w.])\d{1,4}(?![\w.])", str(call))]
    return [shape for number in dict.fromkeys(numbers) if number > 8 for shape in ((6, number), (number,), (8, 8, number))]


def _works(subject: Subject, call: Call, feed: Feed, search: Search, is_meant: Callable[[BaseException], bool]) -> bool:
    """Whether it can be called so, or raises what is meant."""
    made = f"{subject.cls.__name__}({call})"
    if search.failed_before(f"on {feed}", made):
        return False
    try:
        positional, named = feed.handed([as_tensor(array) for array in feed.arrays()])
        made_anew(subject, call)(*positional, **named)
    except Exception as error:
        if is_meant(error):
            return True
        search.failed(f"on {feed}", error, made)
        return False
    return True


def turned(subject: Subject, call: Call) -> Iterator[Call]:
    """The call with its switches turned, and with what is zero or missing by default given a value."""
    yield from switches(subject.cls, call)
    given = {name for name, _ in call.keywords}
    for index, parameter in enumerate(parameters_of(subject.cls)):
        default = parameter.default
        if index < len(call.positional) or (
            parameter.name in given and dict(call.keywords)[parameter.name] not in ("0", "0.0", "None")
        ):
            continue
        if isinstance(default, (int, float)) and not isinstance(default, bool) and (default == 0 or parameter.name in given):
            yield call.with_keyword(parameter.name, "0.5" if isinstance(default, float) else "1")
        elif default is None:
            yield from (call.with_keyword(parameter.name, text) for text in candidates(parameter, subject.source)[:1])


def made_anew(subject: Subject, call: Call) -> Any:
    """A new object; a cell inside the layer that runs cells."""
    thing = subject.make(call)
    return keras.layers.RNN(thing) if is_cell(subject.cls) else thing


def is_cell(cls: type) -> bool:
    names = {name for base in cls.__mro__ for name in base.__dict__}
    return "get_initial_state" in names and not issubclass(cls, keras.layers.RNN) and len(_required(cls)) > 1


def parameters_of_call(cls: type) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(cls.call).parameters  # type: ignore[attr-defined]
    except (TypeError, ValueError, AttributeError):
        return {}


def _required(cls: type) -> list[str]:
    return [
        name
        for name, p in parameters_of_call(cls).items()
        if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and name != "self"
    ]
