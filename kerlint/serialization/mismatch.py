"""Compares the keys and values of a stored configuration with the constructor's parameters.

Finds keys that no parameter takes, and values that are not what was given. Knows nothing of messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import attribute_of, dotted, own_name
from kerlint.serialization.constructor import Constructor, keywords_taken
from kerlint.serialization.contract import Contract
from kerlint.serialization.stored import Entry


@dataclass(frozen=True, slots=True, eq=False)
class Stranger:
    """A key that no constructor takes; `parameter` is the one whose value it holds, if that can be told."""

    key: str
    place: ir.Node
    parameter: str | None
    reads: frozenset[str]
    """The attributes that its value reads."""


@dataclass(frozen=True, slots=True, eq=False)
class Altered:
    """A key whose value is another parameter's, or was changed since it was given."""

    key: str
    place: ir.Node
    belongs_to: str | None


def own_entries(contract: Contract) -> list[Entry]:
    """The entries that the class's own `get_config` writes at a known place."""
    return [
        entry
        for entry in contract.configuration.entries.values()
        if entry.owner.info is contract.info and entry.place is not None and entry.value is not None
    ]


def strangers(contract: Contract) -> list[Stranger]:
    """The keys that make loading raise because nothing takes them."""
    if not contract.writes_own_get_config or not contract.lineage.is_known or contract.kind == "sequential":
        return []
    if not (contract.restoration.is_plain or contract.restoration.by_keras):
        return []
    constructor = contract.constructor
    accepted = constructor.accepts if constructor is not None else keywords_taken(contract.lineage)
    if accepted is None:
        return []
    found = []
    for entry in own_entries(contract):
        if entry.is_certain and entry.key not in accepted and entry.key not in contract.base_keys and entry.place is not None:
            reads = frozenset(contract.attributes_read(entry.value))
            found.append(Stranger(entry.key, entry.place, _meant(contract, constructor, entry), reads))
    return found


def _meant(contract: Contract, constructor: Constructor | None, entry: Entry) -> str | None:
    """The parameter that the value of a key was given as, when no key of its own holds it."""
    if constructor is None:
        return None
    if isinstance(entry.value, ir.Name) and entry.value.id in constructor.names:
        return entry.value.id if entry.value.id not in contract.configuration.entries else None
    for attribute in contract.attributes_read(entry.value):
        for name, value, _ in constructor.stores:
            if name != attribute or not isinstance(value, ir.Name):
                continue
            if value.id in constructor.names and value.id not in contract.configuration.entries:
                return value.id
    return None


def altered_values(contract: Contract) -> Iterator[Altered]:
    """The keys that store something else than what was given under their name."""
    constructor = contract.constructor
    if constructor is None or constructor.index != 0 or not contract.writes_own_get_config:
        return
    if not (contract.restoration.is_plain or contract.restoration.by_keras) or not contract.lineage.is_known:
        return
    rebound = constructor.rebound
    for entry in own_entries(contract):
        attribute = attribute_of(entry.value, own_name(contract.get_config)) if contract.get_config else None
        if attribute is None or entry.key not in constructor.names or entry.key in rebound:
            continue
        if not constructor.matters(entry.key) or attribute in contract.lineage.descriptors:
            continue
        stores = contract.lineage.attribute_stores(attribute)
        if len(stores) != 1 or stores[0][0] != constructor.index:
            continue
        value = stores[0][1]
        if not any(value is stored for _, stored, _ in constructor.stores):
            continue
        if isinstance(value, ir.Name):
            is_other = value.id != entry.key and value.id in constructor.names and value.id not in rebound
            if is_other and not _is_alias(constructor, entry.key) and entry.value is not None:
                yield Altered(entry.key, entry.value, value.id)
        elif changes(value, entry.key) and entry.value is not None:
            yield Altered(entry.key, entry.value, None)


def _is_alias(constructor: Constructor, key: str) -> bool:
    """Whether the parameter is nowhere kept as itself."""
    return not any(isinstance(value, ir.Name) and value.id == key for _, value, _ in constructor.stores)


_NEUTRAL = {"*": 1, "/": 1, "//": 1, "**": 1, "+": 0, "-": 0}


def changes(value: ir.Expr, name: str) -> bool:
    """Whether an expression of one parameter gives something else when it is given its own result."""
    match value:
        case ir.Call(function=function, arguments=(argument,)) if dotted(function) in ("int", "float", "round", "abs"):
            return changes(argument.value, name)
        case ir.Unary(operator="-" | "not", operand=ir.Name(id=found)):
            return found == name
        case ir.Operation(start=start, rest=rest):
            parts = [start, *(part for _, part in rest)]
            if not any(isinstance(part, ir.Name) and part.id == name for part in parts):
                return False
            if not all(isinstance(part, ir.Name) or _is_number(part) for part in parts):
                return False
            return all(
                operator in _NEUTRAL and not (isinstance(part, ir.Constant) and part.value == _NEUTRAL[operator])
                for operator, part in rest
            )
    return False


def _is_number(node: ir.Expr) -> bool:
    return isinstance(node, ir.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
