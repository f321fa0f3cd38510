"""Turns a libcst tree into `ModuleFacts`, in one walk, with a stack of its own.

Each node type has a handler; one that has children is a generator that yields them in the order of the source and is sent
their lowered forms, so that nothing here recurses, however deep an expression is. Knows nothing of Keras and of names.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Generator
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


def lower(tree: cst.Module, placing: Placing) -> ir.Block:
    """The statements of a module. Raises Misaligned when tree and tokens disagree."""
    block: ir.Block = Lowering(placing).run(_block(tree))
    return block


class Lowering:
    """The state of one walk: the tokens, and whether a `yield` was met in the function that is being read."""

    __slots__ = ("at", "yields")

    def __init__(self, placing: Placing) -> None:
        self.at = placing
        self.yields = False

    def run(self, start: Callable[[Lowering], Walk]) -> Any:
        stack: list[Walk] = [start(self)]
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
            if isinstance(outcome, Generator):
                stack.append(outcome)
                result = None
            else:
                result = outcome
        return result


def _block(owner: cst.Module | cst.BaseSuite) -> Callable[[Lowering], Walk]:
    return lambda self: _lower_suite(self, owner)


# --- leaves -----------------------------------------------------------------------------------------------------------

_WORDS = {"True": True, "False": False, "None": None}


@lowers(cst.Name)
def _name(self: Lowering, node: cst.Name) -> ir.Expr:
    token = self.at.name(node.value)
    if node.value in _WORDS:
        return ir.Constant(token, token, _WORDS[node.value])
    return ir.Name(token, token, node.value)


@lowers(cst.Integer, cst.Float, cst.Imaginary)
def _number(self: Lowering, node: cst.BaseNumber) -> ir.Expr:
    token = self.at.atom()
    try:
        return ir.Constant(token, token, ast.literal_eval(node.value))  # type: ignore[attr-defined]
    except (ValueError, SyntaxError):
        return ir.Opaque(token, token)


@lowers(cst.SimpleString)
def _string(self: Lowering, node: cst.SimpleString) -> ir.Expr:
    token = self.at.atom()
    return ir.Constant(token, token, _string_value(node.value))


def _string_value(literal: str) -> str | bytes:
    quote = literal[0]
    if quote in "\"'" and "\\" not in literal:
        width = 3 if literal.startswith(quote * 3) and len(literal) >= 6 else 1
        return literal[width:-width]
    try:
        value = ast.literal_eval(literal)
    except (ValueError, SyntaxError):
        return ""
    return value if isinstance(value, (str, bytes)) else ""


@lowers(cst.Ellipsis)
def _ellipsis(self: Lowering, node: cst.Ellipsis) -> ir.Expr:
    token = self.at.keyword("...")
    return ir.Opaque(token, token)


@lowers(cst.FormattedString, cst.TemplatedString)
def _formatted_string(self: Lowering, node: cst.FormattedString) -> Walk:
    token = self.at.atom()
    self.at.freeze()
    parts: list[str | ir.Hole] = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            parts.append(_field_text(part.value))
        elif isinstance(part, cst.FormattedStringExpression):
            value = yield part.expression
            spec = "".join(p.value for p in part.format_spec or () if isinstance(p, cst.FormattedStringText))
            parts.append(ir.Hole(token, token, value, spec))
        else:
            parts.append(ir.Hole(token, token, ir.Opaque(token, token), ""))
    self.at.thaw()
    return ir.FormattedString(token, token, tuple(parts))


def _field_text(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")


@lowers(cst.ConcatenatedString)
def _concatenated(self: Lowering, node: cst.ConcatenatedString) -> Walk:
    pieces: list[cst.BaseExpression] = []
    rest: cst.BaseExpression = node
    while isinstance(rest, cst.ConcatenatedString):
        pieces.append(rest.left)
        rest = rest.right
    lowered = []
    for piece in [*pieces, rest]:
        lowered.append((yield piece))
    first, last = lowered[0].first, lowered[-1].last
    values = [piece.value for piece in lowered if isinstance(piece, ir.Constant) and isinstance(piece.value, str)]
    if len(values) == len(lowered):
        return ir.Constant(first, last, "".join(values))
    parts: list[str | ir.Hole] = []
    for piece in lowered:
        if isinstance(piece, ir.FormattedString):
            parts.extend(piece.parts)
        elif isinstance(piece, ir.Constant) and isinstance(piece.value, str):
            parts.append(piece.value)
        else:
            return ir.Opaque(first, last)
    return ir.FormattedString(first, last, tuple(parts))


# --- expressions ------------------------------------------------------------------------------------------------------


def _outer_first(node: cst.BaseExpression, lowered: ir.Node) -> int:
    """The first token of an expression with its own parentheses."""
    return lowered.first - max(0, len(node.lpar) - isinstance(node, cst.Tuple))


def _outer_last(node: cst.BaseExpression, lowered: ir.Node) -> int:
    """The last token of an expression with its own parentheses."""
    return lowered.last + max(0, len(node.rpar) - isinstance(node, cst.Tuple))


@lowers(cst.Attribute)
def _attribute(self: Lowering, node: cst.Attribute) -> Walk:
    value = yield node.value
    token = self.at.name(node.attr.value)
    return ir.Attribute(_outer_first(node.value, value), token, value, node.attr.value)


@lowers(cst.Call)
def _call(self: Lowering, node: cst.Call) -> Walk:
    function = yield node.func
    opened = self.at.open("(")
    arguments = []
    for arg in node.args:
        arguments.append((yield arg))
    return ir.Call(_outer_first(node.func, function), self.at.close(opened), function, tuple(arguments))


@lowers(cst.Arg)
def _argument(self: Lowering, node: cst.Arg) -> Walk:
    keyword = node.keyword
    first = self.at.name(keyword.value) if keyword is not None else -1
    value = yield node.value
    return ir.Argument(
        first if first >= 0 else value.first, value.last, value, keyword.value if keyword else None, node.star
    )


@lowers(cst.Subscript)
def _subscript(self: Lowering, node: cst.Subscript) -> Walk:
    value = yield node.value
    opened = self.at.open("[")
    indices = []
    for element in node.slice:
        indices.append((yield element.slice))
    return ir.Subscript(_outer_first(node.value, value), self.at.close(opened), value, tuple(indices))


@lowers(cst.Index)
def _index(self: Lowering, node: cst.Index) -> Walk:
    value = yield node.value
    return ir.Starred(value.first, value.last, value) if node.star else value


@lowers(cst.Slice)
def _slice(self: Lowering, node: cst.Slice) -> Walk:
    first = self.at.cursor
    lower = (yield node.lower) if node.lower else None
    upper = (yield node.upper) if node.upper else None
    step = (yield node.step) if node.step else None
    return ir.Slice(first, max(first, self.at.cursor - 1), lower, upper, step)


@lowers(cst.StarredElement, cst.StarredDictElement)
def _starred(self: Lowering, node: cst.StarredElement) -> Walk:
    value = yield node.value
    return ir.Starred(value.first, value.last, value)


@lowers(cst.Element)
def _element(self: Lowering, node: cst.Element) -> Walk:
    return (yield node.value)


@lowers(cst.List, cst.Set)
def _bracketed(self: Lowering, node: cst.List | cst.Set) -> Walk:
    opened = self.at.open("[" if isinstance(node, cst.List) else "{")
    elements = []
    for element in node.elements:
        elements.append((yield element))
    kind = "list" if isinstance(node, cst.List) else "set"
    return ir.Display(opened, self.at.close(opened), kind, tuple(elements))  # type: ignore[arg-type]


@lowers(cst.Tuple)
def _tuple(self: Lowering, node: cst.Tuple) -> Walk:
    if not node.elements:
        opened = self.at.open("(")
        return ir.Display(opened, self.at.close(opened), "tuple", ())
    elements = []
    for element in node.elements:
        elements.append((yield element))
    # The parenthesis that opens next may belong to something that begins with the tuple, as in `((a, b) + c)`.
    first = _outer_first(node.elements[0].value, elements[0]) - isinstance(elements[0], ir.Starred)
    if node.lpar:
        return ir.Display(first - 1, self.at.close(first - 1), "tuple", tuple(elements))
    return ir.Display(first, _outer_last(node.elements[-1].value, elements[-1]), "tuple", tuple(elements))


@lowers(cst.Dict)
def _dict(self: Lowering, node: cst.Dict) -> Walk:
    opened = self.at.open("{")
    items: list[tuple[ir.Expr | None, ir.Expr]] = []
    for element in node.elements:
        if isinstance(element, cst.DictElement):
            key = yield element.key
            items.append((key, (yield element.value)))
        else:
            items.append((None, (yield element.value)))
    return ir.DictDisplay(opened, self.at.close(opened), tuple(items))


_BINARY = {
    cst.Add: "+", cst.Subtract: "-", cst.Multiply: "*", cst.Divide: "/", cst.FloorDivide: "//", cst.Modulo: "%",
    cst.Power: "**", cst.MatrixMultiply: "@", cst.BitAnd: "&", cst.BitOr: "|", cst.BitXor: "^", cst.LeftShift: "<<",
    cst.RightShift: ">>",
}  # fmt: skip


@lowers(cst.BinaryOperation)
def _operation(self: Lowering, node: cst.BinaryOperation) -> Walk:
    operands: list[tuple[str, cst.BaseExpression]] = []
    left: cst.BaseExpression = node
    while isinstance(left, cst.BinaryOperation) and (left is node or not left.lpar):
        operands.append((_BINARY.get(type(left.operator), "?"), left.right))
        left = left.left
    start = yield left
    rest = []
    for operator, right in reversed(operands):
        rest.append((operator, (yield right)))
    last = _outer_last(operands[0][1], rest[-1][1])
    return ir.Operation(_outer_first(left, start), last, start, tuple(rest))


@lowers(cst.BooleanOperation)
def _logic(self: Lowering, node: cst.BooleanOperation) -> Walk:
    operator = type(node.operator)
    pending: list[cst.BaseExpression] = [node.right]
    left: cst.BaseExpression = node.left
    while isinstance(left, cst.BooleanOperation) and type(left.operator) is operator and not left.lpar:
        pending.append(left.right)
        left = left.left
    operands = [(yield left)]
    for operand in reversed(pending):
        operands.append((yield operand))
    first, last = _outer_first(left, operands[0]), _outer_last(pending[0], operands[-1])
    return ir.Logic(first, last, "and" if operator is cst.And else "or", tuple(operands))


_UNARY = {cst.Not: "not", cst.Minus: "-", cst.Plus: "+", cst.BitInvert: "~"}


@lowers(cst.UnaryOperation)
def _unary(self: Lowering, node: cst.UnaryOperation) -> Walk:
    operator = _UNARY.get(type(node.operator), "?")
    first = self.at.keyword(operator)
    operand = yield node.expression
    return ir.Unary(first, _outer_last(node.expression, operand), operator, operand)


_COMPARE = {
    cst.Equal: "==", cst.NotEqual: "!=", cst.LessThan: "<", cst.LessThanEqual: "<=", cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=", cst.In: "in", cst.NotIn: "not in", cst.Is: "is", cst.IsNot: "is not",
}  # fmt: skip


@lowers(cst.Comparison)
def _comparison(self: Lowering, node: cst.Comparison) -> Walk:
    start = yield node.left
    rest = []
    for target in node.comparisons:
        rest.append((_COMPARE.get(type(target.operator), "?"), (yield target.comparator)))
    first, last = _outer_first(node.left, start), _outer_last(node.comparisons[-1].comparator, rest[-1][1])
    return ir.Comparison(first, last, start, tuple(rest))


@lowers(cst.IfExp)
def _conditional(self: Lowering, node: cst.IfExp) -> Walk:
    body = yield node.body
    test = yield node.test
    orelse = yield node.orelse
    first, last = _outer_first(node.body, body), _outer_last(node.orelse, orelse)
    return ir.Conditional(first, last, test, body, orelse)


@lowers(cst.Lambda)
def _lambda(self: Lowering, node: cst.Lambda) -> Walk:
    first = self.at.keyword("lambda")
    parameters = yield node.params
    outer, self.yields = self.yields, False
    body = yield node.body
    self.yields = outer
    last = _outer_last(node.body, body)
    result = ir.Return(body.first, body.last, body)
    return ir.Lambda(first, last, ir.FunctionFacts(first, last, "<lambda>", parameters, (result,)))


@lowers(cst.ListComp, cst.SetComp, cst.GeneratorExp, cst.DictComp)
def _comprehension(self: Lowering, node: cst.BaseComp) -> Walk:
    bracket = {cst.ListComp: "[", cst.SetComp: "{", cst.DictComp: "{"}.get(type(node))
    opened = self.at.open(bracket) if bracket else self.at.cursor
    key = (yield node.key) if isinstance(node, cst.DictComp) else None
    element = yield (node.value if isinstance(node, cst.DictComp) else node.elt)  # type: ignore[attr-defined]
    clauses = []
    level: cst.CompFor | None = node.for_in
    while level is not None:
        target = yield level.target
        iterable = yield level.iter
        conditions = []
        for condition in level.ifs:
            conditions.append((yield condition.test))
        clauses.append(ir.Clause(target, iterable, tuple(conditions)))
        level = level.inner_for_in
    last = self.at.close(opened) if bracket else self.at.cursor - 1
    kinds = {cst.ListComp: "list", cst.SetComp: "set", cst.DictComp: "dict"}
    kind: Any = kinds.get(type(node), "generator")
    return ir.Comprehension(opened, last, kind, key, element, tuple(clauses))


@lowers(cst.NamedExpr)
def _walrus(self: Lowering, node: cst.NamedExpr) -> Walk:
    target = yield node.target
    value = yield node.value
    return ir.Walrus(target.first, value.last, target, value)


@lowers(cst.Await)
def _await(self: Lowering, node: cst.Await) -> Walk:
    value = yield node.expression
    return ir.Effect(value.first, value.last, "await", value)


@lowers(cst.Yield)
def _yield(self: Lowering, node: cst.Yield) -> Walk:
    first, is_from = self.at.cursor, isinstance(node.value, cst.From)
    value = None
    if node.value is not None:
        value = yield (node.value.item if isinstance(node.value, cst.From) else node.value)
    self.yields = True
    return ir.Effect(first, max(first, self.at.cursor - 1), "yield from" if is_from else "yield", value)


# --- functions and classes --------------------------------------------------------------------------------------------


@lowers(cst.Parameters)
def _parameters(self: Lowering, node: cst.Parameters) -> Walk:
    result: list[ir.Parameter] = []
    groups: list[tuple[str, list[cst.Param]]] = [
        ("positional_only", list(node.posonly_params)),
        ("positional", list(node.params)),
        ("var_positional", [node.star_arg] if isinstance(node.star_arg, cst.Param) else []),
        ("keyword_only", list(node.kwonly_params)),
        ("var_keyword", [node.star_kwarg] if node.star_kwarg else []),
    ]
    for kind, parameters in groups:
        for param in parameters:
            token = self.at.name(param.name.value)
            annotation = (yield param.annotation.annotation) if param.annotation else None
            default = (yield param.default) if param.default else None
            result.append(ir.Parameter(token, token, param.name.value, kind, default, annotation))  # type: ignore[arg-type]
    return tuple(result)


@lowers(cst.TypeParameters)
def _type_parameters(self: Lowering, node: cst.TypeParameters) -> Walk:
    opened = self.at.open("[")
    for parameter in node.params:
        self.at.name(parameter.param.name.value)
        if isinstance(parameter.param, cst.TypeVar) and parameter.param.bound is not None:
            yield parameter.param.bound
        if parameter.default is not None:
            yield parameter.default
    self.at.close(opened)


@lowers(cst.FunctionDef)
def _function(self: Lowering, node: cst.FunctionDef) -> Walk:
    decorators = []
    for decorator in node.decorators:
        decorators.append((yield decorator.decorator))
    token = self.at.name(node.name.value)
    if node.type_parameters is not None:
        yield node.type_parameters
    opened = self.at.open("(")
    parameters = yield node.params
    self.at.close(opened)
    returns = (yield node.returns.annotation) if node.returns else None
    outer, self.yields = self.yields, False
    body = yield node.body
    yields, self.yields = self.yields, outer
    return [
        ir.FunctionFacts(token, token, node.name.value, parameters, body, tuple(decorators), returns, yields)
    ]


@lowers(cst.ClassDef)
def _class(self: Lowering, node: cst.ClassDef) -> Walk:
    decorators = []
    for decorator in node.decorators:
        decorators.append((yield decorator.decorator))
    token = self.at.name(node.name.value)
    if node.type_parameters is not None:
        yield node.type_parameters
    opened = self.at.open_if_next("(")
    bases = []
    for base in [*node.bases, *node.keywords]:
        bases.append((yield base))
    if opened is not None:
        self.at.close(opened)
    body = yield node.body
    methods = {s.name: s for s in ir.statements_of_scope(body) if isinstance(s, ir.FunctionFacts)}
    return [ir.ClassFacts(token, token, node.name.value, tuple(bases), body, tuple(decorators), methods)]


# --- statements -------------------------------------------------------------------------------------------------------


@lowers(cst.IndentedBlock, cst.SimpleStatementSuite, cst.SimpleStatementLine, cst.Module)
def _lower_suite(self: Lowering, node: Any) -> Walk:
    statements: list[ir.Stmt] = []
    for child in node.body:
        statements.extend((yield child))
    return tuple(statements)


@lowers(cst.Else, cst.Finally)
def _else(self: Lowering, node: cst.Else) -> Walk:
    return (yield node.body)


@lowers(cst.Expr)
def _expression(self: Lowering, node: cst.Expr) -> Walk:
    value = yield node.value
    return [] if isinstance(value, ir.Constant) else [ir.Expression(value.first, value.last, value)]


@lowers(cst.Pass)
def _nothing(self: Lowering, node: cst.CSTNode) -> list[ir.Stmt]:
    return []


@lowers(cst.Break, cst.Continue)
def _jump(self: Lowering, node: cst.Break | cst.Continue) -> list[ir.Stmt]:
    kind: Any = "break" if isinstance(node, cst.Break) else "continue"
    return [ir.Jump(self.at.cursor, self.at.cursor, kind)]


@lowers(cst.Assign)
def _assign(self: Lowering, node: cst.Assign) -> Walk:
    targets = []
    for target in node.targets:
        targets.append((yield target.target))
    value = yield node.value
    return [ir.Assign(targets[0].first, _outer_last(node.value, value), tuple(targets), value)]


@lowers(cst.AnnAssign)
def _annotated(self: Lowering, node: cst.AnnAssign) -> Walk:
    target = yield node.target
    annotation = yield node.annotation.annotation
    value = (yield node.value) if node.value else None
    last = _outer_last(node.value, value) if node.value else _outer_last(node.annotation.annotation, annotation)
    return [ir.Assign(target.first, last, (target,), value, annotation)]


@lowers(cst.AugAssign)
def _augmented(self: Lowering, node: cst.AugAssign) -> Walk:
    target = yield node.target
    value = yield node.value
    operator = type(node.operator).__name__.removesuffix("Assign")
    symbol = next((text for kind, text in _BINARY.items() if kind.__name__ == operator), "?")
    return [ir.AugmentedAssign(target.first, value.last, target, symbol, value)]


@lowers(cst.Return)
def _return(self: Lowering, node: cst.Return) -> Walk:
    first = self.at.cursor
    value = (yield node.value) if node.value else None
    return [ir.Return(first, value.last if value else first, value)]


@lowers(cst.Raise)
def _raise(self: Lowering, node: cst.Raise) -> Walk:
    first = self.at.cursor
    value = (yield node.exc) if node.exc else None
    if node.cause is not None:
        yield node.cause.item
    return [ir.Raise(first, value.last if value else first, value)]


@lowers(cst.Assert)
def _assert(self: Lowering, node: cst.Assert) -> Walk:
    test = yield node.test
    if node.msg is not None:
        yield node.msg
    return [ir.Assert(test.first, test.last, test)]


@lowers(cst.Del)
def _delete(self: Lowering, node: cst.Del) -> Walk:
    target = yield node.target
    targets = target.elements if isinstance(target, ir.Display) else (target,)
    return [ir.Delete(target.first, target.last, targets)]


@lowers(cst.Global, cst.Nonlocal)
def _declare(self: Lowering, node: cst.Global | cst.Nonlocal) -> list[ir.Stmt]:
    tokens = [self.at.name(item.name.value) for item in node.names]
    kind: Any = "global" if isinstance(node, cst.Global) else "nonlocal"
    return [ir.Declare(tokens[0], tokens[-1], kind, tuple(item.name.value for item in node.names))]


@lowers(cst.If)
def _if(self: Lowering, node: cst.If) -> Walk:
    first = self.at.cursor
    arms = []
    level: cst.If | cst.Else | None = node
    while isinstance(level, cst.If):
        test = yield level.test
        arms.append((test, (yield level.body)))
        level = level.orelse
    orelse = (yield level) if level is not None else ()
    return [ir.If(first, max(first, self.at.cursor - 1), tuple(arms), orelse)]


@lowers(cst.For)
def _for(self: Lowering, node: cst.For) -> Walk:
    target = yield node.target
    iterable = yield node.iter
    body = yield node.body
    orelse = (yield node.orelse) if node.orelse else ()
    return [ir.For(target.first, iterable.last, target, iterable, body, orelse)]


@lowers(cst.While)
def _while(self: Lowering, node: cst.While) -> Walk:
    test = yield node.test
    body = yield node.body
    orelse = (yield node.orelse) if node.orelse else ()
    return [ir.While(test.first, test.last, test, body, orelse)]


@lowers(cst.Try, cst.TryStar)
def _try(self: Lowering, node: cst.Try | cst.TryStar) -> Walk:
    first = self.at.cursor
    body = yield node.body
    handlers = []
    for handler in node.handlers:
        if handler.type is not None:
            yield handler.type
        name = (yield handler.name.name) if handler.name else None
        handlers.append((name.id if isinstance(name, ir.Name) else None, (yield handler.body)))
    orelse = (yield node.orelse) if node.orelse else ()
    final = (yield node.finalbody) if node.finalbody else ()
    return [ir.Try(first, first, body, tuple(handlers), orelse, final)]


@lowers(cst.With)
def _with(self: Lowering, node: cst.With) -> Walk:
    first = self.at.cursor
    items = []
    for item in node.items:
        context = yield item.item
        target = (yield item.asname.name) if item.asname else None
        items.append((context, target))
    return [ir.With(first, max(first, self.at.cursor - 1), tuple(items), (yield node.body))]


# --- imports ----------------------------------------------------------------------------------------------------------


def _dotted(self: Lowering, node: cst.BaseExpression) -> str:
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        parts.append(node.value)
    parts.reverse()
    for part in parts:
        self.at.name(part)
    return ".".join(parts)


def _alias(self: Lowering, alias: cst.ImportAlias) -> str | None:
    if alias.asname is None or not isinstance(alias.asname.name, cst.Name):
        return None
    self.at.name(alias.asname.name.value)
    return alias.asname.name.value


@lowers(cst.Import)
def _import(self: Lowering, node: cst.Import) -> list[ir.Stmt]:
    result: list[ir.Stmt] = []
    for alias in node.names:
        first = self.at.cursor
        module = _dotted(self, alias.name)
        name = _alias(self, alias)
        result.append(ir.Import(first, self.at.cursor - 1, module, name))
    return result


@lowers(cst.ImportFrom)
def _import_from(self: Lowering, node: cst.ImportFrom) -> list[ir.Stmt]:
    module = _dotted(self, node.module) if node.module is not None else ""
    level = len(node.relative)
    if isinstance(node.names, cst.ImportStar):
        return [ir.ImportFrom(self.at.cursor, self.at.cursor, module, level, "*", None)]
    result: list[ir.Stmt] = []
    for alias in node.names:
        name = _dotted(self, alias.name)
        token = self.at.cursor - 1
        result.append(ir.ImportFrom(token, token, module, level, name, _alias(self, alias)))
    return result
