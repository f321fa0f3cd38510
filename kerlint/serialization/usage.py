"""Where the project makes objects of a class, and which classes derive from it.

Asks every file of the project that mentions the class, so that one file alone is judged as in the whole. A call of a name that
stands for one of several classes (`{"a": A, "b": B}[kind]`, `A if x else B`, `partial(A, …)`) makes an object of each; so does
a layer that is given a class and calls it.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.knowledge import KerasClass
from kerlint.project import Module, Project
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.walking import assignments, attribute_of, dotted, last_name, own_name, positional, text_of, walk
from kerlint.serialization.names import find_class


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A call that makes an object; `owner` is the class whose method makes it, `scope` the body around."""

    module: Module
    call: ir.Call
    owner: ClassInfo | None
    scope: ir.Block

    def receivers(self) -> Iterator[ir.Call]:
        """The calls around that are given the object, as it is made or under a name."""
        names = {target.id for target, value in assignments(self.scope) if value is self.call and isinstance(target, ir.Name)}
        for node in walk(self.scope):
            if isinstance(node, ir.Call) and any(
                _is_it(part, self.call, names) for a in node.arguments for part in _parts(a.value)
            ):
                yield node


@dataclass(frozen=True, slots=True, eq=False)
class _Making:
    """A call that may make an object of what the expression names."""

    call: ir.Call
    owner: ClassInfo | None
    named: ir.Expr
    scope: ir.Block


def _parts(value: ir.Expr) -> tuple[ir.Expr, ...]:
    """What is given: a list gives its elements."""
    return value.elements if isinstance(value, ir.Display) else (value,)


def _is_it(value: ir.Expr, call: ir.Call, names: set[str]) -> bool:
    return value is call or (isinstance(value, ir.Name) and value.id in names)


def construction_sites(info: ClassInfo, project: Project) -> list[Site]:
    """Every call in the project that makes an object of the class."""
    modules = project.files_using(info.module, info.name)
    sites = [
        Site(module, making.call, making.owner, making.scope)
        for module in modules
        for making in _makings_of(module, info.name)
        if find_class(module, making.named) is info
    ]
    return sites + [site for module in modules for site in _made_by_takers(info, module)]


def _made_by_takers(info: ClassInfo, module: Module) -> Iterator[Site]:
    """The calls by which layers and models that are given the class itself make an object of it."""
    for call, place, given in module.kept_answer(_given_by_name).get(info.name, ()):
        taker = find_class(module, call.function)
        if taker is None or taker.kind not in ("layer", "model") or find_class(module, given) is not info:
            continue
        found = taker.constructor
        if found is None:
            continue
        owner, constructor = found
        names = [p.name for p in constructor.parameters[1:] if p.kind in ("positional", "positional_only")]
        name = place if isinstance(place, str) else next(iter(names[place : place + 1]), "")
        own = own_name(constructor)
        kept = {
            attribute
            for target, value in assignments(constructor.body)
            if isinstance(value, ir.Name) and value.id == name and (attribute := attribute_of(target, own)) is not None
        }
        for method in owner.facts.methods.values():
            for node in walk(method.body):
                if not isinstance(node, ir.Call):
                    continue
                is_argument = method is constructor and isinstance(node.function, ir.Name) and node.function.id == name
                if is_argument or attribute_of(node.function, own_name(method)) in kept:
                    yield Site(owner.module, node, owner, method.body)


_Given = tuple[ir.Call, str | int, ir.Expr]
"""A call, the keyword or place of an argument, and the name that is given there."""


def _given_by_name(module: Module) -> dict[str, list[_Given]]:
    """What the calls of the module are given under a name, each under the last part of that."""
    found: dict[str, list[_Given]] = {}
    for node in walk(module.facts.body):
        if isinstance(node, ir.Call):
            for place, argument in enumerate(node.arguments):
                value = argument.value
                for part in (value.body, value.orelse) if isinstance(value, ir.Conditional) else (value,):
                    if not argument.star and (name := last_name(part)) is not None:
                        found.setdefault(name, []).append((node, argument.keyword or place, part))
    return found


def subclasses(info: ClassInfo, project: Project) -> list[ClassInfo]:
    """The classes of the project that derive from the class directly."""
    return [
        other
        for module in project.files_using(info.module, info.name)
        for other in module.classes
        if any(base is info or _is_private_keras(base, info.name) for base in other.bases)
    ]


def _is_private_keras(base: object, name: str) -> bool:
    """Whether a base is Keras's own private class of that name: so Keras's sources see themselves."""
    return isinstance(base, KerasClass) and base.name.startswith("keras.src.") and base.name.rpartition(".")[2] == name


def _makings_of(module: Module, name: str) -> list[_Making]:
    """The calls of the module that may make an object of what is called so."""
    return module.kept_answer(_makings_by_name).get(name, [])


def _makings_by_name(module: Module) -> dict[str, list[_Making]]:
    found: dict[str, list[_Making]] = {}
    methods = {id(method): owner for owner in module.classes for method in owner.facts.methods.values()}
    for making in _makings(module.facts.body, (), methods, None, ()):
        found.setdefault(last_name(making.named) or "", []).append(making)
    return found


_Choices = dict[str, list[ir.Expr]]
"""What the names of a scope are assigned."""


def _makings(
    body: ir.Block,
    parameters: tuple[ir.Parameter, ...],
    methods: dict[int, ClassInfo],
    owner: ClassInfo | None,
    outer: tuple[_Choices, ...],
) -> Iterator[_Making]:
    scopes = (_choices(body, parameters), *outer)
    inner: list[ir.FunctionFacts] = []
    for node in walk(body, parameters, into_scopes=False):
        if isinstance(node, ir.Call):
            yield from (_Making(node, owner, named, body) for named in _named(node.function, scopes))
            if last_name(node.function) == "partial" and (given := positional(node)):
                made = ir.Call(node.first, node.last, node.function, node.arguments[1:])
                yield from (_Making(made, owner, named, body) for named in _named(given[0], scopes))
        elif isinstance(node, ir.FunctionFacts):
            inner.append(node)
        elif isinstance(node, ir.ClassFacts):
            yield from _makings(node.body, (), methods, owner, outer)
    for function in inner:
        yield from _makings(function.body, function.parameters, methods, methods.get(id(function), owner), scopes)


def _choices(body: ir.Block, parameters: tuple[ir.Parameter, ...]) -> _Choices:
    """The names of a scope with what they may stand for, as far as that is written out."""
    found: _Choices = {parameter.name: [] for parameter in parameters}
    for target, value in assignments(body):
        if isinstance(target, ir.Name) and isinstance(
            value, (ir.Name, ir.Attribute, ir.Conditional, ir.Subscript, ir.DictDisplay)
        ):
            found.setdefault(target.id, []).append(value)
    for statement in ir.statements_of_scope(body):
        if isinstance(statement, ir.For) and isinstance(statement.target, ir.Name) and isinstance(statement.iterable, ir.Display):
            found.setdefault(statement.target.id, []).extend(statement.iterable.elements)
    return found


def _named(expression: ir.Expr, scopes: tuple[_Choices, ...], depth: int = 3) -> Iterator[ir.Expr]:
    """The names of functions and classes that an expression may be worth."""
    match expression:
        case ir.Name(id=name):
            yield expression
            chosen = next((scope[name] for scope in scopes if name in scope), ())
            for value in chosen if depth else ():
                yield from _named(value, scopes, depth - 1)
        case ir.Attribute() if dotted(expression) is not None:
            yield expression
        case ir.Conditional(body=body, orelse=orelse):
            yield from _named(body, scopes, depth)
            yield from _named(orelse, scopes, depth)
        case ir.Subscript(value=held):
            for mapping in _written_out(held, scopes):
                if any(text_of(key) is not None for key, _ in mapping.items):
                    continue  # who names a class by a text chooses among what a library offers
                for _, value in mapping.items:
                    yield from _named(value, scopes, depth - 1) if depth else ()


def _written_out(held: ir.Expr, scopes: tuple[_Choices, ...]) -> Iterator[ir.DictDisplay]:
    """The dictionaries that an expression may be."""
    if isinstance(held, ir.DictDisplay):
        yield held
    elif isinstance(held, ir.Name):
        chosen = next((scope[held.id] for scope in scopes if held.id in scope), ())
        yield from (value for value in chosen if isinstance(value, ir.DictDisplay))
