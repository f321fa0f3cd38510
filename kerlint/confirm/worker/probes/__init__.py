"""The probes, one file a family, registered by being there.

A probe is a generator in the worker: it asks for stages, `(name, argument)`, is sent each stage's outcome, and returns a
verdict as plain data. What it asks for runs in children; the probe itself never runs the user's code.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Generator, Mapping
from typing import Any, Callable

from ..children import StageOutcome

Probe = Callable[[Mapping[str, Any]], Generator["tuple[str, dict[str, Any]]", StageOutcome, "dict[str, Any]"]]

_PROBES: dict[str, Probe] = {}


def probe(name: str) -> Callable[[Probe], Probe]:
    """Registers a probe under the name by which a request asks for it."""

    def register(function: Probe) -> Probe:
        _PROBES[name] = function
        return function

    return register


def load_all() -> Mapping[str, Probe]:
    """Every probe by its name."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return _PROBES


def undecided(reason: str, **more: Any) -> dict[str, Any]:
    """No verdict, and why. What the walls refused is the reason behind whatever went wrong after it."""
    refused = re.search(r"Refused: ([^()]*(?:\([^()]*\))?)", reason)
    reason = refused.group(1).strip() if refused else reason
    return {"verdict": "undecided", "summary": reason, **more}


def confirmed(summary: str, **more: Any) -> dict[str, Any]:
    """The defect was seen. An error of the walls is none of Keras."""
    if "Refused: " in summary:
        return undecided(summary)
    return {"verdict": "confirmed", "summary": summary, **more}


def refuted(summary: str, **more: Any) -> dict[str, Any]:
    """What was predicted did not happen although it was put to the test."""
    return {"verdict": "refuted", "summary": summary, **more}


def trouble_of(outcome: StageOutcome) -> str | None:
    """Why a stage gives no answer, if it does not."""
    if outcome.trouble is not None:
        return outcome.trouble
    return outcome.value.get("trouble") if isinstance(outcome.value, dict) else "gave no answer"
