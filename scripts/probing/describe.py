"""Prints everything that a Keras version's names, signatures and classes show, as one JSON object.

Run inside the Keras to describe: `python -m probing.describe PREFERRED_NAMES_FILE OUTPUT_FILE`.
"""

from __future__ import annotations

import inspect
import json
import sys
from functools import partial
from pathlib import Path

import keras

from probing.configs import base_facts, config_definer, config_keys, hidden_keywords
from probing.inventory import canonical_names, kind_of, private_path, take_inventory
from probing.isolation import isolated
from probing.layers import describe_layer
from probing.signatures import parameters_of

DESCRIBED_METHODS = (
    "keras.Model",
    "keras.Sequential",
    "keras.layers.Layer",
    "keras.losses.Loss",
    "keras.metrics.Metric",
    "keras.optimizers.Optimizer",
    "keras.layers.Normalization",
    "keras.layers.TextVectorization",
)


def describe(preferred: frozenset[str]) -> dict:
    """The description of the installed Keras."""
    inventory = take_inventory()
    canonical = canonical_names(inventory, preferred)
    classes, functions, methods = {}, {}, {}
    for key, name in sorted(canonical.items(), key=lambda item: item[1]):
        found = inventory.objects[key]
        if inspect.isclass(found):
            classes[name] = described_apart(found, canonical)
            if name in DESCRIBED_METHODS:
                methods.update(_methods(name, found))
        else:
            functions[name] = parameters_of(found) or []
    return {
        "keras": keras.__version__,
        "modules": {path: sorted(exported) for path, exported in sorted(inventory.modules.items())},
        "aliases": {
            alias: canonical[key]
            for key, aliases in sorted(inventory.names.items(), key=lambda item: canonical[item[0]])
            for alias in sorted(aliases)
            if alias != canonical[key]
        },
        "classes": classes,
        "functions": functions,
        "methods": methods,
        "bases": isolated(base_facts),
        "constants": isolated(_constants),
    }


def described_apart(cls: type, canonical: dict[int, str]) -> dict:
    """One class, described by a child process; some layers abort the process on a wrong input."""
    for measured in (True, False):
        described = isolated(partial(describe_class, cls, canonical, measured))
        if "died" not in described:
            return described
        print(f"{cls.__name__}: {described['died']}", file=sys.stderr)
    raise RuntimeError(f"{cls.__name__} cannot be described")


def describe_class(cls: type, canonical: dict[int, str], measured: bool) -> dict:
    """One class: its kind, its bases, its constructor, its configuration and, for a layer, what it was seen to do."""
    keras_bases = [canonical[id(base)] for base in cls.__mro__[1:] if id(base) in canonical]
    kind = kind_of(cls)
    described: dict = {"kind": kind, "bases": keras_bases, "parameters": parameters_of(cls.__init__) or []}
    if "__init__" in vars(cls):
        described["own_init"] = True
    if hidden := hidden_keywords(cls) if kind not in ("callback", "other") else []:
        described["keywords"] = hidden
    definer = config_definer(cls)
    if definer is not None:
        described["get_config"] = canonical.get(id(definer), private_path(definer))
        if kind != "callback" and (keys := config_keys(cls)) is not None:
            described["config"] = keys
    if "from_config" in vars(cls):
        described["own_from_config"] = True
    if kind == "layer" and measured and (behaviour := describe_layer(cls)) is not None:
        described.update(behaviour)
    return described


def _methods(name: str, cls: type) -> dict[str, list]:
    return {
        f"{name}.{method}": parameters_of(function) or []
        for method, function in inspect.getmembers(cls, inspect.isroutine)
        if not method.startswith("_") or method in ("__call__",)
        if str(getattr(function, "__module__", "")).startswith("keras")
    }


def _constants() -> dict[str, list[str]]:
    """The short names that `activations.get`, `losses.get` and `metrics.get` understand."""
    return {
        kind: sorted(name for name in _candidates(kind, module) if not name.startswith("_") and _is_known(module, name))
        for kind, module in (("activations", keras.activations), ("losses", keras.losses), ("metrics", keras.metrics))
    }


def _candidates(kind: str, module: object) -> set[str]:
    table = getattr(getattr(keras.src, kind), "ALL_OBJECTS_DICT", {}) if hasattr(keras, "src") else {}
    return {name for name in (*dir(module), *table) if isinstance(name, str)}


def _is_known(module: object, name: str) -> bool:
    if name in ("get", "serialize", "deserialize"):
        return False
    try:
        return module.get(name) is not None
    except Exception:
        return False


def main() -> None:
    preferred_file, output = sys.argv[1:]
    preferred = frozenset(json.loads(Path(preferred_file).read_text())) if preferred_file != "-" else frozenset()
    Path(output).write_text(json.dumps(describe(preferred)))


if __name__ == "__main__":
    main()
