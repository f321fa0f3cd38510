"""What each name of a scope can stand for: the statements of that scope that bind it.

This is the static side of names: it answers for a module's globals, whatever order they are executed in, and for the
oracle that compares kerlint's resolution with libcst's.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.semantics import syntax as ir

Binding = ir.Stmt


def bindings_of(block: ir.Block) -> dict[str, list[Binding]]:
    """For each name that the statements of a scope bind: those statements, in order."""
    table: dict[str, list[Binding]] = {}
    for statement in ir.statements_of_scope(block):
        for name in names_bound(statement):
            table.setdefault(name, []).append(statement)
    return table


def star_imports(block: ir.Block) -> list[ir.ImportFrom]:
    """The star imports of a scope."""
    return [s for s in ir.statements_of_scope(block) if isinstance(s, ir.ImportFrom) and s.name == "*"]


def names_bound(statement: ir.Stmt) -> Iterator[str]:
    match statement:
        case ir.FunctionFacts() | ir.ClassFacts():
            yield statement.name
        case ir.Import():
            yield statement.alias or statement.module.partition(".")[0]
        case ir.ImportFrom():
            if statement.name != "*":
                yield statement.alias or statement.name
        case ir.Assign():
            for target in statement.targets:
                yield from target_names(target)
        case ir.AugmentedAssign() | ir.For():
            yield from target_names(statement.target)
        case ir.With():
            for _, bound in statement.items:
                if bound is not None:
                    yield from target_names(bound)
        case ir.Try():
            yield from (name for name, _ in statement.handlers if name)
        case ir.Match():
            for names, *_ in statement.cases:
                yield from names


def target_names(target: ir.Expr) -> Iterator[str]:
    """The plain names in an assignment target."""
    match target:
        case ir.Name():
            yield target.id
        case ir.Display():
            for element in target.elements:
                yield from target_names(element)
        case ir.Starred():
            yield from target_names(target.value)


def dotted(expression: ir.Node) -> list[str] | None:
    """`a.b.c` as its names, or None for anything else."""
    names: list[str] = []
    inner: ir.Node | None = expression
    while isinstance(inner, ir.Attribute):
        names.append(inner.name)
        inner = inner.value
    if not isinstance(inner, ir.Name):
        return None
    names.append(inner.id)
    names.reverse()
    return names
