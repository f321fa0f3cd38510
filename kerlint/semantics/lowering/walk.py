"""The walk itself: a stack of generators, one for each node that is being lowered, and the registry of their handlers.

A handler for a node without children gives its lowered form; any other is a generator that yields the children in the order
of the source and is sent their lowered forms. Knows no node type.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from types import GeneratorType
from typing import Any

import libcst as cst

from kerlint.semantics import syntax as ir
from kerlint.semantics.placing import Placing

DEPTH_LIMIT = 120
"""Generators on the stack; an expression nested deeper is Opaque. Black-formatted code stays below 40."""

Walk = Generator[cst.CSTNode, Any, Any]
_HANDLERS: dict[type[cst.CSTNode], Callable[[Lowering, Any], Any]] = {}


def lowers(*kinds: type[cst.CSTNode]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(handler: Callable[..., Any]) -> Callable[..., Any]:
        for kind in kinds:
            _HANDLERS[kind] = handler
        return handler

    return register


class Lowering:
    """The state of one walk: the tokens, and whether a `yield` was met in the function that is being read."""

    __slots__ = ("at", "yields")

    def __init__(self, placing: Placing) -> None:
        self.at = placing
        self.yields = False

    def run(self, tree: cst.Module) -> Any:
        """What the handlers make of a whole module."""
        stack: list[Walk] = [_HANDLERS[cst.Module](self, tree)]
        result: Any = None
        while stack:
            try:
                child = stack[-1].send(result)
            except StopIteration as finished:
                stack.pop()
                result = finished.value
                if len(stack) > DEPTH_LIMIT and isinstance(result, ir.Node):
                    result = ir.Opaque(result.first, result.last)
                continue
            handler = _HANDLERS.get(type(child))
            if handler is None:
                result = ir.Opaque(self.at.cursor, self.at.cursor)
                continue
            outcome = handler(self, child)
            if type(outcome) is GeneratorType:
                stack.append(outcome)
                result = None
            else:
                result = outcome
        return result


def outer_first(node: cst.BaseExpression, lowered: ir.Node) -> int:
    """The first token of an expression with its own parentheses."""
    return lowered.first - max(0, len(node.lpar) - isinstance(node, cst.Tuple))


def outer_last(node: cst.BaseExpression, lowered: ir.Node) -> int:
    """The last token of an expression with its own parentheses."""
    return lowered.last + max(0, len(node.rpar) - isinstance(node, cst.Tuple))
