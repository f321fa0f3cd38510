"""`kerlint.records.dataclass` makes of a class what the standard decorator does, but that nothing guards a frozen object."""

from __future__ import annotations

import dataclasses
import pickle
from dataclasses import field, replace

import pytest

from kerlint import records


def made_by(decorator, **options):
    """Two classes, the second of which inherits from the first, as a decorator makes them."""

    @decorator(**options)
    class Place:
        line: int
        column: int = 1

    @decorator(**options)
    class Named(Place):
        names: list[str] = field(default_factory=list)
        held: dict[str, int] = field(default_factory=dict, hash=False, repr=False)
        count: int = field(init=False, default=0)

        def __post_init__(self) -> None:
            object.__setattr__(self, "count", len(self.names))

    return Place, Named


ways = pytest.mark.parametrize("options", [{}, {"frozen": True}, {"frozen": True, "slots": True}, {"slots": True, "eq": False}])


@ways
def test_objects_hold_and_say_what_those_of_the_standard_library_do(options):
    told = []
    for decorator in (dataclasses.dataclass, records.dataclass):
        place, named = made_by(decorator, **options)
        objects = [place(3), place(line=3, column=4), named(1, 2, ["a"]), replace(named(1), names=["b", "c"])]
        told.append([(repr(one), dataclasses.asdict(one), hasattr(one, "__dict__"), type(one).__match_args__) for one in objects])
    assert told[0] == told[1]


@ways
def test_each_object_has_a_list_of_its_own(options):
    _, named = made_by(records.dataclass, **options)
    assert named(1).names is not named(1).names


@ways
def test_objects_are_equal_and_hash_as_in_the_standard_library(options):
    compared = []
    for decorator in (dataclasses.dataclass, records.dataclass):
        place, named = made_by(decorator, **options)
        pairs = [(place(1), place(1)), (place(1), place(2)), (place(1), named(1)), (named(1), named(1)), (place(1), (1, 1))]
        hashes = [place.__hash__ is None, named.__hash__ is None, place.__hash__ is object.__hash__]
        compared.append(([one == other for one, other in pairs], hashes))
    assert compared[0] == compared[1]


def test_a_frozen_object_has_the_hash_of_its_equals():
    place, _ = made_by(records.dataclass, frozen=True, slots=True)
    assert len({place(1), place(1), place(1, 1), place(2)}) == 2


def test_what_is_not_to_be_hashed_is_compared():
    @records.dataclass(frozen=True)
    class Held:
        name: str
        values: list[int] = field(default_factory=list, hash=False)

    assert hash(Held("a", [1])) == hash(Held("a", [2])) and Held("a", [1]) != Held("a", [2])


def test_order_is_that_of_the_fields():
    @records.dataclass(frozen=True, order=True)
    class Version:
        major: int
        minor: int

    versions = [Version(3, 1), Version(2, 15), Version(3, 0)]
    assert sorted(versions) == [Version(2, 15), Version(3, 0), Version(3, 1)]
    assert Version(2, 15) <= Version(2, 15) < Version(3, 0) >= Version(2, 20)
    with pytest.raises(TypeError):
        Version(3, 0) < (3, 1)  # noqa: B015


def test_methods_of_the_class_itself_stay():
    @records.dataclass(frozen=True)
    class Odd:
        value: int

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Odd) and self.value % 2 == other.value % 2

        def __hash__(self) -> int:
            return self.value % 2

        def __repr__(self) -> str:
            return "odd"

    assert len({Odd(1), Odd(3)}) == 1 and repr(Odd(1)) == "odd"


@records.dataclass(frozen=True, slots=True)
class Kept:
    name: str
    inner: Kept | None = None


def test_objects_can_be_pickled_before_and_after_the_first_is_made():
    kept = Kept("a", Kept("b"))
    assert pickle.loads(pickle.dumps(kept, pickle.HIGHEST_PROTOCOL)) == kept


@pytest.mark.parametrize("given", [(), (1, 2, 3), (1, 2)])
def test_wrong_arguments_are_refused_the_first_time_and_ever_after(given):
    @records.dataclass(frozen=True)
    class Single:
        value: int

    for _ in range(2):
        with pytest.raises(TypeError):
            Single(*given)
    assert Single(1).value == 1
