"""The frame of a measurement: named cases, each a function that says what happened, in words that a program can
compare.

An outcome is `ok`, `raises:<Exception>@<step>`, `silent:<what was lost>` or `writes:<form>`. The step is what the
case was doing, as it said by `step`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable

import keras
import numpy as np

KERAS_3 = int(keras.__version__.split(".")[0]) >= 3
Case = Callable[[], str]

_current_step = ["start"]
_counter = [0]


class Skip(Exception):
    """The case cannot be put to this version; it gets no outcome."""


def step(name: str) -> None:
    """Says what the case does next."""
    _current_step[0] = name


def run_cases(cases: dict[str, Case]) -> dict[str, str]:
    """The outcome of each case, run in an empty folder of its own."""
    outcomes = {}
    for name, case in cases.items():
        home, folder = os.getcwd(), tempfile.mkdtemp()
        os.chdir(folder)
        try:
            outcome = run_case(case)
        finally:
            os.chdir(home)
            shutil.rmtree(folder, ignore_errors=True)
        if outcome is not None:
            outcomes[name] = outcome
    return outcomes


def run_case(case: Case) -> str | None:
    """One outcome; None where the case cannot be put."""
    step("start")
    warnings.simplefilter("ignore")
    try:
        return case()
    except Skip:
        return None
    except Exception as error:
        return f"raises:{type(error).__name__}@{_current_step[0]}"


def register(cls: type) -> type:
    """Registers a class under a name that no other case uses."""
    _counter[0] += 1
    return keras.utils.register_keras_serializable(package=f"probe{_counter[0]}")(cls)


def shift_names() -> None:
    """Uses up some automatic names, as a second model in one program does."""
    for _ in range(3):
        keras.layers.Dense(1)
        keras.layers.BatchNormalization()


def same(first: object, second: object) -> bool:
    """True when two outputs agree."""
    first, second = np.asarray(first), np.asarray(second)
    return first.shape == second.shape and bool(np.allclose(first, second, atol=1e-4))


def randomise(weights: list) -> None:
    """Gives every weight a value that no initializer gives."""
    generator = np.random.default_rng(len(weights) + 7)
    for weight in weights:
        shape = tuple(weight.shape)
        values = generator.uniform(0.2, 1.0, size=shape) * generator.choice([-1.0, 1.0], size=shape)
        weight.assign(values.astype("float32"))


def floats(*shape: int) -> np.ndarray:
    """An input."""
    return np.random.default_rng(3).normal(0.3, 1.0, size=shape).astype("float32")
