"""KER202 incomplete-get-config.

## What it does
Reports a constructor's parameter that the stored configuration does not hold: `get_config` forgets it, asks the wrong
class with `super()`, or is inherited from a class that does not know it. And a key that `from_config` asks for and nothing
stores.

## Why is this bad?
The loaded object is made from the stored configuration. A parameter that is missing there falls back to its default:
nothing is said and the outputs change, or the stored weights no longer fit. A required one makes loading raise.

A parameter need not be stored where all that it does ends in what is: in other keys, in the first values of weights, in
files that `load_assets` reads, or in a private attribute that is only read to make these.

## Example
    import keras

    class Interaction(keras.layers.Layer):
        def __init__(self, width=8, scaling=False, **kwargs):
            super().__init__(**kwargs)
            self.width = width
            self.scaling = scaling

        def get_config(self):
            return {**super().get_config(), "width": self.width}      # scaling is lost

## Use instead
    import keras

    class Interaction(keras.layers.Layer):
        def __init__(self, width=8, scaling=False, **kwargs):
            super().__init__(**kwargs)
            self.width = width
            self.scaling = scaling

        def get_config(self):
            return {**super().get_config(), "width": self.width, "scaling": self.scaling}

## Fix
Adds the missing keys to the dictionary of `get_config`, or writes one where it is inherited. An argument that no attribute keeps
is kept as well where it is certainly a number or a text. Unsafe. No fix where an argument is an object that no file brings back,
where something else makes loading raise, or where a class that derives from it would not take the key.

## Keras versions
All. Keras 2 itself stores every argument of a functional model that asks it with `super().get_config()`, where all that were
given are plain.

## References
Measured on 2.15 and every 3.x: a parameter with a default is reset without a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kerlint.finding import Report, Severity
from kerlint.fixes.configurations import completed
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.rules.ker203_get_config_without_super import lost_base_keys
from kerlint.rules.ker204_init_refuses_base_config import refusal
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import keyword
from kerlint.serialization.constructor import Constructor
from kerlint.serialization.contract import Contract
from kerlint.serialization.failing import get_config_fails
from kerlint.serialization.lineage import Ancestor
from kerlint.serialization.mismatch import own_entries, strangers
from kerlint.serialization.missing import asked_in_vain, is_left_to_its_base, missing_parameters
from kerlint.serialization.recording import records_arguments
from kerlint.serialization.subjects import Subject, is_settled_by_children, subjects, users_of
from kerlint.serialization.usage import construction_sites
from kerlint.words import CONFIGURED


@rule("KER202", "incomplete-get-config", severity=Severity.WARNING, probe="serialization", words_reached=CONFIGURED)
def incomplete_get_config(module: Module, project: Project) -> Iterator[Report]:
    for subject in subjects(module, project):
        contract, constructor = subject.contract, subject.contract.constructor_on_load
        if constructor is None:
            continue
        if missing := _missing(subject):
            yield replace(_report(subject, constructor, missing), fix=completed(subject, missing))
        elif (reached := _missing_of_bases(subject, constructor)) and subject.is_concerned:
            yield replace(_report_of_bases(subject, reached), fix=completed(subject, reached))
        if (unknown := asked_in_vain(contract)) and subject.is_concerned:
            message = (
                f"from_config() of {contract.name} asks for {_quoted(unknown)}, which the stored configuration does not hold: "
                f"{contract.loading} raises KeyError; store {'it' if len(unknown) == 1 else 'them'} in get_config()"
            )
            yield subject.at(contract.info.facts.methods["from_config"], message, Severity.ERROR)


def _missing(subject: Subject) -> list[ir.Parameter]:
    """What is missing for somebody, but for what the base stores, where all of that is missing: KER203."""
    info, of_base = subject.contract.info, lost_base_keys(subject.contract)
    own = [parameter for parameter in missing_parameters(subject.contract) if parameter.name not in of_base]
    missing = [parameter for parameter in own if not is_settled_by_children(info, parameter.name, subject.project)]
    return missing if not missing or subject.is_concerned else _missed_by_children(subject, missing)


def _report(subject: Subject, constructor: Constructor, missing: list[ir.Parameter]) -> Report:
    contract = subject.contract
    names = ", ".join(p.name for p in missing)
    them = "it" if len(missing) == 1 else "them"
    about = [p.name for p in missing]
    severity, outcome = _outcome(contract, missing)
    if contract.writes_own_get_config or own_entries(contract):
        message = f"get_config() of {contract.name} does not hold {names}: {outcome}; add {them}"
        return subject.at(missing[0] if constructor.index == 0 else contract.info.facts, message, severity, about)
    base = _named(contract.configured_by, contract.name)
    return subject.at_class(
        f"{contract.name} inherits get_config() from {base}, which does not hold {names}: {outcome}; "
        f"write a get_config() that adds {them}",
        severity,
        about,
    )


def _named(base: Ancestor | None, heir: str) -> str:
    """A base as one would call it; with its module where it is called as its heir is."""
    if base is None:
        return "its base"
    name = base.name.rpartition(".")[2]
    if name != heir:
        return name
    return f"{base.info.module.path.stem}.{name}" if base.info is not None else base.name


def _report_of_bases(subject: Subject, missing: list[ir.Parameter]) -> Report:
    """What is lost although the class hands it on: whoever writes a get_config() answers for all that comes in."""
    contract = subject.contract
    names, one = ", ".join(p.name for p in missing), len(missing) == 1
    severity, outcome = _outcome(contract, missing)
    return subject.at_class(
        f"get_config() of {contract.name} does not hold {names}, which **kwargs {'brings' if one else 'bring'} its base: "
        f"{outcome}; add {'it' if one else 'them'}",
        severity,
        [p.name for p in missing],
    )


def _outcome(contract: Contract, missing: list[ir.Parameter]) -> tuple[Severity, str]:
    """What comes of it. Where another defect raises first, nothing is lost before that is mended."""
    asked = [p.name for p in missing if p.name in contract.restoration.asked]
    required = [p.name for p in missing if p.required]
    first = _raises_first(contract)
    once = f"once {first} {'work' if ' and ' in first else 'works'}, " if first else ""
    if asked or required:
        once = "once saving works, " if first.startswith("saving") else ""
        are = "is" if len(required) == 1 else "are"
        why = f"from_config() asks for {', '.join(asked)}" if asked else f"{', '.join(required)} {are} required"
        return Severity.ERROR, f"{once}{contract.loading} raises because {why}"
    if first == "saving and loading":
        return Severity.WARNING, f"{once}{'it is' if len(missing) == 1 else 'they are'} lost"
    falls = "it falls back to its default" if len(missing) == 1 else "they fall back to their defaults"
    return Severity.WARNING, f"{once}{falls}" if once else f"{falls} on load"


def _raises_first(contract: Contract) -> str:
    """What raises for another reason: saving, loading, one after the other, or nothing."""
    refused = refusal(contract)
    fails = {
        "saving": get_config_fails(contract),
        "loading": bool(strangers(contract)) or (refused is not None and refused[1] is Severity.ERROR),
    }
    return " and ".join(what for what, raises in fails.items() if raises)


def _missed_by_children(subject: Subject, missing: list[ir.Parameter]) -> list[ir.Parameter]:
    """Of what a class lacks that by itself concerns nobody: what its children, which do, leave to it."""
    heirs = [
        contract.constructor
        for contract in users_of(subject)
        if contract.configured_by is not None and contract.configured_by.info is subject.contract.info
        if contract.constructor is not None
    ]
    return [p for p in missing if any(_leaves(heir, subject.contract, p) for heir in heirs)]


def _leaves(heir: Constructor, base: Contract, parameter: ir.Parameter) -> bool:
    """Whether a child leaves a parameter to its base: by its name, through `**kwargs` or with the whole constructor."""
    if base.constructor is None or heir.function is base.constructor.function:
        return True
    return is_left_to_its_base(heir, parameter.name) or any(parameter is reached for _, reached in heir.reached())


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _missing_of_bases(subject: Subject, constructor: Constructor) -> list[ir.Parameter]:
    """The parameters that reach a base of the project through `**kwargs` and that no stored key brings back.

    A base that forgets them in a `get_config` of its own is reported for itself, when it concerns anybody.
    """
    contract, configuration, restoration = subject.contract, subject.contract.configuration, subject.contract.restoration
    if not contract.writes_own_get_config or configuration.open or configuration.named_by or not contract.lineage.is_known:
        return []
    if not (restoration.passes_rest or restoration.by_keras) or records_arguments(contract):
        return []
    return [
        parameter
        for base, parameter in constructor.reached()
        if parameter.name not in configuration.entries
        and parameter.name not in restoration.given
        and parameter.name not in contract.base_names
        and (parameter.required or (base.matters(parameter.name) and _is_given_somewhere(subject, parameter.name)))
        and not _is_reported_for(subject, base, parameter.name)
    ]


def _is_given_somewhere(subject: Subject, name: str) -> bool:
    """Whether the project makes an object of the class with that argument."""
    return any(keyword(site.call, name) is not None for site in construction_sites(subject.contract.info, subject.project))


def _is_reported_for(subject: Subject, base: Constructor, name: str) -> bool:
    info = base.owner.info
    return info is not None and any(
        any(parameter.name == name for parameter in _missing(other))
        for other in subjects(info.module, subject.project)
        if other.contract.info is info
    )
