"""Finds the objects that a configuration holds and that do not come back from a file as they went in.

Knows nothing of messages.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import attribute_of, dotted, own_name, text_of, walk
from kerlint.serialization.constructor import Constructor
from kerlint.serialization.contract import Contract
from kerlint.serialization.kept import identity, is_listed, kept_by, kind_of_argument
from kerlint.serialization.liveness import is_rebuilt, kind_of_value
from kerlint.serialization.lookup import is_looked_up
from kerlint.serialization.mismatch import own_entries

UNWRITABLE = frozenset(("set", "enum", "class", "dataclass", "path"))
"""What Keras refuses to write at all (measured: TypeError at save on every version; only HDF5 and the SavedModel of Keras 2
write an enum, by its value, and a class that has no `get_config` becomes a dictionary)."""

_SERIALISED_BY = frozenset(("serialize", "serialize_keras_object"))


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A key that holds more than plain data.

    `is_serialised`: it is written well, and never made an object again. `is_list`: it is a list of them. `is_optional`: the
    constructor's default is plain, so it is one only where it is given.
    """

    key: str
    kind: str
    place: ir.Node
    is_serialised: bool = False
    is_list: bool = False
    is_optional: bool = False

    @property
    def is_unwritable(self) -> bool:
        """Whether saving raises because of it."""
        return self.kind in UNWRITABLE and not self.is_serialised


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
        if not held.is_unwritable:
            parameter = constructor.function.parameter(entry.key)
            if not contract.restoration.hands_on(entry.key):
                continue
            if parameter is None or is_rebuilt(constructor, entry.key):
                continue
            if is_looked_up(constructor, entry.key, kind_of_argument(constructor, parameter) or held.kind):
                continue
        yield held


def _held(contract: Contract, constructor: Constructor, key: str, value: ir.Expr | None) -> Held | None:
    own = own_name(contract.get_config) if contract.get_config is not None else "self"
    if value is None:
        return None
    attribute = attribute_of(value, own)
    if attribute is not None:
        kept = kept_by(contract, constructor, attribute)
        if kept is None:
            return None
        return _of_parameter(key, kept.kind, value, kept.parameter) if kept.parameter is not None else Held(key, kept.kind, value)
    copied = _copied_attribute(value, own)
    if copied is not None:
        source = identity(contract, constructor, copied)
        kind = kind_of_argument(constructor, source) if source is not None and source.name == key else None
        return _of_parameter(key, kind, value, source) if kind is not None and source is not None else None
    serialised = _serialised_attribute(value, own)
    if serialised is not None:
        source = identity(contract, constructor, serialised)
        kind = kind_of_argument(constructor, source) if source is not None and source.name == key else None
        return _of_parameter(key, kind, value, source, is_serialised=True) if kind is not None and source is not None else None
    if isinstance(value, ir.Name):
        parameter = _kept_in_dictionary(contract, constructor, key, value)
        kind = kind_of_argument(constructor, parameter) if parameter is not None else None
        return _of_parameter(key, kind, value, parameter) if kind is not None and parameter is not None else None
    info = contract.info
    kind = kind_of_value(info.module, contract.knowledge, value) if isinstance(value, (ir.Lambda, ir.Display)) else None
    return Held(key, kind, value) if kind in ("set", "function") else None


def _of_parameter(key: str, kind: str, place: ir.Node, parameter: ir.Parameter, *, is_serialised: bool = False) -> Held:
    """A key that holds an argument as it was given."""
    is_list = is_listed(parameter.annotation) and not is_serialised
    return Held(key, kind, place, is_serialised, is_list, isinstance(parameter.default, ir.Constant))


def _kept_in_dictionary(contract: Contract, constructor: Constructor, key: str, value: ir.Name) -> ir.Parameter | None:
    """What `key: argument` names in a dictionary that the constructor keeps and `get_config` returns as it is."""
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
    return parameter


def _serialised_attribute(value: ir.Expr, own: str) -> str | None:
    """`x` of `keras.layers.serialize(self.x)`, `serialize_keras_object(self.x)` or `self.x.get_config()`."""
    if not isinstance(value, ir.Call):
        return None
    if isinstance(value.function, ir.Attribute) and value.function.name == "get_config":
        return attribute_of(value.function.value, own)
    if (dotted(value.function) or "").rpartition(".")[2] in _SERIALISED_BY and value.arguments:
        return attribute_of(value.arguments[0].value, own)
    return None


def _copied_attribute(value: ir.Expr, own: str) -> str | None:
    """`x` of `self.x.__class__.from_config(self.x.get_config())`: a copy, and as live as what it was copied from."""
    match value:
        case ir.Call(function=ir.Attribute(name="from_config"), arguments=(argument,)) if isinstance(argument.value, ir.Call):
            asked = argument.value.function
            return attribute_of(asked.value, own) if isinstance(asked, ir.Attribute) and asked.name == "get_config" else None
    return None
