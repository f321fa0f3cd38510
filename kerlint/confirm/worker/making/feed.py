"""What a layer or model is fed, as plain data, and the arrays made for it.

One array is a name, a shape without the batch axis and a dtype; several are a list, a dict, or arguments of the call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BATCH = 4
WORDS = ("red", "green", "blue", "red green", "blue sky")
"""What texts are made of."""


@dataclass(frozen=True)
class Feed:
    """Inputs without numbers. `style`: `one` array, a `list`, a `dict`, or several `arguments` of the call."""

    items: tuple[tuple[str, tuple[int, ...], str], ...]
    style: str = "one"
    batch: int = BATCH

    def __str__(self) -> str:
        first = None if self.batch == BATCH else self.batch
        texts = [_shape(shape, first) + ("" if dtype == "float32" else f" {dtype}") for _, shape, dtype in self.items]
        if self.style in ("dict", "arguments"):
            texts = [f"{item[0]}: {text}" for item, text in zip(self.items, texts)]
        return texts[0] if self.style == "one" else ("{%s}" if self.style == "dict" else "[%s]") % ", ".join(texts)

    def arrays(self, seed: int = 0, batch: int | None = None) -> list[Any]:
        """Made data, one array an item."""
        import numpy

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
        items = [[name, list(shape), dtype] for name, shape, dtype in self.items]
        return {"items": items, "style": self.style, "batch": self.batch}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> Feed:
        """The inverse of `as_data`."""
        items = tuple((name, tuple(shape), dtype) for name, shape, dtype in data["items"])
        return Feed(items, data["style"], data.get("batch", BATCH))


def _shape(shape: tuple[int, ...], batch: int | None) -> str:
    return "(" + ", ".join([str(batch), *map(str, shape)]) + ("," if not shape else "") + ")"


def _made(random: Any, shape: tuple[int, ...], dtype: str) -> Any:
    import numpy

    if dtype == "string":
        words = numpy.array(WORDS, dtype=object)
        return words[random.integers(0, len(words), shape)]
    if dtype == "bool":
        return random.integers(0, 2, shape).astype(bool)
    if "int" in dtype:
        return random.integers(0, 4, shape).astype(dtype)
    return random.normal(size=shape).astype(dtype)
