"""Looks at what a file makes of a layer that stands twice in one model: KER104 and KER105. Turns a request into a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..making.feeds import feeds_to_try
from ..making.subject import Search
from ..running.calls import Watch, layers_within
from ..running.graphs import made_arrays, model_of
from ..running.rehearsal import Rehearsal, rehearsals
from ..running.scripts import lines_that_ran, name_of
from ..scenarios import repetition
from ..scenarios.reload import told
from ..verdicts import confirmed, refuted, undecided
from .showing import times


def look_at_repetition(request: Mapping[str, Any]) -> dict[str, Any]:
    """KER104: a Sequential that was given one layer object more than once, taken to disk and back."""
    search = Search(request)
    for rehearsal in rehearsals(request, search):
        for model, layer, count in _repetitions(rehearsal.made, request):
            verdict = _taken_to_disk(rehearsal, request, model, layer, count)
            if verdict is not None:
                return verdict
        if rehearsal.error is not None:
            search.troubles.append(told(rehearsal.error))
    if search.troubles:
        return undecided(f"the Sequential could not be made ({min(search.troubles, key=len)[:160]})")
    return undecided("no Sequential that is given one layer twice was made at this place")


def _repetitions(watch: Watch, request: Mapping[str, Any]) -> list[tuple[Any, Any, int]]:
    """Each Sequential, made or added to by the finding's lines, with a layer that it was given several times."""
    found: list[tuple[Any, Any, int]] = []
    path, (first, last) = request["path"], request["lines"]
    for model in watch.models:
        added = [(layer, sites) for other, layer, sites in watch.added if other is model]
        if not any(file == path and first <= line <= last for _, sites in added for file, line in sites):
            continue
        layers = [layer for layer, _ in added]
        for place, layer in enumerate(layers):
            count = sum(layer is other for other in layers)
            if count > 1 and not any(layer is other for other in layers[:place]):
                found.append((model, layer, count))
    return found


def _taken_to_disk(rehearsal: Rehearsal, request: Mapping[str, Any], model: Any, layer: Any, count: int) -> dict[str, Any] | None:
    arrays = _built_on(model, request)
    if arrays is None:
        return None
    kept = sum(other is layer for other in model.layers)
    name = type(layer).__name__
    evidence: dict[str, Any] = {"given": count, "held": kept}
    if kept < count:
        words = f"{name} was given {times(count)} and stands there {'once' if kept == 1 else times(kept)}"
        given = len(model.layers) + count - kept
        last = [f"defect = f'{{len(thing.layers)}} of {given} layers are there' if len(thing.layers) < {given} else ''"]
        return confirmed(words, evidence=evidence, used=rehearsal.used, witness=_witness(rehearsal, model, arrays, last))
    path = "model.h5" if "HDF5" in request["message"] else "model.keras"
    kinds = [type(inner) for inner in layers_within(model)]
    custom = {kind.__name__: kind for kind in kinds if not kind.__module__.startswith(("keras", "tensorflow"))}
    try:
        outcome = repetition.differ_after_loading(model, arrays, custom, path)
    except Exception as error:
        return undecided(told(error), used=rehearsal.used)
    words = repetition.loss_in_words(outcome)
    evidence.update(outcome)
    last = [f"defect = loss_in_words(differ_after_loading(thing, arrays, path={path!r}))"]
    if words:
        return confirmed(words, evidence=evidence, used=rehearsal.used, witness=_witness(rehearsal, model, arrays, last))
    return refuted(f"all {outcome['layers']} layers come back, outputs are the same", evidence=evidence, used=rehearsal.used)


def _built_on(model: Any, request: Mapping[str, Any]) -> list[Any] | None:
    """Inputs that a model takes, which builds it."""
    shapes: list[Sequence[int | None]] = []
    try:
        shapes = [symbol.shape[1:] for symbol in model.inputs]
        dtypes = [str(getattr(symbol.dtype, "name", symbol.dtype)) for symbol in model.inputs]
    except (AttributeError, ValueError, TypeError):
        dtypes = []
    if shapes:
        sizes = [[6 if size is None else int(size) for size in shape] for shape in shapes]
        return made_arrays(list(zip(sizes, dtypes)), 0, 8)
    for feed in feeds_to_try(None, request.get("inputs", ()), request.get("hints", {}).get("input")):
        if feed.style != "one":
            return None
        arrays = made_arrays([(list(shape), dtype) for _, shape, dtype in feed.items], 0, 8)
        try:
            model(arrays[0])
        except Exception:
            continue
        return arrays
    return None


def _witness(rehearsal: Rehearsal, model: Any, arrays: Sequence[Any], last: Sequence[str]) -> dict[str, Any]:
    if rehearsal.run is None:
        return {}
    body, name = lines_that_ran(rehearsal.run), name_of(rehearsal.run, model)
    if body is None or name is None or any("float" not in _dtype(array) for array in arrays):
        return {}
    sizes = [(tuple(int(size) for size in array.shape), _dtype(array)) for array in arrays]
    made = ", ".join(f"random.normal(size={size}).astype({dtype!r})" for size, dtype in sizes)
    built = "thing(arrays if len(arrays) > 1 else arrays[0])"
    lines = [*body, f"thing = {name}", "random = numpy.random.default_rng(0)", f"arrays = [{made}]", built]
    return {"scenarios": ["repetition"], "names": [], "call": [*lines, *last]}


def _dtype(array: Any) -> str:
    return str(getattr(array.dtype, "name", array.dtype))


def look_at_nodes(request: Mapping[str, Any]) -> dict[str, Any]:
    """KER105: a functional model in which a layer stands at two depths, taken to disk and back."""
    search = Search(request)
    for rehearsal in rehearsals(request, search):
        calls = rehearsal.calls_at(request)
        model = model_of(rehearsal.run, calls) if rehearsal.run is not None and calls and rehearsal.error is None else None
        if model is None:
            search.troubles += [told(rehearsal.error)] if rehearsal.error is not None else []
            continue
        arrays = _built_on(model, request)
        if arrays is None:
            continue
        outcome = repetition.differ_after_loading(model, arrays)
        words = repetition.loss_in_words(outcome)
        if words and outcome.get("step") == "saving":
            return undecided(words, evidence=outcome, used=rehearsal.used)
        if words:
            last = ["defect = loss_in_words(differ_after_loading(thing, arrays))"]
            return confirmed(words, evidence=outcome, used=rehearsal.used, witness=_witness(rehearsal, model, arrays, last))
        return refuted("saved and loaded, outputs are the same", evidence=outcome, used=rehearsal.used)
    if search.troubles:
        return undecided(f"the model could not be made ({min(search.troubles, key=len)[:160]})")
    return undecided("no functional model was made at this place")
