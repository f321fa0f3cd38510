"""Reads a class's constructor through its bases: what it takes, what it hands on, what it keeps under which attribute.

Knows nothing of configurations and of reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from typing import TypeVar

from kerlint.dependencies import Answers, remembered, told_of
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import (
    assignments,
    attribute_of,
    mentions,
    names_in,
    own_name,
    positional,
    text_of,
    walk,
)
from kerlint.serialization.effects import Body
from kerlint.serialization.lineage import Ancestor, Lineage

Said = TypeVar("Said")


@dataclass(frozen=True, slots=True, eq=False)
class BaseCall:
    """`super().__init__(…)`: the call, and the place in the lineage where the lookup goes on."""

    call: ir.Call
    after: int

    @property
    def keywords(self) -> dict[str, ir.Expr]:
        """The arguments given by name."""
        return {a.keyword: a.value for a in self.call.arguments if a.keyword is not None}

    def bound(self, lineage: Lineage) -> dict[str, ir.Expr]:
        """The arguments under the names by which the base takes them, as far as those are known."""
        return dict(zip(base_positions(lineage, self.after) or (), positional(self.call), strict=False)) | self.keywords

    @property
    def spread(self) -> list[ir.Expr]:
        """What is given as `**`."""
        return [a.value for a in self.call.arguments if a.star == "**"]

    @property
    def names_graph(self) -> bool:
        """Whether it gives inputs and outputs by name, of which Model makes a functional model."""
        return "inputs" in self.keywords and "outputs" in self.keywords

    @property
    def places_graph(self) -> bool:
        """Whether it gives them by position, where Model itself is what it calls."""
        given = len(positional(self.call))
        return given == 2 or (given == 1 and "outputs" in self.keywords)


@dataclass(eq=False)
class Constructor:
    """The `__init__` that runs for a class, and the class of the project that defines it."""

    lineage: Lineage
    index: int
    function: ir.FunctionFacts
    base_calls: list[BaseCall] = field(default_factory=list)
    _answers: Answers = field(default_factory=dict)

    def answer(self, question: Callable[[Constructor], Said]) -> Said:
        """What a function says of this constructor, asked once for all of its parameters."""
        return told_of(self._answers, question, self)

    @property
    def owner(self) -> Ancestor:
        """The class that defines it."""
        return self.lineage.ancestors[self.index]

    @property
    def own(self) -> str:
        """What it calls its object."""
        return own_name(self.function)

    @remembered
    def parameters(self) -> list[ir.Parameter]:
        """What can be given by name, without `self`, `*args` and `**kwargs`."""
        return [
            p for p in self.function.parameters[1:] if p.kind in ("positional", "keyword_only", "positional_only")
        ]

    @remembered
    def names(self) -> set[str]:
        """The names of the parameters."""
        return {p.name for p in self.parameters}

    @remembered
    def any_keyword(self) -> str | None:
        """The name of its `**kwargs`."""
        return next((p.name for p in self.function.parameters if p.kind == "var_keyword"), None)

    @remembered
    def rebound(self) -> set[str]:
        """The parameters that the body assigns anew."""
        return {target.id for target, _ in assignments(self.function.body) if isinstance(target, ir.Name)}

    @remembered
    def replaced(self) -> set[str]:
        """The same without those that the body only fills in where nothing was given: `x = x or default`."""
        return {
            target.id
            for target, value in assignments(self.function.body)
            if isinstance(target, ir.Name) and not _fills_in(target.id, value)
        }

    @remembered
    def stores(self) -> list[tuple[str, ir.Expr, ir.Expr]]:
        """(attribute, value, target) of each `self.attribute = value`."""
        found = []
        for target, value in assignments(self.function.body):
            name = attribute_of(target, self.own)
            if name is not None:
                found.append((name, value, target))
        return found

    @remembered
    def stored_values(self) -> frozenset[int]:
        """What it stores in attributes, by the ids of the expressions."""
        return frozenset(id(value) for _, value, _ in self.stores)

    # --- **kwargs -----------------------------------------------------------------------------------------------------

    @remembered
    def taken_from_keywords(self) -> set[str] | None:
        """The keys that the body itself takes out of `**kwargs`; None when it takes one that is not known."""
        name, taken = self.any_keyword, set()
        if name is None:
            return set()
        for node in walk(self.function.body):
            key: ir.Expr | None = None
            if isinstance(node, ir.Call) and isinstance(node.function, ir.Attribute):
                if isinstance(node.function.value, ir.Name) and node.function.value.id == name:
                    given = positional(node)
                    if node.function.name in ("pop", "get", "setdefault") and given:
                        key = given[0]
                    elif node.function.name not in ("keys", "items", "values", "copy", "update"):
                        return None
            elif isinstance(node, ir.Subscript) and isinstance(node.value, ir.Name) and node.value.id == name:
                key = node.indices[0] if len(node.indices) == 1 else None
            elif isinstance(node, ir.Comparison) and _is_look_into(node, name):
                key = node.start
            if key is not None:
                text = text_of(key)
                if text is None:
                    return None
                taken.add(text)
        return taken

    def has_stand_in(self, name: str, keys: set[str]) -> bool:
        """Whether a key that only `**kwargs` brings comes in place of the parameter: a branch chooses between them."""
        keyword = self.any_keyword
        stand_ins = {
            target.id
            for target, value in assignments(self.function.body)
            if isinstance(target, ir.Name) and isinstance(value, ir.Call) and isinstance(value.function, ir.Attribute)
            if isinstance(value.function.value, ir.Name) and value.function.value.id == keyword
            if value.arguments and text_of(value.arguments[0].value) in keys - self.names
        }
        for statement in ir.statements_of_scope(self.function.body):
            if isinstance(statement, ir.If) and any(mentions(one, statement) for one in stand_ins):
                if any(mentions(name, test) for test, _ in statement.arms):
                    return True
                if any(body and isinstance(body[-1], ir.Return) for _, body in statement.arms):
                    return all(s.first > statement.last for s in self.meaningful_statements(name))
        return False

    @remembered
    def drops_keywords(self) -> bool:
        """Whether `**kwargs` is taken and never looked at."""
        name = self.any_keyword
        return name is not None and not mentions(name, self.function.body)

    @remembered
    def loses_keywords(self) -> bool:
        """Whether `**kwargs` is dropped here, or handed to a base of the project that drops it."""
        if self.drops_keywords:
            return True
        bases = [constructor_of(self.lineage, call.after) for call in self.base_calls if call.spread]
        return self.hands_keywords_on is True and any(base is not None and base.loses_keywords for base in bases)

    @remembered
    def hands_keywords_on(self) -> bool | None:
        """Whether `**kwargs` goes to the base as it is; None when something else happens to it."""
        name = self.any_keyword
        if name is None:
            return False
        forwarded = sum(isinstance(e, ir.Name) and e.id == name for call in self.base_calls for e in call.spread)
        uses = sum(isinstance(n, ir.Name) and n.id == name for n in walk(self.function.body))
        own_uses = sum(_is_look_into(n, name) for n in walk(self.function.body))
        if uses - own_uses > forwarded:
            return None
        return forwarded > 0

    @remembered
    def accepts(self) -> frozenset[str] | None:
        """Every keyword that the constructor takes without raising; None when that may be any."""
        return self.accepted(is_graph=False)

    def accepted(self, *, is_graph: bool) -> frozenset[str] | None:
        """The same where inputs and outputs of a functional model come from the child that calls it."""
        keyword = self.any_keyword
        if keyword is None:
            return frozenset(self.names)
        taken = self.taken_from_keywords
        if taken is None or self.hands_keywords_on is not True:
            return None
        found = frozenset(self.names | taken)
        for call in self.base_calls:
            if any(isinstance(e, ir.Name) and e.id == keyword for e in call.spread):
                gives = call.names_graph or call.places_graph or (is_graph and not {"inputs", "outputs"} & self.names)
                further = keywords_taken(self.lineage, call.after, is_graph=gives)
                if further is None:
                    return None
                found |= further
        return found

    def given_twice(self, keys: set[str]) -> set[str]:
        """Those of the keys that the constructor gives to its base itself, and would hand on from `**kwargs` as well.

        What a base of the project does with the `**kwargs` that reach it counts.
        """
        taken = self.taken_from_keywords
        if self.hands_keywords_on is not True or taken is None:
            return set()
        handed_on = keys - self.names - taken
        given: set[str] = set()
        for call in self.base_calls:
            if any(isinstance(e, ir.Name) for e in call.spread):
                given |= set(call.keywords)
                positions = base_positions(self.lineage, call.after)
                if positions is not None and not any(a.star == "*" for a in call.call.arguments):
                    given |= set(positions[: len(positional(call.call))])
                base = constructor_of(self.lineage, call.after)
                if base is not None:
                    given |= base.given_twice(handed_on - set(call.keywords))
        return given & handed_on

    def reached(self) -> Iterator[tuple[Constructor, ir.Parameter]]:
        """The parameters of the project's bases that only `**kwargs` can bring, each with the constructor that takes it."""
        taken = self.taken_from_keywords
        if self.hands_keywords_on is not True or taken is None:
            return
        for call in self.base_calls:
            base = constructor_of(self.lineage, call.after)
            if base is None or not any(isinstance(e, ir.Name) and e.id == self.any_keyword for e in call.spread):
                continue
            if any(a.star == "*" for a in call.call.arguments):
                continue
            given = self.names | taken | set(call.keywords)
            own = base.parameters[len(positional(call.call)) :]
            yield from ((base, parameter) for parameter in own if parameter.name not in given)
            yield from ((owner, parameter) for owner, parameter in base.reached() if parameter.name not in given)

    # --- what a parameter does ----------------------------------------------------------------------------------------

    def matters(self, name: str) -> bool:
        """Whether the parameter does more than being checked, warned about or turned into another keyword."""
        return bool(self.meaningful_statements(name))

    def meaningful_statements(self, name: str) -> list[ir.Stmt]:
        """The statements in which the parameter does something."""
        block = self._statements_by_name.get(name, ())
        return list(Body(self.own, self.any_keyword).meaningful(tuple(block), name))

    @remembered
    def _statements_by_name(self) -> dict[str, list[ir.Stmt]]:
        """The statements of the body by the names in them: nothing is done with a name in the others."""
        found: dict[str, list[ir.Stmt]] = {}
        for statement in self.function.body:
            for name in names_in(statement):
                found.setdefault(name, []).append(statement)
        return found

    @remembered
    def attributes_of_parameters(self) -> dict[str, set[str]]:
        """The attributes that are a parameter and never anything else, by its name."""
        found: dict[str, set[str]] = {}
        for attribute, value, _ in self.stores:
            if isinstance(value, ir.Name) and len(self.lineage.attribute_stores(attribute)) == 1:
                found.setdefault(value.id, set()).add(attribute)
        return found


def _is_look_into(node: ir.Node, name: str) -> bool:
    """`kwargs.pop(…)`, `kwargs["x"]` or `"x" in kwargs`."""
    match node:
        case ir.Attribute(value=ir.Name(id=found)) | ir.Subscript(value=ir.Name(id=found)):
            return found == name
        case ir.Comparison(rest=((("in" | "not in"), ir.Name(id=found)),)):
            return found == name
    return False


def _fills_in(name: str, value: ir.Expr) -> bool:
    """`x or default` and `x if x else default`: the argument itself, where there is one."""
    match value:
        case ir.Logic(operator="or", operands=(ir.Name(id=first), *_)):
            return first == name
        case ir.Conditional(test=test, body=body, orelse=orelse) if mentions(name, test):
            return any(isinstance(arm, ir.Name) and arm.id == name for arm in (body, orelse))
    return False


def constructor_of(lineage: Lineage, after: int = 0) -> Constructor | None:
    """The constructor of the project that runs for the class; None when Keras's or an unknown one does."""
    for index in range(after, len(lineage.ancestors)):
        ancestor = lineage.ancestors[index]
        if ancestor.facts is not None:
            function = ancestor.facts.methods.get("__init__")
            if function is not None:
                return with_base_calls(Constructor(lineage, index, function))
        elif not ancestor.is_plain:
            return None
    return None


def with_base_calls(constructor: Constructor) -> Constructor:
    """The same, knowing which of its calls run constructors of its bases."""
    constructor.base_calls = list(_base_calls(constructor))
    return constructor


def _base_calls(constructor: Constructor) -> Iterator[BaseCall]:
    lineage, owner = constructor.lineage, constructor.owner
    for node in walk(constructor.function.body):
        if not (isinstance(node, ir.Call) and isinstance(node.function, ir.Attribute) and node.function.name == "__init__"):
            continue
        base = node.function.value
        if isinstance(base, ir.Call) and isinstance(base.function, ir.Name) and base.function.id == "super":
            after: int | None = constructor.index + 1
            if base.arguments:
                named = lineage.index_of(owner, base.arguments[0].value)
                after = named + 1 if named is not None else None
            if after is not None:
                yield BaseCall(node, after)
        elif node.arguments and isinstance(node.arguments[0].value, ir.Name):
            named = lineage.index_of(owner, base)
            if named is not None and node.arguments[0].value.id == constructor.own:
                yield BaseCall(ir.Call(node.first, node.last, node.function, node.arguments[1:]), named)


def keywords_taken(lineage: Lineage, after: int = 0, *, is_graph: bool = False) -> frozenset[str] | None:
    """Every keyword that the constructor found from a place of the lineage on takes; None when it may take any.

    `is_graph`: it is given inputs and outputs, so that Model makes a functional model of what it is given.
    """
    for index in range(after, len(lineage.ancestors)):
        ancestor = lineage.ancestors[index]
        if ancestor.facts is not None:
            if "__init__" in ancestor.facts.methods:
                found = constructor_of(lineage, index)
                return found.accepted(is_graph=is_graph) if found is not None else None
        elif ancestor.keras is not None:
            keras = ancestor.keras
            if is_graph and keras.kind == "model" and lineage.knowledge.functional_takes_any_keyword:
                return None
            own = keras.keywords | frozenset(keras.config_keys or ())  # Keras's own classes take their own configuration
            if keras.takes_any_keyword and not keras.extra_keywords:
                known = lineage.knowledge.accepted_by_base(keras.kind)
                return (known | own) if known else None
            return own
        elif not ancestor.is_plain:
            return None
    return frozenset()


def base_positions(lineage: Lineage, after: int) -> list[str] | None:
    """The names of the positional parameters of the constructor found from a place of the lineage on."""
    for index in range(after, len(lineage.ancestors)):
        ancestor = lineage.ancestors[index]
        if ancestor.facts is not None:
            method = ancestor.facts.methods.get("__init__")
            if method is not None:
                return [p.name for p in method.parameters[1:] if p.kind in ("positional", "positional_only")]
        elif ancestor.keras is not None:
            return [p.name for p in ancestor.keras.parameters if p.kind in ("positional", "positional_only")]
        elif not ancestor.is_plain:
            return None
    return []
