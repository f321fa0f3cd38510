"""Finds the objects that a configuration holds and that do not come back from a file as they went in.

Knows nothing of messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import attribute_of, dotted, own_name, text_of, walk
from kerlint.serialization.constructor import Constructor
from kerlint.serialization.contract import Contract
from kerlint.serialization.liveness import is_rebuilt, kind_of_value, live_kind
from kerlint.serialization.lookup import is_looked_up
from kerlint.serialization.mismatch import own_entries

UNWRITABLE = frozenset(("set", "enum", "class", "dataclass", "path"))
"""What Keras refuses to write at all (measured: TypeError at save on every version)."""

_SERIALISED_BY = frozenset(("serialize", "serialize_keras_object"))


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A key that holds more than plain data. `is_serialised`: it is written well, and never made an object again."""

    key: str
    kind: str
    place: ir.Node
    is_serialised: bool = False


def held_objects(contract: Contract) -> Iterator[Held]:
    """The keys of the class's own `get_config` that hold live objects."""
    constructor = contract.constructor
    if constructor is None or contract.get_config is None or not contract.writes_own_get_config:
        return
    if not contract.lineage.is_known:
        return
    for entry in own_entries(contract):
        held = _held(contract, constructor, entry.key, entry.value)
        if held is None:
            continue
        if held.kind not in UNWRITABLE:
            parameter = constructor.function.parameter(entry.key)
            if not contract.restoration.is_plain or parameter is None or is_rebuilt(constructor, entry.key):
                continue
            if is_looked_up(constructor, entry.key, live_kind(constructor, parameter) or held.kind):
                continue
        yield held


def _held(contract: Contract, constructor: Constructor, key: str, value: ir.Expr | None) -> Held | None:
    own = own_name(contract.get_config) if contract.get_config is not None else "self"
    if value is None:
        return None
    attribute = attribute_of(value, own)
    if attribute is not None:
        kind = kind_of_attribute(contract, constructor, attribute)
        return Held(key, kind, value) if kind is not None else None
    serialised = _serialised_attribute(value, own)
    if serialised is not None:
        source = _identity(contract, constructor, serialised)
        if source is not None and source.name == key and live_kind(constructor, source) is not None:
            return Held(key, "layer", value, is_serialised=True)
        return None
    if isinstance(value, ir.Name):
        kind = _kind_in_kept_dictionary(contract, constructor, key, value)
        return Held(key, kind, value) if kind is not None else None
    info = contract.info
    kind = kind_of_value(info.module, contract.knowledge, value) if isinstance(value, (ir.Lambda, ir.Display)) else None
    return Held(key, kind, value) if kind in ("set", "function") else None


def _kind_in_kept_dictionary(contract: Contract, constructor: Constructor, key: str, value: ir.Name) -> str | None:
    """What `key: argument` holds in a dictionary that the constructor keeps and `get_config` returns as it is."""
    parameter = constructor.function.parameter(value.id)
    if parameter is None or value.id in constructor.rebound or value.id != key:
        return None
    if not any(node is value for node in walk(constructor.function.body)):
        return None
    for _, method in contract.lineage.methods():
        for node in walk(method.body):
            targets = node.targets if isinstance(node, ir.Assign) else ()
            if any(isinstance(t, ir.Subscript) and [text_of(i) for i in t.indices] == [key] for t in targets):
                return None
    return live_kind(constructor, parameter)


def kind_of_attribute(contract: Contract, constructor: Constructor, attribute: str) -> str | None:
    """What an attribute holds that every method leaves as the constructor set it."""
    stores = contract.lineage.attribute_stores(attribute)
    if len(stores) != 1 or stores[0][0] != constructor.index or attribute in contract.lineage.descriptors:
        return None
    value = stores[0][1]
    if isinstance(value, ir.Name):
        parameter = _identity(contract, constructor, attribute)
        return live_kind(constructor, parameter) if parameter is not None else None
    if not any(value is stored for _, stored, _ in constructor.stores):
        return None
    kind = kind_of_value(contract.info.module, contract.knowledge, value)
    if kind in ("initializer", "regularizer", "constraint", "loss", "metric"):
        return None
    return kind


def _identity(contract: Contract, constructor: Constructor, attribute: str) -> ir.Parameter | None:
    """The parameter that an attribute keeps as it was given."""
    stores = contract.lineage.attribute_stores(attribute)
    if len(stores) != 1 or not isinstance(stores[0][1], ir.Name) or stores[0][0] != constructor.index:
        return None
    name = stores[0][1].id
    if name in constructor.rebound or name not in constructor.names:
        return None
    return constructor.function.parameter(name)


def _serialised_attribute(value: ir.Expr, own: str) -> str | None:
    """`x` of `keras.layers.serialize(self.x)`, `serialize_keras_object(self.x)` or `self.x.get_config()`."""
    if not isinstance(value, ir.Call):
        return None
    if isinstance(value.function, ir.Attribute) and value.function.name == "get_config":
        return attribute_of(value.function.value, own)
    if (dotted(value.function) or "").rpartition(".")[2] in _SERIALISED_BY and value.arguments:
        return attribute_of(value.arguments[0].value, own)
    return None


