"""KER202 incomplete-get-config.

## What it does
Reports a constructor's parameter that the stored configuration does not hold: `get_config` forgets it, asks the wrong
class with `super()`, or is inherited from a class that does not know it.

## Why is this bad?
The loaded object is made from the stored configuration. A parameter that is missing there silently falls back to its
default, and the outputs change; a required one makes loading raise.

## Example
    class Interaction(keras.layers.Layer):
        def __init__(self, width=8, scaling=False, **kwargs):
            ...

        def get_config(self):
            return {**super().get_config(), "width": self.width}      # scaling is lost

## Use instead
            return {**super().get_config(), "width": self.width, "scaling": self.scaling}

## Keras versions
All.

## References
Measured on 2.15 and every 3.x: a parameter with a default is reset without a warning.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import attribute_of, mentions, walk
from kerlint.serialization.configuration import configuration_of
from kerlint.serialization.constructor import Constructor, constructor_of
from kerlint.serialization.contract import Contract
from kerlint.serialization.liveness import is_input_tensor
from kerlint.serialization.mismatch import own_entries, strangers
from kerlint.serialization.subjects import Subject, is_settled_by_children, subjects


@rule("KER202", "incomplete-get-config", severity=Severity.WARNING, probe="serialization")
def incomplete_get_config(module: Module, project: Project) -> Iterator[Report]:
    for subject in subjects(module, project):
        contract, constructor = subject.contract, subject.contract.constructor
        if constructor is None:
            continue
        missing = [p for p in missing_parameters(contract) if not is_settled_by_children(contract.info, p.name, project)]
        if missing and subject.is_concerned:
            yield _report(subject, constructor, missing)


def _report(subject: Subject, constructor: Constructor, missing: list[ir.Parameter]) -> Report:
    contract = subject.contract
    names = ", ".join(p.name for p in missing)
    required = [p.name for p in missing if p.required]
    them = "it" if len(missing) == 1 else "them"
    about = [p.name for p in missing]
    severity = Severity.ERROR if required else Severity.WARNING
    if required:
        outcome = f"loading raises because {', '.join(required)} {'is' if len(required) == 1 else 'are'} required"
    elif len(missing) == 1:
        outcome = "it silently falls back to its default on load"
    else:
        outcome = "they silently fall back to their defaults on load"
    if contract.writes_own_get_config or own_entries(contract):
        message = f"get_config() of {contract.name} does not hold {names}: {outcome}; add {them}"
        return subject.at(missing[0] if constructor.index == 0 else contract.info.facts, message, severity, about)
    inherited = contract.configured_by.name if contract.configured_by is not None else "its base"
    return subject.at_class(
        f"{contract.name} inherits get_config() from {inherited.rpartition('.')[2]}, which does not hold {names}: {outcome}; "
        f"write a get_config() that adds {them}",
        severity,
        about,
    )


def missing_parameters(contract: Contract) -> list[ir.Parameter]:
    """The parameters that no stored key brings back."""
    constructor, configuration = contract.constructor, contract.configuration
    if constructor is None or contract.is_automatic or configuration.open or not contract.lineage.is_known:
        return []
    if not (contract.writes_own_get_config or contract.writes_own_constructor):
        return []
    if contract.kind == "sequential" and contract.get_config is None:
        return []
    restoration = contract.restoration
    if not (restoration.passes_rest or restoration.given or restoration.positions or restoration.by_keras):
        return []
    if configuration.named_by and not _is_out_of_reach(contract, configuration.named_by):
        return []
    of_base = contract.base_names
    renamed = {stranger.parameter for stranger in strangers(contract)}
    brings_assets = any(method.name in ("load_assets", "load_own_variables") for _, method in contract.lineage.methods())
    twice = constructor.given_twice(set(configuration.entries))
    missing = []
    for index, parameter in enumerate(constructor.parameters):
        name = parameter.name
        if name in configuration.entries or name in restoration.given or index < restoration.positions:
            continue
        if name in of_base or name in renamed or not constructor.matters(name):
            continue
        if brings_assets and isinstance(parameter.default, ir.Constant) and parameter.default.value is None:
            continue  # a vocabulary comes back from the files that it was written to
        if is_input_tensor(contract.lineage, constructor, name):
            continue
        if configuration.named_by and any(mentions(name, call.call) for call in constructor.base_calls):
            continue
        if not restoration.is_plain and _comes_from_elsewhere(constructor, name):
            continue
        if _is_left_to_its_base(constructor, name):
            continue
        if restoration.by_keras and name in ("layer", "cell", "layers"):
            continue
        if not parameter.required and (_is_folded(contract, constructor, name) or _is_given_as(constructor, name, twice)):
            continue
        if not parameter.required and constructor.has_stand_in(name, set(configuration.entries)):
            continue
        missing.append(parameter)
    return missing


def _is_out_of_reach(contract: Contract, attributes: set[str]) -> bool:
    """Whether only a base's constructor fills the lists of keys, so that a parameter must go there to be one."""
    stored = contract.lineage.attribute_stores
    return all(
        stored(name) and all(index > 0 for index, _ in stored(name)) and contract.lineage.class_constant(name) is None
        for name in attributes
    )


def _comes_from_elsewhere(constructor: Constructor, name: str) -> bool:
    """Whether whatever the parameter sets is set without it as well, so that a `from_config` of its own can do without."""
    stores = constructor.stores
    own = {attribute for attribute, value, _ in stores if mentions(name, value)}
    return bool(own) and all(any(a == attribute and not mentions(name, v) for a, v, _ in stores) for attribute in own)


def _is_left_to_its_base(constructor: Constructor, name: str) -> bool:
    """Whether the parameter only goes to a base of the project that takes it too and forgets it: that base's matter."""
    for call in constructor.base_calls:
        base = constructor_of(constructor.lineage, call.after)
        value = call.keywords.get(name)
        if base is None or base.function.parameter(name) is None or not (isinstance(value, ir.Name) and value.id == name):
            continue
        stored, _ = configuration_of(constructor.lineage, call.after)
        if not stored.open and name not in stored.entries:
            return all(any(node is call.call.function for node in walk(s)) for s in constructor.meaningful_statements(name))
    return False


def _is_given_as(constructor: Constructor, name: str, keys: set[str]) -> bool:
    """Whether the parameter only becomes a key of the parent's that the constructor then refuses."""
    return any(
        key in keys and mentions(name, value) for call in constructor.base_calls for key, value in call.keywords.items()
    )


def _is_folded(contract: Contract, constructor: Constructor, name: str) -> bool:
    """Whether all that the parameter does is to make an attribute that another parameter's key stores."""
    stored: set[str] = constructor.names & set(contract.configuration.entries)
    for key, entry in contract.configuration.entries.items():
        if key != name and key in constructor.names and entry.value is not None:
            stored |= contract.attributes_read(entry.value)
    for statement in constructor.meaningful_statements(name):
        if isinstance(statement, ir.If) and _only_sets(constructor, statement, stored):
            continue
        if not isinstance(statement, ir.Assign):
            if _is_base_argument(contract, constructor, statement, name):
                continue
            return False
        for target in statement.targets:
            is_parameter = isinstance(target, ir.Name) and target.id in contract.configuration.entries
            if not is_parameter and attribute_of(target, constructor.own) not in stored:
                return False
    return True


def _only_sets(constructor: Constructor, statement: ir.If, attributes: set[str]) -> bool:
    """Whether all arms of a branch set these attributes, or raise."""
    inner = [found for _, body in statement.arms for found in ir.statements_of_scope(body)]
    return all(
        isinstance(found, ir.Raise)
        or (isinstance(found, ir.Assign) and all(attribute_of(t, constructor.own) in attributes for t in found.targets))
        for found in inner
    )


def _is_base_argument(contract: Contract, constructor: Constructor, statement: ir.Stmt, name: str) -> bool:
    """Whether the statement only gives the base, under a stored key, what the parameter goes into."""
    for call in constructor.base_calls:
        if any(node is call.call.function for node in walk(statement)):
            uses = [key for key, value in call.keywords.items() if mentions(name, value)]
            taken = constructor.names | (constructor.taken_from_keywords or set())
            return bool(uses) and all(key in contract.configuration.entries and key in taken for key in uses)
    return False
