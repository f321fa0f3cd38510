"""What runs in a child: each stage takes plain data and gives plain data, and tells its own troubles.

`{"trouble": …}` is the answer where the program could not be run; a stage never raises for the user's code.
"""

from __future__ import annotations

import functools
import os
import warnings
from collections.abc import Mapping
from typing import Any, Callable

from .making.failures import learnt
from .modules import left_out
from .unavailable import Needs, find_needs

Stage = Callable[[Mapping[str, Any]], "dict[str, Any]"]

_STAGES: dict[str, Stage] = {}


def stage(name: str) -> Callable[[Stage], Stage]:
    """Registers a stage under the name by which a fresh process finds it."""

    def register(function: Stage) -> Stage:
        _STAGES[name] = _guarded(function)
        return function

    return register


def _guarded(function: Stage) -> Stage:
    @functools.wraps(function)
    def run(argument: Mapping[str, Any]) -> dict[str, Any]:
        warnings.simplefilter("ignore")
        _prepare()
        try:
            return {**function(argument), "learnt": learnt(), "left_out": left_out()}
        except Needs as error:
            return {"trouble": f"needs {error}"}
        except Exception as error:
            needs = find_needs(error)
            if needs is not None:
                return {"trouble": f"needs {needs}"}
            from .scenarios.reload import told

            return {"trouble": told(error)}

    return run


def _prepare() -> None:
    """The same numbers in every run."""
    import keras

    from .keras_of_two_names import stand_in_for_tf_keras

    stand_in_for_tf_keras()
    keras.utils.set_random_seed(0)
    os.environ.setdefault("TF_DETERMINISTIC_OPS", "1")


def stages() -> Mapping[str, Stage]:
    """All stages by name."""
    from . import probes

    probes.load_all()
    return _STAGES
