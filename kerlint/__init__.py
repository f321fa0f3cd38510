"""kerlint: a linter for Keras code that loses, mixes or fails to restore a model's state."""

__version__ = "0.1.0"
