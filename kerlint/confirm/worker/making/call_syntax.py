"""Questions to the syntax of a class that is read for what it says of its inputs: its statements, its layers, its methods."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

_WRAPPERS = frozenset(("SpectralNormalization", "WeightNormalization", "Wrapper"))


def statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements in the order of the text, those inside blocks too, those of inner functions not."""
    for statement in body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            continue
        yield statement
        for name in ("body", "orelse", "finalbody"):
            yield from statements(getattr(statement, name, None) or [])


def own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement itself."""
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, ast.stmt):
            yield from ast.walk(child)


def integers(node: ast.AST | None) -> list[int]:
    """The whole numbers that an expression is, or lists."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return [number for item in node.elts for number in integers(item)]
    try:
        value = ast.literal_eval(node) if node is not None else None
    except (ValueError, SyntaxError, TypeError):
        return []
    return [value] if isinstance(value, int) and not isinstance(value, bool) else []


def is_own(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"


def method_of(owner: ast.ClassDef | None, node: ast.expr) -> ast.FunctionDef | None:
    """The method of the class that a callee is."""
    if owner is None or not isinstance(node, ast.Attribute) or not is_own(node):
        return None
    return next((inner for inner in owner.body if isinstance(inner, ast.FunctionDef) and inner.name == node.attr), None)


def layers_of(owner: ast.ClassDef | None, attribute: str) -> list[tuple[str, ast.expr]]:
    """The layers that an attribute is set to: the name of each class, and how it is made."""
    found: list[tuple[str, ast.expr]] = []
    for node in ast.walk(owner) if owner is not None else ():
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and is_own(target) and target.attr == attribute:
                    made = first_made(node.value)
                    found += [(last_name(made.func), made)] if made is not None else []
    return found


def first_made(node: ast.expr) -> ast.Call | None:
    """The layer that comes first in what is made: itself, or the first of a Sequential, a list or a wrapper."""
    if isinstance(node, (ast.List, ast.Tuple)):
        return first_made(node.elts[0]) if node.elts else None
    if isinstance(node, ast.ListComp):
        return first_made(node.elt)
    if not isinstance(node, ast.Call):
        return None
    if (last_name(node.func) == "Sequential" or last_name(node.func) in _WRAPPERS) and node.args:
        return first_made(node.args[0]) or node
    return node


def last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"
