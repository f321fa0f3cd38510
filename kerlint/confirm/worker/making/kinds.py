"""Turns a parameter, and what a finding says of its kind, into the kind of value that it is meant for.

A finding tells "something callable" from plain data; what is called may still be an initializer, a loss or a schedule, which
the parameter's default, annotation, name or use tell. Knows nothing of expressions for them.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any

_BY_NAME: tuple[tuple[str, str], ...] = (
    (r"initializer|^init$|_init$", "initializer"),
    (r"regularizer", "regularizer"),
    (r"constraint", "constraint"),
    (r"schedule|learning_rate|^lr$|_lr$", "schedule"),
    (r"metrics?$|metric_fn", "metric"),
    (r"optimizer$", "optimizer"),
    (r"(^|_)loss(_|$)", "loss"),
    (r"activation|nonlinearity", "activation"),
    (r"tokeni[sz]", "tokenizer"),
    (r"(^|_)(fn|func|function|callable|callback|predicate|hook|lambda)$", "function"),
)
_BY_ANNOTATION: tuple[tuple[str, str], ...] = (
    (r"Initializer\b", "initializer"),
    (r"Regularizer\b", "regularizer"),
    (r"Constraint\b", "constraint"),
    (r"LearningRateSchedule\b", "schedule"),
    (r"\bLoss\b", "loss"),
    (r"\bMetric\b", "metric"),
    (r"\bOptimizer\b", "optimizer"),
)
_LAYER = re.compile(r"^[\"']?(Optional\[)?(\w+\.)*(Layer|Model|Sequential|Functional)\b")
_BY_USE = {
    "'glorot_uniform'": "initializer",
    "keras.regularizers.L2(0.25)": "regularizer",
    "keras.constraints.NonNeg()": "constraint",
    "'mean_squared_error'": "loss",
    "'relu'": "activation",
}
"""What the expressions say that the uses of a parameter led to."""
_CERTAIN = 2
_VAGUE = re.compile(r" or |function|lambda|callable")
_UNMISTAKABLE = re.compile(r"(initializer|regularizer|constraint|schedule|optimizer)$")
"""Names that say more than that something is a layer or model."""
_PLAIN = (str, bytes, int, float, complex, bool, type(None))


def kind_meant(told: str, parameter: inspect.Parameter | None, uses: list[tuple[int, str]]) -> str:
    """The kind of value: what the finding says where that is definite, else the narrowest that can be read; "" for unknown."""
    if parameter is None or told.startswith("list "):
        return told
    read = _of_default(parameter.default) or _of_annotation(parameter.annotation)
    if told and not _VAGUE.search(told):
        unmistakable = _UNMISTAKABLE.search(parameter.name.lower())
        return read or (unmistakable.group(1) if unmistakable else told)
    read = read or next((_BY_USE[text] for doubt, text in uses if doubt <= _CERTAIN and text in _BY_USE), "")
    named = next((kind for pattern, kind in _BY_NAME if re.search(pattern, parameter.name.lower())), "")
    if told == "function" and (read or named) == "loss":
        return "loss function"
    return read or (named if told else "") or told


def _of_default(default: Any) -> str:
    """The kind of Keras object that a default is."""
    kinds = {base.__name__ for base in type(default).__mro__ if (base.__module__ or "").startswith(("keras", "tf_keras"))}
    for name in ("Initializer", "Regularizer", "Constraint", "LearningRateSchedule", "Loss", "Metric", "Optimizer"):
        if name in kinds:
            return "schedule" if name == "LearningRateSchedule" else name.lower()
    return ""


def _of_annotation(annotation: Any) -> str:
    text = _text(annotation)
    return next((kind for pattern, kind in _BY_ANNOTATION if re.search(pattern, text)), "")


def _text(annotation: Any) -> str:
    if annotation is inspect.Parameter.empty:
        return ""
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", None) or str(annotation)


def is_live_kind(told: str, parameter: inspect.Parameter, uses: list[tuple[int, str]]) -> bool:
    """Whether a parameter without a default is meant for an object of Keras, so that None is none of its values."""
    if parameter.default is not inspect.Parameter.empty:
        return False
    if told:
        return told not in ("enum", "dataclass", "path", "dtype")
    if _LAYER.search(_text(parameter.annotation)):
        return True
    return any("keras.layers.Dense(8)" in text or "keras.Sequential(" in text for _, text in uses)


def is_live(value: Any) -> bool:
    """Whether a value is more than plain data: an object, or a container that holds one."""
    if isinstance(value, Mapping):
        return any(map(is_live, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(is_live, value))
    return not isinstance(value, _PLAIN)
