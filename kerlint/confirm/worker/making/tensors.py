"""Made arrays as tensors of the backend."""

from __future__ import annotations

from typing import Any

import keras


def as_tensor(array: Any) -> Any:
    """A numpy array as the backend's tensor, so that code which asks for `.shape` or slices finds one."""
    if array.dtype == object:
        import tensorflow

        return tensorflow.constant(array.astype(str))
    if hasattr(keras, "ops"):
        return keras.ops.convert_to_tensor(array)
    import tensorflow

    return tensorflow.convert_to_tensor(array)
