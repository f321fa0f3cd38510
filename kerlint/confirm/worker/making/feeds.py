"""Inputs to try for a layer or model, the likeliest first: what the user says, what the text of its `call` says, what the
project names, then a ladder of ranks and dtypes.

With a search to learn from, the error of each attempt leads to the next ones: first what its message asks for, then
changes of the input that came farthest. Knows nothing of the class that is fed but the text of its `call`.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

from .clues import Clue, Clues
from .failures import NOWHERE, Failure, Progress, farthest_first
from .feed import BATCH, Feed
from .input_clues import clues_of
from .repairs import SHAPES, changes_of, told_by

_LADDER: tuple[tuple[tuple[int, ...], str], ...] = (
    ((8,), "float32"), ((6, 8), "float32"), ((16, 16, 8), "float32"), ((16, 16, 3), "float32"), ((6,), "int32"),
    ((16, 16, 1), "float32"), ((4, 16, 16, 3), "float32"), ((32, 32, 3), "float32"), ((8, 8), "float32"), ((1,), "float32"),
    ((), "float32"), ((6, 6, 8), "float32"), ((64, 64, 3), "float32"), ((2, 8, 8, 8), "float32"), ((), "string"),
    ((1,), "string"), ((), "int32"), ((6, 8), "int32"), ((6,), "bool"), ((128,), "float32"),
)  # fmt: skip
_BY_WORD = (
    ("image", ((16, 16, 3), (32, 32, 3), (28, 28, 1), (64, 64, 3)), "float32"),
    ("img", ((16, 16, 3), (32, 32, 3), (28, 28, 1), (64, 64, 3)), "float32"),
    ("token", ((6,), (6, 8)), "int32"),
    ("ids", ((6,),), "int32"),
    ("text", ((), (1,)), "string"),
    ("seq", ((6, 8), (6,)), "float32"),
    ("audio", ((4096,), (4096, 1)), "float32"),
    ("adjacency", ((6, 6),), "float32"),
    ("mask", ((6,), (6, 6)), "bool"),
)
_MOST = 150
"""Attempts for one way to make an object."""
_LIKELIEST = 12
_DEEPEST = 8


class Search(Protocol):
    """What is asked of a search."""

    def failure_of(self, what: str) -> Failure | None:
        """The latest failure, when it is that of this attempt."""


def feeds_to_try(
    call: Callable[..., Any] | None, named: Sequence[Sequence[int | None]], hint: Any, search: Search | None = None
) -> Iterator[Feed]:  # fmt: skip
    """Feeds, the likeliest first. An attempt on a feed is known to `search` as `on <feed>`."""
    if hint is not None:
        yield from _hinted(hint)
        return
    feeds = _likely(clues_of(call), named)
    if search is None:
        yield from dict.fromkeys(feeds)
    else:
        yield from _learning(iter(dict.fromkeys(feeds)), search)


def _learning(likely: Iterator[Feed], search: Search) -> Iterator[Feed]:
    """The likely feeds, each followed by what its error asks for; in between, changes of the one that came farthest."""
    seen: set[Feed] = set()
    asked: list[tuple[Feed, int, Progress]] = []
    changed: list[tuple[tuple[float, ...], int, Iterator[Feed]]] = []
    for number in range(_MOST * 4):
        depth, before = 0, NOWHERE
        if asked:
            feed, depth, before = asked.pop()
        else:
            # the likeliest ones first; then as often a change of what came far as another likely one
            takes_likely = len(seen) < _LIKELIEST or number % 2 == 0 or not changed
            following = next(likely, None) if takes_likely else _next_change(changed)
            following = following or _next_change(changed) or next(likely, None)
            if following is None:
                return
            feed = following
        if feed in seen:
            continue
        if len(seen) >= _MOST:
            return
        seen.add(feed)
        yield feed
        failed = search.failure_of(f"on {feed}")
        if failed is None:
            continue
        if depth == 0 or (failed.progress >= before and depth < _DEEPEST and (failed.progress > before or depth < 3)):
            asked += [(other, depth + 1, failed.progress) for other in reversed(told_by(feed, failed.texts)) if other not in seen]
        if failed.progress > NOWHERE:
            heapq.heappush(changed, (farthest_first(failed.progress), number, changes_of(feed)))


def _next_change(changed: list[tuple[tuple[float, ...], int, Iterator[Feed]]]) -> Feed | None:
    """A change of the feed that came farthest and has one left."""
    while changed:
        feed = next(changed[0][2], None)
        if feed is not None:
            return feed
        heapq.heappop(changed)
    return None


def _likely(clues: Clues, named: Sequence[Sequence[int | None]]) -> Iterator[Feed]:
    """Feeds by what the text says, then all others."""
    names = list(clues.items)
    singles = list(_singles(names, named))
    several = len(names) > 1
    if several or clues.style == "dict":
        style = clues.style or "list"
        options = [_options(name, clue, named) for name, clue in clues.items.items()]
        for place in range(3):
            yield Feed(tuple((name, *_at(choices, place)) for name, choices in zip(names, options)), style)
        for shape, dtype in singles[:10]:
            yield Feed(tuple((name, shape, dtype) for name in names), style)
        yield from _mixed(names, style)
        if style == "arguments":
            return
    else:
        clue = clues.items[names[0]]
        yield from (Feed(((names[0], *option),)) for option in _options(names[0], clue, named) if clues.is_known)
    name = names[0] if not several else "inputs"
    for shape, dtype in singles:
        yield Feed(((name, shape, dtype),))
    for count in (2, 3, 4):
        for shape, dtype in singles[:10]:
            yield Feed(tuple((f"{name}_{index}", shape, dtype) for index in range(count)), "list")


def _at(options: Sequence[tuple[tuple[int, ...], str]], place: int) -> tuple[tuple[int, ...], str]:
    return options[min(place, len(options) - 1)]


def _options(name: str, clue: Clue, named: Sequence[Sequence[int | None]]) -> list[tuple[tuple[int, ...], str]]:
    """Shapes and dtypes that agree with what is known of an input."""
    found = []
    for shape, dtype in _singles([name], named):
        rank = len(shape) + 1
        fits = (clue.rank is None or rank == clue.rank) and rank >= clue.least and clue.dtype in (None, dtype)
        if fits and (clue.last == 1 or clue.last <= (shape[-1] if shape else 0)):
            found.append((shape, dtype))
    ranks = [clue.rank] if clue.rank else [rank for rank in SHAPES if rank >= max(clue.least, 2)]
    usual = [(shape, clue.dtype or "float32") for rank in ranks for shape in SHAPES.get(rank, ())]
    usual = [((*shape[:-1], max(shape[-1], clue.last)) if shape else shape, dtype) for shape, dtype in usual]
    if clue.is_image:
        usual.sort(key=lambda option: not option[0] or option[0][-1] != 3)
        found.sort(key=lambda option: not option[0] or option[0][-1] != 3)
    return list(dict.fromkeys([*(found if clue.rank or not usual else found[:4]), *usual, *found])) or [((8,), "float32")]


_MIXED: tuple[tuple[int, ...], ...] = ((6, 8), (8,), (6, 6), (), (8, 8), (16, 16, 8), (1,))
_MOST_MIXED = 3


def _mixed(names: Sequence[str], style: str) -> Iterator[Feed]:
    """Several arrays of different shapes: sequences with their lengths, nodes with their adjacency; last in a batch of one."""
    if len(names) > _MOST_MIXED:
        return
    ranked = sorted(itertools.product(range(len(_MIXED)), repeat=len(names)), key=sum)
    different = [ranks for ranks in ranked if len(set(ranks)) > 1]
    feeds = [Feed(tuple((name, _MIXED[rank], "float32") for name, rank in zip(names, ranks)), style) for ranks in different]
    yield from feeds
    alone = [Feed(tuple((name, shape, "float32") for name in names), style) for shape in _MIXED]
    yield from (replace(feed, batch=1) for feed in (*alone, *feeds[:40]))


def _singles(names: Sequence[str], named: Sequence[Sequence[int | None]]) -> Iterator[tuple[tuple[int, ...], str]]:
    seen = set()
    for shape in named:
        small = tuple(6 if size is None else size for size in shape)
        for dtype in ("float32", "int32"):
            if (small, dtype) not in seen and math.prod(small) <= 3e5:
                seen.add((small, dtype))
                yield small, dtype
    meant = [(shapes, dtype) for word, shapes, dtype in _BY_WORD if any(word in name.lower() for name in names)]
    words = [(shape, dtype) for shapes, dtype in meant for shape in shapes]
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
