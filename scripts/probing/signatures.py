"""Turns a callable's signature into a compact list that JSON can hold.

A parameter without a default is its name; any other is `[name, kind, default]`, where the kind is `p` (by position or
by name), `o` (by position only), `k` (by name only), `*` or `**`, and a default that is not plain data is left out.
Knows nothing of Keras beyond that its decorators keep `__wrapped__`.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable

KIND_LETTERS = {
    inspect.Parameter.POSITIONAL_ONLY: "o",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "p",
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.KEYWORD_ONLY: "k",
    inspect.Parameter.VAR_KEYWORD: "**",
}

MARK_OF_UNKNOWN_DEFAULT = "?"
"""Fourth element of a parameter whose default exists and cannot be written as JSON."""


def parameters_of(function: Callable) -> list | None:
    """The parameters of a callable, `self` left out; None where Python knows no signature."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None
    if parameters and parameters[0].name in ("self", "cls"):
        parameters = parameters[1:]
    return [_encoded(parameter) for parameter in parameters]


def _encoded(parameter: inspect.Parameter) -> str | list:
    letter = KIND_LETTERS[parameter.kind]
    if parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
        return [parameter.name, letter]
    if parameter.default is inspect.Parameter.empty:
        return parameter.name if letter == "p" else [parameter.name, letter]
    if is_plain(parameter.default):
        return [parameter.name, letter, parameter.default]
    return [parameter.name, letter, None, MARK_OF_UNKNOWN_DEFAULT]


def is_plain(value: object) -> bool:
    """True for what JSON gives back as it was, but for tuples, which come back as lists."""
    if isinstance(value, float):
        return math.isfinite(value)
    if value is None or type(value) in (bool, int, str):
        return True
    if type(value) in (list, tuple):
        return all(is_plain(item) for item in value)
    return type(value) is dict and all(type(key) is str and is_plain(item) for key, item in value.items())
