"""Whether an object comes back from a file as it was: KER2xx, and what KER5xx says of loading.

The object is made with arguments that differ from their defaults, its weights are moved, it is saved and loaded in the
same process and in a fresh one where automatic names go on from elsewhere; outputs and constructor arguments are compared.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Generator, Mapping
from contextlib import nullcontext
from typing import Any, Callable

from ..looks import predicted
from ..making.feeds import Feed
from ..making.subject import Search, Subject, custom_objects, subject_of
from ..making.variants import Variant, all_meant, exercised, variants
from ..sandbox.children import StageOutcome
from ..scenarios import contract, reload
from ..scenarios.models import as_model
from ..stages import stage
from ..verdicts import confirmed, refuted, trouble_of, undecided
from ..watching import lines_run, were_run
from ..witness import witness_of_configuration, witness_of_first_use, witness_of_fresh_process, witness_of_reload
from . import probe

_NO_INPUT = "no input was found that it takes"
_FILE, _BEFORE = "model.keras", "before.pickle"
_WITHOUT = "without_custom_objects"
_AT_ONCE = {"KER509": r"already built|add new elements of state|already been built"}
"""Errors that a finding predicts for the load and that may come already at the first use, by what Keras says there."""


@probe("serialization")
def serialization(request: Mapping[str, Any]) -> Generator[tuple[str, dict[str, Any]], StageOutcome, dict[str, Any]]:
    """The same process first; a fresh one where that showed nothing."""
    outcome = yield "serialization.same", {"request": request}
    trouble = trouble_of(outcome)
    if trouble is not None:
        return undecided(trouble)
    found = dict(outcome.value)
    variant = found.pop("variant", None)
    if found["verdict"] == "refuted" and found.pop("saved", False):
        outcome = yield "serialization.fresh", {"request": request, "variant": variant}
        if trouble_of(outcome) is not None:
            return undecided(f"in a fresh process: {trouble_of(outcome)}")
        fresh = outcome.value
        if fresh["defect"] and not fresh["shows"]:
            return undecided(f"fails otherwise: {fresh['defect']} in a fresh process")
        if fresh["defect"]:
            words = f"{fresh['defect']} in a fresh process"
            return confirmed(words, evidence=fresh["outcome"], used=found["used"], witness=fresh["witness"])
        found["evidence"] = {**found["evidence"], _WITHOUT: fresh["outcome"][_WITHOUT]}
    return found


@stage("serialization.same")
def same_process(argument: Mapping[str, Any]) -> dict[str, Any]:
    """Tries variants until one shows the defect."""
    request = argument["request"]
    subject = subject_of(request)
    search = Search(request)
    attempts: list[dict[str, Any]] = []
    is_contract = request["code"] in predicted.CONTRACT
    was_put_to_test, untried, last = False, all_meant(subject), None
    for variant in variants(subject, search, _accepts, by_switches=not is_contract):
        with lines_run(subject.module.__file__ or "") as seen:
            attempt = _attempt(subject, variant)
        attempts.append(attempt)
        if predicted.shows(request, attempt, variant.exercises):
            used, witness = _used(subject, variant, attempt), _witness(subject, variant, attempt)
            evidence = {**attempt, **_without_custom_objects(variant.feed, attempt)}
            return confirmed(_in_words(attempt, request), evidence=evidence, used=used, witness=witness)
        if "error" not in attempt and "unfit" not in attempt:
            was_put_to_test = was_put_to_test or _puts_to_test(request, attempt, variant, seen)
            untried -= exercised(subject, variant.call)
            last = variant
        if search.is_over:
            break
    at_once = _raised_at_once(subject, search)
    if at_once is not None:
        return at_once
    if not attempts:
        return undecided(f"no arguments or inputs were found that work ({search.reason})")
    failed = next((reload.in_words(attempt) for attempt in attempts if "error" in attempt), "")
    if last is None:
        unfit = attempts[-1].get("unfit", "")
        return undecided(unfit if unfit == _NO_INPUT else f"fails otherwise: {failed or unfit}")
    if not was_put_to_test or untried:
        nothing = "nothing was found that reaches the place or differs from the defaults there"
        return undecided(f"fails otherwise: {failed}" if failed else nothing)
    details = {
        "evidence": attempts[-1],
        "used": _used(subject, last),
        "saved": last.feed is not None,
        "variant": _as_data(last, attempts[-1]),
    }
    return refuted("saved and loaded, nothing was lost", **details)


def _raised_at_once(subject: Subject, search: Search) -> dict[str, Any] | None:
    """The verdict where what is predicted for the load comes as soon as the thing is used."""
    expected = _AT_ONCE.get(subject.request["code"])
    raised = next((one for one in search.at_place if expected and re.search(expected, one.told)), None)
    if expected is None or raised is None:
        return None
    return confirmed(
        f"it raises {raised.told} when it is first used",
        evidence={"error": raised.told},
        used={"made": raised.made, "input": None if raised.feed is None else str(raised.feed)},
        witness=witness_of_first_use(subject, raised.made, raised.feed, expected) if raised.feed is not None else {},
    )


def _puts_to_test(request: Mapping[str, Any], attempt: Mapping[str, Any], variant: Variant, seen: set[int]) -> bool:
    """Whether an attempt that came through tried what the finding speaks of: its lines ran, its arguments were compared."""
    if request["code"] not in predicted.CONTRACT:
        return variant.exercises and were_run(seen, request)
    about = set(request.get("about", ()))
    return variant.exercises and (not about or bool(about & set(attempt.get("compared", ()))))


def _accepts(thing: Any, feed: Feed) -> None:
    as_model(thing, feed.arrays(), feed.handed)


def _attempt(subject: Subject, variant: Variant) -> dict[str, Any]:
    """What one round trip shows: of the file, of the configuration, and of what the base keeps."""
    objects = custom_objects(subject)

    def make() -> Any:
        return subject.make(variant.call)

    outcome: dict[str, Any] = {}
    is_in_file = False
    if variant.feed is not None:
        try:
            with contract.constructions_of(subject.cls) as received:
                outcome = _reloaded(make, variant.feed, objects)
            if len(received) > 1 and outcome.get("step") != "save":
                outcome["changed"] = contract.changed(received[0], received[-1])
                outcome["compared"] = sorted(received[0])
            is_in_file = len(received) != 1 or "error" in outcome
        except Exception as error:
            outcome = {"step": "build", "unfit": reload.told(error)}
    if subject.request["code"] not in predicted.CONTRACT:
        return _without_configuration(subject, variant, outcome)
    if not is_in_file or "unfit" in outcome or predicted.UNREGISTERED.search(outcome.get("error", "")):
        try:
            outcome = {**outcome, **contract.round_trip(make, subject.cls, objects), "route": "configuration"}
        except Exception as error:
            return {"step": "make", "unfit": reload.told(error)}
    if subject.request["code"] in ("KER203", "KER204") and "error" not in outcome:
        outcome["lost"] = _base_keys_lost(subject, variant, objects)
    return outcome


def _without_configuration(subject: Subject, variant: Variant, outcome: dict[str, Any]) -> dict[str, Any]:
    """Where only the configuration fails, and the finding does not speak of it: the same with one that is right."""
    if variant.feed is None:
        return {"step": "make", "unfit": _NO_INPUT}
    if not predicted.is_of_configuration(outcome.get("error", "")):
        return outcome
    try:
        with contract.made_by(subject.cls, lambda: subject.make(variant.call)):
            again = _reloaded(lambda: subject.make(variant.call), variant.feed, custom_objects(subject))
    except Exception as error:
        return {"step": "build", "unfit": reload.told(error)}
    return {**again, "supplied": "get_config() and from_config()"}


def _base_keys_lost(subject: Subject, variant: Variant, objects: Any) -> dict[str, list[str]]:
    for extra in ({"name": "'kept'", "trainable": "False"}, {"name": "'kept'"}, {}):
        call = variant.call
        for name, text in extra.items():
            call = call.with_keyword(name, text)
        try:
            return contract.base_keys_lost(lambda call=call: subject.make(call), objects)  # type: ignore[misc]
        except Exception:
            continue
    return {}


def _reloaded(make: Callable[[], Any], feed: Feed, objects: Any) -> dict[str, Any]:
    arrays = feed.arrays()
    model = as_model(make(), arrays, feed.handed)
    before = reload.save(model, arrays, feed.handed, _FILE)
    if "error" in before:
        return before
    with open(_BEFORE, "wb") as file:
        pickle.dump(before, file)
    reload.shift_automatic_names()
    return reload.load(before, arrays, feed.handed, _FILE, objects)


def _without_custom_objects(feed: Feed | None, outcome: Mapping[str, Any]) -> dict[str, str]:
    """What becomes of the file when Keras is told of no class: evidence alone, as what is not registered has to fail."""
    if feed is None or {"route", "supplied"} & set(outcome) or outcome.get("step") in ("save", "make", "build"):
        return {}
    with open(_BEFORE, "rb") as file:
        before = pickle.load(file)
    found = reload.load(before, feed.arrays(), feed.handed, _FILE, None)
    return {_WITHOUT: reload.in_words(found).partition(". ")[0] or "the same outputs"}


@stage("serialization.fresh")
def fresh_process(argument: Mapping[str, Any]) -> dict[str, Any]:
    """Loads what the other process saved, after automatic names were shifted, with the classes named by hand."""
    request, data = argument["request"], argument["variant"]
    subject = subject_of(request)
    feed = Feed.from_data(data["feed"])
    with open(_BEFORE, "rb") as file:
        before = pickle.load(file)
    reload.shift_automatic_names()
    made = eval(f"lambda: {subject.cls.__name__}({data['made']})", {**subject.namespace, subject.cls.__name__: subject.cls})
    with contract.made_by(subject.cls, made) if data["supplied"] else nullcontext():
        outcome = reload.load(before, feed.arrays(), feed.handed, _FILE, custom_objects(subject))
        outcome.update(_without_custom_objects(feed, outcome))
    defect = "" if predicted.UNREGISTERED.search(outcome.get("error", "")) else reload.in_words(outcome)
    is_shown = predicted.shows(request, outcome, exercises=False)
    return {
        "outcome": outcome,
        "defect": defect,
        "shows": is_shown,
        "witness": witness_of_fresh_process(subject, data["made"], feed),
    }


def _as_data(variant: Variant, attempt: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "supplied": "supplied" in attempt,
        "made": str(variant.call),
        "feed": None if variant.feed is None else variant.feed.as_data(),
    }


def _used(subject: Subject, variant: Variant, attempt: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the verdict rests on, for the report."""
    supplied = f" with {attempt['supplied']} supplied" if attempt and "supplied" in attempt else ""
    return {
        "made": f"{subject.cls.__name__}({variant.call}){supplied}",
        "input": None if variant.feed is None else str(variant.feed),
    }


def _witness(subject: Subject, variant: Variant, attempt: Mapping[str, Any]) -> dict[str, Any]:
    if variant.feed is not None and "route" not in attempt and (reload.is_defect(attempt) or not attempt.get("lost")):
        return witness_of_reload(subject, str(variant.call), variant.feed, attempt)
    return witness_of_configuration(subject, str(variant.call), attempt)


def _in_words(outcome: Mapping[str, Any], request: Mapping[str, Any]) -> str:
    """The decisive observation in one line."""
    about = request.get("about", ())
    if "error" in outcome:
        return reload.in_words(outcome)
    if outcome.get("lost"):
        return ", ".join(f"{key} was {before} and comes back as {after}" for key, (before, after) in outcome["lost"].items())
    if outcome.get("changed"):
        name = min(outcome["changed"], key=lambda name: (name not in about, name))
        given, received = outcome["changed"][name]
        told = f"{name} was {given} and comes back as {received}"
        gap = outcome.get("difference", 0.0)
        return f"{told}, outputs differ by {gap:.2g}" if gap > 1e-4 else told
    return reload.in_words(outcome)
