"""Finds the expression by which `get_config` gives a constructor's argument back: what keeps it, or how Keras writes that.

Turns parameters into expressions, and into the lines of the constructor that keep what nothing keeps yet. What is not certain has
no expression. Knows nothing of reports.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field

from kerlint.finding import Edit
from kerlint.fixes.argument_uses import is_kept_as_given
from kerlint.fixes.held_objects import Writers
from kerlint.fixes.layout import block_end, body_indentation, end_of_line, head_of, indentation, is_alone, new_lines
from kerlint.fixes.plain_data import comes_back, is_surely_plain
from kerlint.knowledge import knowledge_for
from kerlint.project import Project
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.walking import dotted
from kerlint.serialization.constructor import Constructor, constructor_of
from kerlint.serialization.contract import Contract
from kerlint.serialization.kept import is_listed
from kerlint.serialization.lineage import lineage_of
from kerlint.serialization.liveness import kind_of_annotation
from kerlint.serialization.usage import subclasses
from kerlint.sources.tokens import Tokens
from kerlint.version import KERAS_2, KERAS_3

_LOOKUPS = {
    f"keras.{module}.get": module for module in ("activations", "initializers", "regularizers", "constraints")
}
"""What makes an object of whatever `serialize` of the same module wrote."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """What `get_config` writes of some parameters, by name, and what must be added to the constructor before it can."""

    expressions: dict[str, str]
    edits: tuple[Edit, ...] = ()
    objects: dict[str, bool] = field(default_factory=dict)
    """Those that are layers or models, which must be made again, and whether each is a list of them."""


def keeping(
    contract: Contract, project: Project, tokens: Tokens, parameters: Iterable[ir.Parameter], own: str,
    writers: Writers | None = None,
) -> Keeping | None:
    """How all of the parameters are given back; None as soon as one of them cannot be. `own` is what the object is called.

    Layers and models are given back only where `writers` says how the file writes them.
    """
    constructor = contract.constructor
    if constructor is None or contract.lineage.sets_attributes_by_other_means:
        return None
    reached = {id(parameter): base for base, parameter in constructor.reached()}
    expressions: dict[str, str] = {}
    added: list[str] = []
    objects: dict[str, bool] = {}
    for parameter in parameters:
        taker = reached.get(id(parameter), constructor)
        expression = _expression(contract, taker, project, tokens, parameter, own)
        if expression is None and writers is not None and (found := _object(contract, taker, parameter)) is not None:
            attribute, objects[parameter.name] = found
            expression = writers.stored(f"{own}.{attribute}", is_list=objects[parameter.name])
        if expression is None and _can_be_kept(contract, constructor, project, parameter):
            expression = f"{own}.{parameter.name}"
            added.append(parameter.name)
        if expression is None:
            return None
        expressions[parameter.name] = expression
    if not added:
        return Keeping(expressions, objects=objects)
    edit = _keep(contract, constructor, tokens, added)
    return Keeping(expressions, (edit,), objects) if edit is not None else None


def _object(contract: Contract, constructor: Constructor, parameter: ir.Parameter) -> tuple[str, bool] | None:
    """The attribute that keeps an argument which its annotation calls a layer or a model, and whether it is a list of them."""
    kind = kind_of_annotation(contract.lineage, constructor.owner, parameter.annotation)
    if kind not in ("layer", "model") or parameter.name in constructor.rebound:
        return None
    for attribute, value in _certain_stores(constructor):
        is_only = len(contract.lineage.attribute_stores(attribute)) == 1 and attribute not in contract.lineage.descriptors
        if is_only and isinstance(value, ir.Name) and value.id == parameter.name:
            return attribute, is_listed(parameter.annotation)
    return None


def _expression(
    contract: Contract, constructor: Constructor, project: Project, tokens: Tokens, parameter: ir.Parameter, own: str
) -> str | None:
    found = [
        (attribute, value)
        for attribute, value in _certain_stores(constructor)
        if len(contract.lineage.attribute_stores(attribute)) == 1 and attribute not in contract.lineage.descriptors
    ]
    found.sort(key=lambda store: (store[0] != parameter.name, store[0].lstrip("_") != parameter.name))
    if parameter.name not in constructor.rebound:
        for attribute, value in found:
            if (module := _lookup(contract, constructor, value, parameter.name)) is not None:
                spelt = _serializer(constructor, contract, tokens, value)
                return f"{spelt}({own}.{attribute})" if spelt is not None and module else None
            if is_kept_as_given(value, parameter.name) and comes_back(contract, constructor, parameter, project):
                return f"{own}.{attribute}"
    return _kept_by_base(contract, constructor, project, tokens, parameter, own)


def _certain_stores(constructor: Constructor) -> list[tuple[str, ir.Expr]]:
    """The attributes that the constructor sets whatever happens: not in a branch, and not behind one that returns."""
    certain: set[int] = set()
    for statement in constructor.function.body:
        if isinstance(statement, ir.Assign) and statement.value is not None:
            certain.add(id(statement.value))
            if isinstance(statement.value, ir.Display):
                certain |= {id(element) for element in statement.value.elements}
        if any(isinstance(inner, ir.Return) for inner in ir.statements_of_scope((statement,))):
            break
    return [(attribute, value) for attribute, value, _ in constructor.stores if id(value) in certain]


def _lookup(contract: Contract, constructor: Constructor, value: ir.Expr, name: str) -> str | None:
    """The module of Keras whose `get` makes what is kept of the argument."""
    match value:
        case ir.Call(function=ir.Attribute(name="get") as function, arguments=(ir.Argument(value=ir.Name(id=found), star=""),)):
            return _LOOKUPS.get(contract.lineage.qualified(constructor.owner, function) or "") if found == name else None
    return None


def _serializer(constructor: Constructor, contract: Contract, tokens: Tokens, value: ir.Expr) -> str | None:
    """`keras.activations.serialize`, spelt as the constructor spells `keras.activations.get`."""
    if not isinstance(value, ir.Call) or not isinstance(value.function, ir.Attribute) or constructor.owner.info is None:
        return None
    spelt = dotted(value.function.value)
    module = contract.info.module
    if spelt is None or constructor.owner.info.module is not module:
        return None
    root = spelt.partition(".")[0]
    return f"{spelt}.serialize" if len(module.bindings.get(root, ())) == 1 else None


def _kept_by_base(
    contract: Contract, constructor: Constructor, project: Project, tokens: Tokens, parameter: ir.Parameter, own: str
) -> str | None:
    """What a base of the project keeps of an argument that it is given as it is."""
    certain = [statement.value for statement in constructor.function.body if isinstance(statement, ir.Expression)]
    for call in constructor.base_calls:
        base = constructor_of(constructor.lineage, call.after)
        if base is None or parameter.name in constructor.rebound or not any(_is_call(value, call.call) for value in certain):
            continue
        for name, value in call.bound(constructor.lineage).items():
            taken = next((p for p in base.parameters if p.name == name), None)
            if taken is not None and isinstance(value, ir.Name) and value.id == parameter.name:
                return _expression(contract, base, project, tokens, taken, own)
    return None


def _is_call(value: ir.Expr, call: ir.Call) -> bool:
    return isinstance(value, ir.Call) and value.function is call.function


# --- what nothing keeps yet -------------------------------------------------------------------------------------------


def _can_be_kept(contract: Contract, constructor: Constructor, project: Project, parameter: ir.Parameter) -> bool:
    """Whether the constructor can keep the argument under its own name, and it is certain that this changes nothing else."""
    name, keras = parameter.name, contract.keras_base
    if constructor.index != 0 or parameter not in constructor.parameters or name in constructor.rebound:
        return False
    if keras is None or keras.defines_get_config:
        return False
    if name in _names_of_keras(contract) or name in contract.lineage.stored_attributes:
        return False
    if not is_surely_plain(contract, constructor, parameter) or not comes_back(contract, constructor, parameter, project):
        return False
    return not any(name in lineage_of(heir, contract.knowledge).stored_attributes for heir in heirs(contract.info, project))


def _names_of_keras(contract: Contract) -> frozenset[str]:
    """What objects of Keras's bases have already, in any Keras: a functional model has its `operations` as well."""
    versions = (knowledge_for(KERAS_2), contract.knowledge, knowledge_for(KERAS_3))
    measured = [version.attributes_of_base(kind) for version in versions for kind in {contract.kind, "layer", "model"}]
    return contract.names_of_keras.union({"operations"}, *measured)


def heirs(info: ClassInfo, project: Project) -> list[ClassInfo]:
    """Every class of the project that derives from the class."""
    found: list[ClassInfo] = []
    waiting = [info]
    while waiting:
        for child in subclasses(waiting.pop(), project):
            if child is not info and not any(child is one for one in found):
                found.append(child)
                waiting.append(child)
    return found


def _keep(contract: Contract, constructor: Constructor, tokens: Tokens, names: list[str]) -> Edit | None:
    """`self.x = x` for each of the names, behind the call of the base's constructor, or at the end of one without such a call."""
    calls = constructor.base_calls
    statements = constructor.function.body
    if constructor.owner.info is None or constructor.owner.info.module is not contract.info.module or not statements:
        return None
    if not calls:
        return _at_the_end(constructor, tokens, names)
    place = next(
        (s for s in statements if isinstance(s, ir.Expression) and any(_is_call(s.value, call.call) for call in calls)), None
    )
    if place is None or len(calls) != 1 or not is_alone(tokens, place.last):
        return None
    lines = _lines(constructor, indentation(tokens, tokens.starts[head_of(tokens, place.last)]), names)
    return new_lines(tokens, end_of_line(tokens, tokens.ends[place.last]), lines)


def _at_the_end(constructor: Constructor, tokens: Tokens, names: list[str]) -> Edit | None:
    end = block_end(tokens, constructor.function.first)
    if end is None or any(isinstance(s, ir.Return) for s in ir.statements_of_scope(constructor.function.body)):
        return None
    indent = body_indentation(tokens, constructor.function)
    lines = _lines(constructor, indent, names) if indent is not None else []
    return new_lines(tokens, end, lines) if lines else None


def _lines(constructor: Constructor, indent: str, names: list[str]) -> list[str]:
    return [f"{indent}{constructor.own}.{name} = {name}" for name in names]
