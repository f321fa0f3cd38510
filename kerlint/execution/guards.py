"""What must hold for a place in the code to be reached, as far as it is known.

A guard is a set of conditions that all hold. Two places exclude each other when their guards contradict; that is how the
arms of a branch, two opposite ifs, an early return and a `norm_first`-like flag come to be one use. A condition speaks of
values by their numbers, so that the same question asked twice is the same condition.
"""

from __future__ import annotations

from typing import NamedTuple

TRUTH = -1
"""The constant of a condition that asks for truth, where others ask for equality with a constant."""


class Condition(NamedTuple):
    """`subject == constant` holds, or does not; `subject` and `constant` are value numbers."""

    subject: int
    constant: int
    holds: bool

    @property
    def opposite(self) -> Condition:
        """That it does not hold, or does."""
        return Condition(self.subject, self.constant, not self.holds)


Guard = frozenset[Condition]
ALWAYS: Guard = frozenset()


def contradict(one: Guard, other: Guard) -> bool:
    """Whether no execution can satisfy both."""
    if not one or not other:
        return False
    if len(one) > len(other):
        one, other = other, one
    for subject, constant, holds in one:
        if (subject, constant, not holds) in other:
            return True
        if holds and constant != TRUTH:
            for about, another, is_so in other:  # a loop: this is asked for every variable that is read under a guard
                if about == subject and is_so and another != constant and another != TRUTH:
                    return True
    return False


def negate(conditions: Guard) -> Guard:
    """What holds when `conditions` do not all hold; nothing is known when there are several."""
    if len(conditions) != 1:
        return ALWAYS
    (only,) = conditions
    return frozenset((only.opposite,))
