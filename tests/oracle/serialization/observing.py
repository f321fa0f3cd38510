"""Runs a program of the serialization oracle and says what the file did to the object: raised, changed it, or kept it.

An object is what its class made of it: the attributes that the class sets, Keras's own `name`, `trainable` and `dtype`, and what
it computes. What the constructor was given is compared as well, to say which parameter a change goes back to.
"""

from __future__ import annotations

import inspect
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from oracle.running import executed, raised
from oracle.serialization.grammar import Program


@dataclass(frozen=True)
class Observed:
    """What happened: the step that raised and what it said, or what is not as it was."""

    step: str = ""
    error: str = ""
    reset: frozenset[str] = frozenset()
    """Parameters that the loaded object has at their defaults, and Keras's own that are lost."""
    changed: frozenset[str] = frozenset()
    """Parameters that the loaded object was given with another value, neither the first one nor the default."""
    differs: bool = False

    @property
    def is_kept(self) -> bool:
        return not self.step and not self.differs

    def __str__(self) -> str:
        if self.step:
            return f"{self.step} raises {self.error}"
        return f"differs: reset {sorted(self.reset)}, changed {sorted(self.changed)}" if self.differs else "all is kept"


class CannotBeMade(Exception):
    """The program fails before anything is saved: it is none that an author would keep."""


def observe(program: Program, text: str) -> Observed:
    """What the round trip of the program did."""
    name = program.classes[-1].name
    with executed(text) as module:
        given = _recorded(getattr(module, name))
        made: list[Any] = []
        _, error = raised(lambda: module.round_trip(made))
        if not made:
            raise CannotBeMade(str(error))
        if error is not None:
            step = "load" if zipfile.is_zipfile("model.keras") else "save"
            return Observed(step, _told(error))
        attributes = {parameter.name: parameter.kept_name for parameter in program.parameters}
        return _compared(getattr(module, name), attributes, made, given)


def _told(error: BaseException) -> str:
    """The innermost reason, which Keras puts last."""
    text = str(error)
    return f"{type(error).__name__}: {text.rpartition('Exception encountered: ')[2].strip()}"


def _recorded(made: type) -> Callable[[Any], dict[str, Any]]:
    """Notes what every object of the class is made from; gives the constructor's arguments of one.

    `__new__` gets what `__init__` gets, and Keras looks only at the signature of the latter.
    """
    received: dict[int, tuple[Any, Any, Any]] = {}
    original = made.__new__

    def new(cls: type, *arguments: Any, **keywords: Any) -> Any:
        new_object = original(cls, *arguments, **keywords)
        received[id(new_object)] = (new_object, arguments, keywords)
        return new_object

    made.__new__ = staticmethod(new)  # type: ignore[assignment]
    signature = inspect.signature(made.__init__)  # type: ignore[misc]

    def given(found: Any) -> dict[str, Any]:
        _, arguments, keywords = received[id(found)]
        bound = signature.bind(found, *arguments, **keywords)
        return {**{k: v for k, v in bound.arguments.items() if k not in ("self", "kwargs")}, **bound.arguments.get("kwargs", {})}

    return given


def _found(model: Any, made: type) -> Any:
    if isinstance(model, made):
        return model
    return next(layer for layer in model._flatten_layers(include_self=False, recursive=True) if isinstance(layer, made))


def _compared(made: type, attributes: dict[str, str], models: list[Any], given: Callable[[Any], dict[str, Any]]) -> Observed:
    import keras
    import numpy

    before, after = models
    first, second = _found(before, made), _found(after, made)
    x = numpy.linspace(-1.0, 1.0, 8, dtype="float32").reshape(2, 4)
    outputs = []
    for model in (before, after):
        output, error = raised(partial(_output, model, x))
        if error is not None and model is before:
            raise CannotBeMade(str(error))
        if error is not None:
            return Observed("the first call", _told(error))
        outputs.append(output)
    same = outputs[0].shape == outputs[1].shape and numpy.allclose(outputs[0], outputs[1], atol=1e-5, equal_nan=True)
    of_base = {key for key in ("name", "trainable", "dtype") if _plain(getattr(first, key)) != _plain(getattr(second, key))}
    if isinstance(first, keras.Model):
        of_base.clear()  # KER203: "A keras.Model keeps what matters without it and is not reported"
    if "name" in of_base and "name" not in given(first):
        of_base.discard("name")
    others = {k for k, name in attributes.items() if _plain(getattr(first, name, None)) != _plain(getattr(second, name, None))}
    differs = bool(of_base) or not same or bool(others)
    reset, changed = set(of_base), set()
    defaults = {k: p.default for k, p in inspect.signature(made.__init__).parameters.items()}  # type: ignore[misc]
    old, new = given(first), given(second)
    for key in old:
        if key in ("name", "trainable", "dtype") or (key in attributes and key not in others):
            continue
        if key in new and _plain(old[key]) == _plain(new[key]):
            continue
        if key not in new or _plain(new[key]) == _plain(defaults.get(key)):
            reset.add(key)
        else:
            changed.add(key)
    return Observed(reset=frozenset(reset), changed=frozenset(changed), differs=differs)


def _output(model: Any, x: Any) -> Any:
    import keras

    return keras.ops.convert_to_numpy(model(x))


def _plain(value: Any) -> Any:
    """A value that can be compared: lists as tuples, objects by class and configuration, functions by name."""
    import keras

    if isinstance(value, keras.Variable):
        return (tuple(value.shape), _plain(value.dtype))
    if isinstance(value, keras.layers.Layer | keras.initializers.Initializer):
        config = {k: v for k, v in value.get_config().items() if k != "name"}
        return (type(value).__name__, _plain(config))
    if isinstance(value, dict):
        return tuple(sorted((str(k), repr(_plain(v))) for k, v in value.items()))
    if isinstance(value, list | tuple):
        return tuple(_plain(element) for element in value)
    if callable(value) and not isinstance(value, type):
        return getattr(value, "__qualname__", type(value).__qualname__)
    return value if value is None or isinstance(value, bool | int | float | str) else type(value).__name__
