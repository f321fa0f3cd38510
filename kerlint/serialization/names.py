"""What a name or dotted name of a module stands for, whichever file it comes from.

Turns a piece of syntax into a class or function of the project, or into the qualified name of something outside it.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.values import ClassValue, FunctionValue, Instance, ModuleValue, Reference, Value, alternatives
from kerlint.project import Module
from kerlint.semantics import syntax as ir
from kerlint.semantics.bindings import dotted
from kerlint.semantics.classes import ClassInfo


def qualified(module: Module, expression: ir.Expr) -> str | None:
    """The qualified name of what lies outside the project; Keras's own by its canonical name."""
    return next((value.name for value in _meanings(module, expression) if isinstance(value, Reference)), None)


def find_class(module: Module, expression: ir.Expr) -> ClassInfo | None:
    """The class of the project that an expression names."""
    return next(find_classes(module, expression), None)


def find_classes(module: Module, expression: ir.Expr) -> Iterator[ClassInfo]:
    """The classes of the project that an expression may name: one in each arm of an `if`."""
    return (value.info for value in _meanings(module, expression) if isinstance(value, ClassValue))


def find_function(module: Module, expression: ir.Expr) -> ir.FunctionFacts | None:
    """The function of the project that an expression names."""
    return next((value.facts for value in _meanings(module, expression) if isinstance(value, FunctionValue)), None)


def find_instance_kind(module: Module, expression: ir.Expr) -> str | None:
    """Keras's kind of the object that a global of the module holds: `layer`, `model`, …"""
    for value in _meanings(module, expression):
        if isinstance(value, Instance):
            return module.project.kind_of_instance(value)
    return None


def global_constant(module: Module, name: str) -> ir.Expr | None:
    """What a module assigns to a global, when it does so once; followed through imports within the project."""
    bindings = module.bindings.get(name, [])
    if len(bindings) != 1:
        return None
    binding = bindings[0]
    if isinstance(binding, ir.Assign):
        return binding.value
    if isinstance(binding, ir.ImportFrom):
        path = module.project.layout.module_file(module.path, binding.module, binding.level)
        holder = module.project.load(path) if path is not None else None
        if holder is not None and holder is not module:
            return global_constant(holder, binding.name)
    return None


def _meanings(module: Module, expression: ir.Expr) -> Iterator[Value]:
    names = dotted(expression)
    if names is None:
        return
    first = module.project.global_value(module, names[0])
    if first is None:
        return
    for _, value in alternatives(first):
        found: Value | None = value
        for name in names[1:]:
            if isinstance(found, ModuleValue):
                found = module.project.global_value(found.module, name)
            elif isinstance(found, Reference):
                found = module.project.reference(f"{found.name}.{name}")
            else:
                found = None
        if found is not None:
            yield from (inner for _, inner in alternatives(found))
