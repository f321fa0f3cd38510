"""Some truths about Keras that rules stand on, as the data tells them."""

from __future__ import annotations

import pytest

from kerlint.knowledge import KerasClass, knowledge_for
from kerlint.version import KERAS_2, KERAS_3, KerasVersion

BOTH = pytest.mark.parametrize("version", [KERAS_2, KERAS_3], ids=str)


def keras_class(version: KerasVersion, name: str) -> KerasClass:
    found = knowledge_for(version).find_class(f"keras.layers.{name}")
    assert found is not None
    return found


@BOTH
@pytest.mark.parametrize("name", ["BatchNormalization", "SpectralNormalization"])
def test_layers_that_update_state_in_training(version: KerasVersion, name: str) -> None:
    assert keras_class(version, name).updates_state_in_training


@BOTH
@pytest.mark.parametrize(
    "name", ["Dense", "Conv2D", "LayerNormalization", "GroupNormalization", "LSTM", "Dropout", "Normalization", "Embedding"]
)
def test_layers_that_update_no_state_in_training(version: KerasVersion, name: str) -> None:
    found = keras_class(version, name)
    assert found.measured
    assert not found.updates_state_in_training


@BOTH
@pytest.mark.parametrize("name", ["LSTM", "GRU", "SimpleRNN", "ConvLSTM2D", "RNN"])
def test_recurrent_layers_carry_state_when_they_are_stateful(version: KerasVersion, name: str) -> None:
    assert keras_class(version, name).stateful_argument


@BOTH
@pytest.mark.parametrize(
    ("name", "parameter"),
    [("Dense", "units"), ("Conv2D", "filters"), ("Embedding", "output_dim"), ("LSTM", "units"), ("EinsumDense", "output_shape")],
)
def test_the_parameter_that_gives_the_channels(version: KerasVersion, name: str, parameter: str) -> None:
    assert keras_class(version, name).channels_from == parameter


@BOTH
@pytest.mark.parametrize(
    "name",
    [
        "BatchNormalization",
        "LayerNormalization",
        "Dropout",
        "ReLU",
        "Activation",
        "MaxPooling2D",
        "GlobalAveragePooling2D",
        "DepthwiseConv2D",
    ],
)
def test_layers_that_keep_the_channels(version: KerasVersion, name: str) -> None:
    assert keras_class(version, name).keeps_last_axis


@BOTH
@pytest.mark.parametrize(
    "name", ["Dense", "Conv1D", "BatchNormalization", "LayerNormalization", "LSTM", "PReLU", "MultiHeadAttention"]
)
def test_layers_that_are_bound_to_the_channels_they_were_built_with(version: KerasVersion, name: str) -> None:
    assert keras_class(version, name).input_last_axis_bound


@BOTH
@pytest.mark.parametrize("name", ["ReLU", "Dropout", "Rescaling", "MaxPooling2D", "Flatten", "Add"])
def test_layers_that_are_bound_to_nothing(version: KerasVersion, name: str) -> None:
    found = keras_class(version, name)
    assert found.measured
    assert not found.input_last_axis_bound
    assert not found.has_weights


def test_a_dropout_holds_a_seed_in_keras_3_only() -> None:
    assert keras_class(KERAS_3, "Dropout").has_variables
    assert not keras_class(KERAS_3, "Dropout").has_weights
    assert not keras_class(KERAS_2, "Dropout").has_variables


@BOTH
def test_only_five_layers_adapt(version: KerasVersion) -> None:
    knowledge = knowledge_for(version)
    adapting = {
        name
        for name in knowledge.class_names
        if name.rpartition(".")[0] == "keras.layers" and getattr(knowledge.find_class(name), "adapts", False)
    }
    assert adapting == {
        f"keras.layers.{name}"
        for name in ("Normalization", "Discretization", "StringLookup", "IntegerLookup", "TextVectorization")
    }


@BOTH
def test_dropout_differs_in_training_and_an_lstm_does_with_its_rates(version: KerasVersion) -> None:
    assert keras_class(version, "Dropout").differs_in_training
    assert keras_class(version, "BatchNormalization").differs_in_training
    assert not keras_class(version, "LSTM").differs_in_training
    assert "dropout" in keras_class(version, "LSTM").differs_with


@BOTH
def test_a_layers_base_configuration(version: KerasVersion) -> None:
    assert set(knowledge_for(version).base_config_keys("layer")) == {"name", "trainable", "dtype"}


@BOTH
@pytest.mark.parametrize("kind", ["regularizer", "schedule"])
def test_regularizers_and_schedules_cannot_do_without_a_configuration(version: KerasVersion, kind: str) -> None:
    assert knowledge_for(version).base_get_config_raises(kind)


@BOTH
def test_a_layer_stores_plain_arguments_by_itself_and_a_loss_does_not(version: KerasVersion) -> None:
    knowledge = knowledge_for(version)
    assert knowledge.automatic_config_keeps_arguments("layer")
    assert not knowledge.automatic_config_keeps_arguments("loss")


@BOTH
@pytest.mark.parametrize("kind", ["layer", "model"])
def test_what_a_base_constructor_takes(version: KerasVersion, kind: str) -> None:
    accepted = knowledge_for(version).accepted_by_base(kind)
    assert {"name", "trainable", "dtype"} <= accepted
    assert "no_such_keyword" not in accepted


@BOTH
def test_a_metric_is_a_metric_even_where_keras_makes_it_a_layer(version: KerasVersion) -> None:
    found = knowledge_for(version).find_class("keras.metrics.Mean")
    assert found is not None
    assert found.kind == "metric"


@BOTH
def test_keyword_arguments_behind_kwargs_were_tried_one_by_one(version: KerasVersion) -> None:
    keywords = keras_class(version, "LSTM").keywords
    assert {"units", "dropout", "name", "trainable", "dtype"} <= keywords
    assert not {"cell", "no_such_keyword"} & keywords
