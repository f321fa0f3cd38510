"""Turns the compact records of the generated data into the vocabulary.

A record's shape is what `scripts/generate_knowledge.py` writes; this module is its only reader. Knows nothing of files and versions.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    flags = frozenset(record.get("flags", ()))
    config = record.get("config")
    definer = record.get("get_config")
    return KerasClass(
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
        has_variables="has_variables" in flags,
        has_weights="has_weights" in flags,
        has_trainable_weights="has_trainable_weights" in flags,
        has_non_trainable_weights="has_non_trainable_weights" in flags,
        has_seed_state="has_seed_state" in flags,
        updates_state_in_training="updates_state_in_training" in flags,
        updates_state_in_inference="updates_state_in_inference" in flags,
        stateful_argument="stateful_argument" in flags,
        differs_in_training="differs_in_training" in flags,
        differs_with=tuple(record.get("differs_with", ())),
        adapts="adapts" in flags,
        input_last_axis_bound="input_last_axis_bound" in flags,
        keeps_last_axis="keeps_last_axis" in flags,
        takes_any_rank="takes_any_rank" in flags,
        channels_from=record.get("channels_from"),
    )


def bases(name: str, records: Mapping[str, Any]) -> tuple[str, ...]:
    """The bases of a class: the recorded list, or a single next class and then its bases."""
    recorded = records[name].get("bases", [])
    if isinstance(recorded, str):
        return (recorded, *bases(recorded, records))
    return tuple(recorded)


def _is_bare(name: str) -> bool:
    return name in BARE_KINDS or name in ("keras.Operation", "object")
