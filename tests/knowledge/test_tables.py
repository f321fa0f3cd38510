"""The tables of outcomes: that they are whole, and some of what they say."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from kerlint.knowledge import knowledge_for
from kerlint.knowledge.loading import DATA, generated_versions, table
from kerlint.version import KERAS_2, KERAS_3, KerasVersion

TABLES = sorted(file.stem for file in (DATA / "outcomes").glob("*.json"))
OUTCOME = re.compile(r"ok(:.+)?|raises:[A-Za-z ]+@.+|silent:.+|(writes|holds):[A-Za-z0-9_]+|not measured")


@pytest.mark.parametrize("name", TABLES)
def test_a_table_names_every_version(name: str) -> None:
    content = table(name)
    assert {*content["measured"], *content["searched"]} >= {str(version) for version in generated_versions()}
    assert {"2.15", "3.0", "3.15"} <= set(content["measured"])


@pytest.mark.parametrize("name", TABLES)
def test_every_outcome_is_in_the_vocabulary(name: str) -> None:
    outcomes = {outcome for since in table(name)["cases"].values() for outcome in since.values()}
    assert [outcome for outcome in outcomes if not OUTCOME.fullmatch(outcome)] == []


@pytest.mark.parametrize("name", TABLES)
def test_a_version_is_named_only_where_the_outcome_changes(name: str) -> None:
    for since in table(name)["cases"].values():
        outcomes = list(since.values())
        assert all(first != second for first, second in pairwise(outcomes))


def test_a_case_that_was_never_measured_has_no_outcome() -> None:
    assert knowledge_for(KERAS_3).outcome("paths", "no such case") is None
    assert knowledge_for(KERAS_3).outcome("no such table", "save .keras functional") is None


@pytest.mark.parametrize(
    ("version", "name", "case", "outcome"),
    [
        (KERAS_2, "paths", "save (none) functional", "writes:savedmodel"),
        (KERAS_3, "paths", "save (none) functional", "raises:ValueError@save"),
        (KERAS_3, "paths", "save .keras functional", "writes:keras"),
        (KerasVersion(3, 3), "paths", "save (none) functional zipped=False", "raises:ValueError@save"),
        (KerasVersion(3, 4), "paths", "save (none) functional zipped=False", "writes:directory"),
        (KerasVersion(3, 7), "paths", "checkpoint .h5 functional", "raises:ValueError@constructor"),
        (KerasVersion(3, 8), "paths", "checkpoint .h5 functional", "writes:hdf5"),
        (KerasVersion(3, 14), "containers", "nested_list layer .keras", "silent:unsaved"),
        (KERAS_3, "containers", "nested_list layer .keras", "ok"),
        (KERAS_2, "containers", "tf_variable layer .keras", "ok"),
        (KERAS_3, "containers", "tf_variable layer .keras", "silent:untrained,unsaved"),
        (KERAS_3, "arguments", "layer required kwargs int", "ok"),
        (KERAS_3, "arguments", "layer required bare int", "raises:TypeError@load"),
        (KERAS_3, "arguments", "model optional kwargs int", "silent:default"),
        (KERAS_2, "arguments", "model optional kwargs int", "ok"),
        (KERAS_3, "hdf5", "loss mse .h5", "raises:ValueError@load"),
        (KERAS_3, "hdf5", "loss mean_squared_error .h5", "ok"),
        (KERAS_2, "hdf5", "loss mse .h5", "ok"),
        (KerasVersion(3, 5), "adapt", "Normalization in_model .h5", "silent:lost"),
        (KerasVersion(3, 6), "adapt", "Normalization in_model .h5", "ok"),
        (KerasVersion(3, 6), "reuse", "ReLU functional chain .keras", "raises:ValueError@load"),
        (KerasVersion(3, 7), "reuse", "ReLU functional chain .keras", "ok"),
        (KERAS_2, "reuse", "TimeDistributed BatchNormalization", "ok"),
        (KERAS_3, "reuse", "TimeDistributed BatchNormalization", "silent:mixed statistics"),
        (KERAS_3, "building", "fit BatchNormalization no training", "silent:inference during fit"),
        (KERAS_2, "building", "fit BatchNormalization no training", "ok"),
        (KERAS_3, "serializables", "regularizer optional kwargs", "raises:NotImplementedError@save"),
        (KerasVersion(3, 8), "registration", "layer importable unknown .keras", "ok"),
        (KerasVersion(3, 9), "registration", "layer importable unknown .keras", "raises:TypeError@load"),
    ],
)
def test_what_rules_stand_on(version: KerasVersion, name: str, case: str, outcome: str) -> None:
    assert knowledge_for(version).outcome(name, case) == outcome


@pytest.mark.parametrize("version", generated_versions(), ids=str)
def test_every_version_knows_the_attributes_of_its_bases(version: KerasVersion) -> None:
    knowledge = knowledge_for(version)
    assert {"call", "build", "built", "weights", "trainable", "get_config"} <= knowledge.attributes_of_base("layer")
    assert {"layers", "fit", "save"} <= knowledge.attributes_of_base("model") > knowledge.attributes_of_base("layer")
    assert "get_config" in knowledge.attributes_of_base("loss") and "call" not in knowledge.attributes_of_base("initializer")
    assert knowledge.attributes_of_base("nothing of Keras") == frozenset()


@pytest.mark.parametrize("version", generated_versions(), ids=str)
def test_every_version_knows_which_parameters_take_numbers(version: KerasVersion) -> None:
    numbers = knowledge_for(version).number_parameters
    assert {"units", "filters", "kernel_size", "strides", "rate", "epsilon", "axis", "use_bias"} <= numbers
    assert not {"activation", "kernel_initializer", "layer", "function", "standardize", "vocabulary", "seed", "name"} & numbers


def test_attributes_come_and_go() -> None:
    assert "add_update" in knowledge_for(KerasVersion(2, 15)).attributes_of_base("layer")
    assert "add_update" not in knowledge_for(KerasVersion(3, 15)).attributes_of_base("layer")
    assert "path" in knowledge_for(KerasVersion(3, 15)).attributes_of_base("layer")
