"""Finds the smallest way to make and run what a request is about: constructor arguments and inputs that work.

Runs in the child, on the slice. Knows nothing of verdicts.
"""

from __future__ import annotations

import inspect
import linecache
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Callable

import keras
import numpy

from ..modules import install, lookup
from ..unavailable import Needs
from .arguments import Call, calls_to_try
from .feeds import Feed, feeds_to_try
from .search import Search
from .tensors import as_tensor


@dataclass(frozen=True)
class Subject:
    """A class of the slice, and all that is known of how it is made and fed."""

    cls: type
    module: ModuleType
    request: Mapping[str, Any]
    source: str
    real_calls: tuple[Call, ...]

    @property
    def namespace(self) -> dict[str, Any]:
        """Where argument expressions are evaluated."""
        return {**self.module.__dict__, "keras": keras, "numpy": numpy, "np": numpy}

    def make(self, call: Call) -> Any:
        """A new object."""
        positional, named = call.evaluated(self.namespace)
        return self.cls(*positional, **named)

    @property
    def kind(self) -> str:
        """What it is to Keras."""
        for kind, base in bases_of_keras():
            if issubclass(self.cls, base):
                return kind
        return "object"


def bases_of_keras() -> list[tuple[str, type]]:
    """Keras's kinds of objects, the narrower first."""
    schedules = keras.optimizers.schedules
    return [
        ("model", keras.Model), ("layer", keras.layers.Layer), ("loss", keras.losses.Loss), ("metric", keras.metrics.Metric),
        ("initializer", keras.initializers.Initializer), ("regularizer", keras.regularizers.Regularizer),
        ("constraint", keras.constraints.Constraint), ("schedule", schedules.LearningRateSchedule),
        ("optimizer", keras.optimizers.Optimizer), ("callback", keras.callbacks.Callback),
    ]  # fmt: skip


@dataclass(frozen=True)
class Working:
    """Arguments, and inputs if it takes any, with which the subject was made and ran."""

    call: Call
    feed: Feed | None


def subject_of(request: Mapping[str, Any]) -> Subject:
    """The class that a request names, its slice imported. Raises Needs."""
    install(request["modules"])
    target = request["subject"]
    module = __import__(target["module"], fromlist=["*"])
    cls = lookup(module, target["name"])
    if not isinstance(cls, type):
        raise Needs(f"{target['name']} to be a class")
    calls = tuple(
        Call(tuple(entry["positional"]), tuple((name, text) for name, text in entry["keywords"]), True)
        for entry in target.get("calls", ())
    )
    return Subject(cls, module, request, source_of(cls), calls)


def source_of(cls: type) -> str:
    """The text of a class of the slice and of its bases there; of the file where it cannot be told apart."""
    texts = []
    for base in cls.__mro__:
        path = getattr(inspect.getmodule(base), "__file__", None) or ""
        if path in linecache.cache:
            try:
                texts.append(inspect.getsource(base))
            except (OSError, TypeError):
                continue
    return "\n".join(inspect.cleandoc("\n" + text) for text in texts)


def custom_objects(subject: Subject) -> dict[str, Any]:
    """Every class and function of the slice by its name, as a user would hand them to a load."""
    found: dict[str, Any] = {}
    for description in subject.request["modules"]:
        module = sys.modules.get(description["name"])
        for name, value in vars(module).items() if module is not None else ():
            if callable(value) and getattr(value, "__module__", "") == description["name"] and not name.startswith("__"):
                found[name] = value
    found[subject.cls.__name__] = subject.cls
    return found


def working(subject: Subject, search: Search, accepts: Callable[[Any, Feed], None] | None = None) -> Iterator[Working]:
    """The ways that work, the likeliest first; for each way to construct it at most one input.

    `accepts` runs the object on a feed and raises where that fails; by default it is simply called.
    """
    found = False
    for call in constructions(subject, search):
        feed = feed_for(subject, call, search, accepts or run_once)
        if feed is not None:
            found = True
            yield Working(call, feed)
        if search.is_over or (found and search.is_half_spent):
            return


def constructions(subject: Subject, search: Search) -> Iterator[Call]:
    """The constructor calls that make an object."""
    hint = subject.request.get("hints", {}).get("arguments")
    hinted = None if hint is None else Call(keywords=tuple((name, value) for name, value in hint.items()))
    kinds = subject.request.get("kinds", {})
    for call in calls_to_try(subject.cls, subject.real_calls, hinted, subject.source, kinds, subject.namespace, search):
        made = f"{subject.cls.__name__}({call})"
        if not search.failed_before(made, ""):
            try:
                subject.make(call)
            except Exception as error:
                search.failed(made, error, "")
            else:
                yield call
        if search.is_over:
            return


def feed_for(subject: Subject, call: Call, search: Search, accepts: Callable[[Any, Feed], None]) -> Feed | None:
    """The first input that an object made so takes."""
    hints = subject.request.get("hints", {})
    run = getattr(subject.cls, "call", None)
    made = f"{subject.cls.__name__}({call})"
    for feed in feeds_to_try(run, subject.request.get("inputs", ()), hints.get("input"), search):
        if not search.failed_before(f"on {feed}", made):
            try:
                accepts(subject.make(call), feed)
            except Exception as error:
                search.failed(f"on {feed}", error, made, feed)
            else:
                return feed
        if search.is_over:
            break
    return None


def run_once(thing: Any, feed: Feed) -> None:
    """Calls a layer or model on made data."""
    positional, named = feed.handed([as_tensor(array) for array in feed.arrays()])
    thing(*positional, **named)


__all__ = [
    "Search", "Subject", "Working", "bases_of_keras", "constructions", "custom_objects", "feed_for", "run_once", "source_of",
    "subject_of", "working",
]  # fmt: skip
