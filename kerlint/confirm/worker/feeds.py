"""What a layer or model is fed: shapes and dtypes to try, and arrays made for them.

A feed is plain data: one array is `{"shape": […], "dtype": …}` without the batch axis, several are a list or a dict of
them, and `Feed.style` says how they are handed over. The user's hint comes first, then the shapes that the project itself
names, then a ladder of ranks and dtypes. Knows nothing of the class that is fed but the signature of its `call`.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Callable

import numpy

BATCH = 4
_LADDER: tuple[tuple[tuple[int, ...], str], ...] = (
    ((8,), "float32"), ((6, 8), "float32"), ((16, 16, 8), "float32"), ((16, 16, 3), "float32"), ((6,), "int32"),
    ((16, 16, 1), "float32"), ((4, 16, 16, 3), "float32"), ((32, 32, 3), "float32"), ((8, 8), "float32"), ((1,), "float32"),
    ((), "float32"), ((6, 6, 8), "float32"), ((64, 64, 3), "float32"), ((2, 8, 8, 8), "float32"), ((), "string"), ((1,), "string"),
    ((), "int32"), ((6, 8), "int32"), ((6,), "bool"), ((128,), "float32"),
)  # fmt: skip
_BY_WORD = (
    ("image", ((16, 16, 3), (32, 32, 3), (28, 28, 1), (64, 64, 3)), "float32"),
    ("img", ((16, 16, 3), (32, 32, 3), (28, 28, 1), (64, 64, 3)), "float32"),
    ("token", ((6,), (6, 8)), "int32"),
    ("ids", ((6,),), "int32"),
    ("text", ((), (1,)), "string"),
    ("seq", ((6, 8), (6,)), "float32"),
    ("audio", ((4096,), (4096, 1)), "float32"),
)


@dataclass(frozen=True)
class Feed:
    """Inputs without numbers. `style`: `one` array, a `list`, a `dict`, or several `arguments` of the call."""

    items: tuple[tuple[str, tuple[int, ...], str], ...]
    style: str = "one"
    batch: int = BATCH

    def __str__(self) -> str:
        first = None if self.batch == BATCH else self.batch
        texts = [
            f"{name + ': ' if self.style in ('dict', 'arguments') else ''}{_shape(shape, first)}{'' if dtype == 'float32' else ' ' + dtype}"
            for name, shape, dtype in self.items
        ]
        return texts[0] if self.style == "one" else ("{%s}" if self.style == "dict" else "[%s]") % ", ".join(texts)

    def arrays(self, seed: int = 0, batch: int | None = None) -> list[Any]:
        """Made data, one array an item."""
        random = numpy.random.default_rng(seed)
        return [_made(random, (batch or self.batch, *shape), dtype) for _, shape, dtype in self.items]

    def handed(self, values: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Those arrays, or symbols, as the arguments of a call."""
        if self.style == "one":
            return (values[0],), {}
        if self.style == "list":
            return (list(values),), {}
        if self.style == "dict":
            return ({name: value for (name, _, _), value in zip(self.items, values)},), {}
        return (values[0],), {name: value for (name, _, _), value in zip(self.items[1:], values[1:])}

    def as_data(self) -> dict[str, Any]:
        """As JSON can carry it."""
        return {"items": [[name, list(shape), dtype] for name, shape, dtype in self.items], "style": self.style, "batch": self.batch}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> Feed:
        """The inverse of `as_data`."""
        return Feed(tuple((name, tuple(shape), dtype) for name, shape, dtype in data["items"]), data["style"], data.get("batch", BATCH))


def _shape(shape: tuple[int, ...], batch: int | None) -> str:
    return "(" + ", ".join([str(batch), *map(str, shape)]) + ("," if not shape else "") + ")"


def _made(random: Any, shape: tuple[int, ...], dtype: str) -> Any:
    if dtype == "string":
        words = numpy.array(["red", "green", "blue", "red green", "blue sky"], dtype=object)
        return words[random.integers(0, len(words), shape)]
    if dtype == "bool":
        return random.integers(0, 2, shape).astype(bool)
    if "int" in dtype:
        return random.integers(0, 4, shape).astype(dtype)
    return random.normal(size=shape).astype(dtype)


def feeds_to_try(call: Callable[..., Any] | None, named: Sequence[Sequence[int | None]], hint: Any) -> Iterator[Feed]:
    """Feeds, the likeliest first."""
    if hint is not None:
        yield from _hinted(hint)
        return
    required = _required(call)
    singles = list(_singles(required, named))
    if len(required) > 1:
        for shape, dtype in singles:
            yield Feed(tuple((name, shape, dtype) for name in required), "arguments")
        yield from _mixed(required, "arguments")
        return
    name = required[0] if required else "inputs"
    keys = _keys(call, name)
    for shape, dtype in singles[:10] if keys else ():
        yield Feed(tuple((key, shape, dtype) for key in keys), "dict")
    known = _count(call, name)
    if known > 1:
        yield from (Feed(tuple((f"{name}_{index}", *single) for index in range(known)), "list") for single in singles[:10])
        yield from _mixed([f"{name}_{index}" for index in range(known)], "list")
    for shape, dtype in singles:
        yield Feed(((name, shape, dtype),))
    for count in (2, 3, 4):
        for shape, dtype in singles[:10]:
            yield Feed(tuple((f"{name}_{index}", shape, dtype) for index in range(count)), "list")


def _required(call: Callable[..., Any] | None) -> list[str]:
    """The parameters of `call` that must be given."""
    try:
        parameters = list(inspect.signature(call).parameters.values()) if call is not None else []
    except (TypeError, ValueError):
        parameters = []
    named = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [p.name for p in parameters if p.kind in named and p.default is inspect.Parameter.empty and p.name not in ("self", "training", "mask")]


_MIXED: tuple[tuple[int, ...], ...] = ((6, 8), (8,), (6, 6), (), (8, 8), (16, 16, 8), (1,))
_MOST_MIXED = 3


def _mixed(names: Sequence[str], style: str) -> Iterator[Feed]:
    """Several arrays of different shapes: sequences with their lengths, nodes with their adjacency; last in a batch of one."""
    if len(names) > _MOST_MIXED:
        return
    ranked = sorted(itertools.product(range(len(_MIXED)), repeat=len(names)), key=sum)
    feeds = [
        Feed(tuple((name, _MIXED[rank], "float32") for name, rank in zip(names, ranks)), style) for ranks in ranked if len(set(ranks)) > 1
    ]
    yield from feeds
    alone = [Feed(tuple((name, shape, "float32") for name in names), style) for shape in _MIXED]
    yield from (replace(feed, batch=1) for feed in (*alone, *feeds[:40]))


def _tree(call: Callable[..., Any] | None) -> ast.AST:
    """The text of `call`, as far as it can be had."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(call))) if call is not None else ast.Module([], [])
    except (OSError, TypeError, SyntaxError):
        return ast.Module([], [])


def _count(call: Callable[..., Any] | None, name: str) -> int:
    """How many arrays `call` takes its argument apart into; 0 where it does not."""
    found = 0
    for node in ast.walk(_tree(call)):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id == name and isinstance(node.targets[0], (ast.Tuple, ast.List)):
            found = max(found, len(node.targets[0].elts))
        elif isinstance(node, ast.Compare) and isinstance(node.left, ast.Call) and ast.dump(node.left) == ast.dump(ast.parse(f"len({name})").body[0].value):  # type: ignore[attr-defined]
            compared = node.comparators[0]
            if isinstance(node.ops[0], ast.Eq) and isinstance(compared, ast.Constant) and isinstance(compared.value, int):
                found = max(found, compared.value)
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == name:
            if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int):
                found = max(found, node.slice.value + 1)
    return found


def _keys(call: Callable[..., Any] | None, name: str) -> list[str]:
    """The keys by which `call` reads its argument, where that is a dict."""
    tree = _tree(call)
    found: list[str] = []
    is_mapping = False
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == name:
            if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
                found.append(node.slice.value)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name:
            is_mapping = is_mapping or node.attr in ("items", "keys", "values")
    return list(dict.fromkeys(found)) or (["first", "second"] if is_mapping else [])


def _singles(names: Sequence[str], named: Sequence[Sequence[int | None]]) -> Iterator[tuple[tuple[int, ...], str]]:
    seen = set()
    for shape in named:
        small = tuple(6 if size is None else size for size in shape)
        for dtype in ("float32", "int32"):
            if (small, dtype) not in seen and numpy.prod(small, dtype=float) <= 3e5:
                seen.add((small, dtype))
                yield small, dtype
    words = [(shape, dtype) for word, shapes, dtype in _BY_WORD if any(word in name.lower() for name in names) for shape in shapes]
    for shape, dtype in (*words, *_LADDER):
        if (shape, dtype) not in seen:
            seen.add((shape, dtype))
            yield shape, dtype


def _hinted(hint: Any) -> Iterator[Feed]:
    """What the user says: a shape with its batch axis, a list or dict of shapes, for each dtype that may be meant."""
    if isinstance(hint, dict):
        items: list[tuple[str, Any]] = list(hint.items())
        style = "dict"
    elif isinstance(hint, (list, tuple)) and hint and isinstance(hint[0], (list, tuple)):
        items = [(f"input_{index}", shape) for index, shape in enumerate(hint)]
        style = "list"
    else:
        items, style = [("inputs", hint)], "one"
    for dtype in ("float32", "int32", "string"):
        described = tuple((name, tuple(6 if size is None else size for size in shape[1:]), dtype) for name, shape in items)
        yield Feed(described, style)
        if style == "list":
            yield Feed(described, "arguments")


__all__ = ["BATCH", "Feed", "feeds_to_try"]
