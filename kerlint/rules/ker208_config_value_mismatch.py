"""KER208 config-value-mismatch.

## What it does
Reports a value of `get_config` that is not what the constructor was given under that name: it belongs to another
parameter, or was changed before it was stored. Also one that a base set, because the constructor gives its own to nobody.

## Why is this bad?
The loaded object is made with another value. Nothing raises unless a shape changes.

## Example
    import keras

    class Wide(keras.layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units * 2          # 3 was given, 6 is stored, 12 after loading
            self.dense = keras.layers.Dense(self.units)

        def get_config(self):
            return {**super().get_config(), "units": self.units}

## Use instead
    import keras

    class Wide(keras.layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.dense = keras.layers.Dense(units * 2)

        def get_config(self):
            return {**super().get_config(), "units": self.units}

## Keras versions
All.

## References
Measured on 2.15 and 3.x: outputs differ by 14, or loading raises where a shape depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.serialization.contract import Contract
from kerlint.serialization.mismatch import altered_values, ignored_values
from kerlint.serialization.subjects import subjects, users_of


@rule("KER208", "config-value-mismatch", severity=Severity.WARNING, probe="serialization", words_reached=("get_config",))
def config_value_mismatch(module: Module, project: Project) -> Iterator[Report]:
    for subject in subjects(module, project):
        for altered in altered_values(subject.contract):
            what = f'"{altered.key}" in get_config() of {subject.contract.name}'
            if altered.belongs_to:
                message = (
                    f"{what} stores what was given as {altered.belongs_to}: the loaded object silently has another "
                    f"{altered.key}; store its own value"
                )
            else:
                message = (
                    f"{what} stores a value that {altered.changed_by} changed: it is changed again on load; "
                    f"store {altered.key} as it was given"
                )
            if any(_gives(user, altered.key) for user in users_of(subject)):
                yield subject.at(altered.place, message, Severity.WARNING, [altered.key])
        for ignored in ignored_values(subject.contract):
            if any(_gives(user, ignored.key) for user in users_of(subject)):
                message = (
                    f'"{ignored.key}" in get_config() of {subject.contract.name} stores what its base set: __init__ takes '
                    f"{ignored.key} and gives it to nobody; hand it to super().__init__()"
                )
                yield subject.at(ignored.place, message, Severity.WARNING, [ignored.key])


def _gives(user: Contract, key: str) -> bool:
    """Whether the stored value comes back into the constructor that changes it."""
    constructor = user.constructor
    if constructor is None or not user.restoration.hands_on(key):
        return False
    return key in constructor.names or any(parameter.name == key for _, parameter in constructor.reached())
