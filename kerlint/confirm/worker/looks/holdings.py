"""Looks whether the variables behind an attribute are known to the model, trained by it, and come back from its weights.

Turns a request into a verdict in two steps: the model is built, all that was made is moved and saved; in a fresh process it
is built again and loaded. Does not know why Keras finds some variables and not others.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy

from ..making.arguments import Call, calls_to_try
from ..making.feeds import Feed, feeds_to_try
from ..making.subject import Search, Subject, constructions, feed_for
from ..scenarios import fitting, tracking
from ..scenarios.adapting import in_one_line
from ..scenarios.models import as_model
from ..scenarios.reload import told
from ..verdicts import confirmed, refuted, undecided
from ..witness import lines_of_feed
from .creations import nothing_worked, passes_through, subjects_of

_CONSTRUCTIONS = 4
_FILE = "held.weights.h5"
_SPOKEN_OF = re.compile(r"self\.(\w+)|^(\w+) (?:belongs to the class|is a global)")
_RAISES = re.compile(r"(setting it|the first call|fit|loading|constructing \w+) raises ?(\w*)")
_REFUSED_ATTRIBUTE = re.compile(
    r"has no setter|can't set attribute|forgot to call|cannot be set|read-only|reserved|has no defined", re.IGNORECASE
)


@dataclass(frozen=True)
class Held:
    """A model built round the subject, and what of all that was made is concerned."""

    thing: Any
    model: Any
    made: list[Any]
    concerned: list[Any]

    @property
    def unknown(self) -> list[Any]:
        """What the model does not know of."""
        known = tracking.held_by(self.model)
        return [variable for variable in self.concerned if id(variable) not in known]

    @property
    def untrained(self) -> list[Any]:
        """What is made to be trained, and is not."""
        trained = {id(variable) for variable in self.model.trainable_weights}
        return [variable for variable in self.concerned if getattr(variable, "trainable", False) and id(variable) not in trained]


def look_for_losses(request: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict where the finding predicts an error; else what the second step needs, under `again`."""
    found = undecided("nothing to try")
    for index, subject in enumerate(subjects_of(request)):
        predicted = _RAISES.search(request["message"])
        found = _raises(subject, request, predicted) if predicted is not None else _held(subject, request, index)
        if found["verdict"] != "undecided" or "again" in found:
            break
    return found


def _raises(subject: Subject, request: Mapping[str, Any], predicted: Any) -> dict[str, Any]:
    """Whether the error comes that the finding predicts, out of its own lines."""
    path, expected = subject.module.__file__ or "", predicted.group(2)
    hint = request.get("hints", {}).get("arguments")
    hinted = None if hint is None else Call(keywords=tuple(hint.items()))
    others: list[str] = []
    for call in calls_to_try(subject.cls, subject.real_calls, hinted, subject.source, request.get("kinds", {})):
        made = f"{subject.cls.__name__}({call})"
        try:
            subject.make(call)
        except Exception as error:
            is_meant = not expected or type(error).__name__ == expected
            if is_meant and _REFUSED_ATTRIBUTE.search(str(error)) and passes_through(error, path, request["lines"]):
                witness = _witness_of_error(subject, made, error)
                words = f"constructing it raises {told(error)}"
                return confirmed(words, evidence={"error": told(error)}, used={"made": made}, witness=witness)
            others.append(told(error))
        else:
            if predicted.group(1) == "setting it" or predicted.group(1).startswith("constructing"):
                return refuted("it is constructed without an error", used={"made": made})
            return _later(subject, request, call, expected, predicted.group(1))
    return undecided(f"no arguments were found that work ({min(others, key=len)[:160] if others else 'nothing to try'})")


def _witness_of_error(subject: Subject, made: str, error: BaseException) -> dict[str, Any]:
    kind = type(error).__name__
    lines = ["try:", f"    {made}", '    defect = ""', f"except {kind} as error:", "    defect = str(error)"]
    return {"scenarios": ["tracking"], "names": [subject.cls.__name__], "call": lines}


def _later(subject: Subject, request: Mapping[str, Any], call: Call, expected: str, step: str) -> dict[str, Any]:
    """Whether the first call, a save or a load raise the predicted error and name the attribute."""
    search = Search(request)
    name = spoken_of(request)
    made = f"{subject.cls.__name__}({call})"
    feed = feed_for(subject, call, search, lambda thing, feed: _round_trip(subject, call, feed))
    if feed is not None and step == "fit":
        return _fitted(subject, call, feed, expected, name)
    if feed is not None:
        return refuted("it is called, saved and loaded without an error", used={"made": made, "input": str(feed)})
    errors = [trouble.partition(": ")[2] for trouble in search.troubles]
    if errors and all(error.startswith(expected) and name in error for error in errors):
        witness = _witness_of_use(subject, made, expected, name)
        return confirmed(f"using it raises {errors[0]}", evidence={"error": errors[0]}, used={"made": made}, witness=witness)
    return undecided(f"no inputs were found that work ({min(errors, key=len)[:160] if errors else 'nothing to try'})")


def _fitted(subject: Subject, call: Call, feed: Feed, expected: str, name: str) -> dict[str, Any]:
    """Whether training raises the predicted error because of the attribute, although a call does not."""
    made = f"{subject.cls.__name__}({call})"
    details = {"used": {"made": made, "input": str(feed)}}
    try:
        error, is_about = fitting.error_of_fit(lambda: subject.make(call), feed.arrays(), feed.handed, name, feed.style)
    except Exception as other:
        return undecided(f"it could not be fitted ({told(other)})", **details)
    if error is None:
        return refuted("it is called, saved, loaded and fitted without an error", **details)
    words = f"fit raises {in_one_line(error)}"
    if not is_about or (expected and type(error).__name__ != expected):
        return undecided(f"something else goes wrong: {words}", **details)
    lines = [
        *lines_of_feed(feed),
        f"error, is_about = error_of_fit(lambda: {made}, arrays, handed, {name!r}, {feed.style!r})",
        f'defect = f"fit raises {{error}}" if is_about and type(error).__name__ == "{type(error).__name__}" else ""',
    ]
    witness = {"scenarios": ["fitting"], "names": [subject.cls.__name__], "call": lines}
    return confirmed(words, evidence={"error": in_one_line(error)}, witness=witness, **details)


def _witness_of_use(subject: Subject, made: str, expected: str, name: str) -> dict[str, Any]:
    """A round trip on the first input that raises what is predicted; every input does."""
    feeds = feeds_to_try(getattr(subject.cls, "call", None), subject.request.get("inputs", ()), None)
    feed = next(iter(feeds))
    lines = [
        *lines_of_feed(feed),
        "try:",
        f"    lost_state(lambda: {made}, arrays, handed)",
        '    defect = ""',
        f"except {expected or 'Exception'} as error:",
        f'    defect = str(error) if "{name}" in str(error) else ""',
    ]
    return {"scenarios": ["tracking"], "names": [subject.cls.__name__], "call": lines}


def _round_trip(subject: Subject, call: Call, feed: Feed) -> None:
    tracking.lost_state(lambda: subject.make(call), feed.arrays(), feed.handed)


def spoken_of(request: Mapping[str, Any]) -> str:
    """The attribute or name that the finding is about."""
    found = _SPOKEN_OF.search(request["message"])
    if request.get("about"):
        return str(request["about"][0])
    return "" if found is None else found.group(1) or found.group(2)


def _held(subject: Subject, request: Mapping[str, Any], index: int) -> dict[str, Any]:
    search = Search(request)
    reason = ""
    for call in islice(constructions(subject, search), _CONSTRUCTIONS):

        def accepts(thing: Any, feed: Feed, call: Call = call) -> None:
            _build(subject, call, feed, request)

        feed = feed_for(subject, call, search, accepts)
        if feed is None:
            continue
        held = _build(subject, call, feed, request)
        if not held.concerned:
            reason = "nothing was found that makes variables there"
            continue
        return _saved(subject, request, call, feed, held, index)
    return undecided(reason or nothing_worked(search))


def _build(subject: Subject, call: Call, feed: Feed, request: Mapping[str, Any]) -> Held:
    """The model, used once, so that everything is made."""
    path = subject.module.__file__ or ""
    arrays = feed.arrays()
    with tracking.everything_made([path]) as made:
        thing = subject.make(call)
        model = as_model(thing, arrays, feed.handed)
        tracking.answer(model, thing, arrays, feed.handed)
    first, last = request["lines"]
    roots = [one.thing() for one in made if path == request["path"] and any(first <= line <= last for _, line in one.places)]
    roots += _values_of(spoken_of(request), thing, subject)
    variables = {id(variable): variable for root in roots if root is not None for variable in tracking.behind(root, thing)}
    return Held(
        thing, model, tracking.variables_of(made), [variable for variable in variables.values() if tracking.is_float(variable)]
    )


def _values_of(name: str, thing: Any, subject: Subject) -> list[Any]:
    value = getattr(thing, name, None) if name else None
    return [value if value is not None else getattr(subject.module, name, None) if name else None]


def _saved(subject: Subject, request: Mapping[str, Any], call: Call, feed: Feed, held: Held, index: int) -> dict[str, Any]:
    """Moves all that was made, saves, and says what must come back."""
    tracking.move([*held.made, *held.concerned])
    arrays = feed.arrays()
    expected = tracking.answer(held.model, held.thing, arrays, feed.handed)
    is_steady = tracking.gap(expected, tracking.answer(held.model, held.thing, arrays, feed.handed)) == 0.0
    data = {"index": index, "call": [list(call.positional), [list(item) for item in call.keywords]], "feed": feed.as_data()}
    found = {
        "concerned": len(held.concerned), "unknown": len(held.unknown), "untrained": len(held.untrained), "steady": is_steady,
        "holder": subject.cls.__name__, "name": spoken_of(request),
    }  # fmt: skip
    made = f"{subject.cls.__name__}({call})"
    details = {"used": {"made": made, "input": str(feed)}, "witness": _witness(subject, made, feed), "found": found}
    try:
        held.model.save_weights(_FILE)
    except Exception as error:
        return {**undecided(f"save_weights raises {told(error)}"), "found": found}
    with open("held.pickle", "wb") as file:
        pickle.dump({"expected": expected, "values": [numpy.array(variable) for variable in held.concerned]}, file)
    return {**undecided("it was not loaded"), **details, "again": data}


def look_again(request: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """In a fresh process: the model built again and loaded; which values did not come back, and by how much outputs differ."""
    subject = list(subjects_of(request))[data["index"]]
    call = Call(tuple(data["call"][0]), tuple((name, value) for name, value in data["call"][1]))
    feed = Feed.from_data(data["feed"])
    held = _build(subject, call, feed, request)
    with open("held.pickle", "rb") as file:
        before = pickle.load(file)
    held.model.load_weights(_FILE)
    after = tracking.answer(held.model, held.thing, feed.arrays(), feed.handed)
    values = [numpy.array(variable) for variable in held.concerned]
    return {"lost": _unmatched(before["values"], values), "difference": tracking.gap(before["expected"], after)}


def _unmatched(before: Sequence[Any], after: Sequence[Any]) -> int:
    """How many arrays have no equal among the others, in whatever order."""
    left = list(after)
    lost = 0
    for value in before:
        twin = next(
            (index for index, other in enumerate(left) if other.shape == value.shape and numpy.allclose(other, value)), None
        )
        if twin is None:
            lost += 1
        else:
            del left[twin]
    return lost


def judged(request: Mapping[str, Any], first: Mapping[str, Any], again: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict from both steps."""
    found = first["found"]
    evidence = {**found, **again}
    details = {"evidence": evidence, "used": first["used"], "witness": first["witness"]}
    count = found["concerned"]
    words = []
    if found["unknown"]:
        several = f"{found['unknown']} variables" if found["unknown"] > 1 else "1 variable"
        words.append(f"{several} of {found['holder']} {'are' if found['unknown'] > 1 else 'is'} not among the model's weights")
    elif found["untrained"]:
        words.append(f"{found['untrained']} of {count} variables are not trained")
    if again["lost"]:
        lost = (
            f"{again['lost']} come back with other values"
            if words
            else f"{again['lost']} of {count} variables come back with other values"
        )
        apart = again["difference"] if found["steady"] else 0.0
        words.append(f"outputs differ by {apart:.2g} after loading" if apart > 1e-4 else lost)
    predicted_loss = "not saved" in request["message"]
    if again["lost"] or (found["untrained"] and "not trained" in request["message"]):
        return confirmed("; ".join(words), **details)
    if words:
        return undecided(
            "; ".join([*words, "all of them come back from the file"] if predicted_loss else words), evidence=evidence
        )
    details.pop("witness")
    return refuted(f"all {count} variables are among the model's weights and come back from the file", **details)


def _witness(subject: Subject, made: str, feed: Feed) -> dict[str, Any]:
    lines = [*lines_of_feed(feed), f"defect = lost_state(lambda: {made}, arrays, handed)"]
    return {"scenarios": ["tracking"], "names": [subject.cls.__name__], "call": lines}
