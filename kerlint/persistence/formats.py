"""Which path endings each call of a Keras version takes, and what it writes there, by what was measured."""

from __future__ import annotations

from functools import cache

from kerlint.execution.values import literal
from kerlint.knowledge import Knowledge
from kerlint.persistence.uses import FileUse, Operation
from kerlint.project import Module

WHOLE_MODEL = (".keras", ".h5", ".hdf5", ".weights.h5")
"""The endings that some version of Keras reads a meaning into; the tables say which."""

SHARDED = ".weights.json"
HDF5 = (".h5", ".hdf5")

_CASES = {
    Operation.SAVE: ("save", "save"),
    Operation.SAVE_WEIGHTS: ("save_weights", "save_weights"),
    Operation.CHECKPOINT: ("checkpoint", "constructor"),
}
_CONTENTS = {
    Operation.LOAD: ("load_model", ("keras", "hdf5")),
    Operation.LOAD_WEIGHTS: ("load_weights", ("keras", "hdf5", "weights")),
}


def written(knowledge: Knowledge, operation: Operation, suffix: str = "(none)", *, weights_only: bool = False) -> str | None:
    """What a call with such a path leaves there ("keras", "hdf5", "savedmodel", …); None when it is refused or not known."""
    name, step = _CASES[operation]
    outcome = knowledge.outcome("paths", f"{name}{'_weights' if weights_only else ''} {suffix} functional")
    if outcome is None or outcome.endswith(f"@{step}"):
        return None
    return outcome.partition(":")[2].partition(" ")[0]


@cache
def accepted(knowledge: Knowledge, operation: Operation, *, weights_only: bool = False) -> frozenset[str] | None:
    """The endings that the call takes; None when it takes any, or when nothing was measured."""
    if operation in _CONTENTS:
        return _loadable(knowledge, operation)
    name, step = _CASES[operation]
    refused = knowledge.outcome("paths", f"{name}{'_weights' if weights_only else ''} (none) functional")
    if refused is None or not refused.endswith(f"@{step}"):
        return None
    return frozenset(
        suffix for suffix in WHOLE_MODEL if written(knowledge, operation, suffix, weights_only=weights_only) is not None
    )


def _loadable(knowledge: Knowledge, operation: Operation) -> frozenset[str] | None:
    name, contents = _CONTENTS[operation]
    writing = Operation.SAVE_WEIGHTS if operation is Operation.LOAD_WEIGHTS else Operation.SAVE
    takes_any = written(knowledge, writing) is not None  # what it writes under any name it reads again
    if takes_any or knowledge.outcome("paths", f"{name} .keras of keras") is None:
        return None
    endings = {
        suffix
        for suffix in WHOLE_MODEL
        if any(knowledge.outcome("paths", f"{name} {suffix} of {content}") == "ok" for content in contents)
    }
    return frozenset(endings | ({SHARDED} if operation is Operation.LOAD_WEIGHTS and saves_in_shards(knowledge) else set()))


def saves_in_shards(knowledge: Knowledge) -> bool:
    """Whether weights can be split over several files."""
    function = knowledge.find_function("keras.Model.save_weights")
    return function is not None and function.parameter("max_shard_size") is not None


def saves_folders(knowledge: Knowledge) -> bool:
    """Whether `zipped=False` writes a folder that `load_model` reads."""
    return knowledge.outcome("paths", "save (none) functional zipped=False") == "writes:directory"


def writes_folder(module: Module, use: FileUse) -> bool:
    """Whether a save writes a folder of its own form, whatever the path ends in, because it is told not to zip it."""
    return use.operation is Operation.SAVE and literal(use.argument("zipped", 2)) is False and saves_folders(module.knowledge)
