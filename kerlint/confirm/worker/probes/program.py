"""Whether a program gets back the model that it saved, by its own way to disk and back: KER205, 209, 308, 310, 311.

The program's statements that make the model run, what they save is caught and saved with moved weights; a fresh process,
which has imported no more than the program's loading side, loads it as the program does.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from typing import Any

from ..looks.loading import load_saved, load_weights_unbuilt
from ..looks.saving import look_at_lambda, make_and_save, save_built_twin, save_stand_in
from ..running.retelling import in_two_processes
from ..sandbox.children import StageOutcome
from ..stages import stage
from ..verdicts import confirmed, refuted, trouble_of, undecided
from . import probe

Steps = Generator["tuple[str, dict[str, Any]]", StageOutcome, "dict[str, Any]"]

_UNSAFE = re.compile(r"lambda|unsafe|arbitrary code|safe_mode|bytecode|marshal|Could not interpret|'4w", re.IGNORECASE)
_TOLERANCE = 1e-4


@probe("program")
def program(request: Mapping[str, Any]) -> Steps:
    """Saves in one process and loads in others."""
    if request["code"] == "KER308":
        return (yield from _weights(request))
    outcome = yield "program.save", {"request": request}
    trouble = trouble_of(outcome)
    saved = undecided(trouble) if trouble is not None else outcome.value
    alias = re.search(r'short name "(\w+)"', request["message"]) if request["code"] == "KER310" else None
    if "verdict" in saved and alias is not None:
        request = {**request, "facts": {**request["facts"], "load": None}}
        outcome = yield "program.stand_in", {"loss": alias.group(1)}
        saved = saved if trouble_of(outcome) is not None else outcome.value
    if "verdict" in saved:
        return dict(saved)
    outcome = yield "program.load", {"request": request, "saved": saved}
    trouble = trouble_of(outcome)
    if trouble is not None:
        return undecided(f"in the process that loads: {trouble}")
    if request["code"] == "KER311":
        return _compared(outcome.value, _details(saved, outcome.value))
    judge = {"KER205": _unknown, "KER209": _unsafe, "KER310": _hdf5}[request["code"]]
    return (yield from judge(request, saved, outcome.value))


def _unknown(request: Mapping[str, Any], saved: Mapping[str, Any], loaded: Mapping[str, Any]) -> Steps:
    """KER205: the load raises, does not when all is named, and does when all but this one is."""
    word = re.search(r"does not know (\w+)|own (\w+) in the place", request["message"])
    name = "" if word is None else word.group(1) or word.group(2)
    details = _details(saved, loaded)
    if "error" not in loaded:
        found = _compared(loaded, details)
        if found["verdict"] == "refuted" and all(module.partition(".")[0] == "keras" for module in loaded["modules"]):
            return undecided(f"the load does not raise, but {name} is not in what it gives", **details)
        return found
    answers = []
    for without in ("", name):
        outcome = yield "program.load", {"request": request, "saved": saved, "generously": True, "without": without}
        trouble = trouble_of(outcome)
        if trouble is not None:
            return undecided(f"in the process that loads: {trouble}", **details)
        answers.append(outcome.value)
    if "error" in answers[0]:
        return undecided(f"the load raises even when all is named: {answers[0]['error']}", **details)
    if "error" not in answers[1]:
        return undecided(f"the load raises for something else than {name}: {loaded['error']}", **details)
    details["witness"] = in_two_processes(saved, answers[1])
    return confirmed(f"load_model raises {_short(loaded)}", **details)


def _unsafe(request: Mapping[str, Any], saved: Mapping[str, Any], loaded: Mapping[str, Any]) -> Steps:
    """KER209: the load refuses the function, also where it is the only one."""
    details = _details(saved, loaded)
    if "error" not in loaded:
        if not saved.get("found"):
            return undecided("the function was not found in the model that is saved", **details)
        return refuted("load_model takes it", **details)
    if not _UNSAFE.search(loaded["whole"]):
        return undecided(f"something else goes wrong at the load: {loaded['error']}", **details)
    if saved.get("functions", 1) > 1:
        outcome = yield "program.lambda", {"request": request}
        trouble = trouble_of(outcome) or outcome.value.get("trouble")
        if trouble:
            return undecided(
                f"the model holds {saved['functions']} functions, and this one was not told from them: {trouble}", **details
            )
        saved = outcome.value
        outcome = yield "program.load", {"request": request, "saved": saved}
        loaded = outcome.value if trouble_of(outcome) is None else {}
        details["evidence"] = _plain(loaded)
        details["witness"] = in_two_processes(saved, loaded)
        if "error" not in loaded:
            return refuted("load_model takes a model with this function alone", **details)
        if not _UNSAFE.search(loaded["whole"]):
            return undecided(f"something else goes wrong at the load: {loaded['error']}", **details)
    return confirmed(f"load_model raises {_short(loaded)}", **details)


def _hdf5(request: Mapping[str, Any], saved: Mapping[str, Any], loaded: Mapping[str, Any]) -> Steps:
    """KER310: the load raises; where the loss is to blame, only as long as the model is compiled at the load."""
    details = _details(saved, loaded)
    if "error" not in loaded:
        return _compared(loaded, details)
    if "short name" in request["message"]:
        outcome = yield "program.load", {"request": request, "saved": saved, "compile": False}
        told = outcome.value if trouble_of(outcome) is None else {}
        if "error" in told:
            return undecided(f"something else goes wrong at the load: {told['error']}", **details)
    return confirmed(f"load_model raises {_short(loaded)}", **details)


def _compared(loaded: Mapping[str, Any], details: dict[str, Any]) -> dict[str, Any]:
    """The verdict on a load that does not raise."""
    if "error" in loaded:
        return undecided(f"something else goes wrong at the load: {loaded['error']}", **details)
    if loaded["difference"] > _TOLERANCE * max(1.0, details["evidence"]["scale"]):
        return confirmed(f"loaded without an error, outputs differ by {loaded['difference']:.2g}", **details)
    return refuted("loaded, and the outputs are the same", **details)


def _weights(request: Mapping[str, Any]) -> Steps:
    """KER308: weights of a twin that was built, loaded where the program loads them."""
    outcome = yield "program.twin", {"request": request}
    trouble = trouble_of(outcome)
    if trouble is not None:
        return undecided(trouble)
    saved = outcome.value
    outcome = yield "program.weights", {"request": request, "saved": saved}
    trouble = trouble_of(outcome)
    if trouble is not None:
        return undecided(f"in the process that loads: {trouble}")
    found = outcome.value
    details = {
        "evidence": {**_plain(found), "variables": saved["variables"]},
        "used": saved["used"],
        "witness": saved["witness"],
    }
    if found.get("built"):
        return undecided("the model has its variables before the weights are loaded", **details)
    if "error" in found:
        return confirmed(f"load_weights raises {_short(found)}", **details)
    if found["difference"] > _TOLERANCE * max(1.0, saved["scale"]):
        return confirmed(
            f"load_weights says nothing, outputs differ by {found['difference']:.2g} from those of the model that was saved",
            **details,
        )
    return refuted("the weights are loaded, and the outputs are the same", **details)


def _details(saved: Mapping[str, Any], loaded: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "evidence": {**_plain(loaded), "scale": saved.get("scale", 1.0)},
        "used": saved["used"],
        "witness": in_two_processes(saved, loaded),
    }


def _plain(found: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key not in ("whole", "script", "registered")}


def _short(found: Mapping[str, Any]) -> str:
    text = re.sub(r"\[?'4w[^']*('|$).*", "the bytes of a lambda", str(found["error"]))
    return text.split(" Please ")[0].split(". ")[0][:200]


@stage("program.save")
def save(argument: Mapping[str, Any]) -> dict[str, Any]:
    """Runs the program up to its save, and saves."""
    return make_and_save(argument["request"])


@stage("program.stand_in")
def stand_in(argument: Mapping[str, Any]) -> dict[str, Any]:
    """Saves a small model with the same fault."""
    return save_stand_in(argument["loss"])


@stage("program.lambda")
def save_lambda(argument: Mapping[str, Any]) -> dict[str, Any]:
    """The same with a model round the finding's function alone."""
    return look_at_lambda(argument["request"])


@stage("program.load")
def load(argument: Mapping[str, Any]) -> dict[str, Any]:
    """Loads what was saved."""
    return load_saved(
        argument["request"],
        argument["saved"],
        argument.get("generously", False),
        argument.get("without", ""),
        argument.get("compile"),
    )


@stage("program.twin")
def twin(argument: Mapping[str, Any]) -> dict[str, Any]:
    """Saves the weights of a built twin."""
    return save_built_twin(argument["request"])


@stage("program.weights")
def weights(argument: Mapping[str, Any]) -> dict[str, Any]:
    """Loads them as the program does."""
    return load_weights_unbuilt(argument["request"], argument["saved"])
