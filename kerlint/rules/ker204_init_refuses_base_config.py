"""KER204 init-refuses-base-config.

## What it does
Reports a constructor that does not take what the stored configuration holds of its base: it has no `**kwargs`, gives its
base itself what `**kwargs` then brings again, or takes `**kwargs` and drops it.

## Why is this bad?
Saving works, loading raises `TypeError: unexpected keyword argument 'trainable'` (or "multiple values"): it shows when the
training is over. Where `**kwargs` is dropped nothing raises, and `name`, `dtype` and `trainable=False` are lost.

## Example
    class Shift(keras.layers.Layer):
        def __init__(self, amount=1.0):
            super().__init__()

## Use instead
        def __init__(self, amount=1.0, **kwargs):
            super().__init__(**kwargs)

## Keras versions
All where `get_config` merges `super().get_config()`. Without a `get_config`, Keras 3 stores `trainable` and `dtype` of
layers and models, Keras 2 does not.

## References
https://github.com/keras-team/keras/issues/8956
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.rules.ker201_missing_get_config import lost_arguments
from kerlint.rules.ker202_incomplete_get_config import missing_parameters
from kerlint.serialization.contract import Contract
from kerlint.serialization.lineage import base_config_keys
from kerlint.serialization.subjects import subjects


@rule("KER204", "init-refuses-base-config", severity=Severity.ERROR, probe="serialization")
def init_refuses_base_config(module: Module, project: Project) -> Iterator[Report]:
    for subject in subjects(module, project):
        contract, constructor = subject.contract, subject.contract.constructor
        if constructor is None or lost_arguments(subject, project) is not None:
            continue
        if not contract.writes_own_get_config and missing_parameters(contract):
            continue  # KER202 asks for a get_config(), which decides what is stored
        found = refusal(contract)
        if found is not None and subject.is_concerned:
            message, severity = found
            place = constructor.function if constructor.index == 0 else contract.info.facts
            yield subject.at(place, message, Severity.INFO if subject.is_idle else severity)


def refusal(contract: Contract) -> tuple[str, Severity] | None:
    """What happens when the constructor is given the stored configuration; None when it takes it."""
    stored = stored_keys(contract)
    if refused := refused_keys(contract, stored):
        return (
            f"__init__ of {contract.name} does not take {_some(refused)}, which the stored configuration holds: loading raises "
            f"TypeError; take **kwargs and hand them to super().__init__",
            Severity.ERROR,
        )
    if twice := sorted(given_twice(contract)):
        them = "it" if len(twice) == 1 else "them"
        return (
            f"__init__ of {contract.name} gives its base {_some(twice)} itself while the stored configuration holds {them} "
            f"too: loading raises TypeError (multiple values); take {them} as a parameter or delete the key in get_config()",
            Severity.ERROR,
        )
    if dropped := dropped_keys(contract, stored):
        return (
            f"__init__ of {contract.name} takes **kwargs and drops them: {', '.join(dropped)} of the stored configuration "
            f"{'is' if len(dropped) == 1 else 'are'} silently lost on load; hand them to super().__init__",
            Severity.WARNING,
        )
    return None


def stored_keys(contract: Contract) -> list[str]:
    """The keys of the stored configuration that the class did not choose itself."""
    if not contract.lineage.is_known:
        return []
    if contract.is_automatic:
        return list(contract.knowledge.automatic_base_keys(contract.kind)) or (
            list(base_config_keys(contract.knowledge, contract.kind)) if contract.kind == "metric" else []
        )
    return [
        key
        for key, entry in contract.configuration.entries.items()
        if entry.owner.info is not contract.info or key in contract.base_keys
    ]


def refused_keys(contract: Contract, stored: list[str]) -> list[str]:
    """Those of the stored keys that make the constructor raise."""
    constructor, restoration = contract.constructor, contract.restoration
    if constructor is None or contract.kind == "sequential" or not _is_own_matter(contract):
        return []
    if not (restoration.is_plain or restoration.by_keras):
        return []
    accepted = constructor.accepts
    if accepted is None:
        return []
    if restoration.by_keras:
        stored = [key for key in stored if key in contract.base_keys]
    return [key for key in stored if key not in accepted]


def given_twice(contract: Contract) -> set[str]:
    """The stored keys that the constructor gives to its base itself and would hand on as well."""
    constructor = contract.constructor
    if constructor is None or not contract.restoration.is_plain or contract.is_automatic or not contract.writes_own_constructor:
        return set()
    if not contract.lineage.is_known:
        return set()
    return constructor.given_twice(set(contract.configuration.entries))


def dropped_keys(contract: Contract, stored: list[str]) -> list[str]:
    """The base's keys that reach `**kwargs` and go nowhere."""
    constructor = contract.constructor
    if constructor is None or not contract.writes_own_constructor or not constructor.drops_keywords:
        return []
    if not constructor.base_calls or not (contract.restoration.is_plain or contract.restoration.by_keras):
        return []
    if contract.kind != "layer":
        return []  # what a loss or a metric drops it never had: nothing changes it once it is made
    return [key for key in stored if key in contract.base_keys and key not in constructor.names]


def _is_own_matter(contract: Contract) -> bool:
    """Whether the class itself brings constructor and configuration together; its base is reported for itself."""
    return contract.writes_own_constructor or contract.writes_own_get_config


def _some(keys: list[str]) -> str:
    return ", ".join(keys[:4]) + (" …" if len(keys) > 4 else "")
