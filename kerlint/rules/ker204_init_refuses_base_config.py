"""KER204 init-refuses-base-config.

## What it does
Reports a constructor that does not take what the stored configuration holds of its base: it has no `**kwargs`, gives its
base itself what `**kwargs` then brings again, or takes `**kwargs` and drops it.

## Why is this bad?
Saving works, loading raises `TypeError: unexpected keyword argument 'trainable'` (or "multiple values"): it shows when the
training is over. Where `**kwargs` is dropped nothing raises, and `name`, `dtype` and `trainable=False` are lost.

## Example
    import keras

    class Shift(keras.layers.Layer):
        def __init__(self, amount=1.0):
            super().__init__()
            self.amount = amount

        def get_config(self):
            return {**super().get_config(), "amount": self.amount}

## Use instead
    import keras

    class Shift(keras.layers.Layer):
        def __init__(self, amount=1.0, **kwargs):
            super().__init__(**kwargs)
            self.amount = amount

        def get_config(self):
            return {**super().get_config(), "amount": self.amount}

## Fix
Adds `**kwargs` to `__init__` and hands it to `super().__init__`; a name that is given there as a constant becomes a parameter
with that default. Unsafe. No fix where a base of the project refuses the keys, or where a key of a parent is given.

## Keras versions
All where `get_config` merges `super().get_config()`. Without a `get_config`, Keras 3 stores `trainable` and `dtype` of
layers and models, Keras 2 does not. What Keras 2 wrote as a SavedModel it loads even so, as a stand-in of another class
that can only be called; of a loss or a metric it raises there, too.

## References
https://github.com/keras-team/keras/issues/8956
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kerlint.finding import Report, Severity
from kerlint.fixes.configurations import taking
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.rules.ker201_missing_get_config import lost_arguments
from kerlint.serialization.constructor import Constructor, constructor_of
from kerlint.serialization.contract import Contract
from kerlint.serialization.lineage import base_config_keys
from kerlint.serialization.missing import missing_parameters
from kerlint.serialization.subjects import Subject, subjects
from kerlint.words import CONFIGURED


@rule("KER204", "init-refuses-base-config", severity=Severity.ERROR, probe="serialization", words_reached=CONFIGURED)
def init_refuses_base_config(module: Module, project: Project) -> Iterator[Report]:
    for subject in subjects(module, project):
        contract, constructor = subject.contract, subject.contract.constructor
        if constructor is None or lost_arguments(subject, project) is not None:
            continue
        if not contract.writes_own_get_config and any(parameter.required for parameter in missing_parameters(contract)):
            continue  # KER202 says that loading raises, and asks for a get_config(), which decides what is stored
        found = refusal(contract)
        if found is not None and subject.is_concerned and not _is_said_of_base(subject):
            message, severity = found
            place = constructor.function if constructor.index == 0 else contract.info.facts
            report = subject.at(place, message, Severity.INFO if subject.is_idle else severity)
            yield replace(report, fix=taking(subject, {*stored_keys(contract), *given_twice(contract)}))


def refusal(contract: Contract) -> tuple[str, Severity] | None:
    """What happens when the constructor is given the stored configuration; None when it takes it."""
    if contract.restoration.makes:
        return None  # a base's constructor is given it
    stored = stored_keys(contract)
    if refused := refused_keys(contract, stored):
        who, remedy = _who_refuses(contract)
        message = (
            f"{who} does not take {_some(refused)}, which the stored configuration holds: {contract.loading} raises TypeError"
        )
        return f"{message}; {remedy}", Severity.ERROR
    if twice := sorted(given_twice(contract)):
        them = "it" if len(twice) == 1 else "them"
        return (
            f"__init__ of {contract.name} gives its base {_some(twice)} itself while the stored configuration holds {them} "
            f"too: {contract.loading} raises TypeError (multiple values); "
            f"take {them} as a parameter or delete the key in get_config()",
            Severity.ERROR,
        )
    if dropped := dropped_keys(contract, stored):
        constructor = contract.constructor
        where = " from .keras and HDF5" if contract.knowledge.version.major < 3 else ""
        drops = "drops them" if constructor is not None and constructor.drops_keywords else "gives them to a base that drops them"
        return (
            f"__init__ of {contract.name} takes **kwargs and {drops}: {', '.join(dropped)} of the stored configuration "
            f"{'is' if len(dropped) == 1 else 'are'} silently lost on load{where}; hand them to super().__init__",
            Severity.WARNING,
        )
    return None


def _who_refuses(contract: Contract) -> tuple[str, str]:
    """Whose constructor it is that does not take a key, and what to do there: `**kwargs` may have gone further up."""
    constructor = contract.constructor
    if constructor is None or constructor.any_keyword is None:
        inherited = "" if constructor is None or constructor.index == 0 else f", which {contract.name} inherits,"
        owner = contract.name if constructor is None else constructor.owner.name
        return f"__init__ of {owner}{inherited}", "take **kwargs and hand them to super().__init__"
    base: Constructor | None = constructor
    last = contract.name
    while base is not None and base.any_keyword is not None:
        after = next((call.after for call in base.base_calls if call.spread), None)
        if after is None:
            break
        base = constructor_of(contract.lineage, after)
        last = (
            base.owner.name
            if base is not None
            else next((a.keras.name.rpartition(".")[2] for a in contract.lineage.ancestors[after:] if a.keras is not None), last)
        )
    remedy = f"take **kwargs in {last} and hand them on" if base is not None else "delete the key in get_config()"
    return f"__init__ of {contract.name} hands **kwargs to that of {last}, which", remedy


def _is_said_of_base(subject: Subject) -> bool:
    """Whether what the class gives twice is given twice by a base of its own, which is reported for itself."""
    twice = given_twice(subject.contract)
    constructor = subject.contract.constructor
    hands_on = constructor is not None and not constructor.drops_keywords and constructor.loses_keywords
    if not twice and not hands_on:
        return False
    return any(
        other.is_concerned and (twice <= given_twice(other.contract) if twice else _loses(other.contract))
        for base in subject.contract.lineage.ancestors[1:]
        if base.info is not None
        for other in subjects(base.info.module, subject.project)
        if other.contract.info is base.info
    )


def _loses(contract: Contract) -> bool:
    return contract.constructor is not None and contract.constructor.loses_keywords


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
    return [key for key in stored if key not in accepted and restoration.hands_on(key)]


def given_twice(contract: Contract) -> set[str]:
    """The stored keys that the constructor gives to its base itself and would hand on as well."""
    constructor = contract.constructor
    if constructor is None or not contract.writes_own_constructor or not contract.lineage.is_known:
        return set()
    if contract.is_automatic:
        return constructor.given_twice({"name", *contract.base_keys}) if contract.kind in ("layer", "model") else set()
    return {key for key in constructor.given_twice(set(contract.configuration.entries)) if contract.restoration.hands_on(key)}


def dropped_keys(contract: Contract, stored: list[str]) -> list[str]:
    """The base's keys that reach `**kwargs` and go nowhere."""
    constructor = contract.constructor
    if constructor is None or not contract.writes_own_constructor or not constructor.loses_keywords:
        return []
    if not constructor.base_calls or not (contract.restoration.is_plain or contract.restoration.by_keras):
        return []
    if contract.kind != "layer":
        return []  # what a loss or a metric drops it never had: nothing changes it once it is made
    return [
        key for key in stored if key in contract.base_keys and key not in constructor.names and contract.restoration.hands_on(key)
    ]


def _is_own_matter(contract: Contract) -> bool:
    """Whether the class itself brings constructor and configuration together; its base is reported for itself."""
    return contract.writes_own_constructor or contract.writes_own_get_config


def _some(keys: list[str]) -> str:
    return ", ".join(keys[:4]) + (" …" if len(keys) > 4 else "")
