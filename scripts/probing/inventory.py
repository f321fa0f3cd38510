"""Turns the installed Keras into its public names: which module exports what, which names mean one object, and what
kind it is.

Public is what the `keras` package exports under modules without a leading underscore; `tf.keras` (in Keras 3 the
hidden `keras._tf_keras.keras`) counts as `keras`. Knows nothing of what the classes do.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from dataclasses import dataclass, field
from types import ModuleType

import keras

TENSORFLOW_FACADE = "keras._tf_keras.keras"
KEPT_PRIVATE_MODULES = ("keras.src",)


@dataclass
class Inventory:
    """What one Keras exports."""

    modules: dict[str, set[str]] = field(default_factory=dict)
    names: dict[int, set[str]] = field(default_factory=dict)
    objects: dict[int, object] = field(default_factory=dict)

    def add(self, name: str, found: object) -> None:
        self.names.setdefault(id(found), set()).add(name)
        self.objects[id(found)] = found


def take_inventory() -> Inventory:
    """Walks every public module of the installed Keras, its TensorFlow facade and its private packages."""
    inventory = Inventory()
    for path, module in _public_modules():
        exported = inventory.modules.setdefault(path, set())
        for name, found in vars(module).items():
            if name.startswith("_"):
                continue
            if isinstance(found, ModuleType):
                if found.__name__.startswith("keras"):
                    exported.add(name)
            else:
                exported.add(name)
                if is_keras_callable(found):
                    inventory.add(f"{path}.{name}", found)
    public = set(inventory.objects)
    for key in public:
        found = inventory.objects[key]
        inventory.names[key].add(private_path(found))
        for base in inspect.getmro(found) if inspect.isclass(found) else ():
            if is_keras_callable(base):
                inventory.add(private_path(base), base)
    for path, module in _private_packages():
        for name, found in vars(module).items():
            if id(found) in inventory.objects and not name.startswith("_"):
                inventory.add(f"{path}.{name}", found)
    for found in _private_subclasses():
        inventory.add(private_path(found), found)
    return inventory


def is_keras_callable(found: object) -> bool:
    """True for classes and functions that Keras itself defines."""
    return (inspect.isclass(found) or inspect.isroutine(found)) and str(getattr(found, "__module__", "")).startswith("keras")


def private_path(found: object) -> str:
    """Where the source defines the object."""
    return f"{found.__module__}.{found.__qualname__}"


def _public_modules() -> list[tuple[str, ModuleType]]:
    for _, name, _ in pkgutil.walk_packages(keras.__path__, "keras.", onerror=lambda _: None):
        if not name.startswith("keras.src") and not name.startswith("keras.api"):
            _try_import(name)
    found: dict[str, ModuleType] = {"keras": keras}
    queue = [("keras", keras)]
    facade = sys.modules.get(TENSORFLOW_FACADE)
    if facade is not None:
        queue.append((TENSORFLOW_FACADE, facade))
        found[TENSORFLOW_FACADE] = facade
    while queue:
        path, module = queue.pop()
        for name, child in vars(module).items():
            child_path = f"{path}.{name}"
            if not isinstance(child, ModuleType) or name.startswith("_") or child_path in found:
                continue
            if name in ("src", "api") or not child.__name__.startswith("keras"):
                continue
            found[child_path] = child
            queue.append((child_path, child))
    renamed = [(path.replace(TENSORFLOW_FACADE, "keras"), module) for path, module in found.items()]
    return sorted(renamed, key=lambda item: item[0])


def _try_import(name: str) -> None:
    try:
        importlib.import_module(name)
    except Exception as error:  # an optional backend that is not installed
        print(f"not importable: {name}: {error!r}"[:200], file=sys.stderr)


def _private_packages() -> list[tuple[str, ModuleType]]:
    return [
        (name, sys.modules[name])
        for name in sorted(sys.modules)
        if name.startswith("keras.src") and hasattr(sys.modules[name], "__path__") and "backend" not in name
    ]


def _private_subclasses() -> list[type]:
    found: list[type] = []
    queue: list[type] = [keras.layers.Layer]
    while queue:
        for child in queue.pop().__subclasses__():
            queue.append(child)
            if child.__module__.startswith(KEPT_PRIVATE_MODULES) and "<locals>" not in child.__qualname__:
                found.append(child)
    return found


KIND_BASES = (
    ("metric", lambda: keras.metrics.Metric),  # before the layers: in Keras 2 a metric is one
    ("model", lambda: keras.Model),
    ("layer", lambda: keras.layers.Layer),
    ("loss", lambda: keras.losses.Loss),
    ("schedule", lambda: keras.optimizers.schedules.LearningRateSchedule),
    ("optimizer", lambda: keras.optimizers.Optimizer),
    ("optimizer", lambda: keras.optimizers.legacy.Optimizer),
    ("initializer", lambda: keras.initializers.Initializer),
    ("regularizer", lambda: keras.regularizers.Regularizer),
    ("constraint", lambda: keras.constraints.Constraint),
    ("callback", lambda: keras.callbacks.Callback),
)


def kind_of(found: type) -> str:
    """The Keras kind of a class, by its real bases."""
    for kind, base in KIND_BASES:
        try:
            if issubclass(found, base()):
                return kind
        except AttributeError:  # Keras 3 has no legacy optimizers to derive from
            continue
    return "other"


def canonical_names(inventory: Inventory, preferred: frozenset[str]) -> dict[int, str]:
    """One name for each object: one that `preferred` has too, ending in the object's own name, the shortest, the
    first.
    """
    return {
        key: min(names, key=lambda name: _rank(name, inventory.objects[key], preferred)) for key, names in inventory.names.items()
    }


def _rank(name: str, found: object, preferred: frozenset[str]) -> tuple:
    is_private = name.startswith("keras.src") or "._" in name
    return (is_private, name not in preferred, name.rpartition(".")[2] != found.__name__, len(name), name)
