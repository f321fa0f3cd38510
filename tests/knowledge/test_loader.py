"""The loader: names, aliases, versions and how little it reads."""

from __future__ import annotations

import pytest

from kerlint.knowledge import Knowledge, knowledge_for
from kerlint.knowledge.loading import generated_versions, part_of
from kerlint.version import KERAS_2, KERAS_3, KerasVersion

BOTH = pytest.mark.parametrize("version", [KERAS_2, KERAS_3], ids=str)


@pytest.fixture
def newest() -> Knowledge:
    return knowledge_for(KERAS_3)


@BOTH
@pytest.mark.parametrize(
    "name",
    [
        "keras.Model",
        "keras.Sequential",
        "keras.layers.Layer",
        "keras.layers.BatchNormalization",
        "keras.losses.Loss",
        "keras.metrics.Metric",
        "keras.optimizers.Adam",
        "keras.callbacks.ModelCheckpoint",
        "keras.models.load_model",
    ],
)
def test_one_name_serves_both_majors(version: KerasVersion, name: str) -> None:
    assert knowledge_for(version).canonical(name) == name


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("keras.Layer", "keras.layers.Layer"),
        ("keras.models.Model", "keras.Model"),
        ("keras.saving.load_model", "keras.models.load_model"),
        ("keras.src.layers.BatchNormalization", "keras.layers.BatchNormalization"),
        ("keras.src.layers.normalization.batch_normalization.BatchNormalization", "keras.layers.BatchNormalization"),
        ("keras.saving.register_keras_serializable", "keras.utils.register_keras_serializable"),
    ],
)
def test_an_alias_means_the_class_it_stands_for(newest: Knowledge, alias: str, name: str) -> None:
    assert newest.canonical(alias) == name


@BOTH
def test_every_public_class_is_known_by_where_its_source_stands(version: KerasVersion) -> None:
    knowledge = knowledge_for(version)
    assert (
        knowledge.canonical("keras.src.layers.normalization.batch_normalization.BatchNormalization")
        == "keras.layers.BatchNormalization"
    )
    model = "keras.src.engine.training.Model" if version == KERAS_2 else "keras.src.models.model.Model"
    assert knowledge.canonical(model) == "keras.Model"


def test_keras_2_has_the_experimental_preprocessing_names_and_keras_3_has_not() -> None:
    alias = "keras.layers.experimental.preprocessing.Normalization"
    assert knowledge_for(KERAS_2).canonical(alias) == "keras.layers.Normalization"
    assert knowledge_for(KERAS_3).canonical(alias) is None


@pytest.mark.parametrize(
    "name", ["keras.layers.NoSuchLayer", "keras.src.nowhere.Thing", "torch.nn.Module", "numpy.save", "keras", ""]
)
def test_a_name_that_keras_does_not_have_means_nothing(newest: Knowledge, name: str) -> None:
    assert newest.canonical(name) is None
    assert newest.find_class(name) is None
    assert newest.find_function(name) is None


def test_a_method_is_found_under_any_name_of_its_class(newest: Knowledge) -> None:
    method = newest.find_function("keras.models.Model.save")
    assert method is not None
    assert method.name == "keras.Model.save"
    assert method.parameter("zipped") is not None


def test_an_inherited_method_is_found_where_it_is_defined(newest: Knowledge) -> None:
    for name, defined in (
        ("keras.Sequential.fit", "keras.Model.fit"),
        ("keras.layers.Dense.add_weight", "keras.layers.Layer.add_weight"),
    ):
        method = newest.find_function(name)
        assert method is not None
        assert method.name == defined


def test_a_star_import_brings_the_public_names(newest: Knowledge) -> None:
    exported = newest.exported("keras.layers")
    assert {"Dense", "BatchNormalization", "Layer"} <= exported
    assert not any(name.startswith("_") for name in exported)
    assert newest.is_module("keras.layers")
    assert not newest.is_module("keras.layers.Dense")
    assert newest.exported("keras.nowhere") == frozenset()


def test_a_version_between_two_generated_ones_takes_the_lower() -> None:
    generated = generated_versions()
    assert knowledge_for(KerasVersion(3, 99)).generated == generated[-1]
    assert knowledge_for(KerasVersion(2, 3)).generated == generated[0]
    assert knowledge_for(generated[1]).generated == generated[1]


def test_a_class_is_made_once(newest: Knowledge) -> None:
    assert newest.find_class("keras.layers.Dense") is newest.find_class("keras.layers.Dense")


def test_asking_for_a_public_class_leaves_the_private_names_unread() -> None:
    part_of.cache_clear()
    fresh = Knowledge(KERAS_3)
    fresh.find_class("keras.layers.Dense")
    assert part_of.cache_info().currsize <= 2


def test_bases_stand_nearest_first(newest: Knowledge) -> None:
    found = newest.find_class("keras.layers.LSTM")
    assert found is not None
    assert found.bases[:2] == ("keras.layers.RNN", "keras.layers.Layer")
    assert found.is_a("keras.layers.Layer")
    assert found.is_a("keras.layers.LSTM")
    assert not found.is_a("keras.Model")


def test_parameters_keep_kind_and_default(newest: Knowledge) -> None:
    found = newest.find_class("keras.layers.Dense")
    assert found is not None
    units, activation = found.parameter("units"), found.parameter("activation")
    assert units is not None and units.required and units.kind == "positional"
    assert activation is not None and not activation.required and activation.default_known and activation.default is None
    assert found.takes_any_keyword


@BOTH
def test_every_class_of_every_kind_can_be_read(version: KerasVersion) -> None:
    knowledge = knowledge_for(version)
    kinds = {found.kind for name in knowledge.class_names if (found := knowledge.find_class(name)) is not None}
    assert kinds >= {
        "layer",
        "model",
        "loss",
        "metric",
        "initializer",
        "regularizer",
        "constraint",
        "optimizer",
        "schedule",
        "callback",
    }


@BOTH
def test_every_base_is_a_known_class(version: KerasVersion) -> None:
    knowledge = knowledge_for(version)
    for name in knowledge.class_names:
        found = knowledge.find_class(name)
        assert found is not None
        assert set(found.bases) <= knowledge.class_names
