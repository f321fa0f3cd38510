"""Looks whether the layers of a model learn that they are in training while it is fitted: KER506.

Turns a request into a verdict; runs in the child. Looks at the layers of the class that the finding names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from ..making.feeds import Feed
from ..making.subject import Search, Subject, constructions, feed_for
from ..making.tensors import as_tensor
from ..scenarios import fitting
from ..scenarios.reload import told
from ..verdicts import confirmed, refuted, undecided
from ..witness import lines_of_feed
from .creations import first_decided, nothing_worked

_CONSTRUCTIONS = 3
_NAMED = re.compile(r"its (\w+) silently")


def look_for_silence(request: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict: what the named layers were told in the steps of a real `fit`."""
    return first_decided(request, _of_subject)


def _of_subject(subject: Subject, request: Mapping[str, Any]) -> dict[str, Any]:
    search = Search(request)
    named = _NAMED.search(request["message"])
    if named is None or subject.kind != "model":
        return undecided(f"{subject.cls.__name__} is no model")
    reason = ""
    for call in islice(constructions(subject, search), _CONSTRUCTIONS):
        feed = feed_for(subject, call, search, _run)
        if feed is None:
            continue
        made = f"{subject.cls.__name__}({call})"
        try:
            seen = _fitted(subject.make(call), feed, named.group(1))
        except Exception as error:
            reason = f"fit raises {told(error)}"
            continue
        if not seen["told"]:
            reason = f"no {named.group(1)} is called in fit"
            continue
        details = {"evidence": seen, "used": {"made": made, "input": str(feed)}}
        if not seen["silent"]:
            return refuted(f"{named.group(1)} is told in fit that it is in training", **details)
        farthest = max(seen["moved"].values(), default=None)
        if farthest is not None and farthest > 1e-6:
            return undecided("the layers are told training=False in fit, and still learn their statistics", **details)
        words = f"{named.group(1)} is told training=False throughout fit"
        if farthest is not None:
            words += ", its moving_mean stays where it was on data with mean 5"
        return confirmed(words, witness=_witness(subject, made, feed, named.group(1)), **details)
    return undecided(reason or nothing_worked(search))


def _run(thing: Any, feed: Feed) -> None:
    if feed.style == "arguments":
        raise ValueError("a model that is fitted takes one argument")
    positional, named = feed.handed([as_tensor(array) for array in feed.arrays()])
    thing(*positional, **named)


def _fitted(model: Any, feed: Feed, word: str) -> dict[str, Any]:
    arrays = [array + 5 if array.dtype.kind == "f" else array for array in feed.arrays()]
    positional, named = feed.handed([as_tensor(array) for array in arrays])
    targets = fitting.zeros_like(model(*positional, **named))
    return fitting.training_of_layers(model, feed.handed(arrays)[0][0], targets, word)


def _witness(subject: Subject, made: str, feed: Feed, word: str) -> dict[str, Any]:
    lines = [
        *lines_of_feed(feed),
        "arrays = [array + 5 if array.dtype.kind == 'f' else array for array in arrays]",
        f"model = {made}",
        "positional, named = handed(arrays)",
        "targets = zeros_like(model(*positional, **named))",
        f"seen = training_of_layers(model, handed(arrays)[0][0], targets, {word!r})",
        f'defect = "{word} is told training=False throughout fit" if seen["silent"] else ""',
    ]
    return {"scenarios": ["fitting"], "names": [subject.cls.__name__], "call": lines}
