"""Gives every spelling of a Keras name one form that begins with `keras.`.

Knows the packages through which Keras is reached, and nothing of what is in them: that is `kerlint.knowledge`.
"""

from __future__ import annotations

from functools import lru_cache

KERAS_PACKAGES = (
    "keras._tf_keras.keras",
    "keras.api._v2.keras",
    "keras.api._v1.keras",
    "keras.api",
    "keras_core",
    "tensorflow._api.v2.keras",
    "tensorflow.compat.v1.keras",
    "tensorflow.compat.v2.keras",
    "tensorflow.contrib.keras",
    "tensorflow.keras",
    "tensorflow.python.keras.api._v2.keras",
    "tensorflow.python.keras",
    "tensorflow_core.keras",
    "tensorflow_core.python.keras",
    "tf_keras.api._v2.keras",
    "tf_keras",
)
"""Packages whose contents are Keras's, under the same names."""

LEGACY_PACKAGES = ("tf_keras", "tensorflow.python.keras", "tensorflow.contrib.keras", "tensorflow.compat.v1.keras")
"""Packages that hold a Keras 2, whatever Keras is installed beside them."""

_TENSORFLOW = ("tensorflow.compat.v2", "tensorflow.compat.v1", "tensorflow._api.v2")


@lru_cache(maxsize=20_000)
def normal_name(qualified: str) -> str:
    """The `keras.…` form of a name that reaches Keras through another package, else the name itself.

    `tensorflow.keras.layers.Dense` gives `keras.layers.Dense`; `numpy.save` stays; `tensorflow.compat.v1.nn` gives
    `tensorflow.nn`.
    """
    for package in KERAS_PACKAGES:
        if qualified.startswith(package):
            rest = qualified[len(package) :]
            if not rest:
                return "keras"
            if rest[0] == ".":
                return "keras" + rest
    for package in _TENSORFLOW:
        if qualified.startswith(package + "."):
            return normal_name("tensorflow" + qualified[len(package) :])
    return qualified


def is_keras(name: str) -> bool:
    """Whether a normal name is Keras's."""
    return name == "keras" or name.startswith("keras.")


def is_legacy(qualified: str) -> bool:
    """Whether a module as imported holds a Keras 2 for certain."""
    return any(qualified == package or qualified.startswith(package + ".") for package in LEGACY_PACKAGES)
