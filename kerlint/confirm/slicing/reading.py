"""What a piece of syntax has to do with the names of the scope in which it stands: binds, reads, changes, imports.

Names that belong to functions, classes, lambdas and comprehensions inside the piece are told apart and do not count; what
those import does, because it has to be there when they run. Knows nothing of files and of what is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import libcst as cst

from kerlint.confirm.slicing.names import (
    STORE,
    Names,
    children_of,
    dotted,
    imported_names,
    is_registry,
    parameters_of,
    root_of,
    roots_of,
)
from kerlint.confirm.slicing.scopes import Scopes


def names_of(nodes: Iterable[cst.CSTNode | None], in_function: bool = False) -> Names:
    """The names of a scope that these nodes of it concern."""
    reader = _Reader(in_function)
    for node in nodes:
        if node is not None:
            reader.visit(node)
    return reader.finished()


def names_of_loop_head(node: cst.For) -> Names:
    """The names in `for target in iterable:`, without its body."""
    reader = _Reader(False)
    reader.head_of_for(node)
    return reader.finished()


class _Reader(Scopes):
    """Walks syntax in the order of execution."""

    def __init__(self, in_function: bool) -> None:
        super().__init__()
        self._in_function = in_function

    def finished(self) -> Names:
        return self.scopes[0].names

    def visit(self, node: cst.CSTNode) -> None:
        handler = _HANDLERS.get(type(node))
        if handler is not None:
            handler(self, node)
        else:
            self._children(node)

    def _children(self, node: cst.CSTNode) -> None:
        for child in children_of(node):
            self.visit(child)

    def _each(self, nodes: Iterable[cst.CSTNode | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    # --- expressions --------------------------------------------------------------------------------------------------

    def _name(self, node: cst.Name) -> None:
        self.read(node.value)

    def _attribute(self, node: cst.Attribute) -> None:
        chain: list[str] = []
        inner: cst.BaseExpression = node
        while isinstance(inner, cst.Attribute):
            chain.append(inner.attr.value)
            inner = inner.value
        if isinstance(inner, cst.Name):
            self.read(inner.value, tuple(reversed(chain)))
        else:
            self.visit(inner)

    def _argument(self, node: cst.Arg) -> None:
        self.visit(node.value)

    def _walrus(self, node: cst.NamedExpr) -> None:
        self.visit(node.value)
        if isinstance(node.target, cst.Name):
            self.bind(node.target.value, next(s for s in reversed(self.scopes) if s.kind != "comprehension"))

    def _comprehension(self, node: cst.BaseSimpleComp | cst.DictComp) -> None:
        self.visit(node.for_in.iter)
        self.enter("comprehension")
        turn: cst.CompFor | None = node.for_in
        while turn is not None:
            if turn.asynchronous is not None:
                self.scopes[0].names.waits |= all(scope.kind in ("own", "comprehension") for scope in self.scopes)
            if turn is not node.for_in:
                self.visit(turn.iter)
            self._store(turn.target)
            self._each(turn.ifs)
            turn = turn.inner_for_in
        self._each([node.key, node.value] if isinstance(node, cst.DictComp) else [node.elt])
        self.leave()

    def _waiting(self, node: cst.Yield | cst.Await) -> None:
        if all(scope.kind in ("own", "comprehension") for scope in self.scopes):
            self.scopes[0].names.waits = True
        self._children(node)

    def _returning(self, node: cst.Return) -> None:
        if self.own is not None:
            self.own.returns = True
        self._children(node)

    # --- functions and classes ----------------------------------------------------------------------------------------

    def _lambda(self, node: cst.Lambda) -> None:
        self._defaults(node.params)
        self.enter("function")
        self._parameters(node.params)
        self.visit(node.body)
        self.leave()

    def _function(self, node: cst.FunctionDef) -> None:
        self._each(node.decorators)
        self._defaults(node.params)
        self.bind(node.name.value)
        generic = self._type_parameters(node)
        self._each(p.annotation for p in parameters_of(node.params))
        self._each([node.returns])
        self.enter("function")
        self._parameters(node.params)
        self.visit(node.body)
        self.leave()
        if generic:
            self.leave()

    def _class(self, node: cst.ClassDef) -> None:
        self._each(node.decorators)
        generic = self._type_parameters(node)
        self._each([*node.bases, *node.keywords])
        self.enter("class")
        self.visit(node.body)
        self.leave()
        if generic:
            self.leave()
        self.bind(node.name.value)

    def _type_parameters(self, node: cst.FunctionDef | cst.ClassDef | cst.TypeAlias) -> bool:
        """Opens the scope of `[T]`, when there is one."""
        listed = getattr(node, "type_parameters", None)
        if listed is None:
            return False
        self.enter("function")
        for parameter in listed.params:
            self.bind(parameter.param.name.value)
            self._each([getattr(parameter.param, "bound", None), getattr(parameter, "default", None)])
        return True

    def _type_alias(self, node: cst.TypeAlias) -> None:
        self.bind(node.name.value)
        generic = self._type_parameters(node)
        self.visit(node.value)
        if generic:
            self.leave()

    def _defaults(self, parameters: cst.Parameters) -> None:
        self._each(p.default for p in parameters_of(parameters))

    def _parameters(self, parameters: cst.Parameters) -> None:
        for parameter in parameters_of(parameters):
            self.bind(parameter.name.value)

    # --- statements ---------------------------------------------------------------------------------------------------

    def _store(self, target: cst.CSTNode) -> None:
        if isinstance(target, cst.Name):
            self.bind(target.value)
        elif isinstance(target, (cst.Tuple, cst.List)):
            for element in target.elements:
                self._store(element.value)
        elif isinstance(target, cst.StarredElement):
            self._store(target.value)
        else:
            self.visit(target)
            self.change(target, STORE)

    def _assign(self, node: cst.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self._store(target.target)
            self.alias(target.target, [root_of(node.value)])
            if is_registry(target.target) and self.own is not None:
                self.own.registered |= names_of([node.value]).read.keys()

    def _annotated(self, node: cst.AnnAssign) -> None:
        self._each([node.value])
        if self.scope.kind == "class" or (self.own is not None and not self._in_function):
            self.visit(node.annotation)
        self._store(node.target)

    def _augmented(self, node: cst.AugAssign) -> None:
        self.visit(node.value)
        self.visit(node.target)
        self._store(node.target)

    def _for(self, node: cst.For) -> None:
        self.head_of_for(node)
        self._each([node.body, node.orelse])

    def head_of_for(self, node: cst.For) -> None:
        self.visit(node.iter)
        self._store(node.target)
        self.alias(node.target, roots_of(node.iter))

    def _with_item(self, node: cst.WithItem) -> None:
        self.visit(node.item)
        if node.asname is not None:
            self._store(node.asname.name)

    def _handler(self, node: cst.ExceptHandler | cst.ExceptStarHandler) -> None:
        self._each([node.type])
        if node.name is not None:
            self._store(node.name.name)
        self.visit(node.body)

    def _import(self, node: cst.Import | cst.ImportFrom) -> None:
        for imported in imported_names(node):
            if imported.bound:
                self.bind(imported.bound)
            self.scope.names.imports.append(imported)

    def _declare(self, node: cst.Global | cst.Nonlocal) -> None:
        names = [item.name.value for item in node.names]
        if self.own is not None:
            self.own.declared.update(names)
            return
        self.scope.outer.update(names)
        if isinstance(node, cst.Nonlocal):
            self.scope.names.nonlocals += [(node, name) for name in names]

    def _delete(self, node: cst.Del) -> None:
        target = node.target
        for element in target.elements if isinstance(target, cst.Tuple) else [target]:
            inner = element.value if isinstance(element, cst.Element) else element
            if isinstance(inner, cst.Name):
                if self.own is None:
                    self.bind(inner.value)
            else:
                self.visit(inner)
                self.change(inner, STORE)

    def _expression(self, node: cst.Expr) -> None:
        self.visit(node.value)
        call = node.value
        if not isinstance(call, cst.Call) or self.own is None:
            return
        if isinstance(call.func, cst.Attribute):
            self.change(call.func.value, call.func.attr.value)
            if is_registry(call.func.value):
                self.own.registered |= names_of(call.args).read.keys()
        elif isinstance(call.func, cst.Name) and call.func.value in ("setattr", "delattr") and call.args:
            self.change(call.args[0].value, STORE)
        elif isinstance(call.func, cst.Call) and dotted(call.func.func).endswith("register_keras_serializable"):
            self.own.registered |= names_of(call.args).read.keys()

    # --- patterns -----------------------------------------------------------------------------------------------------

    def _pattern_name(self, node: cst.MatchAs | cst.MatchStar) -> None:
        self._each([getattr(node, "pattern", None)])
        if node.name is not None:
            self.bind(node.name.value)

    def _pattern_mapping(self, node: cst.MatchMapping) -> None:
        self._each(node.elements)
        if node.rest is not None:
            self.bind(node.rest.value)

    def _pattern_keyword(self, node: cst.MatchKeywordElement) -> None:
        self.visit(node.pattern)


_HANDLERS: dict[type[cst.CSTNode], Callable[..., None]] = {
    cst.Name: _Reader._name,
    cst.Attribute: _Reader._attribute,
    cst.Arg: _Reader._argument,
    cst.NamedExpr: _Reader._walrus,
    cst.ListComp: _Reader._comprehension,
    cst.SetComp: _Reader._comprehension,
    cst.DictComp: _Reader._comprehension,
    cst.GeneratorExp: _Reader._comprehension,
    cst.Yield: _Reader._waiting,
    cst.Await: _Reader._waiting,
    cst.Return: _Reader._returning,
    cst.Lambda: _Reader._lambda,
    cst.FunctionDef: _Reader._function,
    cst.ClassDef: _Reader._class,
    cst.TypeAlias: _Reader._type_alias,
    cst.Assign: _Reader._assign,
    cst.AnnAssign: _Reader._annotated,
    cst.AugAssign: _Reader._augmented,
    cst.For: _Reader._for,
    cst.WithItem: _Reader._with_item,
    cst.ExceptHandler: _Reader._handler,
    cst.ExceptStarHandler: _Reader._handler,
    cst.Import: _Reader._import,
    cst.ImportFrom: _Reader._import,
    cst.Global: _Reader._declare,
    cst.Nonlocal: _Reader._declare,
    cst.Del: _Reader._delete,
    cst.Expr: _Reader._expression,
    cst.MatchAs: _Reader._pattern_name,
    cst.MatchStar: _Reader._pattern_name,
    cst.MatchMapping: _Reader._pattern_mapping,
    cst.MatchKeywordElement: _Reader._pattern_keyword,
}
