"""Runs the program's statements that make a model, moves its weights and saves it as the program does, but here.

Gives the file, what the model answered, and what was assumed. Knows nothing of how it is loaded.
"""

from __future__ import annotations

import os
import pickle
import re
from collections.abc import Iterator, Mapping, Sequence
from types import FunctionType
from typing import Any, Callable

import keras
import numpy

from ..making.feeds import Feed, feeds_to_try
from ..making.tensors import as_tensor
from ..running import retelling
from ..running.bodies import BodyRun, bodies_of, run_body
from ..running.redirecting import Caught, caught
from ..scenarios import program
from ..scenarios.reload import told
from ..unavailable import Needs
from ..verdicts import undecided

_BEFORE = "before.pickle"
_SAVING = ("save", "fit", "fit_generator")


class NotReached(Needs):
    """The program did not come to the place; the text says why."""


def make_and_save(request: Mapping[str, Any]) -> dict[str, Any]:
    """The saved file; a verdict where the save itself decides."""
    try:
        call, run, calls = _caught_save(request)
    except NotReached as reason:
        return undecided(str(reason))
    model = call.model
    if request["code"] != "KER310" and not is_own(model, run):
        return undecided("the model that is saved comes from elsewhere")
    as_script(run, request)
    found = functions_in(model, request["facts"].get("said_at"))
    arrays, feed = ready(model, request)
    made = retelling.making(run, call, calls, feed)
    written = write(model, call, arrays, request["facts"]["suffix"])
    return {
        **written,
        "script": retelling.saving(made, written.get("path", ""), call),
        "registered": sorted(keras.utils.get_custom_objects()),
        "used": used(run),
        "found": bool(found),
        "functions": len(functions_in(model, None)),
    }


def save_stand_in(loss: str) -> dict[str, Any]:
    """A small model that is compiled with the same loss, for a program whose own model cannot be made."""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="sigmoid")])
    model.compile(optimizer="sgd", loss=loss)
    arrays = program.input_arrays(model) or []
    call = Caught("save", model, ("stand_in.h5",), {}, ())
    written = write(model, call, arrays, ".h5")
    used = {"made": f"a small model, as a stand-in, compiled with loss={loss!r}"}
    return {**written, "script": retelling.saving_stand_in(loss, written.get("path", "")), "used": used}


def look_at_lambda(request: Mapping[str, Any]) -> dict[str, Any]:
    """A model round the layer alone that holds the finding's function."""
    call, run, calls = _caught_save(request)
    holders = functions_in(call.model, request["facts"]["said_at"])
    holders = [layer for layer in holders if isinstance(layer, keras.layers.Layer) and not isinstance(layer, keras.Model)]
    if not holders:
        return {"trouble": "no layer holds it"}
    layer = holders[0]
    given = layer.input
    if isinstance(given, (list, tuple)):
        return {"trouble": f"{type(layer).__name__} takes several inputs"}
    inputs = keras.Input(shape=tuple(given.shape)[1:], dtype=given.dtype)
    place = list(call.model._flatten_layers()).index(layer)
    alone = keras.Model(inputs, layer(inputs))
    written = write(alone, call, program.input_arrays(alone) or [], request["facts"]["suffix"])
    lines = [
        "# of the layers of the model only the one that the finding is about",
        f"layer = list(model._flatten_layers())[{place}]",
        "inputs = keras.Input(shape=tuple(layer.input.shape)[1:], dtype=layer.input.dtype)",
        "model = keras.Model(inputs, layer(inputs))",
    ]
    script = retelling.saving(retelling.making(run, call, calls, None), written.get("path", ""), call, lines)
    return {**written, "script": script, "used": used(run)}


def _caught_save(request: Mapping[str, Any]) -> tuple[Caught, BodyRun, list[Caught]]:
    """The save of the finding, caught while the program ran, and all that was caught."""
    path, first, last = request["facts"]["saved_at"]
    reasons = []
    for subject in bodies_of(request):
        with caught({module["path"] for module in request["modules"]} | {request["path"]}) as calls:

            def is_reached(run: BodyRun) -> bool:
                return bool(_saves(calls, path, first, last)) or not run.failures

            run = run_body(request, subject, is_reached)
            saves = _saves(calls, path, first, last)
        if saves:
            return saves[-1], run, calls
        reasons.append(run.trouble or "the save was not reached")
    raise NotReached(reasons[0] if reasons else "there is no program to run")


def _saves(calls: Sequence[Caught], path: str, first: int, last: int) -> list[Caught]:
    """The saves at these lines; for a checkpoint, the training that writes it."""
    here = [
        call for call in calls if call.name == "save" and any(file == path and first <= line <= last for file, line in call.sites)
    ]
    if here:
        return here
    return [call for call in calls if call.name in _SAVING[1:] and _has_checkpoint(call)]


def _has_checkpoint(call: Caught) -> bool:
    callbacks = call.keywords.get("callbacks") or ()
    callbacks = callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]
    return any(isinstance(callback, keras.callbacks.ModelCheckpoint) for callback in callbacks)


def as_script(run: BodyRun, request: Mapping[str, Any]) -> None:
    """Lets what a script defines belong to `__main__`, as where it is run: Keras writes that into the file."""
    if not request["facts"].get("is_script") or run.module is None:
        return
    for value in {**vars(run.module), **run.namespace}.values():
        if getattr(value, "__module__", None) == run.module.__name__ and isinstance(value, (type, FunctionType)):
            value.__module__ = "__main__"


def is_own(model: Any, run: BodyRun) -> bool:
    """Whether the program's own lines made the model, and it is no stand-in."""
    return any(made.layer is model and made.sites for made in run.watch.made)


def ready(model: Any, request: Mapping[str, Any]) -> tuple[list[Any], Feed | None]:
    """Made data that the model takes, after it was built on it, and its feed where the model does not tell.

    Raises what its call raises.
    """
    arrays = program.input_arrays(model)
    if arrays is not None:
        program.outputs(model, arrays)
        return arrays, None
    last: BaseException | None = None
    hint = (request.get("hints") or {}).get("input")
    for feed in feeds_to_try(
        type(model).call if not isinstance(model, keras.Sequential) else None, request.get("inputs", ()), hint
    ):
        if feed.style == "arguments":
            continue
        try:
            positional, named = feed.handed([as_tensor(array) for array in feed.arrays()])
            model(*positional, **named)
        except Exception as error:
            last = error
        else:
            return [feed.handed(feed.arrays())[0][0]], feed
    raise NotReached(f"no input was found that works ({told(last) if last is not None else 'nothing to try'})")


def write(model: Any, call: Caught, arrays: Sequence[Any], suffix: str) -> dict[str, Any]:
    """Saves with moved weights, with the arguments of the program's own call."""
    program.move_weights(model)
    expected = program.outputs(model, arrays)
    again = program.outputs(model, arrays)
    given = os.path.splitext(os.path.basename(call.path))[1] if call.name == "save" and call.path else suffix
    path = "program" + (given or suffix)
    keywords = call.others if call.name == "save" else {}
    try:
        model.save(path, **keywords)
    except Exception as error:
        return undecided(f"the save raises {told(error)}")
    with open(_BEFORE, "wb") as file:
        pickle.dump({"expected": expected, "arrays": list(arrays)}, file)
    scale = max([1.0, *(float(numpy.abs(a).max()) for a in expected if a.size and a.dtype.kind in "fiu")])
    return {"path": path, "scale": scale, "steady": program.gap(expected, again) == 0.0}


def used(run: BodyRun) -> dict[str, Any]:
    """What was run, and what was assumed to run it."""
    name = run.subject["name"] or "the module"
    assumed = ", ".join(f"{key}={value}" for key, value in run.used.items())
    return {"made": f"{name}({assumed})" if run.subject["name"] else name}


def functions_in(model: Any, place: Sequence[Any] | None) -> list[Any]:
    """The layers, and for what was compiled the model, that hold a function of these lines; any nameless one for None."""
    found: list[Any] = []
    for layer in model._flatten_layers():
        values = list(vars(layer).values())
        if layer is model:
            compiled = [
                value
                for name, value in vars(layer).items()
                if re.search("compile|loss|metric", name) and hasattr(value, "__dict__")
            ]
            values += [getattr(model, "loss", None), *(part for value in compiled for part in vars(value).values())]
        if any(_is_function_of(value, place) for value in _spread(values)):
            found.append(layer)
    return found


def _spread(values: Sequence[Any], depth: int = 0) -> Iterator[Any]:
    for value in values:
        yield value
        if depth < 2 and isinstance(value, (list, tuple)):
            yield from _spread(value, depth + 1)
        elif depth < 2 and isinstance(value, dict):
            yield from _spread(list(value.values()), depth + 1)


def _is_function_of(value: Any, place: Sequence[Any] | None) -> bool:
    code = getattr(value, "__code__", None)
    if code is None:
        return False
    if place is None:
        return bool(code.co_name == "<lambda>")
    return bool(code.co_filename == place[0] and place[1] <= code.co_firstlineno <= place[2])


def save_built_twin(request: Mapping[str, Any]) -> dict[str, Any]:
    """A twin of the model whose weights the program loads: built on made data, its weights moved and saved."""
    with caught_loads(request) as calls:
        run = run_until_load(request, calls)
    call = calls[-1]
    model = call.model
    if not is_own(model, run):
        raise NotReached("the model whose weights are loaded comes from elsewhere")
    arrays, feed = ready(model, request)
    made = retelling.making(run, call, calls, feed)
    program.move_weights(model)
    expected = program.outputs(model, arrays)
    path = "twin" + (
        ".weights.h5" if hasattr(keras, "ops") or call.path.endswith(".weights.h5") else os.path.splitext(call.path)[1]
    )
    model.save_weights(path)
    with open(_BEFORE, "wb") as file:
        pickle.dump({"expected": expected, "arrays": list(arrays)}, file)
    scale = max([1.0, *(float(numpy.abs(a).max()) for a in expected if a.size)])
    witness = retelling.of_weights(made, path)
    return {"path": path, "scale": scale, "variables": len(model.weights), "used": used(run), "witness": witness}


def caught_loads(request: Mapping[str, Any], real: Mapping[str, Callable[..., Any]] | None = None) -> Any:
    """Catches what the bodies of a request save and load."""
    return caught({module["path"] for module in request["modules"]} | {request["path"]}, real)


def run_until_load(request: Mapping[str, Any], calls: list[Caught]) -> BodyRun:
    """Runs bodies until the weights are loaded at the finding's lines. The other calls are taken out. Raises NotReached."""
    first, last = request["lines"]
    reasons = []

    def here() -> list[Caught]:
        wanted = [c for c in calls if c.name == "load_weights"]
        return [c for c in wanted if any(first <= line <= last for file, line in c.sites if file == request["path"])]

    for subject in bodies_of(request):
        run = run_body(request, subject, lambda run: bool(here()))
        if here():
            calls[:] = here()
            return run
        reasons.append(run.trouble or "load_weights was not reached")
    raise NotReached(reasons[0] if reasons else "there is no program to run")


__all__ = ["Feed", "NotReached", "caught_loads", "look_at_lambda", "make_and_save", "run_until_load", "save_built_twin"]
