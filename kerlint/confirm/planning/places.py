"""Where a finding stands: the classes and functions round its lines, by their qualified names, outermost first.

Knows nothing of Keras.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache

from kerlint.finding import Span


@dataclass(frozen=True, slots=True)
class Place:
    """A definition round a place."""

    name: str
    """Qualified, with `<locals>` left out."""
    is_class: bool
    first: int
    last: int
    in_function: bool
    """Whether it is made anew by each call of a function."""


@lru_cache(maxsize=8)
def _tree(text: str) -> ast.Module:
    return ast.parse(text)


def places_round(text: str, span: Span) -> tuple[Place, ...]:
    """The definitions that hold the beginning of the span. Empty at the top of a module."""
    found: list[Place] = []
    body: list[ast.stmt] = _tree(text).body
    in_function = False
    while True:
        inner = next((node for node in _definitions(body) if _first(node) <= span.line <= (node.end_lineno or 0)), None)
        if inner is None:
            return tuple(found)
        name = f"{found[-1].name}.{inner.name}" if found else inner.name
        is_class = isinstance(inner, ast.ClassDef)
        found.append(Place(name, is_class, _first(inner), inner.end_lineno or 0, in_function))
        in_function = in_function or not is_class
        body = inner.body


def _definitions(body: list[ast.stmt]) -> list[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """The definitions of a block, also inside ifs, tries and loops."""
    found: list[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef] = []
    for statement in body:
        if isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            found.append(statement)
        else:
            for name in ("body", "orelse", "finalbody"):
                found += _definitions(getattr(statement, name, None) or [])
            for handler in getattr(statement, "handlers", []) + getattr(statement, "cases", []):
                found += _definitions(handler.body)
    return found


def _first(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def statement_lines(text: str, span: Span) -> tuple[int, int]:
    """The first and last line of the smallest statement that holds the span; only the header of a compound one."""
    best = (span.line, max(span.line, span.end_line))
    size = None
    for node in ast.walk(_tree(text)):
        if isinstance(node, ast.stmt) and node.lineno <= span.line <= (node.end_lineno or 0):
            last = node.end_lineno or node.lineno
            body = getattr(node, "body", None)
            if isinstance(body, list) and body:
                last = max(node.lineno, body[0].lineno - 1)
                if span.line > last:
                    continue
            if size is None or last - node.lineno < size:
                best, size = (node.lineno, last), last - node.lineno
    return best
