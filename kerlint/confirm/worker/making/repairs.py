"""Turns the error that an input led to into inputs that may do better: sizes and ranks are read out of the message.

After what an error says come changes that need no message: another rank, another kind of number, one input at a time.
Knows the words of Keras, TensorFlow and numpy; knows nothing of classes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import gcd, prod

from .feed import BATCH, Feed

Item = tuple[str, tuple[int, ...], str]

SHAPES: dict[int, tuple[tuple[int, ...], ...]] = {
    1: ((),),
    2: ((8,), (1,), (6,)),
    3: ((6, 8), (8, 8), (6, 6)),
    4: ((16, 16, 8), (16, 16, 3), (32, 32, 3), (6, 6, 8), (8, 8, 8)),
    5: ((4, 16, 16, 3), (4, 8, 8, 8), (8, 8, 3, 8)),
    6: ((2, 4, 4, 4, 8), (1, 1, 1, 8, 8)),
}
"""What is tried for a number of axes, the batch axis counted."""

_MOST_NUMBERS = 3e5
_LARGEST = 4096
_SMALLEST = 3
"""What is smaller counts axes, or fits only because it is repeated."""
_MOST = 6
_NUMBER = r"(-?\d+)"
_RANKS_ALONE = (
    r"(\d)D (?:tensor|input)", r"too many values to unpack \(expected (\d+)\)", r"rank (\d)\b", r"(\d+)-?D\b",
    r"ndim ?[=!]= ?(\d)",
)  # fmt: skip
_RANK_TOO_SMALL = (
    r"tuple index out of range|slice index \d+ of dimension|out of bounds|axis .*out of range|Axis .* is out|"
    r"must be in the range|rank at least"
)
_WANTS_WORDS = (
    r"[Ee]xpected (?:a )?string|must be (?:a )?string|to be string|allowed values: string|StringSplit|"
    r"dtype string"
)
_TOO_SMALL = (
    r"[Nn]egative dimension|would be negative|size would be|output is (?:zero|non-positive)|<= 0|smaller than|"
    r"larger than the input|too small|minimum size"
)
_WANTS_WHOLE_NUMBERS = (
    r"must be (?:an? )?(?:of type )?int|Tindices|allowed values: (?:u?int|bool)|indices must be|integers|"
    r"expected (?:an )?int|Expected int|not iterable.*int32"
)


def _on_every(feed: Feed, change: Callable[[Item], Item | None]) -> Iterator[Feed]:
    """The feed with each item changed that can be, alone; and with all of them."""
    changed = [change(item) for item in feed.items]
    places = [place for place, item in enumerate(changed) if item is not None and item != feed.items[place]]
    if len(places) > 1:
        yield replace(feed, items=tuple(new or old for old, new in zip(feed.items, changed)))
    for place in places:
        new = changed[place]
        if new is not None:
            yield replace(feed, items=(*feed.items[:place], new, *feed.items[place + 1 :]))


def _with_last(size: int, was: int | None = None) -> Callable[[Item], Item | None]:
    def change(item: Item) -> Item | None:
        name, shape, dtype = item
        if not shape or (was is not None and shape[-1] != was):
            return None
        return name, (*shape[:-1], size), dtype

    return change


def _with_rank(wanted: int, was: int | None = None) -> Callable[[Item], Item | None]:
    def change(item: Item) -> Item | None:
        name, shape, dtype = item
        if wanted not in SHAPES or (was is not None and len(shape) + 1 != was):
            return None
        return name, _of_rank(shape, wanted), dtype

    return change


def _of_rank(shape: Sequence[int], wanted: int) -> tuple[int, ...]:
    """A usual shape of that rank, whose last axis stays what it was where that is a size found out."""
    usual = SHAPES[wanted][0]
    return (*usual[:-1], shape[-1]) if usual and shape and shape[-1] > 8 and shape[-1] != 16 else usual


def _with_shape(shape: tuple[int, ...]) -> Callable[[Item], Item | None]:
    return lambda item: (item[0], shape, item[2]) if len(item[1]) == len(shape) else None


def _with_dtype(dtype: str) -> Callable[[Item], Item | None]:
    return lambda item: (item[0], item[1], dtype) if item[2] != dtype else None


def _with_size(was: int, size: int) -> Callable[[Item], Item | None]:
    """The last axis of that size changed; another one where the last is not."""

    def change(item: Item) -> Item | None:
        name, shape, dtype = item
        places = [place for place, axis in enumerate(shape) if axis == was]
        if not places:
            return None
        return name, (*shape[: places[-1]], size, *shape[places[-1] + 1 :]), dtype

    return change


def _larger(item: Item) -> Item | None:
    """Twice the spatial sizes."""
    name, shape, dtype = item
    if len(shape) == 2:
        return name, (shape[0] * 4, shape[1]), dtype
    return (name, (*(size * 2 for size in shape[:-1]), shape[-1]), dtype) if len(shape) > 2 else None


def told_by(feed: Feed, texts: Sequence[str]) -> list[Feed]:
    """What the messages of an error and its causes ask for, the plainest first."""
    found = [other for text in texts for other in _told(feed, text)]
    fresh = [other for other in dict.fromkeys(found) if other != feed and _is_small(other)]
    return fresh[:_MOST]


def _told(feed: Feed, text: str) -> Iterator[Feed]:
    yield from _axes_and_ranks(feed, text)
    yield from _kinds(feed, text)
    yield from _counts(feed, text)
    yield from _sizes(feed, text)


def _axes_and_ranks(feed: Feed, text: str) -> Iterator[Feed]:
    for axis, size in re.findall(rf"expected axis {_NUMBER} of input shape to have value (\d+)", text):
        got = re.search(r"received input with shape \(\w+((?:, \w+)*),?\)", text)
        was = [int(word) for word in re.findall(r"\d+", got.group(1))] if got else []
        yield from _on_every(feed, _with_last(int(size), was[-1] if was and axis == "-1" else None))
    ranks = [
        (r"expected (?:min_)?ndim=(\d+), found (?:full_shape|ndim)=(\d+)", 0, 1),
        (r"rank (?:of )?(?:at least )?(\d+)\D{1,40}rank (\d+)", 0, 1),
        (r"expected (?:to have )?(\d+) dimensions?\D{1,60}(\d+)", 0, 1),
        (r"not enough values to unpack \(expected (\d+), got (\d+)\)", 0, 1),
        (r"(\d+) dimensions, but (?:\w+ )*?(?:has |is |got )?(\d+)", 1, 0),
    ]
    for pattern, wanted, got_at in ranks:
        for numbers in re.findall(pattern, text):
            yield from _on_every(feed, _with_rank(int(numbers[wanted]), int(numbers[got_at])))
    for pattern in _RANKS_ALONE:
        for number in re.findall(pattern, text):
            yield from _on_every(feed, _with_rank(int(number)))
    if re.search(_RANK_TOO_SMALL, text):
        yield from _on_every(feed, lambda item: _with_rank(len(item[1]) + 2)(item))
    kernel = re.search(r"Kernel shape must have the same length|convolution .*dimension|spatial dim", text)
    if kernel is not None:
        yield from _on_every(feed, lambda item: _with_rank(4)(item) if len(item[1]) != 3 else None)


def _kinds(feed: Feed, text: str) -> Iterator[Feed]:
    if re.search(_WANTS_WHOLE_NUMBERS, text):
        yield from _on_every(feed, _with_dtype("int32"))
    if re.search(_WANTS_WORDS, text):
        yield from _on_every(feed, _with_dtype("string"))
    if re.search(r"(?:expected to be|must be) (?:a )?bool|dtype bool|allowed values: bool", text):
        yield from _on_every(feed, _with_dtype("bool"))
    if re.search(r"expected to be a float|allowed values: (?:bfloat16|half|float)|int32, should be float|floating", text):
        yield from _on_every(feed, _with_dtype("float32"))


def _counts(feed: Feed, text: str) -> Iterator[Feed]:
    """More or fewer inputs, and other ways to hand them over."""
    first = feed.items[0]
    several = r"(?:should be called on a list of (?:exactly |at least )?|expects? |expected )(\d+) (?:input|tensor|value)"
    expected = re.search(several, text)
    unpacked = re.search(r"not enough values to unpack \(expected (\d+), got (\d+)\)", text)
    count = int(expected.group(1)) if expected else None
    if unpacked is not None and feed.style == "list" and int(unpacked.group(2)) == len(feed.items):
        count = int(unpacked.group(1))
    if count is not None and 1 < count <= 8 and count != len(feed.items):
        yield Feed(tuple((f"input_{place}", *feed.items[min(place, len(feed.items) - 1)][1:]) for place in range(count)), "list")
    is_list = r"called on a list|must be called with (?:a list|\w+ inputs)|list of (?:inputs|tensors)"
    if feed.style == "one" and re.search(is_list, text):
        yield Feed((("input_0", *first[1:]), ("input_1", *first[1:])), "list")
    if feed.style == "list" and re.search(r"list index out of range", text):
        yield Feed((*feed.items, (f"input_{len(feed.items)}", *first[1:])), "list")
    key = re.search(r"KeyError: (\w+)$", text)
    if key is not None and feed.style in ("dict", "one"):
        known = feed.items if feed.style == "dict" else ()
        yield Feed((*(item for item in known if item[0] != key.group(1)), (key.group(1), *first[1:])), "dict")
    missing = re.search(r"call\(\) missing \d+ required (?:positional|keyword-only) arguments?: (.*)", text)
    if missing is not None and feed.style in ("one", "arguments"):
        names = [name for name in re.findall(r"'(\w+)'", missing.group(1)) if name not in [item[0] for item in feed.items]]
        if names:
            yield Feed((*feed.items, *((name, *first[1:]) for name in names)), "arguments")
    is_one = r"'(?:list|dict)' object has no attribute|list indices must be integers|expects 1 input|expected 1 input"
    if feed.style != "one" and re.search(is_one, text):
        yield Feed((("inputs", *first[1:]),))


def _sizes(feed: Feed, text: str) -> Iterator[Feed]:
    if re.search(r"batch (?:size|dimension|axis)\D{0,40}\b(?:one|1)\b", text) and feed.batch != 1:
        yield replace(feed, batch=1)
    multiple = re.search(r"requires a multiple of (\d+)|divisible by (?:\D{0,40})(\d+)|multiple of (?:\D{0,30})(\d+)", text)
    if multiple is not None:
        base = int(next(group for group in multiple.groups() if group))

        def stretched(item: Item) -> Item | None:
            name, shape, dtype = item
            return (name, (*shape[:-1], shape[-1] * base // gcd(shape[-1], base)), dtype) if shape and base else None

        yield from _on_every(feed, stretched)
    if re.search(_TOO_SMALL, text):
        yield from _on_every(feed, _larger)
    numbers = [int(number) for number in re.findall(r"(?<![\w.\-=])(\d{1,4})(?![\w.])", text) if 0 < int(number) <= _LARGEST]
    sizes = list(dict.fromkeys(numbers))
    has = {size for _, shape, _ in feed.items for size in shape}
    for was in [size for size in sizes if size in has]:
        for size in sizes:
            if size != was and size >= _SMALLEST:
                yield from _on_every(feed, _with_size(was, size))
    if BATCH in sizes and len(sizes) > 1:
        yield from (replace(feed, batch=size) for size in sizes if size != BATCH and size <= 16)


def changes_of(feed: Feed) -> Iterator[Feed]:
    """Changes of one item that need no message: another number of axes, another kind of number, a part that is alone."""
    if len(feed.items) > 1 and feed.batch != 1:
        yield replace(feed, batch=1)
    for rank in (3, 2, 4, 1, 5, 6):
        yield from (other for other in _one_by_one(feed, _with_rank(rank)))
    yield from _one_by_one(feed, lambda item: _with_dtype("int32" if item[2] == "float32" else "float32")(item))
    for rank in (2, 3, 4, 5):
        for usual in SHAPES[rank][1:]:
            yield from _one_by_one(feed, _with_shape(usual))


def _one_by_one(feed: Feed, change: Callable[[Item], Item | None]) -> Iterator[Feed]:
    for place, item in enumerate(feed.items):
        new = change(item)
        if new is not None and new != item:
            yield replace(feed, items=(*feed.items[:place], new, *feed.items[place + 1 :]))


def _is_small(feed: Feed) -> bool:
    return all(prod(shape) <= _MOST_NUMBERS for _, shape, _ in feed.items) and len(feed.items) <= 12
