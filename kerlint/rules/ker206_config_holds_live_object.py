"""KER206 config-holds-live-object.

## What it does
Reports a value of `get_config` that does not survive the file: a layer, function, array, set, enum or class as it is, or
one that is serialised and never made an object again.

## Why is this bad?
A set, an enum or a class cannot be written: saving raises. A layer, a function or an array is written as a dictionary, and
without a `from_config` that dictionary is what the constructor gets: loading raises, or the first call does.

## Example
    def get_config(self):
        return {**super().get_config(), "layer": self.layer}

## Use instead
    def get_config(self):
        return {**super().get_config(), "layer": keras.saving.serialize_keras_object(self.layer)}

    @classmethod
    def from_config(cls, config):
        config["layer"] = keras.saving.deserialize_keras_object(config["layer"])
        return cls(**config)

## Keras versions
All.

## References
https://keras.io/guides/serialization_and_saving/#frommconfig
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.serialization.holding import held_objects
from kerlint.serialization.subjects import subjects

_UNWRITABLE = frozenset(("set", "enum", "class", "dataclass", "path"))


@rule("KER206", "config-holds-live-object", severity=Severity.ERROR, probe="serialization")
def config_holds_live_object(module: Module, project: Project) -> Iterator[Report]:
    for subject in subjects(module, project):
        for held in held_objects(subject.contract):
            what = f"get_config() of {subject.contract.name}"
            article = "an" if held.kind[0] in "aeiou" else "a"
            if held.kind in _UNWRITABLE:
                message = f'{what} holds {article} {held.kind} under "{held.key}": saving raises TypeError; store plain data'
            elif held.is_serialised:
                message = (
                    f'{what} serialises "{held.key}" and nothing makes it an object again: the constructor gets a dict on load; '
                    f"write a from_config() that deserialises it"
                )
            else:
                message = (
                    f'{what} holds {article} {held.kind} as it is under "{held.key}": the constructor gets a dict on load; '
                    f"serialise it there and deserialise it in from_config()"
                )
            if subject.is_concerned:
                yield subject.at(held.place, message, Severity.ERROR, [f"{held.key}={held.kind}"])
