"""Notes what the slice does with layers while it runs: which are made, which are called, from which of its lines.

A call knows its layer, the lines of the slice on the way to it (innermost first), the call that it is nested in, its
inputs and its outcome. Knows nothing of what a layer keeps and of verdicts.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import keras


@dataclass(eq=False)
class Made:
    """A layer or model that was made, and from where."""

    layer: Any
    sites: tuple[tuple[str, int], ...]


@dataclass(eq=False)
class LayerCall:
    """One call of a layer object."""

    layer: Any
    sites: tuple[tuple[str, int], ...]
    owners: tuple[Any, ...]
    """`self` in the frames of those sites; None where there is none."""
    parent: LayerCall | None
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    outcome: Any = None
    error: BaseException | None = None

    @property
    def tensors(self) -> list[Any]:
        """The tensors that it was given."""
        return tensors_in([self.args, {name: value for name, value in self.kwargs.items() if name not in ("training", "mask")}])

    @property
    def shapes(self) -> list[tuple[int | None, ...]]:
        """Their shapes."""
        return [shape_of(tensor) for tensor in self.tensors]

    @property
    def is_symbolic(self) -> bool:
        """Whether it was only traced, without numbers."""
        return any(is_symbol(tensor) for tensor in self.tensors)

    def stands_at(self, path: str, lines: Sequence[int]) -> bool:
        """Whether it was reached through these lines, the first and the last."""
        return any(file == path and lines[0] <= line <= lines[1] for file, line in self.sites)


@dataclass
class Watch:
    """All that was noted, in its order."""

    made: list[Made] = field(default_factory=list)
    calls: list[LayerCall] = field(default_factory=list)
    added: list[tuple[Any, Any, tuple[tuple[str, int], ...]]] = field(default_factory=list)
    """Sequential, layer and sites of each `add`, also those of the constructor."""

    def calls_at(self, path: str, lines: Sequence[int]) -> list[LayerCall]:
        """The calls that were reached through these lines."""
        return [call for call in self.calls if call.stands_at(path, lines)]

    def made_at(self, path: str, lines: Sequence[int]) -> list[Any]:
        """The layers that were made by these lines."""
        first, last = lines
        return [made.layer for made in self.made if any(file == path and first <= line <= last for file, line in made.sites)]

    @property
    def layers(self) -> list[Any]:
        """Every layer and model that was made."""
        return [made.layer for made in self.made]

    @property
    def models(self) -> list[Any]:
        """Every model that was made."""
        return [made.layer for made in self.made if isinstance(made.layer, keras.Model)]


def tensors_in(value: Any) -> list[Any]:
    """The tensors and arrays in a structure, in their order."""
    if isinstance(value, Mapping):
        return [tensor for item in value.values() for tensor in tensors_in(item)]
    if isinstance(value, (list, tuple)):
        return [tensor for item in value for tensor in tensors_in(item)]
    return [value] if hasattr(value, "shape") and hasattr(value, "dtype") else []


def shape_of(tensor: Any) -> tuple[int | None, ...]:
    """A shape as a plain tuple; empty where the rank is unknown."""
    try:
        return tuple(None if size is None else int(size) for size in tensor.shape)
    except (TypeError, ValueError):
        return ()


def is_symbol(tensor: Any) -> bool:
    """Whether it has no numbers: it is a node of a graph."""
    if type(tensor).__name__ == "KerasTensor":
        return True
    return not hasattr(tensor, "numpy") and type(tensor).__module__.startswith("tensorflow")


@contextmanager
def watching(paths: Collection[str]) -> Iterator[Watch]:
    """Notes in the block what the files at these paths do."""
    watch = Watch()
    base, sequential = keras.layers.Layer, keras.Sequential
    making = "__new__" if hasattr(keras, "ops") else "__init__"
    before = base.__dict__[making], base.__call__, sequential.add
    open_calls: list[LayerCall] = []

    def new(cls: type, *args: Any, **kwargs: Any) -> Any:  # on Keras 3, where the signature of __init__ is looked at
        layer = before[0].__get__(None, cls)(cls, *args, **kwargs)
        watch.made.append(Made(layer, _sites(paths)[0]))
        return layer

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        if not any(made.layer is self for made in watch.made[-3:]):
            watch.made.append(Made(self, _sites(paths)[0]))
        before[0](self, *args, **kwargs)

    @functools.wraps(before[1])
    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        sites, owners = _sites(paths)
        noted = LayerCall(layer, sites, owners, open_calls[-1] if open_calls else None, args, kwargs)
        watch.calls.append(noted)
        open_calls.append(noted)
        try:
            noted.outcome = before[1](layer, *args, **kwargs)
        except BaseException as error:
            noted.error = error
            raise
        finally:
            open_calls.pop()
        return noted.outcome

    @functools.wraps(before[2])
    def add(model: Any, layer: Any, *args: Any, **kwargs: Any) -> Any:
        watch.added.append((model, layer, _sites(paths)[0]))
        return before[2](model, layer, *args, **kwargs)

    made_by = staticmethod(new) if making == "__new__" else functools.wraps(before[0])(init)
    names = ((base, making), (base, "__call__"), (sequential, "add"))
    _put(names, (made_by, call, add))
    try:
        yield watch
    finally:
        _put(names, before)


def _put(names: Sequence[tuple[Any, str]], functions: Sequence[Any]) -> None:
    for (owner, name), function in zip(names, functions):
        setattr(owner, name, function)


def _sites(paths: Collection[str]) -> tuple[tuple[tuple[str, int], ...], tuple[Any, ...]]:
    """The lines of the slice on the way here, innermost first, and the `self` of each."""
    frame = sys._getframe(2)
    sites, owners = [], []
    while frame is not None:
        if frame.f_code.co_filename in paths:
            sites.append((frame.f_code.co_filename, frame.f_lineno))
            owners.append(frame.f_locals.get("self"))
        frame = frame.f_back  # type: ignore[assignment]
    return tuple(sites), tuple(owners)


def layers_within(layer: Any) -> list[Any]:
    """A layer and all layers inside it, each once."""
    found = [layer]
    flatten = getattr(layer, "_flatten_layers", None)
    for inner in flatten(include_self=False, recursive=True) if flatten is not None else ():
        if not any(inner is other for other in found):
            found.append(inner)
    return found


__all__ = ["LayerCall", "Made", "Watch", "is_symbol", "layers_within", "shape_of", "tensors_in", "watching"]
