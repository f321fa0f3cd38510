"""Classes of the project: where they are defined, what they inherit, and what decorates them.

Turns a module's syntax into `ClassInfo`s, and links one with its bases, wherever those stand. Remembers nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kerlint.execution.machine import Frame, Machine
from kerlint.execution.values import ClassValue, FunctionValue, Reference, Value, alternatives
from kerlint.knowledge import KerasClass
from kerlint.semantics import syntax as ir
from kerlint.semantics.bindings import dotted
from kerlint.semantics.classes import ClassInfo, UnknownBase, given_by_decorator, linearize

if TYPE_CHECKING:
    from kerlint.module import Module
    from kerlint.project import Project


def classes_in(module: Module, block: ir.Block, enclosing: ir.FunctionFacts | None = None) -> Iterator[ClassInfo]:
    """The classes that are defined anywhere in a block of a module, not linked yet."""
    for statement in ir.statements_of_scope(block):
        if isinstance(statement, ir.ClassFacts):
            yield ClassInfo(statement, module, enclosing=enclosing)
            yield from classes_in(module, statement.body, enclosing)
        elif isinstance(statement, ir.FunctionFacts):
            yield from classes_in(module, statement.body, statement)


def link(project: Project, info: ClassInfo) -> None:
    """Resolves the bases and decorators of a class, once."""
    if info.order:
        return
    info.order = (info,)
    machine = Machine(project, info.module, None, None)
    frame = _frame_of(machine, info)
    bases: list[ClassInfo | KerasClass | UnknownBase] = []
    for argument in info.facts.bases:
        if argument.keyword is None:
            base = _base(project, machine, frame, info, argument.value)
            if base is not None:
                bases.append(base)
    info.bases = tuple(bases)
    info.order = linearize(info, info.bases)
    decorators = [_decorator(machine, frame, node) for node in info.facts.decorators]
    info.decorators = tuple(_name_of_decorator(value) for value in decorators)
    project_functions = (value.facts for value in decorators if isinstance(value, FunctionValue))
    info.given_by_decorators = frozenset(name for facts in project_functions for name in given_by_decorator(facts))


def _frame_of(machine: Machine, info: ClassInfo) -> Frame:
    """Where the bases of a class are looked up; inside a function, with the function's own imports and classes."""
    frame = Frame(info.module, info.enclosing)
    if info.enclosing is not None:
        for statement in ir.statements_of_scope(info.enclosing.body):
            if isinstance(statement, (ir.Import, ir.ImportFrom)) or (
                isinstance(statement, ir.ClassFacts) and statement is not info.facts
            ):
                machine.run(lambda statement=statement: machine.execute(frame, (statement,)) and None)  # type: ignore[misc]
    return frame


def _base(
    project: Project, machine: Machine, frame: Frame, info: ClassInfo, node: ir.Expr
) -> ClassInfo | KerasClass | UnknownBase | None:
    known: list[Value] = []
    machine.run(lambda: known.append(machine.evaluate(frame, node)))

    candidates = [value for _, value in alternatives(known[0])] if known else []
    for value in candidates:
        if isinstance(value, ClassValue) and value.info is not info:
            link(project, value.info)
            return value.info
    for value in candidates:
        if isinstance(value, Reference):
            if value.name == "builtins.object":
                return None
            keras_class = info.module.knowledge.find_class(value.name)
            return keras_class if keras_class is not None else UnknownBase(value.name)
    names = dotted(node)
    return UnknownBase(".".join(names) if names else "?")


def _decorator(machine: Machine, frame: Frame, node: ir.Expr) -> Value | None:
    """What decorates a class, or makes what does."""
    target = node.function if isinstance(node, ir.Call) else node
    known: list[Value] = []
    machine.run(lambda: known.append(machine.evaluate(frame, target)))
    return known[0] if known else None


def class_attribute_of(project: Project, info: ClassInfo, name: str) -> Value | None:
    """The value that a class's body gives an attribute."""
    frame, found = Frame(info.module), None
    for statement in ir.statements_of_scope(info.facts.body):
        if isinstance(statement, ir.Assign) and statement.value is not None:
            if any(isinstance(target, ir.Name) and target.id == name for target in statement.targets):
                found = Machine(project, info.module, None, None).evaluate(frame, statement.value)
        elif isinstance(statement, ir.ClassFacts) and statement.name == name:
            found = project.class_value(info.module, statement)
    return found


def _name_of_decorator(value: Value | None) -> str:
    if isinstance(value, Reference):
        return value.name
    return value.facts.name if isinstance(value, FunctionValue) else ""
