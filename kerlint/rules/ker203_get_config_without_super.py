"""KER203 get-config-without-super.

## What it does
Reports a `get_config` that returns only the class's own keys although its constructor takes what the base stores.

## Why is this bad?
`name`, `dtype` and `trainable=False` (of a loss, its `reduction`) are not in the file: the loaded object has the
defaults. A frozen layer is trained again, without a word. Where the constructor requires one of them, loading raises.

## Example
    import keras

    class Normalize(keras.layers.Layer):
        def __init__(self, axis=-1, **kwargs):
            super().__init__(**kwargs)
            self.axis = axis

        def get_config(self):
            return {"axis": self.axis}

## Use instead
    import keras

    class Normalize(keras.layers.Layer):
        def __init__(self, axis=-1, **kwargs):
            super().__init__(**kwargs)
            self.axis = axis

        def get_config(self):
            return {**super().get_config(), "axis": self.axis}

## Fix
Puts `**super().get_config()` first, and lets `__init__` hand `**kwargs` to its base where it does not. Unsafe: what is saved
afterwards holds more, and what was saved before still lacks it.

## Keras versions
All. A `keras.Model` keeps what matters without it and is not reported, nor is a class whose constructor takes nothing of
the base. On Keras 2 a SavedModel keeps `name`, `dtype` and `trainable` of a layer beside its configuration and restores
them: there the rule speaks of `.keras` and HDF5. What a loss or a metric does not store is lost in every form.

## References
Measured on 2.15 and 3.x: `trainable=False` comes back as True.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kerlint.finding import Report, Severity
from kerlint.fixes.configurations import based
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.serialization.constructor import Constructor
from kerlint.serialization.contract import Contract
from kerlint.serialization.failing import get_config_fails
from kerlint.serialization.holding import held_objects
from kerlint.serialization.lineage import base_config_keys
from kerlint.serialization.mismatch import strangers
from kerlint.serialization.missing import missing_parameters
from kerlint.serialization.subjects import subjects


@rule("KER203", "get-config-without-super", severity=Severity.WARNING, probe="serialization", words_reached=("get_config",))
def get_config_without_super(module: Module, project: Project) -> Iterator[Report]:
    for subject in subjects(module, project):
        contract, constructor = subject.contract, subject.contract.constructor
        lost = lost_base_keys(contract)
        if lost and contract.get_config is not None and constructor is not None and subject.is_concerned:
            outcome, severity = _outcome(contract, constructor, lost)
            message = f"get_config() of {contract.name} does not hold what its base stores: {outcome}"
            report = subject.at(contract.get_config, f"{message}; {_remedy(contract, constructor, lost)}", severity)
            yield replace(report, fix=based(subject))


def _outcome(contract: Contract, constructor: Constructor, lost: list[str]) -> tuple[str, Severity]:
    """What comes of it. Where something else makes saving or loading raise, nothing is reset before that is mended."""
    names, are = ", ".join(lost), "is" if len(lost) == 1 else "are"
    if required := [p.name for p in constructor.parameters if p.required and p.name in lost]:
        return f"{contract.loading} raises TypeError because __init__ requires {', '.join(required)}", Severity.ERROR
    if _raises_first(contract):
        return f"{names} {are} not stored either", Severity.WARNING
    is_in_saved_model = contract.kind == "layer" and contract.knowledge.version.major < 3
    return f"{names} {are} silently reset on load{' from .keras and HDF5' if is_in_saved_model else ''}", Severity.WARNING


def _remedy(contract: Contract, constructor: Constructor, lost: list[str]) -> str:
    """Merging the base's configuration, unless it brings what the constructor does not take."""
    them = "it" if len(lost) == 1 else "them"
    keys = set(base_config_keys(contract.knowledge, contract.kind))
    if twice := sorted(constructor.given_twice(keys)):
        return f"take {', '.join(twice)} as a parameter and merge super().get_config(), or add {them} by hand"
    accepted = constructor.accepts
    if accepted is not None and not keys <= accepted:
        return f"add {them}, or take **kwargs, hand them to super().__init__ and merge super().get_config()"
    return "merge super().get_config()"


def _raises_first(contract: Contract) -> bool:
    """Whether saving or loading raises for another reason."""
    if get_config_fails(contract) or strangers(contract) or any(p.required for p in missing_parameters(contract)):
        return True
    return any(held.is_unwritable and not held.is_optional for held in held_objects(contract))


def lost_base_keys(contract: Contract) -> list[str]:
    """The base's keys that the constructor takes and the configuration lacks altogether."""
    constructor, configuration = contract.constructor, contract.configuration
    if contract.kind not in ("layer", "metric", "loss") or not contract.writes_own_get_config or constructor is None:
        return []
    if configuration.open or configuration.named_by or configuration.calls_super or not contract.lineage.is_known:
        return []
    if not contract.restoration.passes_rest and not contract.restoration.by_keras:
        return []
    keys = list(base_config_keys(contract.knowledge, contract.kind))
    if set(keys) & (set(configuration.entries) | contract.restoration.given):
        return []
    accepted = constructor.accepts
    if accepted is None and constructor.hands_keywords_on is False:
        accepted = frozenset(constructor.names)
    fixed = constructor.given_twice(set(keys))
    return [key for key in keys if (accepted is None or key in accepted) and key not in fixed]
