"""The classes of known extensions of Keras: their kind, bases, parameters and configuration."""

from __future__ import annotations

import pytest

from kerlint.knowledge import knowledge_for
from kerlint.version import KERAS_2, KERAS_3


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("keras_hub.models.Backbone", "model"),
        ("keras_hub.models.Task", "model"),
        ("keras_hub.models.Preprocessor", "layer"),
        ("keras_nlp.models.Backbone", "model"),
        ("keras_cv.layers.RandomCutout", "layer"),
        ("keras_cv.models.ResNetBackbone", "model"),
        ("tensorflow_addons.layers.WeightNormalization", "layer"),
        ("tensorflow_addons.optimizers.AdamW", "optimizer"),
        ("keras_rs.layers.DotInteraction", "layer"),
        ("official.nlp.modeling.layers.TransformerEncoderBlock", "layer"),
    ],
)
def test_a_class_of_an_extension_has_the_kind_of_its_keras_base(name: str, kind: str) -> None:
    found = knowledge_for(KERAS_3).find_class(name)
    assert found is not None
    assert found.kind == kind


def test_bases_go_through_the_extension_into_keras() -> None:
    found = knowledge_for(KERAS_3).find_class("keras_hub.models.BertBackbone")
    assert found is not None
    assert found.bases[:2] == ("keras_hub.models.Backbone", "keras.Model")
    assert found.is_a("keras.layers.Layer")


def test_a_private_path_means_the_public_class() -> None:
    found = knowledge_for(KERAS_3).find_class("keras_hub.src.models.backbone.Backbone")
    assert found is not None
    assert found.name == "keras_hub.models.Backbone"


def test_the_configuration_holds_what_the_source_writes_and_what_the_base_gives() -> None:
    found = knowledge_for(KERAS_3).find_class("keras_hub.layers.TransformerEncoder")
    assert found is not None
    assert found.config_keys is not None
    assert {"name", "trainable", "dtype", "intermediate_dim", "num_heads"} <= set(found.config_keys)
    assert found.defines_get_config


def test_a_wrapper_of_an_extension_keeps_the_keys_of_the_keras_wrapper() -> None:
    found = knowledge_for(KERAS_2).find_class("tensorflow_addons.layers.WeightNormalization")
    assert found is not None
    assert found.config_keys is not None
    assert {"layer", "data_init"} <= set(found.config_keys)


@pytest.mark.parametrize(
    "name", ["keras_hub.NoSuchThing", "keras_tuner.HyperModel", "keras_hub", "tensorflow_addons.text.crf_decode"]
)
def test_what_is_no_keras_class_is_not_known(name: str) -> None:
    assert knowledge_for(KERAS_3).find_class(name) is None
