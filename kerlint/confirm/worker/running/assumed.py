"""What a body is given for the names that it does not make itself: tensors, models, data, sizes, an object for `self`.

Turns a parameter, or a name that nothing binds, into options to try, each with its text for a person. Knows nothing of
how a body is run.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Callable

import keras
import numpy

from ..making.arguments import calls_to_try, candidates
from ..making.feeds import feeds_to_try
from ..making.tensors import as_tensor

ROWS = 32
FORM = "<form>"
"""The assumption that all tensors of a body share: their shape, dtype, and whether they are symbols or numbers."""

MODEL_METHODS = frozenset(
    "save fit compile predict evaluate summary save_weights load_weights export get_layer train_on_batch get_weights "
    "set_weights".split()
)
_DATASET_METHODS = frozenset("map batch prefetch take shuffle cache unbatch repeat padded_batch as_numpy_iterator".split())
_TARGET = re.compile(r"^(y|label|target|class)|_y$|labels?$|targets?$|^y_")
_TEXT = re.compile(r"text|sentence|review|corpus|word|vocab|comment|document|title|caption")


@dataclass(frozen=True)
class Option:
    """One value for a name: how it is written, and how it is made in a namespace."""

    text: str
    make: Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Form:
    """What the tensors of a body look like, without batch axis."""

    shape: tuple[int, ...]
    dtype: str
    is_symbol: bool

    def __str__(self) -> str:
        shape = (
            "("
            + ", ".join(["None" if self.is_symbol else str(ROWS), *map(str, self.shape)])
            + ("," if not self.shape else "")
            + ")"
        )
        return shape if self.dtype == "float32" else f"{shape} {self.dtype}"

    def tensor(self, seed: int = 0) -> Any:
        """A symbol, or numbers as the backend's tensor."""
        if self.is_symbol:
            return keras.Input(shape=self.shape, dtype=self.dtype)
        return as_tensor(made_array(self.shape, self.dtype, seed=seed))


def forms(inputs: Sequence[Sequence[int | None]], hint: Any) -> list[Form]:
    """The forms to try: as symbols first, then as numbers."""
    found = [feed.items[0][1:] for feed in feeds_to_try(None, inputs, hint) if feed.style == "one"]
    found = list(dict.fromkeys(found))[:16]
    return [Form(tuple(shape), dtype, True) for shape, dtype in found] + [
        Form(tuple(shape), dtype, False) for shape, dtype in found[:8]
    ]


def made_array(shape: Sequence[int], dtype: str, rows: int = ROWS, seed: int = 0) -> Any:
    """Made numbers or words."""
    random = numpy.random.default_rng(seed)
    size = (rows, *shape)
    if dtype == "string":
        return numpy.array(["red", "green", "blue", "red green", "blue sky"], dtype=object)[random.integers(0, 5, size)]
    if dtype == "bool":
        return random.integers(0, 2, size).astype(bool)
    if "int" in dtype:
        return random.integers(0, 4, size).astype(dtype)
    return random.normal(2.0, 3.0, size=size).astype(dtype)


def stand_in_model(_: Mapping[str, Any] | None = None) -> Any:
    """A small functional model."""
    inputs = keras.Input((8,))
    return keras.Model(inputs, keras.layers.Dense(3)(keras.layers.Dense(8, activation="relu")(inputs)))


def parameter_options(
    parameter: Sequence[Any], source: str, owner: type | None, shapes: Sequence[Sequence[int | None]], hints: Mapping[str, Any]
) -> list[Option]:
    """The options for a parameter, the likeliest first. A tensor has none of its own: it follows the form."""
    name, default, annotation, roles = parameter
    written = [] if not default else [Option(default, _evaluated(default))]
    if name in (hints.get("arguments") or {}):
        text = hints["arguments"][name]
        return [Option(text, _evaluated(text))]
    if "self" in roles and owner is not None:
        return list(_objects(owner, source, name == "cls"))
    if "tensor" in roles or "tensors" in roles:
        return []
    if "model" in roles:
        return [*written, Option("a small functional model", stand_in_model)]
    if "data" in roles:
        return [*written, *data_options(name, None, shapes)]
    signature = inspect.Parameter(
        name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation or inspect.Parameter.empty
    )  # fmt: skip
    guessed = [Option(text, _evaluated(text)) for text in candidates(signature, source)[:5]]
    return written + [option for option in guessed if option.text != default]


def _evaluated(text: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda namespace: eval(text, {**namespace, "keras": keras, "numpy": numpy, "np": numpy})


def _objects(owner: type, source: str, is_class: bool) -> Iterator[Option]:
    """Objects of the class, made in the ways that its constructor allows; at last one that was never initialised."""
    if is_class:
        yield Option(owner.__name__, lambda namespace: _class_in(namespace, owner))
        return
    for call in list(calls_to_try(owner, (), None, source, {}))[:6]:

        def make(namespace: Mapping[str, Any], call: Any = call) -> Any:
            positional, named = call.evaluated({**namespace, "keras": keras})
            return _class_in(namespace, owner)(*positional, **named)

        yield Option(f"{owner.__name__}({call})", make)
    yield Option(f"{owner.__name__}.__new__({owner.__name__})", lambda namespace: object.__new__(_class_in(namespace, owner)))


def _class_in(namespace: Mapping[str, Any], owner: type) -> Any:
    """The class as this run of the module made it."""
    return namespace.get(owner.__name__, owner)


def data_options(name: str, use: str | None, shapes: Sequence[Sequence[int | None]]) -> list[Option]:
    """Made data for a name: numbers, words, whole numbers; a dataset where it is used as one."""
    shape = tuple(6 if size is None else size for size in shapes[0]) if shapes else (8,)
    numbers = Option(f"made numbers {(ROWS, *shape)}", lambda _: made_array(shape, "float32"))
    column = Option(f"made numbers {(ROWS, 1)}", lambda _: made_array((1,), "float32"))
    words = Option(f"made words ({ROWS},)", lambda _: made_array((), "string"))
    classes = Option(f"made whole numbers ({ROWS},)", lambda _: made_array((), "int32"))
    if use == "dataset":
        return [
            Option("a dataset of made numbers", lambda _: _dataset(shape)),
            Option("a dataset of made words", lambda _: _dataset(None)),
        ]
    if _TARGET.search(name.lower()):
        return [classes, numbers, column]
    if _TEXT.search(name.lower()):
        return [words, numbers]
    return [numbers, words, classes, column]


def _dataset(shape: tuple[int, ...] | None) -> Any:
    import tensorflow

    features = made_array((), "string").astype(str) if shape is None else made_array(shape, "float32")
    return tensorflow.data.Dataset.from_tensor_slices((features, made_array((), "int32"))).batch(8)


def name_options(name: str, tree: ast.AST, shapes: Sequence[Sequence[int | None]]) -> list[Option]:
    """The options for a name that nothing binds, by how the body uses it; none where it is called or used otherwise."""
    uses = set(_uses(name, tree))
    if "model" in uses:
        return [Option("a small functional model", stand_in_model)]
    if "called" in uses or not uses:
        return []
    return data_options(name, "dataset" if "dataset" in uses else None, shapes)


def _uses(name: str, tree: ast.AST) -> Iterator[str]:
    """In which ways a name is used: `model`, `dataset`, `called`, `data`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id == name:
                yield "called"
            elif isinstance(node.func, ast.Attribute) and _is_name(node.func.value, name):
                if node.func.attr in MODEL_METHODS:
                    yield "model"
                elif node.func.attr in _DATASET_METHODS:
                    yield "dataset"
                else:
                    yield "data"
            if any(_is_name(argument, name) for argument in [*node.args, *(keyword.value for keyword in node.keywords)]):
                yield "data"
        elif isinstance(node, (ast.Subscript, ast.Attribute, ast.Starred)) and _is_name(node.value, name):
            yield "data"
        elif isinstance(node, (ast.BinOp, ast.UnaryOp, ast.Compare)):
            if any(_is_name(child, name) for child in ast.iter_child_nodes(node)):
                yield "data"
        elif (isinstance(node, (ast.For, ast.comprehension)) and _is_name(node.iter, name)) or (
            isinstance(node, (ast.Assign, ast.AnnAssign, ast.Tuple, ast.List))
            and any(
                _is_name(child, name) and isinstance(getattr(child, "ctx", None), ast.Load)
                for child in ast.iter_child_nodes(node)
            )
        ):
            yield "data"


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


__all__ = ["FORM", "Form", "Option", "data_options", "forms", "made_array", "name_options", "parameter_options"]
