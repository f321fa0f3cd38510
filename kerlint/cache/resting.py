"""Turns what answers rest on directly, and on each other, into all that each of some answers rests on in the end.

Answers may rest on each other in circles. Sets are kept as the bits of an integer, since most of them are alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kerlint.dependencies import Dependencies, Thing
from kerlint.records import dataclass


@dataclass(frozen=True)
class Resting:
    """The things that anything rests on, and for each of the answers those that it rests on, as bits by their places."""

    things: tuple[Thing, ...]
    bits: tuple[int, ...]

    def counts(self) -> Counter[Thing]:
        """How many of the answers rest on each thing."""
        return Counter(self.things[member] for bits in self.bits for member in members(bits))


def resting(answers: Sequence[Dependencies]) -> Resting:
    """All that each answer rests on, through whatever others."""
    numbers: dict[Thing, int] = {}
    known: dict[Dependencies, int] = {}
    for answer in answers:
        if answer not in known:
            _add_below(answer, known, numbers)
    return Resting(tuple(numbers), tuple(known[answer] for answer in answers))


def members(bits: int) -> Iterator[int]:
    """The places of the bits that are set."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _own_bits(answer: Dependencies, numbers: dict[Thing, int]) -> int:
    bits = 0
    for thing in answer.direct:
        if isinstance(thing, tuple):
            bits |= 1 << numbers.setdefault(thing, len(numbers))
    return bits


def _add_below(start: Dependencies, known: dict[Dependencies, int], numbers: dict[Thing, int]) -> None:
    """Tarjan's algorithm for the circles in a graph: answers of one circle all rest on the same."""
    order: dict[Dependencies, int] = {}
    lowest: dict[Dependencies, int] = {}
    bits: dict[Dependencies, int] = {}
    open_ones: list[Dependencies] = []
    path: list[tuple[Dependencies, Iterator[Dependencies]]] = []

    def visit(answer: Dependencies) -> None:
        order[answer] = lowest[answer] = len(order)
        bits[answer] = _own_bits(answer, numbers)
        open_ones.append(answer)
        path.append((answer, (used for used in answer.direct if isinstance(used, Dependencies))))

    visit(start)
    while path:
        answer, rest = path[-1]
        for used in rest:
            if used in known:
                bits[answer] |= known[used]
            elif used in order:
                lowest[answer] = min(lowest[answer], order[used])
            else:
                visit(used)
                break
        else:
            path.pop()
            if lowest[answer] == order[answer]:
                circle: list[Dependencies] = []
                together = 0
                while answer not in circle[-1:]:
                    circle.append(open_ones.pop())
                    together |= bits[circle[-1]]
                known.update(dict.fromkeys(circle, together))
            if path:
                outer = path[-1][0]
                lowest[outer] = min(lowest[outer], lowest[answer])
                bits[outer] |= known.get(answer, bits[answer])
