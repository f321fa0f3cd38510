"""Tells whether a decorator offers a class to Keras by name.

Only Keras's own registration does, or a function of the project that calls it: a `register_…` that fills a table of the
project tells Keras nothing.
"""

from __future__ import annotations

from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.walking import dotted, walk
from kerlint.serialization.names import find_function

_REGISTERS = frozenset(("register_keras_serializable", "get_custom_objects"))


def is_registered(info: ClassInfo) -> bool:
    """Whether Keras finds the class again by its name."""
    return any("serializable" in name for name in info.decorators) or any(_registers(info, d) for d in info.facts.decorators)


def _registers(info: ClassInfo, decorator: ir.Expr) -> bool:
    """Whether a decorator of the project registers what it is given."""
    named = decorator.function if isinstance(decorator, ir.Call) else decorator
    if "serializable" in (dotted(named) or "").rpartition(".")[2]:
        return True
    function = find_function(info.module, named)
    return function is not None and any(
        (dotted(node) or "").rpartition(".")[2] in _REGISTERS
        for node in walk(function.body)
        if isinstance(node, (ir.Name, ir.Attribute))
    )
