"""What comes back of a layer that was told something: out of files, in a process that knows nothing of the first.

Writes down what layers and models do, and judges what is read, or made again, by it. Knows nothing of how a program is
found and run.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping
from typing import Any

import keras
import numpy

from ..modules import install
from ..running.small_runs import Played, play
from ..scenarios.adapting import (
    compared,
    does,
    in_one_line,
    inputs_for,
    kind_of,
    layers_in,
    learners_in,
    measured,
    rows_for,
    strings,
)  # fmt: skip
from ..scenarios.in_small import Step
from ..verdicts import confirmed, refuted, undecided


def _later(kind: str, before: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """What the fresh process has to do. The numbers go through a file."""
    path = os.path.abspath("before.pickle")
    with open(path, "wb") as file:
        pickle.dump(before, file)
    return {"back": {"kind": kind, "before": path, **more}}


def layer_later(layer: Any, rows: Any, played: Played, saves: list[Step]) -> dict[str, Any]:
    """Lets the fresh process look for the layer in files, and make it again as the program does."""
    expected = does(layer, rows)
    if "error" in expected:
        return undecided(f"the layer that was told raises {expected['error']}")
    files = [[os.path.abspath(step.more["path"]), step.more["form"], holds(step.thing, layer)] for step in saves]
    config = played.config_of(layer)
    return _later(
        "layer",
        {"rows": plain(rows), "expected": expected, "config": config},
        files=files,
        kind_of=kind_of(layer),
        cls=type(layer).__name__,
    )


def holds(model: Any, layer: Any) -> bool:
    """Whether a layer is part of a model."""
    return any(inner is layer for inner in layers_in(model))


def layer_back(request: Mapping[str, Any], found: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Looks for the layer in the files, and makes it again."""
    rows, kind = revived(before["rows"]), found["kind_of"]
    objects = _custom_objects(request)
    words = ""
    for path, form, is_inside in found["files"]:
        name = os.path.basename(path.rstrip("/"))
        if form == "export" and is_inside:
            return undecided("what is exported holds the layer")
        if form != "save":
            words = words or f"{name} holds no {kind}"
            continue
        try:
            loaded = keras.models.load_model(path, custom_objects=objects, compile=False)
        except Exception as error:
            if is_inside:
                return undecided(f"{name} cannot be loaded: {type(error).__name__}")
            words = words or f"{name} holds no {kind}"
            continue
        others = [layer for layer in learners_in(loaded) if kind_of(layer) == kind]
        told = [compared(before["expected"], does(layer, rows)) for layer in others]
        if "" in told:
            return refuted(f"{name} holds the {kind} with what it learned")
        words = words or (f"the {kind} in {name} {told[0]}" if told else f"{name} holds no {kind}")
    cls = objects.get(found["cls"]) or getattr(keras.layers, kind)
    made_again = does(cls.from_config(before["config"]), rows)
    again = compared(before["expected"], made_again)
    if not again:
        return undecided("the layer made again does the same without being told")
    return confirmed(
        f"{words}, and the layer made again {again}",
        evidence={
            "files": [file[0].rpartition("/")[2] for file in found["files"]],
            "made_again": again,
            **measured(before["expected"], made_again),
        },
    )


# --- files that lack something ------------------------------------------------------------------------------------------


def judge_file(request: Mapping[str, Any], played: Played) -> dict[str, Any]:
    """Whether a file brings the model back as it was."""
    steps = [step for step in (*played.here("save", "save_weights"), *played.stage.of("checkpoint")) if learners_in(step.thing)]
    if not steps:
        return undecided("no model with such a layer is saved here")
    step = steps[-1]
    told = [layer for layer in learners_in(step.thing) if any(adapted.thing is layer for adapted in played.stage.of("adapt"))]
    form, path = step.more["form"], os.path.basename(step.more["path"].rstrip("/"))
    sketch = played.sketch((told or learners_in(step.thing))[0], f"filed({{made}}, {{made}}, {form!r}, {path!r})")
    if "error" in step.more:
        words = f"saving raises {step.more['error']}"
        is_predicted = "the save raises" in request["message"]
        return {**(confirmed if is_predicted else undecided)(words, evidence={"error": step.more["error"]}), "sketch": sketch}
    if not told:
        return undecided("no layer of the model was told anything")
    rows = inputs_for(step.thing, 0, played.stage.shapes)
    expected = does(step.thing, rows)
    if "error" in expected:
        return undecided(f"the model raises {expected['error']} before it is saved")
    kind = "model" if step.more["form"] == "save" else "weights"
    before = {"rows": plain(rows), "expected": expected, "layers": _layers_of(step.thing, played)}
    return {**_later(kind, before, path=os.path.abspath(step.more["path"]), index=step.more["index"]), "sketch": sketch}


def _layers_of(model: Any, played: Played) -> list[Any]:
    """For each layer that adapts: its kind, made rows, and what it makes of them."""
    told = [(layer, rows_for(layer, 0, played.stage.shapes[0])) for layer in learners_in(model)]
    return [(kind_of(layer), plain(rows), does(layer, rows)) for layer, rows in told]


def _layers_changed(model: Any, before: Mapping[str, Any]) -> str:
    """Which layer of a model does something else than its twin did, and in which way; empty where none does."""
    for layer, (kind, rows, expected) in zip(learners_in(model), before["layers"]):
        words = compared(expected, does(layer, revived(rows)))
        if words:
            return f"the {kind} {words}"
    return ""


def model_back(request: Mapping[str, Any], found: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Loads the whole model, and compares."""
    name, objects = os.path.basename(found["path"]), _custom_objects(request)
    try:
        loaded = keras.models.load_model(found["path"], custom_objects=objects, compile=False)
    except Exception as error:
        return undecided(f"loading {name} raises {type(error).__name__}: {str(error)[:120]}")
    inner = _layers_changed(loaded, before)
    after = does(loaded, revived(before["rows"]))
    words = compared(before["expected"], after)
    without = {"without_custom_objects": _told_of_nothing(found["path"], before)} if objects else {}
    if words or inner:
        told = f"the model loaded from {name} {words}" if words else f"in the model loaded from {name}, {inner}"
        return confirmed(
            told + (f"; {inner}" if words and inner and "raises" not in words else ""),
            evidence={"difference": words, "layer": inner, **measured(before["expected"], after), **without},
        )
    return refuted(f"the model loaded from {name} gives the same", evidence=without)


def _told_of_nothing(path: str, before: Mapping[str, Any]) -> str:
    """What becomes of the file where Keras is told of no class of the program."""
    try:
        loaded = keras.models.load_model(path, compile=False)
    except Exception as error:
        return f"loading raises {in_one_line(error).partition('. ')[0]}"
    return compared(before["expected"], does(loaded, revived(before["rows"]))) or "the same outputs"


def weights_back(request: Mapping[str, Any], found: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The model made again, its layers told nothing, with the weights from the file."""
    os.makedirs("again", exist_ok=True)
    os.chdir("again")
    played = play(request, tells=False)
    made = [step for step in played.stage.steps if step.more.get("index") == found["index"] and "form" in step.more]
    if not made:  # it cannot be made of layers that know nothing, so they are told something else
        played.stage.end()
        played = play(request, generation=1)
        made = [step for step in played.stage.steps if step.more.get("index") == found["index"] and "form" in step.more]
    if not made:
        return undecided(f"the model was not made again: {played.trouble}")
    model, rows, name = made[0].thing, revived(before["rows"]), os.path.basename(found["path"])
    built = does(model, rows)
    try:
        played.stage.originals["load_weights"](model, found["path"])
    except Exception as error:
        if "error" in built:
            return confirmed(f"the model made again raises {built['error']}", evidence={"error": built["error"]})
        return confirmed(
            f"loading {name} raises {type(error).__name__}: {str(error).splitlines()[0][:120]}",
            evidence={"error": str(error)[:300]},
        )
    after = does(model, rows)
    words, inner = compared(before["expected"], after), _layers_changed(model, before)
    if not words and not inner:
        return refuted(f"the model made again gives the same with {name}")
    evidence = {"difference": words, "layer": inner, **measured(before["expected"], after)}
    return confirmed(f"the model made again, with {name}, {words or inner}", evidence=evidence)


def judge_legacy(request: Mapping[str, Any], played: Played) -> dict[str, Any]:
    """Whether what is saved after legacy weights were read is what is in memory."""
    steps = [
        step
        for step in (*played.here("save"), *played.stage.of("checkpoint"))
        if learners_in(step.thing) and "error" not in step.more
    ]
    loads = [load for load in played.stage.of("load_weights") if load.more.get("made")]
    if not steps or not loads:
        return undecided("no model is saved here whose weights were read from a legacy file")
    model = steps[-1].thing
    rows = inputs_for(model, 0, played.stage.shapes)
    layers = _layers_of(model, played)
    before = {"rows": plain(rows), "expected": does(model, rows), "layers": layers}
    sketch = played.sketch(learners_in(model)[0], "from_legacy_weights({made}, {made})")
    return {**_later("model", before, path=os.path.abspath(steps[-1].more["path"])), "sketch": sketch}


# --- plain data ---------------------------------------------------------------------------------------------------------


def plain(rows: Any) -> Any:
    """Rows without tensors."""
    if isinstance(rows, dict):
        return {name: plain(inner) for name, inner in rows.items()}
    if isinstance(rows, (list, tuple)) and any(hasattr(inner, "dtype") for inner in rows):
        return [plain(inner) for inner in rows]
    array = numpy.asarray(rows)
    return array.astype(str) if array.dtype.kind in "OS" else array


def revived(rows: Any) -> Any:
    """The inverse."""
    if isinstance(rows, dict):
        return {name: revived(inner) for name, inner in rows.items()}
    if isinstance(rows, list):
        return [revived(inner) for inner in rows]
    return strings(rows) if rows.dtype.kind == "U" else rows


def _custom_objects(request: Mapping[str, Any]) -> dict[str, Any]:
    """Every class and function of the slice, as a user would hand them to a load."""
    install(request["modules"])
    found: dict[str, Any] = {}
    for description in request["modules"]:
        try:
            module = __import__(description["name"], fromlist=["*"])
        except Exception:
            continue
        found.update(
            (name, value)
            for name, value in vars(module).items()
            if callable(value) and getattr(value, "__module__", "") == module.__name__
        )
    return found
