"""Where the project makes objects of a class, and which classes derive from it.

Asks every file of the project that mentions the class, so that one file alone is judged as in the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kerlint.knowledge import KerasClass
from kerlint.project import Module, Project
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.walking import walk
from kerlint.serialization.names import find_class


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A call that makes an object; `owner` is the class whose method makes it."""

    module: Module
    call: ir.Call
    owner: ClassInfo | None


def construction_sites(info: ClassInfo, project: Project) -> list[Site]:
    """Every call in the project that makes an object of the class."""
    return [
        Site(module, call, owner)
        for module in project.files_mentioning(info.module, info.name)
        for call, owner in calls_of(module, info.name)
        if find_class(module, call.function) is info
    ]


def subclasses(info: ClassInfo, project: Project) -> list[ClassInfo]:
    """The classes of the project that derive from the class directly."""
    return [
        other
        for module in project.files_mentioning(info.module, info.name)
        for other in module.classes
        if any(base is info or _is_private_keras(base, info.name) for base in other.bases)
    ]


def _is_private_keras(base: object, name: str) -> bool:
    """Whether a base is Keras's own private class of that name: so Keras's sources see themselves."""
    return isinstance(base, KerasClass) and base.name.startswith("keras.src.") and base.name.rpartition(".")[2] == name


def calls_of(module: Module, name: str) -> list[tuple[ir.Call, ClassInfo | None]]:
    """The calls whose function ends in the name, each with the class around it."""
    known = module.memory.get("calls by name")
    if isinstance(known, dict):
        calls: list[tuple[ir.Call, ClassInfo | None]] = known.get(name, [])
        return calls
    found: dict[str, list[tuple[ir.Call, ClassInfo | None]]] = {}
    methods = {id(method): owner for owner in module.classes for method in owner.facts.methods.values()}
    for call, owner in _calls(module.facts.body, methods, None):
        found.setdefault(_last_name(call.function) or "", []).append((call, owner))
    module.memory["calls by name"] = found
    return found.get(name, [])


def _calls(
    root: object, methods: dict[int, ClassInfo], owner: ClassInfo | None
) -> Iterator[tuple[ir.Call, ClassInfo | None]]:
    inner: list[ir.FunctionFacts] = []
    for node in walk(root, into_scopes=False):
        if isinstance(node, ir.Call):
            yield node, owner
        elif isinstance(node, ir.FunctionFacts):
            inner.append(node)
        elif isinstance(node, ir.ClassFacts):
            yield from _calls(node.body, methods, owner)
    for function in inner:
        yield from _calls((function.body, function.parameters), methods, methods.get(id(function), owner))


def _last_name(function: ir.Expr) -> str | None:
    if isinstance(function, ir.Name):
        return function.id
    return function.name if isinstance(function, ir.Attribute) else None
