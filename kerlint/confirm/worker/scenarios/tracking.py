"""Sees every variable and layer that is made, and whether a model holds, trains and restores all of them."""

from __future__ import annotations

import functools
import gc
import inspect
import sys
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import BuiltinFunctionType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any, Callable

import keras
import numpy

from .models import Handed, as_model


class Made:
    """A variable or layer, and the lines of the program that were running when it was made, innermost first."""

    def __init__(self, thing: Any, places: Sequence[Any], maker: str) -> None:
        self.thing: Callable[[], Any] = weakref.ref(thing)
        self.places, self.maker = tuple(places), maker
        self.is_layer = isinstance(thing, keras.layers.Layer)
        self.kind = type(thing).__name__


@contextmanager
def everything_made(files: Sequence[str] = (), kept: list[Any] | None = None) -> Iterator[list[Made]]:
    """Notes each layer, each Keras variable and each tf.Variable that is made in the block, and keeps them alive in `kept`."""
    made: list[Made] = []

    def note(thing: Any, frame: FrameType) -> None:
        made.append(Made(thing, *_where(frame, files)))
        if kept is not None:
            kept.append(thing)

    kinds = [keras.layers.Layer, *([keras.Variable] if hasattr(keras, "Variable") else [])]
    constructors = {inspect.unwrap(kind.__init__).__code__ for kind in kinds}

    def follow(frame: FrameType, event: str, _: Any) -> None:
        if event == "return" and frame.f_code in constructors:
            note(frame.f_locals["self"], frame)

    before = sys.getprofile()
    sys.setprofile(follow)
    try:
        with _tensorflow_variables(note):
            yield made
    finally:
        sys.setprofile(before)


@contextmanager
def _tensorflow_variables(note: Callable[[Any, FrameType], None]) -> Iterator[None]:
    if keras.backend.backend() != "tensorflow":
        yield
        return
    import tensorflow

    def creator(make: Callable[..., Any], **named: Any) -> Any:
        variable = make(**named)
        note(variable, sys._getframe())
        return variable

    with tensorflow.variable_creator_scope(creator):
        yield


def _where(innermost: FrameType, files: Sequence[str]) -> tuple[list[tuple[str, int]], str]:
    """The running lines of these files, and the class of the layer that the innermost of them made or called."""
    places: list[tuple[str, int]] = []
    maker = ""
    frame: FrameType | None = innermost
    while frame is not None:
        if frame.f_code.co_filename in files:
            places.append((frame.f_code.co_filename, frame.f_lineno))
        elif not places and isinstance(frame.f_locals.get("self"), keras.layers.Layer):
            maker = type(frame.f_locals["self"]).__name__
        frame = frame.f_back
    return places, maker


def is_keras_variable(value: Any) -> bool:
    """Whether it is a variable of Keras 3, in whichever class the version has them."""
    names = ("Variable", "KerasVariable")
    return any(kind.__name__ in names and kind.__module__.startswith("keras.src.backend") for kind in type(value).__mro__)


def is_variable(value: Any) -> bool:
    """Whether it is a Keras variable or a tf.Variable."""
    names = ("Variable", "BaseResourceVariable")
    plain = any(kind.__name__ in names and kind.__module__.startswith("tensorflow.") for kind in type(value).__mro__)
    return plain or is_keras_variable(value)


def variables_of(made: Sequence[Made]) -> list[Any]:
    """The variables among them that are still there, without the tf.Variables inside Keras variables."""
    gc.collect()
    living = [thing for thing in (one.thing() for one in made) if thing is not None and is_variable(thing)]
    inner = {id(getattr(variable, "_value", None)) for variable in living if is_keras_variable(variable)}
    return [variable for variable in living if id(variable) not in inner]


def held_by(model: Any) -> set[int]:
    """The identities of all variables that a model knows of."""
    known = [*model.variables, *model.weights] if hasattr(keras, "Variable") else [*model.weights]
    return {id(variable) for variable in known}


def is_float(variable: Any) -> bool:
    """Whether its numbers can be moved."""
    return "float" in str(getattr(variable.dtype, "name", variable.dtype))


def move(variables: Sequence[Any], seed: int = 1) -> None:
    """Gives every variable other numbers, so that one which is not restored is seen; none is negative."""
    random = numpy.random.default_rng(seed)
    for variable in variables:
        if is_float(variable):
            variable.assign(
                random.uniform(0.5, 1.5, tuple(variable.shape)).astype("float32")
                if variable.dtype != "float64"
                else random.uniform(0.5, 1.5, tuple(variable.shape))
            )


def behind(value: Any, stop: Any = None) -> list[Any]:
    """The variables that can be reached from a value, through layers, containers, plain objects and what functions capture."""
    found: list[Any] = []
    seen: set[int] = {id(stop)}
    waiting = [value]
    while waiting and len(seen) < 20000:
        thing = waiting.pop(0)
        if id(thing) in seen or isinstance(
            thing, (str, bytes, int, float, complex, type(None), type, ModuleType, BuiltinFunctionType)
        ):
            continue
        seen.add(id(thing))
        if is_variable(thing):
            found.append(thing)
        elif isinstance(thing, keras.layers.Layer):
            found += [
                variable
                for variable in (thing.variables if hasattr(keras, "Variable") else thing.weights)
                if id(variable) not in seen
            ]
            seen.update(id(variable) for variable in found)
            waiting += [
                inner
                for name, inner in vars(thing).items()
                if name not in _own_attributes() and not isinstance(inner, MethodType)
            ]
        else:
            waiting += _parts(thing)
    return found


@functools.cache
def _own_attributes() -> frozenset[str]:
    """The attributes in which Keras keeps its own things."""
    return frozenset([*vars(keras.layers.Layer()), *vars(keras.Model()), "_call_fn_args", "_inbound_nodes", "_outbound_nodes"])


def _parts(thing: Any) -> list[Any]:
    """What a plain value holds."""
    if isinstance(thing, numpy.ndarray):
        return list(thing.flat) if thing.dtype == object else []
    if isinstance(thing, dict):
        return list(thing.values())
    if isinstance(thing, FunctionType):
        cells = thing.__closure__ or ()
        return [
            *[cell.cell_contents for cell in cells if _is_filled(cell)],
            *(thing.__defaults__ or ()),
            *(thing.__kwdefaults__ or {}).values(),
        ]
    if isinstance(thing, MethodType):
        return [thing.__self__]
    if isinstance(thing, functools.partial):
        return [thing.func, *thing.args, *thing.keywords.values()]
    items = list(thing) if isinstance(thing, (list, tuple, set, frozenset)) or type(thing).__name__ == "deque" else []
    if type(thing).__module__.partition(".")[0] in ("keras", "tensorflow", "wrapt"):
        return items  # a container of Keras's own knows its owner
    slots = [getattr(thing, name, None) for kind in type(thing).__mro__ for name in _names(kind.__dict__.get("__slots__", ()))]
    inner = list(vars(thing).values()) if hasattr(thing, "__dict__") else []
    return [*items, *inner, *slots]


def _names(slots: Any) -> Sequence[str]:
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def answer(model: Any, thing: Any, arrays: Sequence[Any], handed: Handed) -> list[Any]:
    """The outputs in inference, as arrays."""
    if model is thing:
        positional, named = handed(arrays)
        result = model(*positional, **named)
    else:
        result = model(list(arrays) if len(arrays) > 1 else arrays[0], training=False)
    return [numpy.array(value) for value in _leaves(result)]


def _leaves(result: Any) -> list[Any]:
    if isinstance(result, dict):
        return [leaf for key in sorted(result) for leaf in _leaves(result[key])]
    if isinstance(result, (list, tuple)):
        return [leaf for item in result for leaf in _leaves(item)]
    return [] if result is None else [result]


def gap(one: Sequence[Any], other: Sequence[Any]) -> float:
    """The largest difference between two lists of arrays; infinite where they cannot be compared."""
    if [array.shape for array in one] != [array.shape for array in other]:
        return float("inf")
    gaps = [
        numpy.abs(a.astype("float64") - b.astype("float64")).max()
        for a, b in zip(one, other)
        if a.size and a.dtype.kind in "fiub"
    ]
    return float(numpy.nan_to_num(max(gaps, default=0.0), nan=float("inf")))


def lost_state(make: Callable[[], Any], arrays: Sequence[Any], handed: Handed) -> str:
    """Saves the weights of a model whose every variable was moved and loads them into the same model made again.

    Says how many variables the model does not know of, and by how much the outputs differ; empty when nothing is lost.
    """
    with everything_made() as made:
        thing = make()
        model = as_model(thing, arrays, handed)
        answer(model, thing, arrays, handed)
    variables = variables_of(made)
    unknown = [variable for variable in variables if id(variable) not in held_by(model) and is_float(variable)]
    move(variables)
    expected = answer(model, thing, arrays, handed)
    model.save_weights("model.weights.h5")
    again = make()
    twin = as_model(again, arrays, handed)
    twin.load_weights("model.weights.h5")
    apart = gap(expected, answer(twin, again, arrays, handed))
    words = [f"{len(unknown)} variables are not among the model's weights"] if unknown else []
    return "; ".join([*words, *([f"outputs differ by {apart:.2g} after loading"] if apart > 1e-4 else [])])
