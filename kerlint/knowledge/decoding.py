"""Turns the compact records of the generated data into the vocabulary.

A record's shape is what `scripts/generate_knowledge.py` writes; this module is its only reader. Knows nothing of
files and versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kerlint.knowledge.vocabulary import KerasClass, KerasFunction, Parameter

KINDS = {"o": "positional_only", "p": "positional", "*": "var_positional", "k": "keyword_only", "**": "var_keyword"}

BARE_KINDS = frozenset(
    f"keras.{name}"
    for name in (
        "Model", "layers.Layer", "losses.Loss", "metrics.Metric", "optimizers.Optimizer", "optimizers.legacy.Optimizer",
        "initializers.Initializer", "regularizers.Regularizer", "constraints.Constraint", "callbacks.Callback",
        "optimizers.schedules.LearningRateSchedule",
    )
)  # fmt: skip
"""The bases that give a class its kind; their own `get_config` knows nothing of a subclass's arguments."""


def parameters(records: list[Any]) -> tuple[Parameter, ...]:
    """The parameters of one signature."""
    return tuple(_parameter(record) for record in records)


def _parameter(record: Any) -> Parameter:
    match record:
        case str(name):
            return Parameter(name, "positional", True, None, False)
        case [name, "*" | "**" as letter]:
            return Parameter(name, KINDS[letter], False, None, False)
        case [name, letter]:
            return Parameter(name, KINDS[letter], True, None, False)
        case [name, letter, default]:
            return Parameter(name, KINDS[letter], False, default, True)
        case [name, letter, *_]:
            return Parameter(name, KINDS[letter], False, None, False)
    raise ValueError(f"no parameter: {record!r}")


def keras_function(name: str, record: list[Any]) -> KerasFunction:
    """A function from its parameters."""
    return KerasFunction(name, parameters(record))


def keras_class(name: str, records: Mapping[str, Any]) -> KerasClass:
    """A class from the record under its canonical name; the others give its bases."""
    record = records[name]
    config = record.get("config")
    definer = record.get("get_config")
    plain = KerasClass(
        name=name,
        kind=record["kind"],
        bases=bases(name, records),
        parameters=parameters(record.get("parameters", [])),
        extra_keywords=frozenset(record.get("keywords", ())),
        config_keys=None if config is None else tuple(config),
        defines_get_config=definer is not None and not _is_bare(definer),
        get_config_from=definer,
        defines_from_config="own_from_config" in record,
        measured="flags" in record,
        differs_with=tuple(record.get("differs_with", ())),
        channels_from=record.get("channels_from"),
    )
    flags: dict[str, Any] = dict.fromkeys(record.get("flags", ()), True)
    return replace(plain, **flags)


def extension_class(
    name: str, record: Mapping[str, Any], known_bases: tuple[KerasClass, ...], base_keys: tuple[str, ...]
) -> KerasClass:
    """A class of an extension: what its source says, and from the nearest class of Keras what the source leaves to
    it.

    Its configuration holds the keys that the source writes down and those of the nearest base that has any; what an
    instance does was not measured.
    """
    definer: str = record["get_config"]
    keras_base = next((base for base in known_bases if base.name.startswith("keras.")), None)
    inherited = base_keys if keras_base is None or _is_bare(keras_base.name) else keras_base.config_keys or base_keys
    own = parameters(record["parameters"]) if "parameters" in record else keras_base.parameters if keras_base else ()
    hands_on = any(parameter.kind == "var_keyword" for parameter in own)
    return KerasClass(
        name=name,
        kind=record["kind"],
        bases=tuple(dict.fromkeys(base for found in known_bases for base in (found.name, *found.bases))),
        parameters=own,
        extra_keywords=keras_base.keywords if keras_base is not None and hands_on else frozenset(),
        config_keys=tuple(dict.fromkeys((*inherited, *record.get("config_written", ())))),
        defines_get_config=not _is_bare(definer),
        get_config_from=definer,
        defines_from_config="own_from_config" in record or (keras_base is not None and keras_base.defines_from_config),
    )


def bases(name: str, records: Mapping[str, Any]) -> tuple[str, ...]:
    """The bases of a class: the recorded list, or a single next class and then its bases."""
    recorded = records[name].get("bases", [])
    if isinstance(recorded, str):
        return (recorded, *bases(recorded, records))
    return tuple(recorded)


def _is_bare(name: str) -> bool:
    return name in BARE_KINDS or name in ("keras.Operation", "object")
