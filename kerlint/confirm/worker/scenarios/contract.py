"""Takes an object through its configuration and back, as a file would, and compares what the constructor receives."""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any, Callable

import keras
import numpy


class Received(dict[str, Any]):
    """The arguments of a construction by parameter, and the object that was made of them."""

    thing: Any = None


@contextmanager
def constructions_of(cls: type) -> Iterator[list[Received]]:
    """The arguments of every construction of a class in the block; the class itself is left as it is."""
    received: list[Received] = []
    code = getattr(inspect.unwrap(cls.__init__), "__code__", None)  # type: ignore[misc]
    names = [] if code is None else list(code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount])

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code is code and type(frame.f_locals.get(code.co_varnames[0])) is cls:
            arguments = Received({name: frame.f_locals[name] for name in names if name in frame.f_locals})
            arguments.thing = frame.f_locals[code.co_varnames[0]]
            received.append(arguments)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield received
    finally:
        sys.setprofile(before)


def same(one: Any, other: Any) -> bool:
    """Whether two arguments mean the same to Keras: equal, or objects with equal configurations."""
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if any(isinstance(value, numpy.ndarray) or hasattr(value, "numpy") for value in (one, other)):
        try:
            return bool(numpy.array_equal(numpy.asarray(one), numpy.asarray(other)))
        except (TypeError, ValueError):
            return False
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        texts = {str(key): value for key, value in other.items()}
        return len(one) == len(texts) and all(str(key) in texts and same(one[key], texts[str(key)]) for key in one)
    try:
        if one is other or bool(one == other):
            return True
    except Exception:
        return False
    return bool(_identity(one) == _identity(other))


def _identity(value: Any) -> Any:
    """What is left of an object when it is written down."""
    if callable(getattr(value, "get_config", None)):
        try:
            config = dict(value.get_config())
        except Exception:
            return type(value).__name__
        for key in ("name", "dtype"):
            config.pop(key, None)
        return type(value).__name__, json.dumps(
            config, sort_keys=True, default=lambda thing: getattr(thing, "__name__", type(thing).__name__)
        )
    if isinstance(value, str):
        return value.lower()
    return getattr(value, "__name__", repr(value)).lower()


def written(thing: Any) -> str:
    """The configuration of an object as the text that a file holds."""
    saving = getattr(keras, "saving", None) or keras.utils
    return json.dumps(saving.serialize_keras_object(thing), default=_plain)


def made_again(text: str, custom_objects: Mapping[str, Any]) -> Any:
    """The object that a file's configuration makes."""
    saving = getattr(keras, "saving", None) or keras.utils
    with keras.utils.custom_object_scope(dict(custom_objects)):
        return saving.deserialize_keras_object(json.loads(text))


def _plain(value: Any) -> Any:
    """What Keras's own encoder makes plain."""
    if isinstance(value, numpy.generic):
        return value.item()
    if hasattr(value, "as_list"):
        return value.as_list()
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


@contextmanager
def made_by(cls: type, make: Callable[[], Any]) -> Iterator[None]:
    """Gives a class a configuration that is right: an object of it is made again by the very call that made it."""
    own = {name: vars(cls)[name] for name in ("get_config", "from_config") if name in vars(cls)}
    cls.get_config = lambda self: {}  # type: ignore[attr-defined]
    cls.from_config = classmethod(lambda cls, config: make())  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del cls.get_config, cls.from_config  # type: ignore[attr-defined]
        for name, value in own.items():
            setattr(cls, name, value)


def round_trip(make: Callable[[], Any], cls: type, custom_objects: Mapping[str, Any]) -> dict[str, Any]:
    """Which arguments come back changed: `{parameter: [given, received]}`; `error` where it raises."""
    with constructions_of(cls) as received:
        thing = make()
        given = received[-1] if received else Received()
        del received[:]
        try:
            text = written(thing)
        except Exception as error:
            return {"step": "save", "error": told_shortly(error)}
        try:
            made_again(text, custom_objects)
        except Exception as error:
            return {"step": "load", "error": told_shortly(error)}
    if not received:
        return {"step": "compared", "changed": {}, "compared": []}
    return {"step": "compared", "changed": changed(given, received[0]), "compared": sorted(given)}


def changed(given: Received, received: Received) -> dict[str, list[str]]:
    """The parameters whose argument is another one, both in words."""
    names = [name for name in given if not isinstance(given[name], dict) or name in received]
    return {
        name: [shown(given[name]), shown(received.get(name))]
        for name in names
        if not same(given[name], received.get(name)) and not is_made_again(given[name], given.thing, received.thing)
    }


def is_made_again(value: Any, before: Any, after: Any) -> bool:
    """Whether an object that a constructor is not given itself stands where it stood in what was saved: something rebuilt it."""
    if isinstance(value, (str, int, float, bool, list, tuple, dict, set, type(None), numpy.ndarray)):
        return False
    holding = [name for name, held in _attributes(before).items() if held is value or _is_equal(value, held)]
    return bool(holding) and all(_is_equal(value, _attributes(after).get(name)) for name in holding)


def _attributes(thing: Any) -> dict[str, Any]:
    return dict(getattr(thing, "__dict__", {}))


def _is_equal(one: Any, other: Any) -> bool:
    return type(one) is type(other) and same(one, other)


def shown(value: Any) -> str:
    """An argument in a few words."""
    name = getattr(value, "__name__", None)
    if name is None and not isinstance(value, (str, int, float, bool, list, tuple, dict, type(None), numpy.generic)):
        name = type(value).__name__
    return name or (repr(value) if len(repr(value)) < 60 else f"{repr(value)[:57]}…")


def base_keys_lost(make: Callable[[], Any], custom_objects: Mapping[str, Any]) -> dict[str, list[str]]:
    """Which of `trainable`, `name` and `dtype` an object does not bring back."""
    thing = make()
    if hasattr(thing, "trainable"):
        thing.trainable = False
    again = made_again(written(thing), custom_objects)
    lost = {}
    for key in ("trainable", "name", "dtype"):
        before, after = getattr(thing, key, None), getattr(again, key, None)
        if before is not None and str(before) != str(after):
            lost[key] = [str(before), str(after)]
    return lost


def told_shortly(error: BaseException) -> str:
    """An exception in one line, the innermost cause of what Keras wraps, without addresses."""
    inner = re.split(r"(?:Exception encountered|Error encountered during deserialization):", str(error))[-1]
    text = re.sub(r" at 0x[0-9a-f]+", "", inner)
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return f"{type(error).__name__}: {' '.join(lines[:2])[:240]}" if lines else type(error).__name__
