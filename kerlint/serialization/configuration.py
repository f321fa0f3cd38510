"""Reads a class's `get_config` through its bases: which keys the stored configuration holds, and what stands under each.

Follows statements, helpers and `super()` in every spelling. What it cannot follow makes a configuration `open`: it may
hold any key, and rules are silent about what it lacks. Knows nothing of constructors and of reports.
"""

from __future__ import annotations

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import attribute_of, dotted, own_name, positional, walk
from kerlint.serialization.arms import forgets_return, possible_arms
from kerlint.serialization.dictionaries import DEPTH_LIMIT, DictionaryReader, key_of, spreads_names_alone
from kerlint.serialization.lineage import Ancestor, Lineage
from kerlint.serialization.stored import Configuration, Entry, Value, union


def configuration_of(lineage: Lineage, after: int = 0) -> tuple[Configuration, Ancestor | None]:
    """What `get_config` of the class gives, from the given place of its lineage on, and the class that defines it."""
    for index in range(after, len(lineage.ancestors)):
        ancestor = lineage.ancestors[index]
        if ancestor.facts is not None:
            method = ancestor.facts.methods.get("get_config")
            if method is not None and ancestor.info is not None and "get_config" not in ancestor.info.given_by_decorators:
                return _Reader(lineage, index, 0).read(method, {}), ancestor
            if "get_config" in lineage.assigned_in_body(ancestor):
                return Configuration(open=True), ancestor
        elif ancestor.keras is not None:
            keys = lineage.keras_config_keys(ancestor.keras)
            if keys is None:
                return Configuration(open=True, calls_super=True), ancestor
            return Configuration({key: Entry(key, ancestor) for key in sorted(keys)}, calls_super=True), ancestor
        elif not ancestor.is_plain:
            return Configuration(open=True), ancestor
    return Configuration(open=True), None


class _Reader(DictionaryReader):
    """Interprets one function."""

    def read(self, function: ir.FunctionFacts, given: dict[str, Value]) -> Configuration:
        """The union of what the function's returns give."""
        result = self.value_of(function, given)
        if isinstance(result, Configuration):
            return result
        return Configuration(open=True)

    def value_of(self, function: ir.FunctionFacts, given: dict[str, Value]) -> Value:
        is_static = any(dotted(decorator) == "staticmethod" for decorator in function.decorators)
        self.own = "" if is_static else own_name(function)
        scope: dict[str, Value] = dict(given)
        self._block(function.body, scope, certain=True)
        returned = [value for value in self.results if value is not None]
        if not returned:
            return Configuration(open=True, returns_nothing=forgets_return(function, self.left_out))
        found = [value for value in returned if isinstance(value, Configuration)]
        if len(found) < len(returned):
            return returned[0] if len(returned) == 1 else Configuration(open=True)
        return union(found)

    def _block(self, block: ir.Block, scope: dict[str, Value], certain: bool) -> None:
        before, self.certain = self.certain, certain
        for statement in block:
            self._statement(statement, scope, certain)
        self.certain = before

    def _statement(self, statement: ir.Stmt, scope: dict[str, Value], certain: bool) -> None:
        match statement:
            case ir.Assign(targets=targets, value=value) if value is not None:
                result = self._value(value, scope, certain)
                for target in targets:
                    self._bind(target, value, result, scope)
            case ir.AugmentedAssign(target=target, operator=operator, value=value):
                held = self._value(target, scope, certain)
                if isinstance(held, Configuration):
                    self._merge(held, self._value(value, scope, certain) if operator in ("|", "|=") else None)
            case ir.Expression(value=value):
                self._value(value, scope, certain)
            case ir.Return(value=value):
                if value is not None and not (isinstance(value, ir.Constant) and value.value is None):
                    result = self._value(value, scope, certain)
                    self.results.append(result if result is not None else value)
            case ir.Delete(targets=targets):
                for target in targets:
                    if isinstance(target, ir.Subscript):
                        held = self._value(target.value, scope, certain)
                        if isinstance(held, Configuration) and len(target.indices) == 1:
                            self._remove(held, self._text(target.indices[0], scope), certain)
            case ir.If():
                arms, orelse = possible_arms(self.lineage, self.owner, self.own, statement)
                kept = [*(body for _, body in arms), orelse]
                dropped = [block for block in ir.blocks_of(statement) if not any(block is one for one in kept)]
                self.left_out |= {id(inner) for block in dropped for inner in ir.statements_of_scope(block)}
                if arms:
                    self._arms(arms, orelse, scope, certain)
                else:
                    self._block(orelse, scope, certain)
            case ir.For(target=target, iterable=iterable, body=body):
                self._loop(target, iterable, body, scope, certain)
            case _:
                for inner in ir.blocks_of(statement):
                    self._block(inner, scope, certain and isinstance(statement, ir.With))

    def _arms(
        self, arms: tuple[tuple[ir.Expr, ir.Block], ...], orelse: ir.Block, scope: dict[str, Value], certain: bool
    ) -> None:
        outcomes = []
        self.arms += 1
        for test, body in arms:
            branch = dict(scope)
            asks_for_key = any(isinstance(n, ir.Comparison) and n.rest and n.rest[0][0] == "in" for n in walk(test))
            self._block(body, branch, certain and asks_for_key and not orelse)
            outcomes.append(branch)
        branch = dict(scope)
        self._block(orelse, branch, False)
        outcomes.append(branch)
        self.arms -= 1
        for name in {name for outcome in outcomes for name in outcome}:
            values = [outcome[name] for outcome in outcomes if name in outcome]
            if any(value is not values[0] for value in values):
                found = [value for value in values if isinstance(value, Configuration)]
                scope[name] = union(found) if len(found) == len(values) else (found[0] if found else None)
                if found and len(found) < len(values):
                    found[0].open = True
            else:
                scope[name] = values[0]

    def _loop(
        self, target: ir.Expr, iterable: ir.Expr, body: ir.Block, scope: dict[str, Value], certain: bool
    ) -> None:
        names = self._texts(iterable, scope)
        if names is not None and isinstance(target, ir.Name):
            for name in names:
                scope[target.id] = ir.Constant(iterable.first, iterable.last, name)
                self._block(body, scope, certain)
            return
        for node in walk(target):
            if isinstance(node, ir.Name):
                scope[node.id] = None
        source = self._gone_through(iterable)
        if source is not None and (key := key_of(target, iterable)):
            self.names_of[key] = source
        self._block(body, scope, False)

    def _bind(self, target: ir.Expr, value: ir.Expr, result: Value, scope: dict[str, Value]) -> None:
        if isinstance(target, ir.Name):
            scope[target.id] = result
        elif isinstance(target, ir.Subscript) and len(target.indices) == 1:
            held = self._value(target.value, scope, True)
            if isinstance(held, Configuration):
                self._put(held, target.indices[0], value, scope)
        elif isinstance(target, ir.Display):
            for element in target.elements:
                self._bind(element, value, None, scope)

    def _value(self, node: ir.Expr, scope: dict[str, Value], certain: bool) -> Value:
        match node:
            case ir.Name(id=name):
                return scope.get(name, node)
            case ir.DictDisplay(items=items):
                made = Configuration()
                for key, value in items:
                    if key is None:
                        self._merge(made, self._value(value, scope, certain))
                    else:
                        self._put(made, key, value, scope)
                return made
            case ir.Operation(start=start, rest=rest) if all(operator in ("|", "+") for operator, _ in rest):
                parts = [self._value(part, scope, certain) for part in (start, *(part for _, part in rest))]
                found = [part for part in parts if isinstance(part, Configuration)]
                if not found:
                    return node
                made = found[0].copy()
                for part in parts if len(found) < len(parts) else found[1:]:
                    self._merge(made, part)
                return made
            case ir.Conditional(body=body, orelse=orelse):
                parts = [self._value(body, scope, certain), self._value(orelse, scope, certain)]
                found = [part for part in parts if isinstance(part, Configuration)]
                return union(found) if found else node
            case ir.Comprehension(kind="dict", key=key, clauses=clauses):
                return self._comprehension(node, key, clauses, scope, certain)
            case ir.Call():
                return self._call(node, scope, certain)
            case ir.Attribute() if self.own and (attribute := attribute_of(node, self.own)):
                return self.lineage_attribute(attribute, node)
            case ir.Starred(value=value) | ir.Effect(value=ir.Node() as value):
                return self._value(value, scope, certain)
            case ir.Walrus(target=target, value=value):
                result = self._value(value, scope, certain)
                self._bind(target, value, result, scope)
                return result
            case _:
                return node

    def _call(self, node: ir.Call, scope: dict[str, Value], certain: bool) -> Value:
        function = node.function
        if isinstance(function, ir.Attribute):
            if function.name == "get_config" or _is_super(function.value):
                chained = self._chained(node, function, scope, certain)
                if chained is not None:
                    return chained
            if self.own and isinstance(function.value, ir.Name) and function.value.id in (self.own, "cls"):
                return self._inline(function.name, node, scope, certain)
            held = self._value(function.value, scope, certain)
            if isinstance(held, Configuration):
                return self._method(held, function.name, node, scope, certain)
        called = self.lineage.qualified(self.owner, function) or dotted(function) or ""
        last = called.rpartition(".")[2]
        if last in ("dict", "OrderedDict", "list", "tuple", "copy", "deepcopy", "chain", "sorted"):
            return self._made(node, scope, certain, is_dict=last in ("dict", "OrderedDict"))
        helper = self.lineage.function(self.owner, function)
        values = [self._value(argument.value, scope, certain) for argument in node.arguments]
        if helper is not None and self.depth < DEPTH_LIMIT:
            given: dict[str, Value] = {p.name: v for p, v in zip(helper.parameters, values, strict=False)}
            given |= {a.keyword: v for a, v in zip(node.arguments, values, strict=True) if a.keyword}
            reader = _Reader(self.lineage, self.index, self.depth + 1)
            reader.own = ""
            result = reader._plain_function(helper, given)
            return result if isinstance(result, Configuration) else node
        handed = [value for value in values if isinstance(value, Configuration)]
        for value in handed:
            value.open = True
        if handed:
            made = handed[0].copy()
            made.open = True
            return made
        return node

    def _plain_function(self, function: ir.FunctionFacts, given: dict[str, Value]) -> Value:
        self.own = ""
        self._block(function.body, given, certain=True)
        found = [value for value in self.results if isinstance(value, Configuration)]
        return union(found) if found and len(found) == len(self.results) else None

    def _chained(
        self, node: ir.Call, function: ir.Attribute, scope: dict[str, Value], certain: bool
    ) -> Configuration | None:
        """`super().get_config()`, `super(C, self).get_config()` or `Base.get_config(self)`."""
        base = function.value
        if _is_super(base):
            after = self.index + 1
            if base.arguments:  # type: ignore[union-attr]
                named = self.lineage.index_of(self.owner, base.arguments[0].value)  # type: ignore[union-attr]
                if named is None:
                    return Configuration(open=True, calls_super=True)
                after = named + 1
            if function.name != "get_config":
                return self._inline_after(function.name, after, node, scope, certain)
        elif node.arguments and self.own and isinstance(node.arguments[0].value, ir.Name):
            if node.arguments[0].value.id != self.own:
                return None
            named = self.lineage.index_of(self.owner, base)
            if named is None:
                return Configuration(open=True, calls_super=True)
            after = named
        else:
            return None
        if self.depth >= DEPTH_LIMIT:
            return Configuration(open=True)
        made, _ = configuration_of(self.lineage, after)
        made = made.copy()
        made.calls_super = True
        return made

    def _inline(self, name: str, node: ir.Call, scope: dict[str, Value], certain: bool) -> Value:
        return self._inline_after(name, 0, node, scope, certain)

    def _inline_after(
        self, name: str, after: int, node: ir.Call, scope: dict[str, Value], certain: bool
    ) -> Configuration:
        """What a method of the object gives."""
        if self.depth < DEPTH_LIMIT:
            for index in range(after, len(self.lineage.ancestors)):
                facts = self.lineage.ancestors[index].facts
                if facts is not None and (method := facts.methods.get(name)) is not None:
                    given: dict[str, Value] = {
                        p.name: self._value(v, scope, certain)
                        for p, v in zip(method.parameters[1:], positional(node), strict=False)
                    }
                    given |= {a.keyword: self._value(a.value, scope, certain) for a in node.arguments if a.keyword}
                    return _Reader(self.lineage, index, self.depth + 1).read(method, given)
        return Configuration(open=True)

    def lineage_attribute(self, name: str, node: ir.Expr) -> Value:
        """`self.name`: a dictionary that a constructor of the class keeps, or just the attribute."""
        if self.depth >= DEPTH_LIMIT:
            return node
        for index, ancestor in enumerate(self.lineage.ancestors):
            method = ancestor.facts.methods.get(name) if ancestor.facts is not None else None
            if method is not None and any(dotted(decorator) == "property" for decorator in method.decorators):
                made = _Reader(self.lineage, index, self.depth + 1).value_of(method, {})
                return made if isinstance(made, Configuration) and made.entries else node
        stores = self.lineage.attribute_stores(name)
        if len(stores) != 1:
            return Configuration(open=True) if any(isinstance(value, ir.DictDisplay) for _, value in stores) else node
        index, value = stores[0]
        reader = _Reader(self.lineage, index, self.depth + 1)
        locals_ = self.lineage.constructor_locals(index)
        value = locals_.get(value.id, value) if isinstance(value, ir.Name) else value
        if not isinstance(value, (ir.DictDisplay, ir.Call)):
            return node
        if isinstance(value, ir.Call) and dotted(value.function) not in ("dict", "OrderedDict", "collections.OrderedDict"):
            return reader.named_tuple(value, locals_) or node
        made = reader._value(value, {}, True)
        if isinstance(made, Configuration):
            if made.open and spreads_names_alone(value):
                made.open = False
                made.named_by.add(name)
            for key in self.lineage.keys_put_into(name):
                if key is None:
                    made.open = True
                else:
                    made.entries.setdefault(key, Entry(key, self.lineage.ancestors[index]))
        return made


def _is_super(node: ir.Expr) -> bool:
    return isinstance(node, ir.Call) and isinstance(node.function, ir.Name) and node.function.id == "super"
