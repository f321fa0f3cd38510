"""Whether Keras 2 writes down by itself all that a functional model was made with, although it has a `get_config` of its own.

`Functional.get_config` of Keras 2 gives every constructor argument where all that were given are plain, also to a subclass that
asks it with `super()` (measured on 2.15); one that is not plain ends it for all. Turns annotations, defaults and the calls of the
project into that answer; knows nothing of reports.
"""

from __future__ import annotations

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import dotted, keyword, last_name, positional, walk
from kerlint.serialization.configuration import configuration_of
from kerlint.serialization.constructor import Constructor
from kerlint.serialization.contract import Contract
from kerlint.serialization.liveness import live_kind
from kerlint.serialization.usage import Site, construction_sites

_PLAIN = frozenset(("str", "int", "float", "bool"))
_AROUND_PLAIN = frozenset(("Optional", "Union", "List", "Tuple", "Sequence", "Literal", "list", "tuple", "typing"))


def records_arguments(contract: Contract) -> bool:
    """Whether whatever the constructor is given stands in the configuration."""
    constructor = contract.constructor
    if contract.knowledge.version.major > 2 or not contract.is_functional or constructor is None or contract.get_config is None:
        return False
    if not _asks_keras(contract):
        return False
    if contract.restoration.given or contract.restoration.positions or not contract.restoration.is_plain:
        return False
    if any(parameter.kind == "var_positional" for parameter in constructor.function.parameters):
        return False
    sites = construction_sites(contract.info, contract.info.module.project)
    own = [(constructor, parameter) for parameter in constructor.parameters]
    return all(_is_plain(holder, parameter, sites) for holder, parameter in (*own, *constructor.reached()))


def _asks_keras(contract: Contract) -> bool:
    """Whether every `get_config` of the project's classes asks the next one, so that Keras's is asked at last."""
    return all(
        configuration_of(contract.lineage, index)[0].calls_super
        for index, ancestor in enumerate(contract.lineage.ancestors)
        if ancestor.facts is not None and "get_config" in ancestor.facts.methods
    )


def _is_plain(constructor: Constructor, parameter: ir.Parameter, sites: list[Site]) -> bool:
    """Whether a parameter can only be given what is plain."""
    if live_kind(constructor, parameter) is not None:
        return False
    given = [value for site in sites if (value := _given(constructor, parameter, site)) is not None]
    if parameter.annotation is not None:
        return _names_plain(parameter.annotation) and all(_may_be_written(value) for value in given)
    if parameter.default is None or (isinstance(parameter.default, ir.Constant) and parameter.default.value is None):
        return bool(given) and all(_is_written_out(value) for value in given)
    return _is_written_out(parameter.default) and all(_may_be_written(value) for value in given)


def _given(constructor: Constructor, parameter: ir.Parameter, site: Site) -> ir.Expr | None:
    """What a call gives for a parameter."""
    value = keyword(site.call, parameter.name)
    if value is not None or parameter not in constructor.parameters:
        return value
    return dict(zip((p.name for p in constructor.parameters), positional(site.call), strict=False)).get(parameter.name)


def _names_plain(annotation: ir.Expr) -> bool:
    names = [last_name(node) for node in walk(annotation) if isinstance(node, (ir.Name, ir.Attribute))]
    texts = any(isinstance(node, ir.Constant) and node.value is not None for node in walk(annotation))
    return not texts and bool(_PLAIN & set(names)) and all(name in _PLAIN | _AROUND_PLAIN for name in names)


def _is_written_out(value: ir.Expr) -> bool:
    """Whether an expression is plain as it stands."""
    match value:
        case ir.Constant(value=constant):
            return not isinstance(constant, (bytes, complex))
        case ir.FormattedString():
            return True
        case ir.Unary(operand=operand):
            return _is_written_out(operand)
        case ir.Operation(start=start, rest=rest):
            return all(_is_written_out(part) for part in (start, *(part for _, part in rest)))
        case ir.Display(kind="list" | "tuple", elements=elements):
            return all(_is_written_out(element) for element in elements)
    return False


def _may_be_written(value: ir.Expr) -> bool:
    """Whether an expression is plain, or a name or a number of which nothing else is known."""
    match value:
        case ir.Name() | ir.Subscript() | ir.Attribute() | ir.Operation():
            return True
        case ir.Call(function=function):
            return dotted(function) in _PLAIN | {"len", "round", "abs", "min", "max", "list", "tuple"}
    return _is_written_out(value)
