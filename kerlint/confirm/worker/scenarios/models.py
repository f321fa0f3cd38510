"""Makes of a layer or model, and of arrays for it, the model that is saved, fitted and compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable

import keras

Handed = Callable[[Sequence[Any]], "tuple[tuple[Any, ...], dict[str, Any]]"]
"""How values are given to a call: its positional and its named arguments."""


def as_model(thing: Any, arrays: Sequence[Any], handed: Handed) -> Any:
    """The model to save: a model itself, called once, or a layer as a node of a functional model."""
    if not isinstance(thing, keras.Model):
        return as_node(thing, arrays, handed)
    positional, named = handed(arrays)
    thing(*positional, **named)
    return thing


def as_node(thing: Any, arrays: Sequence[Any], handed: Handed) -> Any:
    """A functional model round a layer or model, with inputs like the arrays."""
    symbols = [
        keras.Input(shape=array.shape[1:], dtype="string" if array.dtype == object else str(array.dtype)) for array in arrays
    ]
    positional, named = handed(symbols)
    return keras.Model(symbols, thing(*positional, **named))
