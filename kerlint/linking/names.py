"""What the names of a module stand for: imports, in every form, and what the module's own statements bind.

Turns names into values. What lies outside the project is a `Reference` by the one name under which kerlint knows it. Remembers
nothing: the project does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kerlint.execution.machine import Frame, Machine
from kerlint.execution.values import FunctionValue, ModuleValue, Value
from kerlint.knowledge import knowledge_for
from kerlint.semantics import syntax as ir
from kerlint.semantics.bindings import Binding
from kerlint.semantics.names import is_keras, normal_name
from kerlint.semantics.walking import walk
from kerlint.version import KERAS_2, KERAS_3

if TYPE_CHECKING:
    from kerlint.module import Module
    from kerlint.project import Project


def canonical(name: str) -> str:
    """The one name under which kerlint knows something outside the project."""
    normal = normal_name(name)
    if not is_keras(normal):
        return normal
    return knowledge_for(KERAS_3).canonical(normal) or knowledge_for(KERAS_2).canonical(normal) or normal


def imported(project: Project, module: Module, statement: ir.Import | ir.ImportFrom) -> Iterator[tuple[str, Value]]:
    """The names that an import binds, each with what it stands for."""
    if isinstance(statement, ir.Import):
        if statement.alias is not None:
            yield statement.alias, _module_value(project, module, statement.module, 0)
        else:
            top = statement.module.partition(".")[0]
            yield top, _module_value(project, module, top, 0)
        return
    if statement.name == "*":
        yield from _star(project, module, statement)
        return
    yield statement.alias or statement.name, _imported_name(project, module, statement)


def only_binds(module: Module) -> bool:
    """Whether the body of a module binds names to imports and plain values and does nothing else: nothing that it does depends
    on what the names stand for.
    """
    return all(_only_binds(statement) for statement in module.facts.body)


def _only_binds(statement: ir.Node) -> bool:
    match statement:
        case ir.Import() | ir.ImportFrom():
            return True
        case ir.Expression(value=value):
            return _is_plain(value)
        case ir.Assign(targets=targets, value=value, annotation=None):
            return all(isinstance(target, ir.Name) for target in targets) and _is_plain(value)
    return False


def _is_plain(value: ir.Expr | None) -> bool:
    return value is not None and all(isinstance(node, (ir.Constant, ir.Display)) for node in walk(value))


def _module_value(project: Project, module: Module, name: str, level: int) -> Value:
    if level == 0 and (is_keras(normal_name(name)) or name.partition(".")[0] == "tensorflow"):
        return project.reference(name)  # also in a project with a folder of that name
    path = project.layout.module_file(module.path, name, level)
    other = project.load(path) if path is not None else None
    if other is not None:
        return ModuleValue(project.numbering.of("module", str(other.path)), other)
    return project.reference(name if level == 0 else "." * level + name)


def _imported_name(project: Project, module: Module, statement: ir.ImportFrom) -> Value:
    holder = _module_value(project, module, statement.module, statement.level)
    if isinstance(holder, ModuleValue):
        known = project.global_value(holder.module, statement.name)
        if known is not None:
            return known
    dots = "." if statement.module else ""
    path = project.layout.module_file(module.path, f"{statement.module}{dots}{statement.name}", statement.level)
    if path is not None and not is_keras(normal_name(statement.module or "?")):
        other = project.load(path)
        if other is not None:
            return ModuleValue(project.numbering.of("module", str(other.path)), other)
    prefix = statement.module if statement.level == 0 else "." * statement.level + statement.module
    return project.reference(f"{prefix}.{statement.name}")


def _star(project: Project, module: Module, statement: ir.ImportFrom) -> Iterator[tuple[str, Value]]:
    holder = _module_value(project, module, statement.module, statement.level)
    if isinstance(holder, ModuleValue):
        for name in holder.module.bindings:
            value = project.global_value(holder.module, name) if not name.startswith("_") else None
            if value is not None:
                yield name, value
    else:
        normal = normal_name(statement.module)
        for name in sorted(module.knowledge.exported(normal)) if is_keras(normal) else ():
            yield name, project.reference(f"{normal}.{name}")


def global_of(project: Project, module: Module, name: str) -> Value | None:
    """What a name of a module stands for once the module is loaded; None when nothing binds it."""
    machine = Machine(project, module, None, None)
    found: list[Value] = []
    for binding in module.bindings.get(name, ()):
        value = _bound(project, machine, module, name, binding)
        if value is not None:
            found.append(value)
    if not found:
        return _global_from_elsewhere(project, module, name)
    if len(found) > 1:
        keras_names = [value for value in found if value.number == found[0].number]
        if len(keras_names) != len(found):
            return machine.choice([(frozenset({machine.question()}), value) for value in found])
    return found[0]


def _bound(project: Project, machine: Machine, module: Module, name: str, binding: Binding) -> Value | None:
    frame = Frame(module)
    match binding:
        case ir.ClassFacts():
            return project.class_value(module, binding)
        case ir.FunctionFacts():
            return FunctionValue(project.numbering.of("function", id(binding), 0), binding, module)
        case ir.Import() | ir.ImportFrom():
            return next((value for bound, value in imported(project, module, binding) if bound == name), None)
        case ir.Assign() if binding.value is not None:
            if any(isinstance(target, ir.Name) and target.id == name for target in binding.targets):
                known: list[Value] = []
                machine.run(lambda: known.append(machine.evaluate(frame, binding.value)))  # type: ignore[arg-type]
                return known[0] if known else machine.unknown()
    return machine.unknown()


def _global_from_elsewhere(project: Project, module: Module, name: str) -> Value | None:
    for statement in module.stars:
        for bound, value in imported(project, module, statement):
            if bound == name:
                return value
    inner = project.layout.submodule_file(module.path, name)
    other = project.load(inner) if inner is not None else None
    return ModuleValue(project.numbering.of("module", str(other.path)), other) if other is not None else None
