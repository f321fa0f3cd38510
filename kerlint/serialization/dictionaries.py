"""Follows what is done to dictionaries: displays, `dict(…)`, `update`, `setdefault`, `pop`, `|`, comprehensions, constant keys.

The part of reading a configuration that knows nothing of statements and of classes' bases.
"""

from __future__ import annotations

from dataclasses import replace

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import attribute_of, dotted, positional, text_of, walk
from kerlint.serialization.lineage import Lineage
from kerlint.serialization.rewriting import is_name
from kerlint.serialization.stored import Configuration, Entry, Value

DEPTH_LIMIT = 6
"""How many calls, or names for a name, deep a configuration is followed."""


def substituted(value: ir.Expr, scope: dict[str, Value]) -> ir.Expr:
    """The expression as the caller of a helper would write it: where a parameter stands for another name, that name."""
    match value:
        case ir.Attribute(value=ir.Name(id=name) as held) if isinstance(bound := scope.get(name), ir.Name):
            return replace(value, value=replace(held, id=bound.id))
        case ir.Attribute(value=ir.Attribute() as held):
            return replace(value, value=substituted(held, scope))
        case ir.Call(arguments=arguments):
            return replace(value, arguments=tuple(replace(a, value=substituted(a.value, scope)) for a in arguments))
        case ir.Operation(start=start, rest=rest):
            return replace(
                value,
                start=substituted(start, scope),
                rest=tuple((operator, substituted(part, scope)) for operator, part in rest),
            )
    return value


_AROUND = frozenset(("iter", "list", "tuple", "sorted", "dict", "set"))
"""What gives the same elements once more."""


def key_of(target: ir.Expr, iterable: ir.Expr) -> str:
    """The name that stands for a key where a loop goes through a dictionary: the first of two where it goes through its items."""
    in_pairs = any(isinstance(node, ir.Attribute) and node.name == "items" for node in walk(iterable))
    match target:
        case ir.Name(id=name) if not in_pairs:
            return name
        case ir.Display(elements=(ir.Name(id=name), _)) if in_pairs:
            return name
    return ""


def spreads_names_alone(value: ir.DictDisplay | ir.Call) -> bool:
    """Whether a dictionary is written out but for what it takes over from dictionaries that have a name: `dict(kwargs)`."""
    if isinstance(value, ir.DictDisplay):
        return all(isinstance(item, ir.Name) if key is None else text_of(key) is not None for key, item in value.items)
    return all(argument.keyword is not None or isinstance(argument.value, ir.Name) for argument in value.arguments)


class DictionaryReader:
    """The state of reading one function; `index` is the place in the lineage of the class whose code it is."""

    def __init__(self, lineage: Lineage, index: int, depth: int) -> None:
        self.lineage = lineage
        self.index = index
        self.depth = depth
        self.owner = lineage.ancestors[index]
        self.own = "self"
        self.results: list[Value] = []
        self.names_of: dict[str, str] = {}
        self.certain = True
        self.arms = 0
        self.left_out: set[int] = set()

    @property
    def is_certain(self) -> bool:
        """Whether what is read now happens in any case."""
        return self.certain and not self.arms

    def _put(self, held: Configuration, key: ir.Expr, value: ir.Expr | None, scope: dict[str, Value]) -> None:
        text = self._text(key, scope)
        if text is None:
            if isinstance(key, ir.Name) and key.id in self.names_of:
                held.named_by.add(self.names_of[key.id])
            else:
                held.open = True
            return
        held.entries[text] = Entry(text, self.owner, key, self._plain(value, scope), self.is_certain)
        held.deleted.discard(text)

    def _plain(self, value: ir.Expr | None, scope: dict[str, Value]) -> ir.Expr | None:
        """The expression behind a local name."""
        if isinstance(value, ir.Call) and len(value.arguments) > 1 and isinstance(value.arguments[1].value, ir.Name):
            variable = value.arguments[1].value.id
            bound = scope.get(variable)
            if isinstance(bound, ir.Constant) and (name := text_of(bound)) is not None:
                return self._looked_up(value, variable, name) or value
        value = substituted(value, scope) if value is not None else None
        for _ in range(DEPTH_LIMIT):
            if not (isinstance(value, ir.Name) and value.id in scope):
                break
            bound = scope[value.id]
            if not isinstance(bound, ir.Node) or bound is value:
                return ir.Opaque(value.first, value.last)
            value = bound
        return value

    def _remove(self, held: Configuration, key: str | None, certain: bool) -> None:
        if key is None:
            held.open = True
        elif certain:
            held.entries.pop(key, None)
            held.deleted.add(key)

    def _merge(self, held: Configuration, other: Value) -> None:
        attribute = self._gone_through(other)
        if isinstance(other, Configuration):
            held.merge(other)
        elif attribute is not None:
            held.named_by.add(attribute)
        else:
            held.open = True

    def _gone_through(self, node: object) -> str | None:
        """The attribute of the object whose keys come out of an expression: `self.kept`, `iter(self.kept.items())`."""
        while isinstance(node, ir.Call):
            match node:
                case ir.Call(function=ir.Name(id=name), arguments=(argument,)) if name in _AROUND and not argument.star:
                    node = argument.value
                case ir.Call(function=ir.Attribute(value=held, name="items" | "keys" | "copy"), arguments=()):
                    node = held
                case _:
                    return None
        attribute = attribute_of(node, self.own) if self.own else None
        is_kept = attribute is not None and not attribute.startswith("__") and attribute not in self.lineage.descriptors
        return attribute if is_kept else None

    def _text(self, key: ir.Expr, scope: dict[str, Value]) -> str | None:
        if isinstance(key, ir.Name):
            bound = scope.get(key.id)
            if isinstance(bound, ir.Constant):
                return text_of(bound)
            return text_of(self.lineage.constant(self.owner, key.id)) if key.id not in scope else None
        if isinstance(key, ir.Attribute) and self.own and attribute_of(key, self.own):
            return text_of(self.lineage.class_constant(key.name))
        return text_of(key)

    def _texts(self, iterable: ir.Expr, scope: dict[str, Value]) -> tuple[str, ...] | None:
        """The constant names that a loop goes through."""
        found: ir.Expr | None = iterable
        if isinstance(iterable, ir.Name):
            bound = scope.get(iterable.id)
            found = bound if isinstance(bound, ir.Node) else self.lineage.constant(self.owner, iterable.id)
        elif self.own and (name := attribute_of(iterable, self.own)):
            found = self.lineage.class_constant(name)
        if isinstance(found, ir.Display):
            texts = [text_of(element) for element in found.elements]
            if all(text is not None for text in texts):
                return tuple(text for text in texts if text is not None)
        return None

    def _comprehension(
        self, node: ir.Comprehension, key: ir.Expr | None, clauses: tuple[ir.Clause, ...], scope: dict[str, Value],
        certain: bool,
    ) -> Value:  # fmt: skip
        made = Configuration()
        names = self._texts(clauses[0].iterable, scope) if len(clauses) == 1 else None
        if names is None or not (isinstance(key, ir.Name) and isinstance(clauses[0].target, ir.Name)):
            source = self._value(clauses[0].iterable, scope, certain)
            if isinstance(source, Configuration):
                made.merge(source)
            attribute = self._gone_through(clauses[0].iterable)
            if attribute is not None and is_name(key, key_of(clauses[0].target, clauses[0].iterable)) and len(clauses) == 1:
                made.named_by.add(attribute)
            else:
                made.open = True
            return made
        if key.id != clauses[0].target.id:
            made.open = True
            return made
        for name in names:
            value = self._looked_up(node.element, key.id, name) or ir.Opaque(node.first, node.last)
            made.entries[name] = Entry(name, self.owner, node, value)
        return made

    def _looked_up(self, value: ir.Expr | None, variable: str, name: str) -> ir.Expr | None:
        """`self.name` where it is written as `getattr(self, variable)`."""
        match value:
            case ir.Call(function=ir.Name(id="getattr"), arguments=(held, asked, *_)):
                is_own = isinstance(held.value, ir.Name) and held.value.id == self.own
                if is_own and isinstance(asked.value, ir.Name) and asked.value.id == variable:
                    return ir.Attribute(value.first, value.last, held.value, name)
        return None

    def _made(self, node: ir.Call, scope: dict[str, Value], certain: bool, *, is_dict: bool) -> Value:
        made = Configuration()
        followed = False
        for argument in node.arguments:
            if argument.keyword is not None:
                if is_dict:
                    made.entries[argument.keyword] = Entry(
                        argument.keyword, self.owner, argument, self._plain(argument.value, scope)
                    )
                    followed = True
                continue
            value = self._value(argument.value, scope, certain)
            pairs = self._pairs(argument.value, scope) if not isinstance(value, Configuration) else None
            if isinstance(value, Configuration):
                made.merge(value)
                followed = True
            elif pairs is not None:
                made.merge(pairs)
                followed = True
            else:
                self._merge(made, argument.value if is_dict else None)
        return made if followed or (is_dict and not node.arguments) or is_dict else node

    def _pairs(self, node: ir.Expr, scope: dict[str, Value]) -> Configuration | None:
        """`[("key", value), …]`."""
        if not (isinstance(node, ir.Display) and node.elements):
            return None
        made = Configuration()
        for element in node.elements:
            if not (isinstance(element, ir.Display) and len(element.elements) == 2):
                return None
            self._put(made, element.elements[0], element.elements[1], scope)
        return made

    def _method(
        self, held: Configuration, name: str, node: ir.Call, scope: dict[str, Value], certain: bool
    ) -> Value:
        given = positional(node)
        match name:
            case "update":
                for argument in node.arguments:
                    if argument.keyword is not None:
                        value = self._plain(argument.value, scope)
                        entry = Entry(argument.keyword, self.owner, argument, value, self.is_certain)
                        held.entries[argument.keyword] = entry
                    else:
                        value_given = self._value(argument.value, scope, certain)
                        pairs = self._pairs(argument.value, scope)
                        self._merge(held, pairs if pairs is not None else value_given)
                return None
            case "setdefault" if given:
                if self._text(given[0], scope) not in held.entries:
                    self._put(held, given[0], given[1] if len(given) > 1 else None, scope)
                return None
            case "pop" if given:
                self._remove(held, self._text(given[0], scope), certain)
                return None
            case "copy" | "items" | "_asdict":
                return held.copy()
            case "get" | "keys" | "values" | "__getitem__" | "__contains__":
                return None
            case "clear":
                held.entries.clear()
                return None
            case _:
                held.open = True
                return None

    def named_tuple(self, value: ir.Call, locals_: dict[str, ir.Expr]) -> Configuration | None:
        """What `_asdict()` of an object gives whose class `namedtuple(…)` made; None for an object of any other class."""
        made_by = value.function
        if isinstance(made_by, ir.Name):
            made_by = locals_.get(made_by.id) or self.lineage.constant(self.owner, made_by.id) or made_by
        if not isinstance(made_by, ir.Call) or (dotted(made_by.function) or "").rpartition(".")[2] != "namedtuple":
            return None
        made = Configuration()
        for argument in value.arguments:
            if argument.keyword is not None:
                given = locals_.get(argument.value.id, argument.value) if isinstance(argument.value, ir.Name) else argument.value
                made.entries[argument.keyword] = Entry(argument.keyword, self.owner, argument, given)
            elif argument.star == "**" and isinstance(argument.value, ir.Name) and argument.value.id in locals_:
                self._merge(made, self._value(locals_[argument.value.id], {}, True))
                made.open |= self._is_changed_in_constructor(argument.value.id)
            else:
                made.open = True
        return made

    def _is_changed_in_constructor(self, name: str) -> bool:
        """Whether the constructor does more to a dictionary of its own than to make it and to hand it on."""
        method = self.owner.facts.methods.get("__init__") if self.owner.facts is not None else None
        if method is None:
            return True
        return any(
            isinstance(node, (ir.Subscript, ir.Attribute)) and isinstance(node.value, ir.Name) and node.value.id == name
            for node in walk(method.body)
            if not (isinstance(node, ir.Attribute) and node.name in ("keys", "items", "values"))
        )

    def _value(self, node: ir.Expr, scope: dict[str, Value], certain: bool) -> Value:
        """What an expression is worth; the reader of statements knows."""
        raise NotImplementedError
