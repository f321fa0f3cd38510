"""Whether what a layer learned by `adapt` outlives the program: KER401 to KER407.

The stretch of program is rehearsed on made data, its files are written into the probe's folder, and a fresh process reads
them, or makes the model again without telling its layers anything. What the layers and models make of the same rows is
compared.
"""

from __future__ import annotations

import os
import pickle
from typing import Any, Generator, Mapping

import keras
import numpy

from ..children import StageOutcome
from ..modules import install
from ..rehearsing import Played, play
from ..scenarios.adapting import compared, does, is_identity, kind_of, layers_in, learners_in, inputs_for, rows_for, strings
from ..scenarios.rehearsal import Step, move_weights
from ..stages import stage
from . import confirmed, probe, refuted, trouble_of, undecided


@probe("adapt")
def adapt_probe(request: Mapping[str, Any]) -> Generator[tuple[str, dict[str, Any]], StageOutcome, dict[str, Any]]:
    """The larger body first; the smaller one where that told nothing."""
    verdict = yield from _one(request)
    instead = request["facts"].get("instead")
    if verdict["verdict"] == "undecided" and instead is not None:
        other = yield from _one(instead)
        if other["verdict"] != "undecided":
            return other
    return verdict


def _one(request: Mapping[str, Any]) -> Generator[tuple[str, dict[str, Any]], StageOutcome, dict[str, Any]]:
    if request["subject"]["kind"] != "body":
        return undecided("it is not a stretch of program")
    outcome = yield "adapt.here", {"request": request}
    trouble = trouble_of(outcome)
    if trouble is not None:
        return undecided(trouble)
    found = outcome.value
    if "back" not in found:
        return found
    outcome = yield "adapt.back", {"request": request, "back": found["back"]}
    trouble = trouble_of(outcome)
    return undecided(f"in a fresh process: {trouble}") if trouble is not None else {**outcome.value, "used": found["used"]}


@stage("adapt.here")
def here(argument: Mapping[str, Any]) -> dict[str, Any]:
    """Rehearses the body, and judges what can be judged at once."""
    request = argument["request"]
    played = play(request, tells=True, trains=request["code"] == "KER402", download=request["code"] == "KER405")
    if played.trouble is not None:
        return undecided(played.trouble)
    judge = {"KER401": _judge_left_out, "KER402": _judge_order, "KER403": _judge_untold, "KER404": _judge_file, "KER405": _judge_legacy, "KER407": _judge_copy}
    return {**judge[request["code"]](request, played), "used": played.used}


@stage("adapt.back")
def back(argument: Mapping[str, Any]) -> dict[str, Any]:
    """Reads the files, in a process that knows nothing of the other."""
    request, found = argument["request"], argument["back"]
    with open(found["before"], "rb") as file:
        before = pickle.load(file)
    return {"layer": _layer_back, "model": _model_back, "weights": _weights_back}[found["kind"]](request, found, before)


def _later(kind: str, before: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """What the fresh process has to do. The numbers go through a file."""
    path = os.path.abspath("before.pickle")
    with open(path, "wb") as file:
        pickle.dump(before, file)
    return {"back": {"kind": kind, "before": path, **more}}


# --- a layer that no file holds -----------------------------------------------------------------------------------------


def _judge_left_out(request: Mapping[str, Any], played: Played) -> dict[str, Any]:
    steps = [step for step in played.here("adapt") if "rows" in step.more]
    if not steps:
        return undecided("the layer was told nothing")
    layer, rows = steps[-1].thing, steps[-1].more["rows"]
    saves = played.saves
    if not saves:
        models = played.models
        if not models:
            return undecided("no model is made here")
        if any(_holds(model, layer) for model in models):
            return undecided("the layer is in a model, and which model is saved was not seen")
        for index, model in enumerate(models[-2:]):
            saves += played.saved(model, f"model_{index}.keras")
    if not saves:
        return undecided("nothing could be saved")
    return _layer_later(layer, rows, played, saves)


def _layer_later(layer: Any, rows: Any, played: Played, saves: list[Step]) -> dict[str, Any]:
    """Lets the fresh process look for the layer in files, and make it again as the program does."""
    expected = does(layer, rows)
    if "error" in expected:
        return undecided(f"the layer that was told raises {expected['error']}")
    files = [[os.path.abspath(step.more["path"]), step.more["form"], _holds(step.thing, layer)] for step in saves]
    config = played.config_of(layer)
    return _later("layer", {"rows": plain(rows), "expected": expected, "config": config}, files=files, kind_of=kind_of(layer), cls=type(layer).__name__)


def _holds(model: Any, layer: Any) -> bool:
    return any(inner is layer for inner in layers_in(model))


def _layer_back(request: Mapping[str, Any], found: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
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
    again = compared(before["expected"], does(cls.from_config(before["config"]), rows))
    if not again:
        return undecided("the layer made again does the same without being told")
    return confirmed(f"{words}, and the layer made again {again}", evidence={"files": [file[0].rpartition("/")[2] for file in found["files"]], "made_again": again})


# --- order --------------------------------------------------------------------------------------------------------------


def _judge_order(request: Mapping[str, Any], played: Played) -> dict[str, Any]:
    told = played.here("adapt")
    if not told:
        return undecided("the adapt() was not reached")
    message = request["message"]
    if "ignores the new" in message:
        return _judge_stale(message, told, played)
    if "after save()" in message:
        first = played.stage.steps.index(told[0])
        before = [save for save in played.saves if played.stage.steps.index(save) < first and _holds(save.thing, told[0].thing)]
        if not before:
            return undecided("nothing was saved before")
        after = [save for save in played.saves if played.stage.steps.index(save) > first and _holds(save.thing, told[0].thing)]
        return _layer_later(told[-1].thing, told[-1].more["rows"], played, before + after)
    return _judge_trained_without(told, played)


def _judge_stale(message: str, told: list[Step], played: Played) -> dict[str, Any]:
    steps = played.stage.steps
    name = message.partition("the next ")[2].partition("(")[0]
    for step in told:
        position = steps.index(step)
        for run in [later for later in steps[position:] if later.name == name]:
            earlier = [other for other in steps[:position] if other.thing is run.thing and other.name == name]
            if not earlier or not _holds(run.thing, step.thing):
                continue
            failed = next((one.more["error"] for one in (earlier[-1], run) if "error" in one.more), None)
            if failed is not None:
                return undecided(f"{name}() raises {failed} on made data")
            return _stale(played, run.thing, name)
    return undecided(f"no {name}() before and after the adapt() was reached")


def _stale(played: Played, model: Any, name: str) -> dict[str, Any]:
    """Runs again what was traced, and then traces anew: nothing else changes between the two."""
    move_weights(model)
    traced = [{"values": played.stage.again(model, name, fresh=False)} for _ in range(2)]
    anew = {"values": played.stage.again(model, name, fresh=True)}
    if compared(traced[0], traced[1]):
        return undecided(f"{name}() gives other numbers each time")
    words = compared(anew, traced[0])
    if not words:
        return refuted(f"{name}() gives what it gives when it is traced anew")
    return confirmed(f"after the adapt(), {name}() {words} from what it gives when it is traced anew", evidence={"difference": words})


def _judge_trained_without(told: list[Step], played: Played) -> dict[str, Any]:
    steps = played.stage.steps
    for step in told:
        fits = [run for run in steps[: steps.index(step)] if run.name in ("fit", "fit_generator", "train_on_batch") and _holds(run.thing, step.thing)]
        if not fits:
            continue
        if "error" in fits[-1].more:
            return undecided(f"training raises {fits[-1].more['error']} on made data")
        for (model, before), (_, after) in zip(step.more["before"], step.more["after"]):
            if model is fits[-1].thing:
                if "error" in before:
                    return undecided(f"before the adapt() the model raises {before['error']}")
                words = compared(before, after)
                return confirmed(f"after the adapt() the trained model {words} on the same rows", evidence={"difference": words}) if words else undecided(
                    "the adapt() changed nothing"
                )
    return undecided("no training before the adapt() was reached")


# --- never told ---------------------------------------------------------------------------------------------------------


def _judge_untold(request: Mapping[str, Any], played: Played) -> dict[str, Any]:
    made_up = played.here("adapt")
    if made_up:
        return _judge_made_up(made_up[-1], played)
    layers = [layer for layer in played.made_here if kind_of(layer)]
    if not layers:
        return undecided("the layer was not made")
    layer = layers[-1]
    kind = kind_of(layer)
    if any(step.thing is layer for step in played.stage.of("adapt")):
        return refuted(f"the {kind} is told what it needs")
    rows = rows_for(layer, 0, played.stage.shapes[0])
    found = does(layer, rows)
    if "error" in found:
        return confirmed(f"called without adapt(), {kind} raises {found['error']}", evidence={"error": found["error"]})
    if kind == "Normalization" and is_identity(layer, rows):
        return confirmed(f"the {kind} passes numbers of mean {float(numpy.mean(rows)):.2g} on unchanged", evidence={"mean": float(numpy.mean(found["values"]))})
    if kind != "Normalization" and len(numpy.unique(found["values"])) == 1:
        return confirmed(f"the {kind} gives {found['values'].flat[0]} for everything", evidence={"value": str(found["values"].flat[0])})
    return refuted(f"the {kind} tells its inputs apart")


def _judge_made_up(step: Step, played: Played) -> dict[str, Any]:
    """The weights of a told model, read into one that was told a made-up sample."""
    loads = [load for load in played.stage.of("load_weights") if _holds(load.thing, step.thing) and load.more.get("twin") is not None]
    if not loads:
        return undecided("no weights are read into the model here")
    model, twin = loads[-1].thing, loads[-1].more["twin"]
    rows = inputs_for(twin, 0, played.stage.shapes)
    words = compared(does(twin, rows), does(model, rows))
    if not words:
        return refuted("the model with the weights gives what the trained one gives")
    return confirmed(f"with the weights of a model that was told real words it {words}", evidence={"difference": words})


# --- files that lack something ------------------------------------------------------------------------------------------


def _judge_file(request: Mapping[str, Any], played: Played) -> dict[str, Any]:
    steps = [step for step in (*played.here("save", "save_weights"), *played.stage.of("checkpoint")) if learners_in(step.thing)]
    if not steps:
        return undecided("no model with such a layer is saved here")
    step = steps[-1]
    if "error" in step.more:
        is_predicted = "the save raises" in request["message"]
        return confirmed(f"saving raises {step.more['error']}", evidence={"error": step.more["error"]}) if is_predicted else undecided(f"saving raises {step.more['error']}")
    if not any(adapted.thing is layer for adapted in played.stage.of("adapt") for layer in learners_in(step.thing)):
        return undecided("no layer of the model was told anything")
    rows = inputs_for(step.thing, 0, played.stage.shapes)
    expected = does(step.thing, rows)
    if "error" in expected:
        return undecided(f"the model raises {expected['error']} before it is saved")
    kind = "model" if step.more["form"] == "save" else "weights"
    before = {"rows": plain(rows), "expected": expected, "layers": _layers_of(step.thing, played)}
    return _later(kind, before, path=os.path.abspath(step.more["path"]), index=step.more["index"])


def _layers_of(model: Any, played: Played) -> list[Any]:
    """For each layer that adapts: its kind, made rows, and what it makes of them."""
    told = [(layer, rows_for(layer, 0, played.stage.shapes[0])) for layer in learners_in(model)]
    return [(kind_of(layer), plain(rows), does(layer, rows)) for layer, rows in told]


def _layers_changed(model: Any, before: Mapping[str, Any]) -> str:
    """Which layer of a model does something else than its twin did, and in which way; empty where none does."""
    for layer, (kind, rows, expected) in zip(learners_in(model), before["layers"]):
        words = compared(expected, does(layer, revived(rows)))
        if words:
            return f"the {kind} in it {words}"
    return ""


def _model_back(request: Mapping[str, Any], found: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    name = os.path.basename(found["path"])
    try:
        loaded = keras.models.load_model(found["path"], custom_objects=_custom_objects(request), compile=False)
    except Exception as error:
        return undecided(f"loading {name} raises {type(error).__name__}: {str(error)[:120]}")
    inner = _layers_changed(loaded, before)
    words = compared(before["expected"], does(loaded, revived(before["rows"])))
    if words or inner:
        return confirmed(f"the model loaded from {name} {words or 'does the same'}" + (f"; {inner}" if inner else ""), evidence={"difference": words, "layer": inner})
    return refuted(f"the model loaded from {name} gives the same")


def _weights_back(request: Mapping[str, Any], found: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The model made again, its layers told nothing, with the weights from the file."""
    os.makedirs("again", exist_ok=True)
    os.chdir("again")
    played = play(request, tells=False, trains=False, download=False)
    made = [step for step in played.stage.steps if step.more.get("index") == found["index"] and "form" in step.more]
    if not made:
        return undecided("the model was not made again")
    model, rows, name = made[0].thing, revived(before["rows"]), os.path.basename(found["path"])
    built = does(model, rows)
    try:
        played.stage.originals["load_weights"](model, found["path"])
    except Exception as error:
        if "error" in built:
            return confirmed(f"the model made again raises {built['error']}", evidence={"error": built["error"]})
        return confirmed(f"loading {name} raises {type(error).__name__}: {str(error).splitlines()[0][:120]}", evidence={"error": str(error)[:300]})
    words, inner = compared(before["expected"], does(model, rows)), _layers_changed(model, before)
    if not words and not inner:
        return refuted(f"the model made again gives the same with {name}")
    return confirmed(f"the model made again, with {name}, {words or inner}", evidence={"difference": words, "layer": inner})


def _judge_legacy(request: Mapping[str, Any], played: Played) -> dict[str, Any]:
    steps = [step for step in (*played.here("save"), *played.stage.of("checkpoint")) if learners_in(step.thing) and "error" not in step.more]
    loads = [load for load in played.stage.of("load_weights") if load.more.get("made")]
    if not steps or not loads:
        return undecided("no model is saved here whose weights were read from a legacy file")
    model = steps[-1].thing
    rows = inputs_for(model, 0, played.stage.shapes)
    layers = _layers_of(model, played)
    before = {"rows": plain(rows), "expected": does(model, rows), "layers": layers}
    return _later("model", before, path=os.path.abspath(steps[-1].more["path"]))


# --- copies -------------------------------------------------------------------------------------------------------------


def _judge_copy(request: Mapping[str, Any], played: Played) -> dict[str, Any]:
    steps = played.here("clone_model", "model_from_json", "model_from_config", "from_config", "set_weights")
    if not steps:
        return undecided("the copy was not made")
    source, copy = steps[-1].more.get("source"), steps[-1].thing
    if source is None:
        return undecided("what is copied was not found")
    told = {id(step.thing) for step in played.stage.of("adapt")}
    pairs = [(one, other) for one, other in zip(learners_in(source), learners_in(copy)) if id(one) in told]
    if not pairs:
        return undecided("nothing was told to what is copied")
    for one, other in pairs:
        rows = rows_for(one, 0, played.stage.shapes[0])
        expected = does(one, rows)
        if "error" in expected:
            return undecided(f"the original raises {expected['error']}")
        words = compared(expected, does(other, rows))
        if words:
            unchanged = ", it passes numbers on unchanged" if is_identity(other, rows) else ""
            return confirmed(f"the copy's {kind_of(one)} {words}{unchanged}", evidence={"difference": words})
    return refuted("the copy gives what the original gives")


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
        found.update((name, value) for name, value in vars(module).items() if callable(value) and getattr(value, "__module__", "") == module.__name__)
    return found


__all__ = ["adapt_probe"]
