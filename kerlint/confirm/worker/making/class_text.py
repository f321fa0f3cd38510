"""Questions to the text of a class about the parameters of its constructor: who holds one, what one is compared with.

Knows nothing of Keras.
"""

from __future__ import annotations

import ast
import functools
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Class:
    """The text of a class and its bases, with the node round each node."""

    tree: ast.AST
    round: Mapping[ast.AST, ast.AST]

    def function_round(self, node: ast.AST) -> ast.FunctionDef | None:
        """The innermost function that an expression stands in."""
        around = self.round.get(node)
        while around is not None and not isinstance(around, ast.FunctionDef):
            around = self.round.get(around)
        return around

    def owner_of(self, function: ast.FunctionDef) -> ast.ClassDef | None:
        """The class that a function is a method of."""
        owner = self.round.get(function)
        return owner if isinstance(owner, ast.ClassDef) else None


@functools.lru_cache(maxsize=64)
def parsed(source: str) -> Class:
    """The tree of a text; an empty one where it cannot be read."""
    try:
        tree: ast.AST = ast.parse(textwrap.dedent(source))
    except SyntaxError:
        tree = ast.Module(body=[], type_ignores=[])
    return Class(tree, {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)})


def parameters_in(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [argument.arg for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]


def is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def attributes_of(name: str, tree: ast.AST) -> set[str]:
    """The attributes that hold a parameter as it is; one of its own name where none is set in the text."""
    found: set[str] = set()
    other = False
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and is_self(target.value):
                    if isinstance(node.value, ast.Name) and node.value.id == name:
                        found.add(target.attr)
                    other = other or target.attr == name
    return found or (set() if other else {name})


def is_layer_attribute(node: ast.expr, tree: ast.AST) -> bool:
    """Whether it is an attribute that is set to something made by a class."""
    if not isinstance(node, ast.Attribute) or not is_self(node.value):
        return False
    for inner in ast.walk(tree):
        if isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Call):
            is_made = dotted(inner.value.func).rpartition(".")[2][:1].isupper()
            if is_made and any(isinstance(t, ast.Attribute) and is_self(t.value) and t.attr == node.attr for t in inner.targets):
                return True
    return False


def dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ".".join(reversed(parts))


def words_compared_with(name: str, source: str) -> list[str]:
    """The constants that a class compares a parameter with: `if mode == "sum"`, `mode in ("sum", "mean")`, a dict's keys.

    The parameter counts where it is one, and as an attribute of that name everywhere.
    """
    found: list[str] = []
    for function in ast.walk(parsed(source).tree):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        is_parameter = name in parameters_in(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Compare) and is_called(node.left, name, is_parameter):
                for operator, comparator in zip(node.ops, node.comparators):
                    if not isinstance(operator, (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)):
                        continue
                    items = comparator.elts if isinstance(comparator, (ast.Tuple, ast.List, ast.Set)) else [comparator]
                    found += [repr(item.value) for item in items if isinstance(item, ast.Constant) and item.value is not None]
            elif not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Dict):
                continue
            elif is_called(node.slice, name, is_parameter):
                found += [repr(key.value) for key in node.value.keys if isinstance(key, ast.Constant)]
    return list(dict.fromkeys(found))


def is_called(node: ast.AST, name: str, is_parameter: bool) -> bool:
    """Whether an expression is the parameter, or a method of it such as `mode.lower()`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    if isinstance(node, ast.Name):
        return is_parameter and node.id == name
    return isinstance(node, ast.Attribute) and node.attr == name
