"""Compares the keys and values of a stored configuration with the constructor's parameters.

Finds keys that no parameter takes, and values that are not what was given. Knows nothing of messages.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator

from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import attribute_of, dotted, mentions, own_name
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
    """A key whose value is another parameter's, or was changed since it was given, and where."""

    key: str
    place: ir.Node
    belongs_to: str | None
    changed_by: str = "__init__"


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
    constructor = contract.constructor_on_load
    accepted = constructor.accepts if constructor is not None else keywords_taken(contract.lineage)
    if accepted is None:
        return []
    found = []
    for entry in own_entries(contract):
        if not contract.restoration.hands_on(entry.key):
            continue
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
    rebound = constructor.replaced
    for entry in own_entries(contract):
        if entry.key not in constructor.names or entry.key in rebound or not contract.restoration.hands_on(entry.key):
            continue
        if entry.value is not None and constructor.matters(entry.key):
            altered = _altered(contract, constructor, entry.key, entry.value)
            if altered is not None:
                yield altered


def ignored_values(contract: Contract) -> Iterator[Altered]:
    """The keys that store what a base set, of parameters that the constructor takes and gives to nobody."""
    constructor, lineage = contract.constructor, contract.lineage
    if constructor is None or constructor.index != 0 or not contract.writes_own_get_config or constructor.function.decorators:
        return
    if not lineage.is_known or lineage.sets_attributes_by_other_means or lineage.info.given_by_decorators:
        return
    for entry in own_entries(contract):
        name = entry.key
        if name not in constructor.names or mentions(name, constructor.function.body) or entry.place is None:
            continue
        is_of_base = name in contract.names_of_keras and name not in lineage.stored_attributes
        if is_of_base and contract.attributes_read(entry.value) == {name} and contract.restoration.hands_on(name):
            yield Altered(name, entry.place, None)


def _altered(contract: Contract, constructor: Constructor, key: str, stored: ir.Expr) -> Altered | None:
    """What happened to a parameter between the constructor and the key of its name."""
    own = own_name(contract.get_config) if contract.get_config is not None else ""
    attribute = attribute_of(stored, own)
    read = contract.attributes_read(stored) if attribute is None else {attribute}
    name = next(iter(read), "")
    if len(read) != 1 or name in contract.lineage.descriptors:
        return None
    stores = contract.lineage.attribute_stores(name)
    if len(stores) != 1 or stores[0][0] != constructor.index:
        return None
    kept = stores[0][1]
    if id(kept) not in constructor.stored_values:
        return None
    if attribute is None:
        if _is_itself(kept, key):
            return Altered(key, stored, None, "get_config()") if changes(stored, name, own) else None
        results = [result(stored, name, own, result(kept, key, "", number)) for number in _PROBES]
        is_changed = all(found not in (None, number) for found, number in zip(results, _PROBES, strict=True))
        return Altered(key, stored, None, "__init__ and get_config()") if is_changed else None
    if isinstance(kept, ir.Name):
        is_other = kept.id != key and kept.id in constructor.names and kept.id not in constructor.replaced
        return Altered(key, stored, kept.id) if is_other and not _is_alias(constructor, key) else None
    return Altered(key, stored, None) if changes(kept, key) else None


def _is_alias(constructor: Constructor, key: str) -> bool:
    """Whether the parameter is nowhere kept as itself, or as what it was looked up or converted to."""
    return not any(_is_itself(value, key) for _, value, _ in constructor.stores)


def _is_itself(value: ir.Expr, key: str) -> bool:
    match value:
        case ir.Call(function=function, arguments=(argument,)):
            return (dotted(function) or "").rpartition(".")[2] in _CONVERSIONS and _is_itself(argument.value, key)
    return isinstance(value, ir.Name) and value.id == key


_CONVERSIONS = frozenset(("get", "int", "float", "bool", "str", "tuple", "list", "dict"))


_NEUTRAL = {"*": 1, "/": 1, "//": 1, "**": 1, "+": 0, "-": 0}


def changes(value: ir.Expr, name: str, own: str = "") -> bool:
    """Whether an expression of one parameter, or of one attribute of `own`, gives something else for its own result."""
    match value:
        case ir.Call(function=function, arguments=(argument,)) if dotted(function) in ("int", "float", "round", "abs"):
            return changes(argument.value, name, own)
        case ir.Unary(operator="-" | "not", operand=operand):
            return _is_it(operand, name, own)
        case ir.Operation(start=start, rest=rest):
            parts = [start, *(part for _, part in rest)]
            if any(_is_more(part) for part in parts):
                return all(operator == "+" for operator, _ in rest) and any(_is_sequence_of(part, name, own) for part in parts)
            if not any(_is_it(part, name, own) for part in parts):
                return False
            if not all(_is_plain_name(part) or _is_it(part, name, own) or _is_number(part) for part in parts):
                return False
            return all(
                operator in _NEUTRAL and not (isinstance(part, ir.Constant) and part.value == _NEUTRAL[operator])
                for operator, part in rest
            )
    return False


_PROBES = (3.0, 8.0, 24.0)
"""Numbers that a parameter may be given: of what is halved and doubled again, one comes back."""


def result(value: ir.Expr, name: str, own: str, number: float | None) -> float | None:
    """What an expression of one parameter, or of one attribute of `own`, gives for a number; None where that cannot be told."""
    if number is None or _is_it(value, name, own):
        return number
    match value:
        case ir.Constant(value=int() | float() as constant) if not isinstance(constant, bool):
            return float(constant)
        case ir.Unary(operator="-", operand=operand):
            inside = result(operand, name, own, number)
            return None if inside is None else -inside
        case ir.Operation(start=start, rest=rest) if all(sign in _ARITHMETIC for sign, _ in rest):
            found = result(start, name, own, number)
            for sign, part in rest:
                other = result(part, name, own, number)
                if found is None or other is None or (other == 0 and "/" in sign):
                    return None
                found = _ARITHMETIC[sign](found, other)
            return found
    return None


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv,
}  # fmt: skip


def _is_it(node: ir.Expr, name: str, own: str) -> bool:
    return attribute_of(node, own) == name if own else isinstance(node, ir.Name) and node.id == name


def _is_plain_name(node: ir.Expr) -> bool:
    """A name, or an element of what it names."""
    return isinstance(node.value if isinstance(node, ir.Subscript) else node, ir.Name)


def _is_more(node: ir.Expr) -> bool:
    """A list or tuple that is not empty: what is added to becomes longer with every time."""
    return isinstance(node, ir.Display) and node.kind != "set" and len(node.elements) > 0


def _is_sequence_of(node: ir.Expr, name: str, own: str) -> bool:
    """The parameter, perhaps made a list or a tuple."""
    match node:
        case ir.Call(function=function, arguments=(argument,)) if dotted(function) in ("list", "tuple"):
            return _is_sequence_of(argument.value, name, own)
    return _is_it(node, name, own)


def _is_number(node: ir.Expr) -> bool:
    return isinstance(node, ir.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
