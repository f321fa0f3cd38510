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
from kerlint.serialization.constructor import Constructor
from kerlint.serialization.contract import Contract
from kerlint.serialization.mismatch import strangers
from kerlint.serialization.subjects import Subject, is_settled_by_children, subjects
from kerlint.serialization.walking import attribute_of, mentions, walk


@rule("KER202", "incomplete-get-config", severity=Severity.WARNING)
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
    if required:
        severity, outcome = Severity.ERROR, f"loading raises because {', '.join(required)} is required"
    else:
        severity, outcome = Severity.WARNING, "it silently falls back to its default on load"
    if contract.writes_own_get_config and constructor.index == 0:
        return subject.at(missing[0], f"get_config() of {contract.name} does not hold {names}: {outcome}; add it", severity)
    inherited = contract.configured_by
    source = inherited.name.removeprefix("keras.layers.") if inherited is not None else "its base"
    return subject.at_class(
        f"{contract.name} inherits get_config() from {source}, which does not hold {names}: {outcome}; write a get_config() that adds it"
        if not contract.writes_own_get_config
        else f"get_config() of {contract.name} does not hold {names}: {outcome}; add it",
        severity,
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
    of_base = contract.knowledge.accepted_by_base(contract.kind) | contract.base_keys
    renamed = {stranger.parameter for stranger in strangers(contract)}
    twice = constructor.given_twice(set(configuration.entries))
    missing = []
    for index, parameter in enumerate(constructor.parameters):
        name = parameter.name
        if name in configuration.entries or name in restoration.given or index < restoration.positions:
            continue
        if name in of_base or name in renamed or not constructor.matters(name):
            continue
        if restoration.by_keras and name in ("layer", "cell", "layers"):
            continue
        if not parameter.required and (_is_folded(contract, constructor, name) or _is_given_as(constructor, name, twice)):
            continue
        missing.append(parameter)
    return missing


def _is_given_as(constructor: Constructor, name: str, keys: set[str]) -> bool:
    """Whether the parameter only becomes a key of the parent's that the constructor then refuses."""
    return any(
        key in keys and mentions(name, value) for call in constructor.base_calls for key, value in call.keywords.items()
    )


def _is_folded(contract: Contract, constructor: Constructor, name: str) -> bool:
    """Whether all that the parameter does is to make an attribute that another parameter's key stores."""
    stored: set[str] = set()
    for key, entry in contract.configuration.entries.items():
        if key != name and key in constructor.names and entry.value is not None:
            stored |= contract.attributes_read(entry.value)
    for statement in constructor.meaningful_statements(name):
        if not isinstance(statement, ir.Assign):
            if _is_base_argument(contract, constructor, statement, name):
                continue
            return False
        targets = {attribute_of(target, constructor.own) for target in statement.targets}
        if not targets <= stored:
            return False
    return True


def _is_base_argument(contract: Contract, constructor: Constructor, statement: ir.Stmt, name: str) -> bool:
    """Whether the statement only gives the base, under a stored key, what the parameter goes into."""
    for call in constructor.base_calls:
        if any(node is call.call.function for node in walk(statement)):
            uses = [key for key, value in call.keywords.items() if mentions(name, value)]
            return bool(uses) and all(key in contract.configuration.entries and key in constructor.names for key in uses)
    return False
