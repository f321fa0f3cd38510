"""KER211 get-config-raises.

## What it does
Reports a `get_config` that cannot work: it reads an attribute that nothing sets or a name that is not defined, calls
`super()` of another class, returns nothing, be it for the children only (`if type(self) is Base`), asks an object for a
`__name__` that it does not have; or a method that is meant to be `get_config` under a name that Keras never calls.

## Why is this bad?
Saving raises, often after hours of training. A misnamed method raises nothing: it is never called, and the arguments are
lost.

## Example
    import keras

    class Head(keras.layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.dense = keras.layers.Dense(units)

        def get_config(self):
            return {**super().get_config(), "units": self.units}

## Use instead
    import keras

    class Head(keras.layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.dense = keras.layers.Dense(units)

        def get_config(self):
            return {**super().get_config(), "units": self.units}

## Keras versions
All.

## References
Measured on 2.15 and 3.x: AttributeError, NameError or TypeError at save.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.serialization.failing import failures
from kerlint.serialization.misnaming import misnamed_get_config
from kerlint.serialization.subjects import subjects, users_of


@rule("KER211", "get-config-raises", severity=Severity.ERROR, probe="serialization", words_reached=("get_config",))
def get_config_raises(module: Module, project: Project) -> Iterator[Report]:
    for subject in subjects(module, project):
        contract = subject.contract
        for failure in failures(contract):
            if any(failure.attribute not in user.lineage.stored_attributes for user in users_of(subject)):
                yield subject.at(failure.place, failure.message, Severity.ERROR)
        misnamed = misnamed_get_config(contract)
        if misnamed is not None and subject.is_concerned:
            message = f"Keras never calls {misnamed.name}(): the arguments of {contract.name} are not stored; call it get_config"
            yield subject.at(misnamed, message, Severity.ERROR)
