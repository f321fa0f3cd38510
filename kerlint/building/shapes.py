"""Where a `build` method treats the input shape as a tuple.

Turns a method into the sums of a shape and a tuple in it, and into the questions that only a TensorShape answers. A name that
is bound to anything else than a shape is none from then on. Knows nothing of classes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import dotted, walk

Finds = Callable[[ir.Expr, set[str]], Iterator[ir.Node]]
"""What finds places in an expression, by the names that hold shapes."""


def tuple_sums(method: ir.FunctionFacts) -> Iterator[ir.Node]:
    """The expressions `shape + (…)` and `(…) + shape` of a `build`, in order."""
    yield from _in_block(method.body, _given_shape(method), _sums)


def list_requests(method: ir.FunctionFacts) -> Iterator[ir.Node]:
    """The calls `shape.as_list()` of a `build`, in order."""
    yield from _in_block(method.body, _given_shape(method), _requests)


def _given_shape(method: ir.FunctionFacts) -> set[str]:
    parameters = [p for p in method.parameters if p.kind in ("positional", "positional_only", "keyword_only")]
    return {parameter.name for parameter in parameters[1:2]}


def _in_block(block: ir.Block, shapes: set[str], finds: Finds) -> Iterator[ir.Node]:
    for statement in block:
        if isinstance(statement, (ir.FunctionFacts, ir.ClassFacts)):
            continue
        inner = list(ir.blocks_of(statement))
        if isinstance(statement, ir.If):
            shapes -= _tested(statement, shapes)
        if not inner:
            for expression in _expressions(statement):
                yield from finds(expression, shapes)
        _bind(statement, shapes)
        for nested in inner:
            yield from _in_block(nested, shapes, finds)


def _tested(statement: ir.If, shapes: set[str]) -> set[str]:
    """The shapes whose type the program asks for: it knows that there are several."""
    asked: set[str] = set()
    for test, _ in statement.arms:
        for node in walk(test):
            if isinstance(node, ir.Call) and dotted(node.function) in ("isinstance", "hasattr"):
                asked |= {a.value.id for a in node.arguments if isinstance(a.value, ir.Name) and a.value.id in shapes}
    return asked


def _bind(statement: ir.Stmt, shapes: set[str]) -> None:
    if isinstance(statement, (ir.For, ir.With)):
        targets = [statement.target] if isinstance(statement, ir.For) else [t for _, t in statement.items if t is not None]
        shapes -= {node.id for target in targets for node in walk(target) if isinstance(node, ir.Name)}
    if not isinstance(statement, ir.Assign) or statement.value is None:
        return
    for target in statement.targets:
        if isinstance(target, ir.Name):
            if _is_shape(statement.value, shapes):
                shapes.add(target.id)
            else:
                shapes.discard(target.id)
        elif isinstance(target, ir.Display):
            names = {element.id for element in target.elements if isinstance(element, ir.Name)}
            if isinstance(statement.value, ir.Name) and statement.value.id in shapes:
                shapes |= names
            else:
                shapes -= names


def _is_shape(node: ir.Expr, shapes: set[str]) -> bool:
    """A shape, or a slice of one, that is whatever Keras handed over."""
    if isinstance(node, ir.Name):
        return node.id in shapes
    if isinstance(node, ir.Subscript) and len(node.indices) == 1 and isinstance(node.indices[0], ir.Slice):
        inner = node.value
        if isinstance(inner, ir.Subscript) and len(inner.indices) == 1 and isinstance(inner.indices[0], ir.Constant):
            inner = inner.value
        return _is_shape(inner, shapes)
    return False


def _requests(expression: ir.Expr, shapes: set[str]) -> Iterator[ir.Node]:
    for node in walk(expression, into_scopes=False):
        match node:
            case ir.Call(function=ir.Attribute(value=shape, name="as_list")) if _is_shape(shape, shapes):
                yield node


def _sums(expression: ir.Expr, shapes: set[str]) -> Iterator[ir.Node]:
    for node in walk(expression, into_scopes=False):
        if isinstance(node, ir.Operation) and node.rest and node.rest[0][0] == "+":
            first, second = node.start, node.rest[0][1]
            if (_is_shape(first, shapes) and _is_tuple(second)) or (_is_tuple(first) and _is_shape(second, shapes)):
                yield node


def _is_tuple(node: ir.Expr) -> bool:
    if isinstance(node, ir.Display):
        return node.kind == "tuple"
    return isinstance(node, ir.Call) and dotted(node.function) == "tuple"


def _expressions(statement: ir.Stmt) -> Iterator[ir.Expr]:
    match statement:
        case ir.Assign() | ir.AugmentedAssign() | ir.Expression() | ir.Return():
            if statement.value is not None:
                yield statement.value

