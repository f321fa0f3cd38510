"""Which layers of a model write their state more than once in one pass, by running the pass in training.

Every call of every layer is watched: the lines of the program that it comes from, the tensor that it is given, and whether
the layer's own variables that are not trained changed. A functional model runs without the program's lines, so that its calls
take them from the calls that made its nodes, in their order.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import numpy as np

from oracle.running import executed


@dataclass(eq=False)
class Called:
    """One call of one layer."""

    layer: Any
    lines: frozenset[int]
    given: Any = None
    wrote: bool = False
    by_step: bool = False
    """Whether each time step of what came back has its own mean taken off."""
    is_node: bool = False
    """Whether a model calls it, or the program does, and no layer in between."""


@dataclass
class Pass:
    """The calls of one forward pass in training, and the calls that made the nodes of a functional model."""

    calls: list[Called] = field(default_factory=list)
    nodes: list[Called] = field(default_factory=list)
    around: list[Called] = field(default_factory=list)
    """The calls that have not come back yet."""
    refused: Called | None = None
    """The innermost call that raised."""
    error: Exception | None = None


def observe(text: str, style: str) -> list[Pass]:
    """One pass for each way that the program's flags can be."""
    body = text[max(text.rfind("def call"), text.rfind("def build(flag, mode)")) :].partition("\n")[2]
    flags = (False, True) if "flag" in body else (True,)
    modes = ("first", "second", "third") if "'first'" in body and "mode" in body else ("first",)
    return [_pass(text, style, flag, mode) for flag in flags for mode in modes]


def _pass(text: str, style: str, flag: bool, mode: str) -> Pass:
    seen = Pass()
    values = np.random.default_rng(3).normal(2.0, 3.0, (4, 2, 4)).astype("float32")
    with executed(text) as module, _watched(seen):
        made = module.__dict__["build" if style == "function" else "Net"]
        try:
            model = made(flag, mode)
            model(values)  # makes the variables
            seen.calls.clear()
            model(values, training=True)
        except Exception as error:  # what a layer refuses is an observation
            seen.error = error
    return seen


@contextmanager
def _watched(seen: Pass) -> Iterator[None]:
    import keras

    original = keras.layers.Layer.__call__

    def watching(layer: Any, *arguments: Any, **keywords: Any) -> Any:
        given = arguments[0] if arguments else next(iter(keywords.values()), None)
        called = Called(layer, _lines() or _lines_of_node(seen, layer), given, is_node=len(seen.around) <= 1)
        if seen.around:
            called.lines |= seen.around[-1].lines
        is_symbolic = not _is_concrete(given)
        if isinstance(given, keras.KerasTensor) and not seen.around:
            seen.nodes.append(called)
        before = None if is_symbolic else _state(layer)
        seen.around.append(called)
        try:
            result = original(layer, *arguments, **keywords)
        except Exception:
            seen.refused = seen.refused or called
            raise
        finally:
            seen.around.pop()
        if not is_symbolic:
            called.given = np.array(given)
            called.by_step = isinstance(layer, keras.layers.TimeDistributed) and _is_normalised_by_step(np.array(result))
            called.wrote = _differs(before, _state(layer))
            seen.calls.append(called)
        return result

    with mock.patch.object(keras.layers.Layer, "__call__", watching):
        yield


def _lines() -> frozenset[int]:
    """The lines of the program that lead to here."""
    found, frame = set(), sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename == "program.py":
            found.add(frame.f_lineno)
        frame = frame.f_back  # type: ignore[assignment]
    return frozenset(found)


def _lines_of_node(seen: Pass, layer: Any) -> frozenset[int]:
    """For a call by a functional model: the lines on which its node was made."""
    if len(seen.around) > 1:
        return frozenset()
    made = [node for node in seen.nodes if node.layer is layer]
    done = sum(1 for call in seen.calls if call.layer is layer and call.is_node)
    return made[done].lines if done < len(made) else frozenset()


def _is_concrete(given: Any) -> bool:
    """Whether a tensor has values, as it has not while a graph is made."""
    return isinstance(given, np.ndarray) or hasattr(given, "numpy")


def _is_normalised_by_step(result: Any) -> bool:
    return bool(np.allclose(result.mean(axis=0), 0.0, atol=1e-3))


def _state(layer: Any) -> list[Any]:
    """What a layer itself keeps; a wrapper of steps calls its layer where nobody can watch it."""
    import keras

    held = layer.layer if isinstance(layer, keras.layers.TimeDistributed) else layer
    kept = [*getattr(held, "_non_trainable_variables", ()), *keras.tree.flatten(getattr(held, "states", None) or ())]
    return [np.array(variable) for variable in kept]


def _differs(before: list[Any] | None, after: list[Any]) -> bool:
    if before is None or len(before) != len(after):
        return False
    return any(not np.array_equal(one, other) for one, other in zip(before, after, strict=True))


def mixed(seen: Pass) -> Iterator[tuple[Any, list[Called]]]:
    """Each layer that wrote its state in two calls on different tensors, with the later ones of these calls."""
    writes: dict[int, list[Called]] = {}
    for call in seen.calls:
        if call.wrote:
            writes.setdefault(id(call.layer), []).append(call)
    for calls in writes.values():
        later = [call for n, call in enumerate(calls) if any(not _is_same(call, first) for first in calls[:n])]
        if later:
            yield later[0].layer, later


def _is_same(one: Called, other: Called) -> bool:
    return one.given is not None and other.given is not None and np.array_equal(one.given, other.given)
