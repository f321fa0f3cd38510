"""Finds what makes a `get_config` raise: unset attributes, undefined names, `super()` of another class, no return.

Knows nothing of the rules' registry.
"""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Iterator

from kerlint.project import Module
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.bindings import bindings_of, star_imports
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.walking import attribute_of, dotted, own_name, text_of, walk
from kerlint.serialization.configuration import configuration_of
from kerlint.serialization.contract import Contract
from kerlint.serialization.lineage import lineage_of
from kerlint.serialization.mismatch import own_entries
from kerlint.serialization.names import find_class


@dataclass(frozen=True, slots=True, eq=False)
class Failure:
    """A place in `get_config` that raises, what to say of it, and the attribute that would mend it."""

    place: ir.Node
    message: str
    attribute: str = ""


def failures(contract: Contract) -> Iterator[Failure]:
    """What makes the class's own `get_config` raise."""
    method, base = contract.get_config, contract.configured_by
    if method is None:
        return
    if not contract.writes_own_get_config:
        holder = base.info if base is not None else None
        if contract.configuration.returns_nothing and holder is not None and _returns(holder, contract):
            yield Failure(
                contract.info.facts,
                f"{contract.name} inherits get_config() from {holder.name}, which returns nothing for its children: "
                f"saving raises; write a get_config() that returns the configuration",
            )
        return
    if contract.configuration.returns_nothing:
        yield Failure(
            method, f"get_config() of {contract.name} returns nothing: saving raises TypeError; return the configuration"
        )
    yield from _unset_attributes(contract, method)
    yield from _undefined_names(contract, method)
    yield from _foreign_super(contract, method)
    yield from _nameless(contract, method)


def _returns(info: ClassInfo, heir: Contract) -> bool:
    """Whether a class whose heir gets nothing from its `get_config` gets something from it itself."""
    return not configuration_of(lineage_of(info, heir.knowledge))[0].returns_nothing


def get_config_fails(contract: Contract) -> bool:
    """Whether the `get_config` that runs for the class raises, be it inherited."""
    method = contract.get_config
    return method is not None and (bool(unset_attributes(contract, method)) or any(True for _ in failures(contract)))


def _unset_attributes(contract: Contract, method: ir.FunctionFacts) -> Iterator[Failure]:
    for name, node in unset_attributes(contract, method).items():
        yield Failure(
            node,
            f"get_config() of {contract.name} reads self.{name}, which nothing sets: saving raises AttributeError; "
            f"keep {name.strip('_')} in __init__",
            name,
        )


def unset_attributes(contract: Contract, method: ir.FunctionFacts) -> dict[str, ir.Node]:
    """The attributes that a method reads and nothing sets, each where it is read first.

    Only those named like a parameter or a key: of other names Keras's own classes may have some that are not known here.
    """
    lineage, constructor = contract.lineage, contract.constructor
    if not lineage.is_wholly_known or constructor is None or lineage.sets_attributes_by_other_means:
        return {}
    keras = contract.keras_base
    is_bare = keras is not None and not keras.defines_get_config
    names = constructor.names | ({entry.key for entry in own_entries(contract)} if is_bare else set())
    names -= contract.names_of_keras
    known = lineage.stored_attributes | _set_from_outside(contract) | _asked_for(method)
    own = own_name(method)
    found: dict[str, ir.Node] = {}
    for node in walk(method.body):
        name = attribute_of(node, own)
        if name is None or name in known or name in found or name.startswith("__") or name.strip("_") not in names:
            continue
        if name.startswith("_") and contract.kind in ("layer", "model", "sequential"):
            continue  # Keras keeps attributes of its own under such names
        found[name] = node
    return found


def _asked_for(method: ir.FunctionFacts) -> set[str]:
    """The attributes of which the method asks whether they are there."""
    return {
        text
        for node in walk(method.body)
        if isinstance(node, ir.Call) and dotted(node.function) in ("hasattr", "getattr")
        for argument in node.arguments
        if (text := text_of(argument.value))
    }


def _set_from_outside(contract: Contract) -> set[str]:
    """The attributes that code of the module sets on what may be an object of the class: not other classes on themselves."""
    info = contract.info
    everywhere = info.module.kept_answer(_attributes_set)
    on_themselves = info.module.kept_answer(_set_on_themselves)
    own_alone = [
        on_themselves[other] for other in info.module.classes if info not in other.order and other not in info.order
    ]
    return {name for name, times in everywhere.items() if times > sum(found.get(name, 0) for found in own_alone)}


def _attributes_set(module: Module) -> Counter[str]:
    """How often each attribute is set, on whatever it is."""
    return Counter(
        part.name
        for node in walk(module.facts.body)
        if isinstance(node, ir.Assign)
        for target in node.targets
        for part in walk(target)
        if isinstance(part, ir.Attribute)
    )


def _set_on_themselves(module: Module) -> dict[ClassInfo, Counter[str]]:
    """How often the methods of each class set each attribute on their object."""
    return {
        info: Counter(
            name
            for method in info.facts.methods.values()
            for node in walk(method.body)
            if isinstance(node, ir.Assign)
            for target in node.targets
            for part in walk(target)
            if (name := attribute_of(part, own_name(method))) is not None
        )
        for info in module.classes
    }


def _undefined_names(contract: Contract, method: ir.FunctionFacts) -> Iterator[Failure]:
    body = contract.info.module.facts.body
    constructor = contract.constructor
    if star_imports(body) or constructor is None:
        return
    defined = set(bindings_of(body)) | set(bindings_of(method.body)) | {p.name for p in method.parameters}
    if contract.info.enclosing is not None:
        return
    for node in walk(method.body):
        if isinstance(node, (ir.Comprehension, ir.Lambda, ir.Walrus, ir.FunctionFacts)):
            defined |= {inner.id for inner in walk(node) if isinstance(inner, ir.Name)}
    for node in walk(method.body):
        is_free = isinstance(node, ir.Name) and node.id not in defined and not hasattr(builtins, node.id)
        if is_free and isinstance(node, ir.Name) and node.id in constructor.names:
            yield Failure(
                node,
                f"get_config() of {contract.name} reads the name {node.id}, which is not defined there: saving raises "
                f"NameError; write self.{node.id}",
            )
            return


def _foreign_super(contract: Contract, method: ir.FunctionFacts) -> Iterator[Failure]:
    lineage = contract.lineage
    for node in walk(method.body):
        if isinstance(node, ir.Call) and dotted(node.function) == "super" and len(node.arguments) == 2:
            named = node.arguments[0].value
            info = find_class(contract.info.module, named)
            if info is not None and info not in contract.info.order and lineage.is_wholly_known:
                yield Failure(
                    node,
                    f"{info.name} is no base of {contract.name}: super({info.name}, …) makes get_config() raise TypeError "
                    f"at save; write super()",
                )


def _nameless(contract: Contract, method: ir.FunctionFacts) -> Iterator[Failure]:
    own = own_name(method)
    for node in walk(method.body):
        if not (isinstance(node, ir.Attribute) and node.name == "__name__"):
            continue
        attribute = attribute_of(node.value, own)
        stores = contract.lineage.attribute_stores(attribute) if attribute else []
        if len(stores) != 1 or not isinstance(stores[0][1], ir.Call):
            continue
        owner = contract.lineage.ancestors[stores[0][0]]
        keras = contract.knowledge.find_class(contract.lineage.qualified(owner, stores[0][1].function) or "")
        if keras is not None:
            yield Failure(
                node.value,
                f"self.{attribute} is an object of {keras.name} and has no __name__: get_config() of {contract.name} raises "
                f"AttributeError at save; store its configuration",
            )
