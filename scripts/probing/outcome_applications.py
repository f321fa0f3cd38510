"""Which networks of `keras.applications` hold a Normalization whose statistics come with the weights.

Cases are the functions' names, such as `keras.applications.EfficientNetB0`. `holds:Normalization` means that the
network has one that was not given mean and variance by its constructor; networks that have none, or only such, are
left out.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from functools import partial

import keras

from probing.cases import Case, Skip, step


def cases() -> dict[str, Case]:
    """Every network whose module speaks of Normalization as a layer."""
    networks = {name: function for name, function in vars(keras.applications).items() if inspect.isfunction(function)}
    return {f"keras.applications.{name}": partial(_holds, function) for name, function in networks.items() if _may_hold(function)}


def _may_hold(function: Callable) -> bool:
    return "layers.Normalization(" in inspect.getsource(sys.modules[function.__module__])


def _holds(function: Callable) -> str:
    step("construct")
    model = function(weights=None)
    learned = [layer for layer in model.layers if isinstance(layer, keras.layers.Normalization) and layer.input_mean is None]
    if not learned:
        raise Skip
    return "holds:Normalization"
