"""The input shapes that a project itself names: in `Input(...)`, `input_shape=` and `build((None, ...))`.

Turns a module into shapes without the batch axis, those nearest to a place first. Knows nothing of layers.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

_MOST = 8


def shapes_in(text: str, near: int) -> tuple[tuple[int | None, ...], ...]:
    """The shapes written out as literals, each once; sizes may be None."""
    found: dict[tuple[int | None, ...], int] = {}
    for shape, line in _shapes(ast.parse(text)):
        distance = abs(line - near)
        found[shape] = min(distance, found.get(shape, distance))
    return tuple(sorted(found, key=lambda shape: (found[shape], repr(shape)))[:_MOST])


def _shapes(tree: ast.Module) -> Iterator[tuple[tuple[int | None, ...], int]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        whole = keywords.get("batch_input_shape") or keywords.get("batch_shape")
        candidate = keywords.get("input_shape")
        if name in ("Input", "InputLayer"):
            candidate = candidate or keywords.get("shape") or (node.args[0] if node.args else None)
        elif name == "build" and node.args:
            whole = whole or keywords.get("input_shape") or node.args[0]
        shape = _literal(candidate) if candidate is not None else None
        if shape is None and whole is not None:
            with_batch = _literal(whole)
            shape = with_batch[1:] if with_batch else None
        if shape is not None:
            yield shape, node.lineno


def _literal(node: ast.expr) -> tuple[int | None, ...] | None:
    try:
        value = ast.literal_eval(node)
    except (ValueError, SyntaxError, TypeError):
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = (value,)
    if isinstance(value, (tuple, list)) and all(size is None or (isinstance(size, int) and size > 0) for size in value):
        return tuple(value)
    return None
