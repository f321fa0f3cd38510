"""KER201 missing-get-config.

## What it does
Reports a class that Keras writes into a file by its configuration, that takes arguments which Keras does not store by
itself, and that has no `get_config`.

## Why is this bad?
Keras stores the arguments of a layer by itself only when they are plain data. A layer, function, array or enum makes
saving raise. Of a `keras.Model` it stores no argument at all on Keras 3: saving raises where one is required, and where
all have defaults the loaded model silently has the defaults. Losses, metrics, initializers and constraints come back with
their defaults as silently; regularizers and learning rate schedules cannot be saved.

## Example
    class Contrast(keras.losses.Loss):
        def __init__(self, temperature=1.0, **kwargs):
            super().__init__(**kwargs)
            self.temperature = temperature      # 5.0 when saved, 1.0 when loaded

## Use instead
        def get_config(self):
            return {**super().get_config(), "temperature": self.temperature}

and, where an argument is itself a layer or another object, `keras.saving.serialize_keras_object` there and
`keras.saving.deserialize_keras_object` in a `from_config`.

## Keras versions
All. Keras 2 stores the plain arguments of a `keras.Model`, Keras 3 stores none.

## References
https://keras.io/guides/serialization_and_saving/
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.semantics import syntax as ir
from kerlint.serialization.constructor import Constructor
from kerlint.serialization.contract import Contract
from kerlint.serialization.liveness import live_kind, passed_kind
from kerlint.serialization.misnaming import misnamed_get_config
from kerlint.serialization.subjects import Subject, subjects


@rule("KER201", "missing-get-config", severity=Severity.ERROR, probe="serialization")
def missing_get_config(module: Module, project: Project) -> Iterator[Report]:
    for subject in subjects(module, project):
        found = lost_arguments(subject, project)
        if found is not None and subject.is_concerned:
            message, severity, about = found
            yield subject.at_class(message, Severity.INFO if subject.is_idle else severity, about)


def lost_arguments(subject: Subject, project: Project) -> tuple[str, Severity, list[str]] | None:
    """What happens to the arguments of a class that has no configuration of its own; None when they are kept."""
    contract = subject.contract
    constructor = contract.constructor
    if constructor is None or constructor.index != 0 or misnamed_get_config(contract) is not None:
        return None
    if contract.kind == "sequential":
        return _of_sequential(contract, constructor)
    if not contract.is_automatic:
        return None
    own = own_arguments(contract, constructor)
    if contract.keeps_arguments:
        return _of_layer(contract, constructor, own, project)
    if not own:
        return None
    about = [parameter.name for parameter in own]
    if contract.knowledge.base_get_config_raises(contract.kind):
        return (
            f"{contract.name} has no get_config(): saving anything that holds it raises NotImplementedError; "
            f"write one that returns {_keys(own)}",
            Severity.ERROR,
            about,
        )
    required = [p.name for p in own if p.required]
    if contract.kind == "model":
        return (*_of_model(contract, own, required), about)
    if required:
        return (
            f"{contract.name} has no get_config(): loading raises because {_are(required, 'required and not stored')}; "
            f"write one that returns {_keys(own)}",
            Severity.ERROR,
            about,
        )
    return (
        f"{contract.name} has no get_config(): {_falls_back(own)} on load; write one that returns {_keys(own)}",
        Severity.WARNING,
        about,
    )


def own_arguments(contract: Contract, constructor: Constructor) -> list[ir.Parameter]:
    """The parameters that are the class's own and do something."""
    of_base = contract.base_names
    return [p for p in constructor.parameters if p.name not in of_base and constructor.matters(p.name)]


def _of_layer(
    contract: Contract, constructor: Constructor, own: list[ir.Parameter], project: Project
) -> tuple[str, Severity, list[str]] | None:
    for parameter in own:
        kind = live_kind(constructor, parameter) or passed_kind(contract.info, constructor, parameter, project)
        if kind is not None:
            article = "an" if kind[0] in "aeiou" else "a"
            about = [f"{parameter.name}={kind}"]
            if contract.kind == "model":
                return (*_of_keras_2_model(contract, own, f"{parameter.name} is {article} {kind}"), about)
            return (
                f"{contract.name} has no get_config() and {parameter.name} is {article} {kind}, which Keras does not store "
                f"by itself: saving raises NotImplementedError; write get_config() and from_config()",
                Severity.ERROR,
                about,
            )
    return None


def _of_model(contract: Contract, own: list[ir.Parameter], required: list[str]) -> tuple[str, Severity]:
    if required:
        when = "saving" if contract.knowledge.version.minor >= 12 else "loading"
        return (
            f"{contract.name} has no get_config() and Keras 3 stores no arguments of a Model: {when} raises because of "
            f"{_quoted(required)}; write one that returns {_keys(own)}",
            Severity.ERROR,
        )
    return (
        f"{contract.name} has no get_config() and Keras 3 stores no arguments of a Model: {_falls_back(own)} on load; "
        f"write one that returns {_keys(own)}",
        Severity.WARNING,
    )


def _of_keras_2_model(contract: Contract, own: list[ir.Parameter], reason: str) -> tuple[str, Severity]:
    """Keras 2 warns, and then stores none of a Model's arguments instead of raising (measured on 2.15)."""
    required = [p.name for p in own if p.required]
    stores = f"{contract.name} has no get_config() and {reason}, so Keras stores no argument at all"
    advice = "write get_config() and from_config()"
    if required:
        return f"{stores}: loading raises because {_are(required, 'required')}; {advice}", Severity.ERROR
    return f"{stores}: {_falls_back(own)} on load; {advice}", Severity.WARNING


def _of_sequential(contract: Contract, constructor: Constructor) -> tuple[str, Severity, list[str]] | None:
    """A Sequential is restored layer by layer into a constructor that takes `layers` and `name`."""
    if not contract.lineage.is_known or contract.get_config is not None or not contract.restoration.by_keras:
        return None
    own = [p for p in constructor.parameters if p.name not in ("layers", "name", "trainable")]
    if not own or "layers" in constructor.names:
        return None
    return (
        f"{contract.name} is a Sequential with its own constructor: loading gives it the stored layers and not "
        f"{_quoted([p.name for p in own])}; write get_config() and from_config()",
        Severity.ERROR,
        [p.name for p in own],
    )


def _falls_back(parameters: list[ir.Parameter]) -> str:
    names = _quoted([p.name for p in parameters])
    if len(parameters) == 1:
        return f"{names} silently falls back to its default"
    return f"{names} silently fall back to their defaults"


def _are(names: list[str], what: str) -> str:
    return f"{_quoted(names)} {'is' if len(names) == 1 else 'are'} {what}"


def _quoted(names: list[str]) -> str:
    return ", ".join(names)


def _keys(parameters: list[ir.Parameter]) -> str:
    return ", ".join(f'"{p.name}"' for p in parameters)
