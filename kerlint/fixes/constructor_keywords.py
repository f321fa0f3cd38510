"""Lets a constructor take what its base stores: `**kwargs`, handed on to `super().__init__`, and what it gave there itself.

Turns a contract into edits of its `__init__`. Where something else would happen to a stored key there are none.
"""

from __future__ import annotations

from collections.abc import Iterable

from kerlint.finding import Edit
from kerlint.fixes.editing import edit
from kerlint.fixes.layout import appended, before_last
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import mentions, positional
from kerlint.serialization.constructor import BaseCall, Constructor, base_positions, keywords_taken
from kerlint.serialization.contract import Contract
from kerlint.sources.tokens import Tokens

_NAME = "kwargs"
_FREE = frozenset(("name", "trainable", "dtype", "reduction"))
"""What a class may give its base as a constant and nothing hangs on: that an object has another one is no other object."""


@dataclass(frozen=True, slots=True)
class Taking:
    """The edits, and what the constructor takes by them."""

    edits: tuple[Edit, ...]
    names: tuple[str, ...]


def taking_keywords(contract: Contract, tokens: Tokens, keys: Iterable[str]) -> Taking | None:
    """How the constructor comes to take the keys and to hand them on to its base; None where that is not certain."""
    constructor, stored = contract.constructor, set(keys)
    call = _only_base_call(constructor) if constructor is not None and constructor.index == 0 else None
    if constructor is None or call is None or constructor.function.decorators:
        return None
    name, wanted = constructor.any_keyword, stored - constructor.names
    fixed = _fixed(constructor, call, wanted)
    if fixed is None or not _base_takes(constructor, call, wanted):
        return None
    if (name is not None and not call.spread and not constructor.drops_keywords) or (call.spread and not fixed):
        return None
    if name is None and mentions(_NAME, constructor.function.body):
        return None
    opening, parameters = call.call.function.last + 1, constructor.function.first + 1
    if tokens.word(opening) != "(" or tokens.word(parameters) != "(":
        return None
    defaults = [f"{key}={tokens.text[tokens.starts[value.first] : tokens.ends[value.last]]}" for key, value in fixed.items()]
    taken = appended(tokens, parameters, [*defaults, f"**{_NAME}"]) if name is None else before_last(tokens, parameters, defaults)
    given = tuple(edit(tokens, tokens.starts[v.first], tokens.ends[v.last], key) for key, v in fixed.items())
    handed = () if call.spread else appended(tokens, opening, [f"**{name or _NAME}"])
    if taken is None or handed is None or _overlap(handed, given):
        return None
    return Taking((*taken, *given, *handed), (*fixed, *([f"**{_NAME}"] if name is None else [])))


def _overlap(some: Iterable[Edit], others: Iterable[Edit]) -> bool:
    return any(
        (one.span.line, one.span.column) <= (other.span.line, other.span.column) < (one.span.end_line, one.span.end_column)
        for one in some
        for other in others
    )


def _only_base_call(constructor: Constructor) -> BaseCall | None:
    """The one call of a base's constructor, which is made whatever happens and gives no more than `**kwargs` besides."""
    calls = constructor.base_calls
    if len(calls) != 1 or any(argument.star == "*" for argument in calls[0].call.arguments):
        return None
    if not all(isinstance(spread, ir.Name) and spread.id == constructor.any_keyword for spread in calls[0].spread):
        return None
    certain = [statement.value for statement in constructor.function.body if isinstance(statement, ir.Expression)]
    is_made = any(isinstance(value, ir.Call) and value.function is calls[0].call.function for value in certain)
    return calls[0] if is_made else None


def _base_takes(constructor: Constructor, call: BaseCall, keys: set[str]) -> bool:
    gives_graph = call.names_graph or call.places_graph
    taken = keywords_taken(constructor.lineage, call.after, is_graph=gives_graph)
    return taken is None or keys <= taken


def _fixed(constructor: Constructor, call: BaseCall, keys: set[str]) -> dict[str, ir.Constant] | None:
    """Those of the keys that the call gives already, as constants by name; None where it gives one in another way."""
    places = base_positions(constructor.lineage, call.after) or []
    if keys & set(places[: len(positional(call.call))]):
        return None
    found = {key: value for key, value in call.keywords.items() if key in keys}
    constants = {key: value for key, value in found.items() if isinstance(value, ir.Constant) and key in _FREE}
    is_free = not any(mentions(key, constructor.function.body) for key in found)
    return constants if len(constants) == len(found) and is_free else None
