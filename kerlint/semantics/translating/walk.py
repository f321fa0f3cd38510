"""The walk over Python's own tree, and the registry of what translates which node. Knows no node type."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from kerlint.semantics import syntax as ir
from kerlint.semantics.translating.places import Places

DEPTH_LIMIT = 120
"""Expressions in expressions; one nested deeper is Opaque. Black-formatted code stays below 40."""

_EXPRESSIONS: dict[type[ast.AST], Callable[[Translation, Any, int, int], Any]] = {}
_STATEMENTS: dict[type[ast.AST], Callable[[Translation, Any], Iterable[ir.Stmt]]] = {}


class Translation:
    """The state of one walk: the places, how deep it is in an expression, and whether a `yield` was met in the function."""

    __slots__ = ("_depth", "at", "yields")

    def __init__(self, places: Places) -> None:
        self.at = places
        self.yields = False
        self._depth = 0

    def expression(self, node: ast.expr) -> Any:
        """What an expression becomes."""
        first, last = self.at.extent(node)
        handler = _EXPRESSIONS.get(type(node))
        if handler is None or self._depth > DEPTH_LIMIT:
            return ir.Opaque(first, last)
        self._depth += 1
        translated = handler(self, node, first, last)
        self._depth -= 1
        return translated

    def optional(self, node: ast.expr | None) -> Any:
        """The same for an expression that may be missing."""
        return None if node is None else self.expression(node)

    def block(self, statements: Iterable[ast.stmt]) -> ir.Block:
        """What statements become, those left out that mean nothing to the analysis."""
        found: list[ir.Stmt] = []
        for statement in statements:
            handler = _STATEMENTS.get(type(statement))
            if handler is not None:
                found += handler(self, statement)
        return tuple(found)


def translates(*kinds: type[ast.expr]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers what makes an expression of a kind of node, given its first and last token."""

    def register(handler: Callable[..., Any]) -> Callable[..., Any]:
        _EXPRESSIONS.update(dict.fromkeys(kinds, handler))
        return handler

    return register


def translates_statement(*kinds: type[ast.stmt]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers what makes statements of a kind of node."""

    def register(handler: Callable[..., Any]) -> Callable[..., Any]:
        _STATEMENTS.update(dict.fromkeys(kinds, handler))
        return handler

    return register
