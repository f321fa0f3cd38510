"""Words of which one stands in every program that names what Keras has of a kind, however it imports that.

A rule says by them of which programs it can have anything to say at all. `tests/test_words.py` holds them against every name that
was generated from Keras and its extensions.
"""

from __future__ import annotations

from kerlint.knowledge.loading import extension_names

_ELSEWHERE = ("experimental", "distillation", "keras.src", *sorted(extension_names()))
"""Where classes of all kinds are that have no word of their kind in their names: corners of Keras, and its extensions."""

LAYERS = ("layer", "Layer", "model", "Model", "Sequential", "applications", "FeatureSpace", *_ELSEWHERE)
"""For layers and models, and for what makes them."""

CONFIGURED = (
    *LAYERS, "metric", "Metric", "loss", "Loss", "optimizer", "Optimizer", "initializer", "Initializer",
    "regularizer", "Regularizer", "constraint", "Constraint",
)  # fmt: skip
"""For whatever Keras writes into a file by its configuration."""
