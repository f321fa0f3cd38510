"""Reads `from_config`: which keys of the stored configuration reach the constructor, and which it makes up itself.

Knows nothing of reports.
"""

from __future__ import annotations

from dataclasses import replace

from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import dotted, own_name, positional, text_of, walk
from kerlint.serialization.lineage import Lineage
from kerlint.serialization.rewriting import is_another, is_name, keys_given, keys_set

OBJECTS_OF_KERAS = frozenset(("layer", "layers", "cell", "cells", "forward_layer", "backward_layer"))
"""What Keras's own classes make objects of again before they call the constructor with all the rest as it is."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """How an object is made from its configuration.

    `is_plain`: the configuration goes to the constructor as it is, but for the keys that are `given`, `rewritten` or `taken`.
    `by_keras`: a class of Keras has a way of its own. `given`: parameters that the method gives by name. `rewritten`: keys that
    it changes only where they are stored. `taken`: keys that it takes out. `positions`: how many it gives by position.
    `passes_rest`: what is left of the configuration is given as well. `asked`: keys without which it raises. `makes`: the place
    in the lineage of the class that is made; a method that is inherited and names its own class makes that one.
    """

    is_plain: bool = False
    by_keras: str | None = None
    given: frozenset[str] = frozenset()
    positions: int = 0
    passes_rest: bool = False
    taken: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    makes: int = 0
    rewritten: frozenset[str] = frozenset()

    def hands_on(self, key: str) -> bool:
        """Whether the constructor gets the stored value of a key as it is."""
        if self.by_keras is not None:
            return key not in OBJECTS_OF_KERAS
        return self.is_plain and key not in self.given | self.rewritten | self.taken


def restoration_of(lineage: Lineage, after: int = 0) -> Restoration:
    """How the class is restored, by what its lineage has from that place on."""
    for index in range(after, len(lineage.ancestors)):
        ancestor = lineage.ancestors[index]
        if ancestor.facts is not None:
            method = ancestor.facts.methods.get("from_config")
            if method is not None:
                return _read(method, lineage, index)
        elif ancestor.keras is not None:
            bare = not ancestor.keras.defines_get_config
            if ancestor.keras.defines_from_config and not bare:
                return Restoration(by_keras=ancestor.keras.name)
            if bare:
                return Restoration(is_plain=True, passes_rest=True)
        elif not ancestor.is_plain:
            return Restoration()
    return Restoration(is_plain=True, passes_rest=True)


def _read(method: ir.FunctionFacts, lineage: Lineage, index: int) -> Restoration:
    own = own_name(method)
    given: set[str] = set()
    positions, rest, calls = 0, False, 0
    base: Restoration | None = None
    made: set[int] = set()
    for node in walk(method.body):
        if not isinstance(node, ir.Call):
            continue
        makes = _made_by(node.function, own, lineage, index)
        chained = isinstance(node.function, ir.Attribute) and node.function.name == "from_config" and _is_super(node.function)
        if makes is not None or chained:
            calls += 1
            made |= {makes} if makes is not None else set()
            given |= {a.keyword for a in node.arguments if a.keyword is not None and not chained}
            rest |= any(a.star for a in node.arguments) or chained
            positions = max(positions, 0 if chained else len(positional(node)))
            base = restoration_of(lineage, index + 1) if chained else base
    put = list(keys_set(method.body, method.parameters[1].name if len(method.parameters) > 1 else ""))
    given |= {key for key, is_there in put if not is_there}
    taken = _taken(method)
    is_plain = calls == 1 and rest and not positions and taken is not None
    asked = _asked(method) if is_plain else frozenset()
    makes = made.pop() if len(made) == 1 else 0
    rewritten = frozenset(key for key, _ in put) - given
    read = Restoration(is_plain, None, frozenset(given), positions, rest, taken or frozenset(), asked, makes, rewritten)
    return read if base is None else _through(read, base)


def _made_by(function: ir.Expr, own: str, lineage: Lineage, index: int) -> int | None:
    """The place in the lineage of the class that a call in `from_config` makes an object of; None for any other call."""
    if not isinstance(function, (ir.Name, ir.Attribute)):
        return None
    name, owner = dotted(function), lineage.ancestors[index]
    if name == own:
        return 0
    if owner.facts is not None and name == owner.facts.name:
        return index
    place = lineage.index_of(owner, function)
    return place if place is not None and place > index and lineage.ancestors[place].facts is not None else None


def _through(made: Restoration, base: Restoration) -> Restoration:
    """What a method does that leaves the rest to its base's."""
    if base.by_keras is not None:
        return replace(made, given=made.given | OBJECTS_OF_KERAS)
    return Restoration(
        made.is_plain and base.is_plain,
        None,
        made.given | base.given,
        base.positions,
        base.passes_rest,
        (made.taken - base.given) | base.taken,
        made.asked | base.asked,
        made.makes or base.makes,
        (made.rewritten | base.rewritten) - made.given - base.given,
    )


def _asked(method: ir.FunctionFacts) -> frozenset[str]:
    """The keys that the method reads by `config["key"]` or `config.pop("key")` before it sets them itself."""
    config = method.parameters[1].name
    asked: set[str] = set()
    made: set[str] = set()
    for statement in method.body:
        if isinstance(statement, ir.If):
            continue  # what it reads there it need not read
        targets = statement.targets if isinstance(statement, ir.Assign) else ()
        set_here = {id(target): key for target in targets if (key := _key_of(target, config)) is not None}
        for node in walk(statement):
            match node:
                case ir.Subscript() if id(node) not in set_here and (key := _key_of(node, config)) is not None:
                    asked |= {key} - made
                case ir.Call(function=ir.Attribute(value=held, name="pop"), arguments=(argument,)) if is_name(held, config):
                    asked |= {text_of(argument.value) or ""} - made - {""}
        made |= set(set_here.values())
        if isinstance(statement, ir.Expression) and isinstance(statement.value, ir.Call):
            made |= keys_given(statement.value, config) or set()
    return frozenset(asked)


_COPIES = frozenset(("dict", "copy", "deepcopy", "copy.copy", "copy.deepcopy"))
"""What gives the same configuration once more."""

_SPEAKERS = ("print", "warnings.", "logging.", "logger.", "log.")
"""What only says something."""


def _taken(method: ir.FunctionFacts) -> frozenset[str] | None:
    """The keys that the method takes out of the configuration; None where something else may happen to the rest."""
    if len(method.parameters) < 2:
        return None
    config = method.parameters[1].name
    *before, last = method.body if method.body else (None,)
    if isinstance(last, ir.Return) and last.value is not None:
        returned = _taken_by(last.value, config)
        taken = _taken_in(tuple(statement for statement in before if statement is not None), config, is_sure=True)
        return None if returned is None or taken is None else taken | returned
    return _taken_in(method.body, config, is_sure=True)


def _taken_in(block: ir.Block, config: str, *, is_sure: bool) -> frozenset[str] | None:
    """The same of a stretch of the method; what is not `is_sure` to run may not put another configuration in its place."""
    taken: set[str] = set()
    for statement in block:
        found = _taken_by_statement(statement, config, is_sure=is_sure)
        if found is None:
            return None
        taken |= found
    return frozenset(taken)


def _taken_by_statement(statement: ir.Stmt, config: str, *, is_sure: bool) -> set[str] | frozenset[str] | None:
    match statement:
        case ir.Expression(value=ir.Constant() | ir.Opaque()):
            return set()
        case ir.Assign(targets=(ir.Name(id=name),), value=value) if value is not None:
            if name == config:
                return set() if is_sure and _is_copy(value, config) else None
            return _taken_by(value, config)
        case ir.Assign(targets=targets, value=value) if value is not None and all(is_another(t, config) for t in targets):
            return _taken_by(value, config)
        case ir.Delete(targets=targets):
            keys = [_key_of(target, config) for target in targets]
            return None if any(key is None for key in keys) else {key for key in keys if key is not None}
        case ir.Expression(value=value):
            return _taken_by(value, config)
        case ir.If(arms=arms, orelse=orelse):
            parts = [_taken_by(test, config) for test, _ in arms]
            blocks = [*(body for _, body in arms), orelse]
            found = [*parts, *(_taken_in(block, config, is_sure=False) for block in blocks)]
            return None if any(one is None for one in found) else {key for one in found if one is not None for key in one}
        case ir.Raise() | ir.Assert():
            return set()
    return None


def _taken_by(root: ir.Node, config: str) -> set[str] | None:
    """The keys that an expression pops; None where it hands the configuration to something that is not known."""
    taken: set[str] = set()
    known: set[int] = set()
    for node in walk(root):
        if isinstance(node, ir.Call) and isinstance(node.function, ir.Attribute) and is_name(node.function.value, config):
            key = text_of(positional(node)[0]) if positional(node) else None
            if keys_given(node, config) is None and (node.function.name not in ("pop", "get") or key is None):
                return None
            taken |= {key} if node.function.name == "pop" and key is not None else set()
            known.add(id(node.function.value))
        elif isinstance(node, ir.Call):
            makes = isinstance(node.function, (ir.Name, ir.Attribute))
            is_told = (dotted(node.function) or "").startswith(_SPEAKERS)
            known |= {id(a.value) for a in node.arguments if makes and (a.star == "**" or _is_chained(node) or is_told)}
        elif isinstance(node, ir.Comparison) and node.rest[-1][0] in ("in", "not in") and is_name(node.rest[-1][1], config):
            known.add(id(node.rest[-1][1]))
        elif isinstance(node, ir.Subscript) and is_name(node.value, config):
            known.add(id(node.value))
        elif is_name(node, config) and id(node) not in known:
            return None
    return taken


def _is_copy(value: ir.Expr, config: str) -> bool:
    match value:
        case ir.Call(function=function, arguments=(argument,)) if dotted(function) in _COPIES:
            return is_name(argument.value, config)
        case ir.Call(function=ir.Attribute(value=held, name="copy"), arguments=()):
            return is_name(held, config)
        case ir.DictDisplay(items=((None, spread),)):
            return is_name(spread, config)
    return False


def _key_of(target: ir.Expr, config: str) -> str | None:
    if isinstance(target, ir.Subscript) and is_name(target.value, config) and len(target.indices) == 1:
        return text_of(target.indices[0])
    return None


def _is_chained(call: ir.Call) -> bool:
    return isinstance(call.function, ir.Attribute) and call.function.name == "from_config" and _is_super(call.function)


def _is_super(function: ir.Expr) -> bool:
    return (
        isinstance(function, ir.Attribute)
        and isinstance(function.value, ir.Call)
        and isinstance(function.value.function, ir.Name)
        and function.value.function.id == "super"
    )
