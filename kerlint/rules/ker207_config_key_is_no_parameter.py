"""KER207 config-key-is-no-parameter.

## What it does
Reports a key of `get_config` that no constructor of the class takes: misspelt, or named after the attribute instead of the
parameter.

## Why is this bad?
The whole configuration goes to the constructor as keywords, so loading raises `TypeError` or `ValueError`.

## Example
    import keras

    class Spectrum(keras.layers.Layer):
        def __init__(self, sr=22050, **kwargs):
            super().__init__(**kwargs)
            self.sample_rate = sr

        def get_config(self):
            return {**super().get_config(), "sample_rate": self.sample_rate}

## Use instead
    import keras

    class Spectrum(keras.layers.Layer):
        def __init__(self, sr=22050, **kwargs):
            super().__init__(**kwargs)
            self.sample_rate = sr

        def get_config(self):
            return {**super().get_config(), "sr": self.sample_rate}

## Keras versions
All. Keras 2 revives a SavedModel (a path without extension) all the same.

## References
Measured on 2.15 and 3.x: an unknown key raises at load, whether or not `**kwargs` is forwarded.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.finding import Report, Severity
from kerlint.project import Module, Project
from kerlint.rules import rule
from kerlint.serialization.failing import failures
from kerlint.serialization.mismatch import strangers
from kerlint.serialization.subjects import subjects


@rule("KER207", "config-key-is-no-parameter", severity=Severity.ERROR, probe="serialization", words_reached=("get_config",))
def config_key_is_no_parameter(module: Module, project: Project) -> Iterator[Report]:
    for subject in subjects(module, project):
        contract = subject.contract
        failing = list(failures(contract))
        unset = {failure.attribute for failure in failing}
        found = [stranger for stranger in strangers(contract) if not stranger.reads & unset]  # the others are one with KER211
        if not found or not subject.is_concerned:
            continue
        outcome = f"{'once saving works, ' if failing else ''}{contract.loading} raises"
        for stranger in found:
            if stranger.parameter:
                yield subject.at(
                    stranger.place,
                    f'"{stranger.key}" in get_config() is no parameter of {contract.name}: {outcome}; the constructor '
                    f'calls it {stranger.parameter}; store it under "{stranger.parameter}"',
                    Severity.ERROR,
                    [stranger.parameter],
                )
        others = [stranger for stranger in found if not stranger.parameter]
        if others:
            yield subject.at(others[0].place, _of_others([s.key for s in others], f"{contract.name}: {outcome}"), Severity.ERROR)


def _of_others(keys: list[str], outcome: str) -> str:
    """One mistake, however many keys."""
    quoted = ", ".join(f'"{key}"' for key in keys)
    if len(keys) == 1:
        return f"{quoted} in get_config() is no parameter of {outcome}; remove the key or take it in __init__"
    return f"{quoted} in get_config() are no parameters of {outcome}; remove the keys or take them in __init__"
