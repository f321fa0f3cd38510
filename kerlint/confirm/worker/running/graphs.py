"""Functional models as training passes: the one that holds a layer, or one made of the graph as far as it goes, on made inputs.

Knows nothing of how the graph came about.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Callable

import keras

from ..making.feeds import Feed
from ..making.tensors import as_tensor
from ..scenarios.reuse import varied
from .bodies import BodyRun
from .calls import LayerCall, is_symbol, layers_within

_MOST_NUMBERS = 2e5


def rows_for(shapes: Sequence[Sequence[int]]) -> int:
    """How many samples a batch of such shapes may have."""
    size = max([math.prod(shape) for shape in shapes], default=1)
    return next((rows for rows in (64, 32, 16, 8, 4) if size * rows <= _MOST_NUMBERS), 2)


def made_arrays(items: Sequence[Any], seed: int, rows: int, scale: float = 1.0, spread: float = 0.0) -> list[Any]:
    """Inputs of these shapes and dtypes, as the backend's tensors."""
    if any(dtype == "string" for _, dtype in items):
        feed = Feed(tuple((f"input_{place}", tuple(shape), dtype) for place, (shape, dtype) in enumerate(items)), "list")
        return [as_tensor(array) for array in feed.arrays(seed, rows)]
    return [as_tensor(array) for array in varied(items, seed, rows, scale, spread)]


def step_of(model: Any) -> Callable[[int], Any]:
    """A training pass of a functional model on made inputs of its shapes."""
    items = [([6 if size is None else int(size) for size in symbol.shape[1:]], _dtype(symbol)) for symbol in model.inputs]
    rows = rows_for([shape for shape, _ in items])

    def step(seed: int, scale: float = 1.0, spread: float = 0.0) -> Any:
        arrays = made_arrays(items, seed, rows, scale, spread)
        return model(arrays if len(arrays) > 1 else arrays[0], training=True)

    step.items, step.rows = items, rows  # type: ignore[attr-defined]
    return step


def _dtype(symbol: Any) -> str:
    return str(getattr(symbol.dtype, "name", symbol.dtype))


def model_of(run: BodyRun, calls: Sequence[LayerCall]) -> Any:
    """The functional model that holds a layer called there: the program's own, else one of the graph as far as it was made."""
    layers = [layer for call in calls for layer in layers_within(call.layer)]
    holding = [model for model in run.models if _is_ready(model) and sum(_holds(model, layer) for layer in layers)]
    calling = [model for model in holding if not any(model is call.layer for call in calls)]
    if calling:
        return max(calling, key=lambda model: sum(_nodes_of(model, layer) for layer in layers))
    targets = [call for call in run.watch.calls if call.parent is None and any(layer is call.layer for layer in layers)]
    outputs = [tensor for call in targets for tensor in listed(call.outcome) if is_symbol(tensor)]
    inputs = inputs_of(outputs)
    return keras.Model(inputs, outputs) if inputs and outputs else None


def _is_ready(model: Any) -> bool:
    try:
        return bool(model.inputs)
    except (AttributeError, ValueError):
        return False


def _holds(model: Any, layer: Any) -> bool:
    return model is not layer and any(layer is inner for inner in layers_within(model))


def _nodes_of(model: Any, layer: Any) -> int:
    """How many operations of a model's graph are calls of the layer."""
    nodes = getattr(model, "_nodes", None) or []
    count = sum(1 for node in nodes if getattr(node, "operation", getattr(node, "layer", None)) is layer)
    return count or int(_holds(model, layer))


def inputs_of(outputs: Sequence[Any]) -> list[Any]:
    """The `Input`s from which symbols are made, in the order in which they were made."""
    found: dict[int, Any] = {}
    seen: set[int] = set()
    pending = list(outputs)
    while pending:
        tensor = pending.pop()
        history = getattr(tensor, "_keras_history", None)
        if id(tensor) in seen or history is None:
            continue
        seen.add(id(tensor))
        operation: Any = getattr(history, "operation", None) or history.layer
        if type(operation).__name__ == "InputLayer":
            found[id(tensor)] = tensor
            continue
        node = operation._inbound_nodes[history.node_index]
        given = getattr(node, "input_tensors", None)
        pending += given if isinstance(given, list) else node.keras_inputs
    return sorted(found.values(), key=lambda tensor: str(tensor._keras_history[0].name))


def listed(value: Any) -> list[Any]:
    """A list of one, or the list that it is."""
    return value if isinstance(value, list) else [value]
