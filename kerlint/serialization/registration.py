"""Tells whether a decorator offers a class to Keras by name.

Only Keras's own registration does, or a function or class of the project that calls it: a `register_…` that fills a table of
the project tells Keras nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.project import Module
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.walking import attribute_of, dotted, own_name, walk
from kerlint.serialization.names import find_classes, find_function

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
    if function is not None:
        return _tells_keras(function)
    return isinstance(decorator, ir.Call) and any(_calls_register(made) for made in find_classes(info.module, named))


def _calls_register(made: ClassInfo) -> bool:
    """Whether an object of a class registers what it is called with: itself, or by what it calls."""
    found = made.find_method("__call__")
    if found is None:
        return False
    holder, method = found
    return _tells_keras(method) or any(_tells_keras(called) for called in _called_by(made, holder.module, method))


def _called_by(made: ClassInfo, module: Module, method: ir.FunctionFacts) -> Iterator[ir.FunctionFacts]:
    """The functions of the project and the other methods of the object that a method calls."""
    for node in walk(method.body):
        if isinstance(node, ir.Call):
            name = attribute_of(node.function, own_name(method))
            own = made.find_method(name) if name is not None else None
            function = own[1] if own is not None else find_function(module, node.function)
            if function is not None:
                yield function


def _tells_keras(function: ir.FunctionFacts) -> bool:
    return any(
        (dotted(node) or "").rpartition(".")[2] in _REGISTERS
        for node in walk(function.body)
        if isinstance(node, (ir.Name, ir.Attribute))
    )
