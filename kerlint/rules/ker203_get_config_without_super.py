"""KER203 get-config-without-super.

## What it does
Reports a `get_config` that returns only the class's own keys although its constructor takes what the base stores.

## Why is this bad?
`name`, `dtype` and `trainable=False` (of a loss, its `reduction`) are not in the file: the loaded object has the
defaults. A frozen layer is trained again, without a word.

## Example
    def get_config(self):
        return {"axis": self.axis}

## Use instead
    def get_config(self):
        return {**super().get_config(), "axis": self.axis}

## Keras versions
All. A `keras.Model` keeps what matters without it and is not reported, nor is a class whose constructor takes nothing of
the base.

## References
Measured on 2.15 and 3.x: `trainable=False` comes back as True.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.serialization.contract import Contract
from kerlint.serialization.lineage import base_config_keys
from kerlint.serialization.subjects import subjects


@rule("KER203", "get-config-without-super", severity=Severity.WARNING, probe="serialization")
def get_config_without_super(module: Module, project: Project) -> Iterator[Report]:
    for subject in subjects(module, project):
        contract = subject.contract
        lost = lost_base_keys(contract)
        if lost and contract.get_config is not None and subject.is_concerned:
            yield subject.at(
                contract.get_config,
                f"get_config() of {contract.name} does not hold what its base stores: {', '.join(lost)} "
                f"{'is' if len(lost) == 1 else 'are'} silently reset on load; merge super().get_config()",
                Severity.WARNING,
            )


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
    if accepted is None:
        return keys if constructor.hands_keywords_on is not False else [key for key in keys if key in constructor.names]
    return [key for key in keys if key in accepted]
