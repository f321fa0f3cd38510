"""Loads, in a fresh process, what another one saved, knowing no more than the program's loading side does.

Gives the error or the difference of the outputs. Knows nothing of verdicts.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping
from typing import Any

import keras

from ..modules import install
from ..running import retelling
from ..scenarios import program
from ..unavailable import Needs
from .saving import caught_loads, run_until_load


def load_saved(
    request: Mapping[str, Any], saved: Mapping[str, Any], generously: bool, without: str, compiles: bool | None
) -> dict[str, Any]:
    """One load, with the arguments that the program gives; `generously` with all that it defines in custom_objects, but one."""
    facts = request["facts"]
    definitions = facts["definitions"]
    install(definitions["modules"])
    module = __import__(definitions["module"], fromlist=["*"])
    keywords = _keywords(facts["load"], dict(vars(module)), request["code"])
    if generously or (facts["load"] is None and request["code"] in ("KER209", "KER310", "KER311")):
        objects = {**_own(definitions), **(keywords.get("custom_objects") or {})}
        keywords["custom_objects"] = {name: value for name, value in objects.items() if name != without}
    if compiles is not None:
        keywords["compile"] = compiles
    with open("before.pickle", "rb") as file:
        before = pickle.load(file)
    registered = sorted(keras.utils.get_custom_objects())
    found = program.load(saved["path"], before["arrays"], before["expected"], **keywords)
    if "error" not in found and request["code"] == "KER205":
        found["modules"] = modules_of(keras.models.load_model(saved["path"], **keywords), request["message"])
    if keywords.get("custom_objects") and request["code"] != "KER205":  # which loads it in both ways itself
        told_of_none = program.load(saved["path"], before["arrays"], before["expected"], **{**keywords, "custom_objects": None})
        words = program.in_words(told_of_none, before["expected"])
        found["without_custom_objects"] = words.partition(". ")[0] or "the same outputs"
    return {**found, "script": retelling.loading(keywords, request["modules"]), "registered": registered}


def modules_of(model: Any, message: str) -> list[str]:
    """Where the classes and functions inside a model come from whose names the message mentions."""
    words = set(re.findall(r"\w+", message))
    values = [value for layer in model._flatten_layers() for value in (layer, *vars(layer).values())]
    kinds = [value if hasattr(value, "__code__") else type(value) for value in values]
    return sorted(
        {kind.__module__ for kind in kinds if kind.__name__ in words and kind.__module__ not in ("builtins", "tensorflow")}
    )


def _keywords(texts: Any, namespace: dict[str, Any], code: str) -> dict[str, Any]:
    """The program's own arguments. Raises Needs for one that is not known outside its function."""
    keywords = {}
    for name, text in texts or ():
        if name not in ("custom_objects", "compile", "safe_mode"):
            continue
        try:
            keywords[name] = eval(text, {"keras": keras, **namespace})
        except Exception as error:
            raise Needs(f"the value of {name}={' '.join(text.split())[:60]}") from error
    return keywords


def _own(definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Every class and function that the slice of the loading side defines."""
    import sys

    found: dict[str, Any] = {}
    for description in definitions["modules"]:
        module = sys.modules.get(description["name"])
        for name, value in vars(module).items() if module is not None else ():
            if callable(value) and getattr(value, "__module__", "") == description["name"]:
                found[name] = value
    return found


def load_weights_unbuilt(request: Mapping[str, Any], saved: Mapping[str, Any]) -> dict[str, Any]:
    """Runs the program again; where it loads weights, those of the twin are loaded, with its own arguments."""
    outcome: dict[str, Any] = {}

    def load(original: Any, model: Any, *arguments: Any, **keywords: Any) -> Any:
        outcome.clear()
        outcome["built"] = len(model.weights) == saved["variables"]
        keywords = {name: value for name, value in keywords.items() if name != "filepath"}
        try:
            return original(model, saved["path"], *arguments[1:], **keywords)
        except Exception as error:
            outcome["error"] = program.told(error)
            return None

    with caught_loads(request, {"load_weights": load}) as calls:
        run_until_load(request, calls)
    if "error" in outcome or outcome.get("built"):
        return outcome
    with open("before.pickle", "rb") as file:
        before = pickle.load(file)
    return {**outcome, "difference": program.gap(before["expected"], program.outputs(calls[-1].model, before["arrays"]))}
