"""Lets a constructor take what its base stores: `**kwargs`, handed on to `super().__init__`.

Turns a contract into edits of its `__init__`. Where something else would happen to a stored key there are none.
"""

from __future__ import annotations

from collections.abc import Iterable

from kerlint.finding import Edit
from kerlint.fixes.layout import appended
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import mentions, positional
from kerlint.serialization.constructor import BaseCall, Constructor, base_positions, keywords_taken
from kerlint.serialization.contract import Contract
from kerlint.sources.tokens import Tokens

_NAME = "kwargs"


def taking_keywords(contract: Contract, tokens: Tokens, keys: Iterable[str]) -> tuple[Edit, ...] | None:
    """The edits after which the constructor takes the keys and hands them on to its base; None where it cannot be sure of that."""
    constructor, stored = contract.constructor, set(keys)
    call = only_base_call(constructor) if constructor is not None and constructor.index == 0 else None
    if constructor is None or call is None or constructor.function.decorators:
        return None
    name = constructor.any_keyword
    if (name is not None and not constructor.drops_keywords) or (name is None and mentions(_NAME, constructor.function.body)):
        return None
    if not _base_takes(constructor, call, stored - constructor.names) or _given(constructor, call) & (stored - constructor.names):
        return None
    opening = call.call.function.last + 1
    if tokens.word(opening) != "(" or tokens.word(constructor.function.first + 1) != "(":
        return None
    handed = appended(tokens, opening, [f"**{name or _NAME}"])
    taken = () if name is not None else appended(tokens, constructor.function.first + 1, [f"**{_NAME}"])
    return (*taken, *handed) if handed is not None and taken is not None else None


def only_base_call(constructor: Constructor) -> BaseCall | None:
    """The one call of a base's constructor, which is made whatever happens and gives no `*` and no `**`."""
    calls = constructor.base_calls
    if len(calls) != 1 or any(argument.star for argument in calls[0].call.arguments):
        return None
    for statement in constructor.function.body:
        if isinstance(statement, ir.Expression) and isinstance(statement.value, ir.Call):
            if statement.value.function is calls[0].call.function:
                return calls[0]
    return None


def _base_takes(constructor: Constructor, call: BaseCall, keys: set[str]) -> bool:
    gives_graph = call.names_graph or call.places_graph
    taken = keywords_taken(constructor.lineage, call.after, is_graph=gives_graph)
    return taken is None or keys <= taken


def _given(constructor: Constructor, call: BaseCall) -> set[str]:
    """What the call gives its base already, by name or by position."""
    places = base_positions(constructor.lineage, call.after) or []
    return set(call.keywords) | set(places[: len(positional(call.call))])
