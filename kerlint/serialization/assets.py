"""Which parameters of a constructor come back from what a layer writes beside its configuration: a vocabulary, a table.

Turns `load_assets` and `load_own_variables` into the attributes that they write, and these into parameters. Knows nothing of
configurations and of reports.
"""

from __future__ import annotations

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import assignments, attribute_of, dotted, mentions, own_name, walk
from kerlint.serialization.constructor import Constructor, constructor_of
from kerlint.serialization.lineage import Lineage

_LOADERS = ("load_assets", "load_own_variables")


def comes_from_files(lineage: Lineage, constructor: Constructor, parameter: ir.Parameter) -> bool:
    """Whether all that a parameter sets is set again from the files that the layer itself reads."""
    loaders = [method for _, method in lineage.methods() if method.name in _LOADERS]
    if not loaders or parameter.required:
        return False
    given = _set_by(lineage, constructor, parameter.name)
    if given and given <= _written(lineage, loaders):
        return True
    is_optional = isinstance(parameter.default, ir.Constant) and parameter.default.value is None
    return is_optional and any(_goes_elsewhere(method) for method in _with_called(lineage, loaders))


def _with_called(lineage: Lineage, methods: list[ir.FunctionFacts]) -> list[ir.FunctionFacts]:
    """The methods, and every method of the object that they call."""
    found: list[ir.FunctionFacts] = []
    waiting = list(methods)
    while waiting:
        method = waiting.pop()
        if any(method is known for known in found):
            continue
        found.append(method)
        called = {attribute_of(n.function, own_name(method)) for n in walk(method.body) if isinstance(n, ir.Call)}
        waiting += [other for _, other in lineage.methods() if other.name in called]
    return found


def _goes_elsewhere(method: ir.FunctionFacts) -> bool:
    """Whether a method hands its object itself to others, which may write anything on it."""
    own = own_name(method)
    return any(
        isinstance(node, ir.Call)
        and dotted(node.function) not in ("super", "type", "isinstance")
        and any(isinstance(argument.value, ir.Name) and argument.value.id == own for argument in node.arguments)
        for node in walk(method.body)
    )


def _written(lineage: Lineage, methods: list[ir.FunctionFacts]) -> set[str]:
    """The attributes that methods of the object assign, or make do something: `self.table.assign(…)`."""
    found: set[str] = set()
    for method in _with_called(lineage, methods):
        own = own_name(method)
        for target, _ in assignments(method.body):
            held = target.value if isinstance(target, ir.Subscript) else target
            found.add(attribute_of(held, own) or "")
        for node in walk(method.body):
            if isinstance(node, ir.Call) and isinstance(node.function, ir.Attribute):
                found.add(attribute_of(node.function.value, own) or "")
    return found - {""}


def _set_by(lineage: Lineage, constructor: Constructor, name: str) -> set[str]:
    """The attributes that the constructor sets with a parameter: itself, by methods of the object, by its base."""
    names = {name}
    for target, value in assignments(constructor.function.body):
        if isinstance(target, ir.Name) and any(mentions(one, value) for one in names):
            names.add(target.id)
    found = {attribute for attribute, value, _ in constructor.stores if any(mentions(one, value) for one in names)}
    for node in walk(constructor.function.body):
        if isinstance(node, ir.Call) and any(mentions(one, *(a.value for a in node.arguments)) for one in names):
            method = attribute_of(node.function, constructor.own)
            found |= _written(lineage, [other for _, other in lineage.methods() if method and other.name == method])
    for call in constructor.base_calls:
        base = constructor_of(lineage, call.after)
        for key, value in call.bound(lineage).items():
            if any(mentions(one, value) for one in names):
                found |= _set_by(lineage, base, key) if base is not None else {f"{key} of the base"}
    return found
