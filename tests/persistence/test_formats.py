"""Which endings each version takes, as the measured tables say it."""

from __future__ import annotations

import pytest

from kerlint.knowledge import knowledge_for
from kerlint.persistence.formats import accepted, saves_folders, saves_in_shards, written
from kerlint.persistence.uses import Operation
from kerlint.version import KerasVersion

EVERY_3 = [version for version in (KerasVersion(3, minor) for minor in range(16)) if knowledge_for(version).generated == version]
KERAS_2 = KerasVersion(2, 15)


@pytest.mark.parametrize("version", EVERY_3, ids=str)
def test_keras_3_saves_whole_models_as_keras_and_hdf5(version: KerasVersion) -> None:
    assert accepted(knowledge_for(version), Operation.SAVE) == {".keras", ".h5", ".hdf5", ".weights.h5"}


@pytest.mark.parametrize("version", EVERY_3, ids=str)
def test_keras_3_saves_weights_as_weights_h5_alone(version: KerasVersion) -> None:
    assert accepted(knowledge_for(version), Operation.SAVE_WEIGHTS) == {".weights.h5"}
    assert accepted(knowledge_for(version), Operation.CHECKPOINT, weights_only=True) == {".weights.h5"}


@pytest.mark.parametrize("version", EVERY_3, ids=str)
def test_checkpoints_of_whole_models_take_h5_from_3_8_on(version: KerasVersion) -> None:
    endings = accepted(knowledge_for(version), Operation.CHECKPOINT)
    assert endings is not None and ".keras" in endings
    assert (".h5" in endings) == (version >= KerasVersion(3, 8))
    assert ".hdf5" not in endings


@pytest.mark.parametrize("operation", Operation)
def test_keras_2_takes_every_ending(operation: Operation) -> None:
    if operation not in (Operation.EXPORT, Operation.SAVED_MODEL):
        assert accepted(knowledge_for(KERAS_2), operation) is None


def test_keras_2_makes_a_directory_of_what_it_does_not_know() -> None:
    assert written(knowledge_for(KERAS_2), Operation.SAVE) == "savedmodel"
    assert written(knowledge_for(KERAS_2), Operation.SAVE, ".keras") == "keras"


def test_folders_come_in_keras_3() -> None:
    assert not saves_folders(knowledge_for(KerasVersion(3, 3)))
    assert saves_folders(knowledge_for(KerasVersion(3, 9)))


@pytest.mark.parametrize("version", EVERY_3, ids=str)
def test_shards_come_in_3_10(version: KerasVersion) -> None:
    assert saves_in_shards(knowledge_for(version)) == (version >= KerasVersion(3, 10))
    endings = accepted(knowledge_for(version), Operation.LOAD_WEIGHTS)
    assert endings is not None and (".weights.json" in endings) == (version >= KerasVersion(3, 10))
