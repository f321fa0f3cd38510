"""Looks whether a pass of an object makes variables or layers anew: the object is called twice, then fitted.

Turns a request into a verdict; runs in the child. Counts only what is made while the lines of the finding run. Does not
know how arguments and inputs are found.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Callable

from ..making.arguments import Call
from ..making.feeds import BATCH, Feed
from ..making.subject import Search, Subject, subject_of
from ..making.tensors import as_tensor
from ..making.ways import is_cell, made_anew, parameters_of_call, turned, ways
from ..scenarios import fitting, tracking
from ..unavailable import Needs
from ..verdicts import confirmed, refuted, undecided
from ..watching import lines_run, were_run
from ..witness import lines_of_feed

_WORKING = 3


@dataclass(frozen=True)
class Pass:
    """What one pass made: the variables that are there because of the finding's lines, and the layers of those lines."""

    variables: tuple[Any, ...]
    layers: tuple[Any, ...]

    @property
    def is_telling(self) -> bool:
        """Whether something was made that had the chance to make variables."""
        return bool(self.variables) or (bool(self.layers) and all(layer.built for layer in self.layers))


@dataclass
class Trial:
    """One way to make and run the subject, and what was seen at the lines of the finding."""

    call: Call
    feed: Feed
    training: bool | None
    passes: tuple[Pass, ...] = ()
    result: Any = None
    error: BaseException | None = None
    reached: bool = False
    kept: list[Any] = field(default_factory=list)
    """What was made, alive until it was counted."""


def subjects_of(request: Mapping[str, Any]) -> Iterator[Subject]:
    """The class that is asked for, then the classes that derive from it, for a base that cannot be made by itself."""
    yield subject_of(request)
    for other in request.get("others", ()):
        if other.get("kind") == "class":
            yield subject_of({**request, "subject": other})


def look_for_creations(request: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict on a creation in a pass."""
    return first_decided(request, _of_subject)


def first_decided(request: Mapping[str, Any], look: Callable[[Subject, Mapping[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    """What a look says of the first subject on which it can decide, else of the last."""
    found = undecided("nothing to try")
    for subject in subjects_of(request):
        found = look(subject, request)
        if found["verdict"] != "undecided":
            break
    return found


def _of_subject(subject: Subject, request: Mapping[str, Any]) -> dict[str, Any]:
    search = Search(request)
    made_once: list[Trial] = []
    open_ends: list[str] = []
    ran = False
    for trial in _trials(subject, request, search):
        ran = True
        if trial.error is not None:
            words = f"{_how(trial)} raises {in_short(trial.error)}"
            return confirmed(
                words, evidence=_evidence(trial), used=used(subject, trial), witness=_witness_of_call(subject, trial)
            )
        if trial.passes[1].variables:
            found = _consequence(subject, trial)
            if found["verdict"] == "confirmed":
                return found
            open_ends.append(found["summary"])
        elif trial.passes[0].is_telling:
            made_once.append(trial)
        if search.is_over:
            break
    if open_ends:
        return undecided(open_ends[0])
    made_once = [trial for trial in made_once if trial.passes[0].variables]
    if made_once and not search.is_over:
        trial = made_once[0]
        first = len(trial.passes[0].variables)
        return refuted(f"{first} variables are made by the first call and none by the second", used=used(subject, trial))
    if ran:
        return undecided("nothing was found that reaches the place")
    return undecided(nothing_worked(search))


def nothing_worked(search: Search) -> str:
    """Why nothing could be tried: what the place itself raises, else the shortest of the errors on the way."""
    if search.at_place:
        return f"the place itself raises {search.at_place[0].told[:160]}"
    return f"no arguments or inputs were found that work ({search.reason})"


def _trials(subject: Subject, request: Mapping[str, Any], search: Search) -> Iterator[Trial]:
    """What was seen with each way to make it that works, and with its options turned."""

    def is_meant(error: BaseException) -> bool:
        path = subject.module.__file__ or ""
        return bool(fitting.REFUSED_CREATION.search(str(error))) and passes_through(error, path, request["lines"])

    bases = list(islice(ways(subject, request, search, is_meant), _WORKING))
    others = [(call, feed) for base, feed in bases[:2] for call in turned(subject, base)]
    for call, feed in [*bases, *others]:
        for training in (None, True) if "training" in parameters_of_call(subject.cls) else (None,):
            try:
                trial = trial_of_calls(subject, Trial(call, feed, training), request)
            except Exception as error:
                search.failed(f"on {feed}", error)
                continue
            yield trial
            if trial.error is not None:
                return
        trial = Trial(call, feed, None)
        if subject.kind == "model" and trial_of_steps(subject, trial, request, search):
            yield trial
        if search.is_over:
            return


def trial_of_calls(subject: Subject, trial: Trial, request: Mapping[str, Any]) -> Trial:
    """Calls a new object twice. Raises what the calls raise, unless that is what is looked for."""
    positional, named = trial.feed.handed([as_tensor(array) for array in trial.feed.arrays()])
    if trial.training is not None:
        named = {**named, "training": trial.training}
    thing = made_anew(subject, trial.call)
    passes = []
    for _ in range(2):
        made, error, reached = _watched(subject, request, lambda: thing(*positional, **named), trial)
        trial.reached = trial.reached or reached
        if error is not None:
            return replace(trial, error=error)
        passes.append(made)
    return replace(trial, passes=tuple(passes))


def _watched(
    subject: Subject, request: Mapping[str, Any], run: Callable[[], Any], trial: Trial
) -> tuple[Pass, BaseException | None, bool]:
    """What is made at the finding's lines while something runs, the error that it predicts, whether the lines ran."""
    path = subject.module.__file__ or ""
    with lines_run(path) as seen, tracking.everything_made([path], trial.kept) as made:
        try:
            trial.result = run()
        except Exception as error:
            if not (fitting.REFUSED_CREATION.search(str(error)) and passes_through(error, path, request["lines"])):
                raise
            return Pass((), ()), error, True
    return _because_of(made, request["lines"]), None, were_run(seen, request)


def _because_of(made: Sequence[tracking.Made], lines: Sequence[int]) -> Pass:
    """The variables that these lines make, also by way of a layer that is built elsewhere."""
    here = [one for one in made if any(lines[0] <= line <= lines[1] for _, line in one.places)]
    layers = tuple(layer for layer in (one.thing() for one in here if one.is_layer) if layer is not None)
    own = {id(variable) for layer in layers for variable in tracking.behind(layer)} | {id(one.thing()) for one in here}
    return Pass(tuple(variable for variable in tracking.variables_of(made) if id(variable) in own), layers)


def trial_of_steps(subject: Subject, trial: Trial, request: Mapping[str, Any], search: Search) -> bool:
    """Takes two eager steps each of training, evaluation and prediction. Says whether they reached the place."""
    arrays = trial.feed.arrays()
    try:
        targets = targets_for(subject, trial)
        model = made_anew(subject, trial.call)
        fitting.compile_simply(model, eagerly=True)
        inputs = fitting.given(model, model, arrays, trial.feed.handed)
        passes = []
        for _ in range(2):
            steps = (
                lambda: fitting.fit(model, inputs, targets, BATCH),
                lambda: model.evaluate(inputs, targets, batch_size=BATCH, verbose=0),
                lambda: model.predict(inputs, batch_size=BATCH, verbose=0),
            )
            here = Pass((), ())
            for step in steps:
                made, error, reached = _watched(subject, request, step, trial)
                trial.reached = trial.reached or reached
                if error is not None:
                    trial.error = error
                    return True
                here = Pass(here.variables + made.variables, here.layers + made.layers)
            passes.append(here)
    except Needs:
        raise
    except Exception as error:
        search.failed("in a step of training", error)
        return False
    trial.passes = tuple(passes)
    return trial.reached


def targets_for(subject: Subject, trial: Trial) -> Any:
    """Zeros of the shape of what a new object answers."""
    positional, named = trial.feed.handed([as_tensor(array) for array in trial.feed.arrays()])
    return fitting.zeros_like(made_anew(subject, trial.call)(*positional, **named))


def _consequence(subject: Subject, trial: Trial) -> dict[str, Any]:
    """What comes of variables that each pass makes anew: fit raises, or two calls differ."""
    arrays = trial.feed.arrays()
    variables = [made.variables for made in trial.passes]
    several = f"each pass makes {len(variables[1])} variable{'s' if len(variables[1]) > 1 else ''} anew"

    def make() -> Any:
        return made_anew(subject, trial.call)

    evidence = {"variables": [len(made) for made in variables], "training": trial.training}
    details = {"used": used(subject, trial), "witness": _witness_of_fit(subject, trial)}
    error = fitting.fit_or_predict_error(make, arrays, trial.feed.handed, targets_for(subject, trial), trial.feed.style)
    if error is not None and fitting.REFUSED_CREATION.search(str(error)):
        return confirmed(f"{several}, fit raises {in_short(error)}", evidence={**evidence, "error": in_short(error)}, **details)
    thing = make()
    positional, named = trial.feed.handed([as_tensor(array) for array in arrays])
    apart = fitting.gap_between_calls(lambda: thing(*positional, **named))
    if apart > 1e-4:
        words = f"{several}, two calls on the same input differ by {apart:.2g}"
        return confirmed(
            words, evidence={**evidence, "difference": apart}, used=used(subject, trial), witness=_witness_of_gap(subject, trial)
        )
    told = f"fit raises {in_short(error)}" if error is not None else "fit takes it"
    return undecided(f"{several}, and {told}")


def passes_through(error: BaseException, path: str, lines: Sequence[int]) -> bool:
    """Whether an error, or what it comes from, was raised while these lines ran."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        for entry in traceback.extract_tb(current.__traceback__):
            if entry.filename == path and lines[0] <= (entry.lineno or 0) <= lines[1]:
                return True
        current = current.__cause__ or current.__context__
    return False


def in_short(error: BaseException) -> str:
    """The kind of an error and the sentence that says what was refused."""
    from ..scenarios.reload import told

    lines = [line.strip() for line in str(error).replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines()]
    decisive = next((line for line in lines if fitting.REFUSED_CREATION.search(line)), None)
    if decisive is None:
        return told(error)
    kind, sentence = type(error).__name__, decisive.split(". ")[0]
    return sentence if sentence.startswith(kind) else f"{kind}: {sentence}"


def _how(trial: Trial) -> str:
    return "the call in training" if trial.training else "the call"


def _evidence(trial: Trial) -> dict[str, Any]:
    return {"error": "" if trial.error is None else in_short(trial.error), "training": trial.training}


def used(subject: Subject, trial: Trial) -> dict[str, Any]:
    """What the verdict rests on, for the report."""
    return {"made": f"{subject.cls.__name__}({trial.call})", "input": str(trial.feed)}


def _making(subject: Subject, call: Call) -> str:
    text = f"{subject.cls.__name__}({call})"
    return f"keras.layers.RNN({text})" if is_cell(subject.cls) else text


def _witness(subject: Subject, trial: Trial, last: Sequence[str]) -> dict[str, Any]:
    lines = [*lines_of_feed(trial.feed), f"make = lambda: {_making(subject, trial.call)}", "positional, named = handed(arrays)"]
    return {"scenarios": ["fitting"], "names": [subject.cls.__name__], "call": [*lines, *last]}


def _witness_of_call(subject: Subject, trial: Trial) -> dict[str, Any]:
    told = ", training=True" if trial.training else ""
    return _witness(subject, trial, [
        "try:", f"    make()(*positional, **named{told})", '    defect = ""',
        "except Exception as error:", '    defect = str(error) if REFUSED_CREATION.search(str(error)) else ""',
    ])  # fmt: skip


def _witness_of_fit(subject: Subject, trial: Trial) -> dict[str, Any]:
    return _witness(subject, trial, [
        "targets = zeros_like(make()(*positional, **named))",
        f"error = fit_or_predict_error(make, arrays, handed, targets, {trial.feed.style!r})",
        'defect = str(error) if error is not None and REFUSED_CREATION.search(str(error)) else ""',
    ])  # fmt: skip


def _witness_of_gap(subject: Subject, trial: Trial) -> dict[str, Any]:
    return _witness(subject, trial, [
        "thing = make()",
        "apart = gap_between_calls(lambda: thing(*positional, **named))",
        'defect = f"two calls on the same input differ by {apart:.2g}" if apart > 1e-4 else ""',
    ])  # fmt: skip
