"""Tells what the methods of a class do with a constructor's argument: take it for an object, change it, take it for a number.

Asks the constructor for the name, and every method for the attributes that keep it as it was given. Knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import assignments, last_name, names_in, walk
from kerlint.serialization.argument_use import Use, uses_of
from kerlint.serialization.constructor import Constructor
from kerlint.serialization.contract import Contract

_CONVERSIONS = frozenset(("int", "float", "bool", "str", "tuple", "list"))
"""What gives the same once more when it is given what it gave."""

_CHANGING = frozenset(("append", "clear", "extend", "insert", "pop", "remove", "reverse", "setdefault", "sort", "update"))
_METHODS_OF_DATA = _CHANGING | frozenset(
    (
        "bit_length", "copy", "count", "endswith", "format", "get", "index", "is_integer", "items", "join", "keys", "lower",
        "partition", "replace", "rpartition", "split", "startswith", "strip", "upper", "values",
    )
)  # fmt: skip

_TAKE_SHAPES = frozenset(("Input", "add_weight", "add_variable"))
"""What takes lists of numbers."""


def uses_in_class(constructor: Constructor, name: str) -> Iterator[Use]:
    """The constructor's body, and those of all methods."""
    return uses_of(
        constructor, name, lambda value: is_kept_as_given(value, name),
        in_methods=lambda method: method is not constructor.function,
    )  # fmt: skip


def is_kept_as_given(value: ir.Expr, name: str) -> bool:
    """Whether it is the argument, converted to what it stays, or the default in its place where nothing was given."""
    match value:
        case ir.Name(id=found):
            return found == name
        case ir.Call(function=ir.Name(id=converts), arguments=(ir.Argument(value=ir.Name(id=found), keyword=None, star=""),)):
            return found == name and converts in _CONVERSIONS
        case ir.Logic(operator="or", operands=(ir.Name(id=found), ir.Constant())):
            return found == name
        case ir.Conditional(test=test, body=body, orelse=orelse) if _asks_whether_given(test, name):
            arms = [arm for arm in (body, orelse) if not (isinstance(arm, ir.Name) and arm.id == name)]
            return len(arms) == 1 and isinstance(arms[0], ir.Constant)
    return False


def _asks_whether_given(test: ir.Expr, name: str) -> bool:
    match test:
        case ir.Comparison(start=ir.Name(id=found), rest=((("is" | "is not"), ir.Constant(value=None)),)):
            return found == name
    return False


def is_used_as_object(uses: Iterable[Use]) -> bool:
    """Whether it, or an element of it, is called, or asked for an attribute that no number, text, list or dictionary has."""
    return any(_is_asked(node, use) or _has_objects(node, use) for use in uses for node in walk(use.body))


def _asked(node: ir.Node) -> ir.Expr | None:
    """What is called, or asked for an attribute that no data has."""
    match node:
        case ir.Call(function=held):
            return held
        case ir.Attribute(value=held, name=name) if name not in _METHODS_OF_DATA:
            return held
    return None


def _is_asked(node: ir.Node, use: Use) -> bool:
    held = _asked(node)
    return use.is_it(held.value if isinstance(held, ir.Subscript) else held)


def _has_objects(node: ir.Node, use: Use) -> bool:
    """Whether a loop over it takes its elements for objects."""
    match node:
        case ir.For(target=target, iterable=iterable, body=body):
            inner: object = body
        case ir.Comprehension(clauses=(ir.Clause(target=target, iterable=iterable), *_)):
            inner = node.element
        case _:
            return False
    if not any(use.is_it(part) for part in walk(iterable)):
        return False
    names = names_in(target)
    return any(isinstance(held := _asked(part), ir.Name) and held.id in names for part in walk(inner))


def is_changed(uses: Iterable[Use]) -> bool:
    """Whether something is put into what is kept, or taken out of it, or an element of it is set."""
    return any(any(_changes(node, use) for node in walk(use.body)) or _sets_element(use) for use in uses)


def _changes(node: ir.Node, use: Use) -> bool:
    match node:
        case ir.Call(function=ir.Attribute(value=held, name=method)):
            return method in _CHANGING and use.is_it(held)
        case ir.AugmentedAssign(target=target):
            return use.is_it(target)
        case ir.Delete(targets=targets):
            return any(use.is_it(target) for target in targets)
    return False


def _sets_element(use: Use) -> bool:
    return any(isinstance(target, ir.Subscript) and use.is_it(target.value) for target, _ in assignments(use.body))


def is_used_as_number(contract: Contract, constructor: Constructor, uses: Iterable[Use]) -> bool:
    """Whether it counts the turns of a loop, is a side of a shape, or is what Keras's own layers take numbers for."""
    calls = ((node, use) for use in uses for node in walk(use.body) if isinstance(node, ir.Call))
    return any(_takes_as_number(contract, constructor, call, use) for call, use in calls)


def _is_in(use: Use, node: object) -> bool:
    """Whether it is the argument, or what arithmetic makes of it."""
    if isinstance(node, ir.Operation):
        return any(_is_in(use, part) for part in (node.start, *(part for _, part in node.rest)))
    return use.is_it(node)


def _takes_as_number(contract: Contract, constructor: Constructor, call: ir.Call, use: Use) -> bool:
    values = [argument.value for argument in call.arguments]
    if isinstance(call.function, ir.Name) and call.function.id == "range":
        return any(use.is_it(value) for value in values)
    if last_name(call.function) in _TAKE_SHAPES:
        return any(isinstance(value, ir.Display) and any(_is_in(use, side) for side in value.elements) for value in values)
    keras = contract.knowledge.find_class(contract.lineage.qualified(constructor.owner, call.function) or "")
    if keras is None:
        return False
    places = [parameter.name for parameter in keras.parameters]
    given = [*zip(places, (a.value for a in call.arguments if a.keyword is None and not a.star), strict=False)]
    given += [(a.keyword, a.value) for a in call.arguments if a.keyword is not None]
    return any(key in contract.knowledge.number_parameters and _is_in(use, value) for key, value in given)
