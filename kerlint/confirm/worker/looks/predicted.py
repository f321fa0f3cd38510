"""Turns what a round trip showed into whether that is what the finding says: its own parameters or keys, its own kind of error.

An error that names something else, or comes of something else, shows nothing, however loud it is. Knows no objects of Keras.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..scenarios import fitting, reload

CONTRACT = ("KER201", "KER202", "KER203", "KER204", "KER206", "KER207", "KER208", "KER211")
"""Of these the finding speaks of constructor and configuration, which every round trip puts to the test."""

UNREGISTERED = re.compile(r"Could not locate (class|function)|Unknown (layer|object|loss|metric)|not registered|custom_objects")
_REFUSED = r"unexpected keyword|multiple values|positional argument|Unable to revive model from config|not understood"
_CONFIGURATION = re.compile(r"NotImplementedError|non-serializable|missing \d+ required|" + _REFUSED)
"""Errors that say that the configuration is at fault, where a finding speaks of something else."""
_NO_PROOF = re.compile(
    r"forgot to call|super\(\)\.__init__|could not get source code|(before|until) it has been (built|called)|has not been built"
)
"""Errors of the class or of the surroundings that have nothing to do with what is stored."""
_NAMING = (
    r"missing \d+ required (?:positional |keyword-only )?arguments?: ([^.]*)",
    r"unexpected keyword argument:? ([^.]*)",
    r"multiple values for (?:keyword )?argument ([^.]*)",
    r"[Uu]nrecognized keyword arguments?[^{]*(\{[^}]*)",
    r"not understood:?',? ([^)]*)",
    r"no attribute ([^.]*)",
    r"name ('\w+') is not defined",
    r"KeyError: ([^.]*)",
)
"""What errors of Keras and Python say with the names that they are about."""
_UNWRITABLE = re.compile(r"[Cc]annot serialize|not JSON serializable|[Cc]an(?:no|')t pickle|get_config\(\) missing 1 required")
_NOTHING_RETURNED = re.compile(r"should return a (Python )?dict|'?NoneType'?|return .*None")
_NO_BASE = re.compile(r"obj must be an instance or subtype|super\(type, obj\)|object must be an instance")


def is_of_configuration(error: str) -> bool:
    """Whether an error says that the configuration is at fault."""
    return bool(_CONFIGURATION.search(error))


def shows(request: Mapping[str, Any], attempt: Mapping[str, Any], exercises: bool) -> bool:
    """Whether what was seen is what the finding predicts."""
    code, about = request["code"], set(request.get("about", ()))
    error, changed = attempt.get("error", ""), set(attempt.get("changed", ()))
    if error.startswith("Refused") or UNREGISTERED.search(error):
        return False
    if "unfit" in attempt and not error and not changed:
        return False
    if code == "KER502":
        return attempt.get("step") == "load" and bool(fitting.REFUSED_CREATION.search(error))
    if code not in CONTRACT:
        return reload.is_defect(attempt) and attempt.get("step") != "save" and not _CONFIGURATION.search(error)
    if code in ("KER203", "KER204") and not error:
        return bool(set(attempt.get("lost", ())) & _words(request["message"]))
    if code != "KER203" and (about & changed if about else changed and "never calls" in request["message"]):
        return True
    if error:
        return _is_predicted(request, attempt)
    return reload.is_defect(attempt) and exercises and not changed - about


def _is_predicted(request: Mapping[str, Any], attempt: Mapping[str, Any]) -> bool:
    """Whether an error is the one that the finding speaks of: it names what the finding names, or is plainly that failure."""
    error, message, is_save = attempt["error"], request["message"], attempt.get("step") == "save"
    if _NO_PROOF.search(error):
        return False
    if "never calls" in message and "missing" in error:
        return True
    if "take **kwargs" in message and "unexpected keyword" in error:
        return True  # what is missing as well is not asked for before
    if named := named_in(error):
        return bool(named & (set(request.get("about", ())) | _words(message)))
    if not is_save and _quotes(error, request.get("about", ())):
        return True
    if "NotImplementedError" in error or "non-serializable" in error:
        return is_save and (request["code"] == "KER201" or "NotImplementedError" in message or "not stored" in message)
    if request["code"] == "KER206":
        return is_save and "saving" in message and bool(_UNWRITABLE.search(error))
    if request["code"] == "KER211":
        kind = error.partition(":")[0]
        plain = _NOTHING_RETURNED if "returns nothing" in message else _NO_BASE if "super(" in message else None
        is_of_kind = kind in message or (plain is _NOTHING_RETURNED and is_save)
        return is_of_kind and (plain is None or bool(plain.search(error)))
    if request["code"] == "KER201" and "Sequential" in message:
        return attempt.get("step") == "load"
    return request["code"] in ("KER201", "KER202") and "Unable to revive model from config" in error


def named_in(error: str) -> set[str]:
    """The parameters, keys and attributes that an error names as the trouble."""
    found = [word for pattern in _NAMING for text in re.findall(pattern, error) for word in re.findall(r"['\"](\w+)['\"]", text)]
    return set(found) - {"self"}  # which a class lacks that stands where an object is meant


def _quotes(error: str, names: Iterable[str]) -> bool:
    """Whether an error speaks of one of these parameters by its name, and not of a layer that is called so."""
    if re.search(r"expected \d+ variables?|could not be loaded", error):
        return False
    return any(re.search(rf"['\"`]{re.escape(name)}['\"`]|arguments? {re.escape(name)}\b", error) for name in names)


def _words(message: str) -> set[str]:
    return set(re.findall(r"\w+", message))
