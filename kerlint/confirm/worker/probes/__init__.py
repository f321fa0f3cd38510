"""The probes, one file a family, registered by being there.

A probe is a generator in the worker: it asks for stages, `(name, argument)`, is sent each stage's outcome, and returns a
verdict as plain data. What it asks for runs in children; the probe itself never runs the user's code.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Generator, Mapping
from typing import Any, Callable

from ..sandbox.children import StageOutcome

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
