"""`dataclass`, as in the standard library, for classes that every run makes and few runs use.

The standard one writes and compiles the text of up to eight methods for each class: half a millisecond for a frozen one, and
kerlint has two hundred. Here equality, order and hash read the fields by one `attrgetter`, and the constructor is written when
the first object is made. Only the type checker, which sees the standard decorator, keeps a frozen object from being changed; so
objects are made in half the time, too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter, ge, gt, le, lt
from typing import TYPE_CHECKING, Any

Made = type[Any]
Values = Callable[[Any], tuple[Any, ...]]

_ORDER = {"__lt__": lt, "__le__": le, "__gt__": gt, "__ge__": ge}


def _dataclass(
    kind: Made | None = None, /, *, frozen: bool = False, eq: bool = True, order: bool = False, slots: bool = False,
    repr: bool = True,
) -> Made | Callable[[Made], Made]:  # fmt: skip
    """What `dataclasses.dataclass` makes of a class, but that a frozen object can be changed."""

    def make(kind: Made) -> Made:
        own = vars(kind)
        kind.__doc__ = kind.__doc__ or kind.__name__  # else one is made of the signature, which costs more than the rest
        made: Made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(kind)
        if repr and "__repr__" not in own:
            made.__repr__ = _representation  # type: ignore[assignment]
        if eq and "__eq__" not in own:
            _compare_by_values(made, is_hashed=frozen and "__hash__" not in own, is_hashable=frozen)
        if order:
            _order_by_values(made)
        if "__init__" not in own:
            _make_constructor_when_needed(made)
        return made

    return make if kind is None else make(kind)


def _compare_by_values(made: Made, *, is_hashed: bool, is_hashable: bool) -> None:
    values = _values([field.name for field in dataclasses.fields(made)])

    def are_equal(one: Any, other: object) -> bool:
        return values(one) == values(other) if other.__class__ is one.__class__ else NotImplemented

    made.__eq__ = are_equal  # type: ignore[assignment]
    if is_hashed:
        held = _values([field.name for field in dataclasses.fields(made) if field.hash is not False])
        made.__hash__ = lambda one: hash(held(one))  # type: ignore[assignment, misc]
    elif not is_hashable:
        made.__hash__ = None  # type: ignore[assignment]


def _order_by_values(made: Made) -> None:
    values = _values([field.name for field in dataclasses.fields(made)])

    def by(compare: Callable[[Any, Any], bool]) -> Callable[[Any, object], bool]:
        return lambda one, other: compare(values(one), values(other)) if other.__class__ is one.__class__ else NotImplemented

    for name, compare in _ORDER.items():
        setattr(made, name, by(compare))


def _values(names: list[str]) -> Values:
    """A function that gives what an object holds under these names."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda one: tuple(getattr(one, name) for name in names)


def _representation(one: Any) -> str:
    told = ", ".join(f"{field.name}={getattr(one, field.name)!r}" for field in dataclasses.fields(one) if field.repr)
    return f"{type(one).__qualname__}({told})"


def _make_constructor_when_needed(made: Made) -> None:
    def make_and_call(one: object, *given: object, **named: object) -> None:
        made.__init__ = _constructor(made)
        made.__init__(one, *given, **named)

    made.__init__ = make_and_call


def _constructor(made: Made) -> Callable[..., None]:
    """A function that takes the fields of a class in their order, and stores them."""
    parameters, lines = ["self"], []
    known: dict[str, Any] = {"_MISSING": dataclasses.MISSING}
    for field in dataclasses.fields(made):
        name, value = field.name, field.name
        if field.default_factory is not dataclasses.MISSING:
            known[f"_new_{name}"], default = field.default_factory, "_MISSING"
            value = f"_new_{name}() if {name} is _MISSING else {name}" if field.init else f"_new_{name}()"
        elif field.default is not dataclasses.MISSING:
            known[f"_default_{name}"] = field.default
            value, default = name if field.init else f"_default_{name}", f"_default_{name}"
        else:
            default = ""
        if field.init:
            parameters.append(f"{name}={default}" if default else name)
        if field.init or default:
            lines.append(f"self.{name} = {value}")
    lines += ["self.__post_init__()"] if hasattr(made, "__post_init__") else []
    exec(f"def __init__({', '.join(parameters)}): {'; '.join(lines) or 'pass'}", known)
    constructor: Callable[..., None] = known["__init__"]
    constructor.__qualname__ = f"{made.__qualname__}.__init__"
    return constructor


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    dataclass = _dataclass
