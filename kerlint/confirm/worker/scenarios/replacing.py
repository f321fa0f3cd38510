"""Puts other functions in the place of Keras's own for a while: of methods of Model, and of functions that modules share."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import keras

WORK = ("save", "save_weights", "load_weights", "fit", "fit_generator", "evaluate", "predict", "export")
"""The methods of a Model that train, save and load."""

_ABSENT = object()


def methods_of_model() -> dict[str, Any]:
    """Those that this Keras has, by name."""
    return {name: getattr(keras.Model, name) for name in WORK if hasattr(keras.Model, name)}


def holders_of(name: str) -> list[Any]:
    """The modules that hold a function of `keras.models` under its own name."""
    original = getattr(keras.models, name)
    return [module for module in list(sys.modules.values()) if getattr(module, "__dict__", {}).get(name) is original]


@contextmanager
def replaced(replacements: Collection[tuple[Any, str, Any]]) -> Iterator[None]:
    """Sets attributes, each as owner, name and value, in the block, and puts back what was there."""
    before = [(owner, name, vars(owner).get(name, _ABSENT)) for owner, name, _ in replacements]
    for owner, name, value in replacements:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in before:
            if value is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, value)
