"""Where a private attribute of an object is read, so that what is kept in it can be followed as a local is.

Turns methods that read `self._x` into the same methods with a local in its place. Knows nothing of configurations.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import attribute_of, dotted, last_name, own_name, text_of, walk
from kerlint.serialization.constructor import Constructor, with_base_calls
from kerlint.serialization.contract import Contract
from kerlint.serialization.liveness import live_kind
from kerlint.serialization.usage import subclasses

_BY_NAME = frozenset(("getattr", "hasattr", "setattr", "delattr", "attrgetter", "operator.attrgetter"))

_CONVERSIONS = frozenset(
    ("bool", "dict", "float", "int", "list", "str", "tuple", "len", "max", "min", "round", "abs", "get", "copy", "deepcopy")
)
"""Calls that make nothing with weights."""


def is_nobody_elses(contract: Contract, attribute: str) -> bool:
    """Whether none but the methods of the class and its bases can read what stands under a private name.

    Keras's own classes keep what they are given under such names too, and those that are more than a bare base under others.
    """
    lineage, keras = contract.lineage, contract.keras_base
    if keras is None or (keras.defines_get_config and contract.kind not in ("model", "sequential")):
        return False
    if not attribute.startswith("_") or attribute.startswith("__") or attribute.strip("_") in contract.names_of_keras:
        return False
    if attribute in lineage.descriptors or lineage.sets_attributes_by_other_means or _subclasses_read(contract, attribute):
        return False
    if not all(_holds_no_weights(value) for _, value in lineage.attribute_stores(attribute)):
        return False
    modules = {id(a.info.module): a.info.module for a in lineage.ancestors if a.info is not None}
    return not any(_is_read_otherwise(node, attribute) for module in modules.values() for node in walk(module.facts.body))


def _subclasses_read(contract: Contract, attribute: str) -> bool:
    """Whether a class of the project that derives from it reads the attribute."""
    waiting, seen = [contract.info], {contract.info.name}
    while waiting:
        info = waiting.pop()
        for child in subclasses(info, info.module.project):
            if any(
                isinstance(node, ir.Attribute) and node.name == attribute
                for method in child.facts.methods.values()
                for node in walk(method.body)
            ):
                return True
            if child.name not in seen:
                seen.add(child.name)
                waiting.append(child)
    return False


def _is_read_otherwise(node: ir.Node, attribute: str) -> bool:
    """Whether it reads an attribute of that name on another object than a method's own, or by its name as a text."""
    match node:
        case ir.Attribute(value=held, name=name) if name == attribute:
            return not (isinstance(held, ir.Name) and held.id in ("self", "cls"))
        case ir.Call(function=function, arguments=arguments) if dotted(function) in _BY_NAME:
            return any(text_of(argument.value) == attribute for argument in arguments)
    return False


def _holds_no_weights(value: ir.Expr) -> bool:
    """Whether what is kept there is surely nothing that Keras writes into the file beside the configuration."""
    return all((last_name(node.function) or "") in _CONVERSIONS for node in walk(value) if isinstance(node, ir.Call))


def is_no_part(constructor: Constructor, name: str) -> bool:
    """Whether a parameter is plain, so that keeping it does not make its weights the object's own."""
    parameter = constructor.function.parameter(name)
    return parameter is not None and live_kind(constructor, parameter) is None


def as_local(attribute: str) -> str:
    """The name of the local that stands for an attribute: no other can have it."""
    return f"self.{attribute}"


def readers(contract: Contract, attribute: str) -> list[Constructor]:
    """Every method of the class that has to do with an attribute, with a local in its place."""
    found = []
    for index, method in contract.lineage.methods():
        own = own_name(method)
        if any(attribute_of(node, own) == attribute for node in walk(method.body)):
            body = tuple(_with_local(statement, own, attribute) for statement in method.body)
            found.append(with_base_calls(Constructor(contract.lineage, index, replace(method, body=body))))
    return found


def _with_local(item: Any, own: str, attribute: str) -> Any:
    """The same piece of syntax, with a name wherever it has to do with the attribute."""
    if attribute_of(item, own) == attribute:
        return ir.Name(item.first, item.last, as_local(attribute))
    if isinstance(item, tuple):
        made = tuple(_with_local(part, own, attribute) for part in item)
        return made if any(new is not old for new, old in zip(made, item, strict=True)) else item
    if isinstance(item, (ir.Node, ir.Clause)):
        changed = {
            field.name: new
            for field in fields(item)
            if (new := _with_local(old := getattr(item, field.name), own, attribute)) is not old
        }
        return replace(item, **changed) if changed else item
    return item
