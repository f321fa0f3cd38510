"""The scopes that are open at one place of a walk, and where each name that is bound or read there belongs.

Functions, classes and comprehensions see the names around them as Python has it. Knows nothing of syntax but single nodes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import libcst as cst

from kerlint.confirm.slicing.names import Chain, Names, root_of


@dataclass(slots=True, eq=False)
class Scope:
    kind: str
    """`own` (the scope that is asked about), `function`, `class` or `comprehension`."""
    names: Names = field(default_factory=Names)
    outer: set[str] = field(default_factory=set)
    """Names declared global or nonlocal."""


class Scopes:
    """A stack of scopes. The first is the one that is asked about: what is free in those inside is read in it."""

    def __init__(self) -> None:
        self.scopes = [Scope("own")]

    @property
    def scope(self) -> Scope:
        """The innermost scope."""
        return self.scopes[-1]

    @property
    def own(self) -> Names | None:
        """The names of the scope that is asked about, when no other is open."""
        return self.scope.names if self.scope.kind == "own" else None

    def bind(self, name: str, scope: Scope | None = None) -> None:
        """Binds a name, in the innermost scope when none is given."""
        scope = scope or self.scope
        if name not in scope.outer:
            scope.names.bound.add(name)

    def read(self, name: str, chain: Chain = ()) -> None:
        """Reads a name, with attributes of it."""
        scope = self.scope
        if scope.kind == "class" and name not in scope.names.bound:
            scope = self._seen_from_inside(len(self.scopes) - 1)
        scope.names.read.setdefault(name, set()).add(chain)

    def _seen_from_inside(self, depth: int) -> Scope:
        """The nearest scope around whose names a function there sees: classes are passed over."""
        return next(scope for scope in reversed(self.scopes[:depth]) if scope.kind != "class")

    def enter(self, kind: str) -> Scope:
        """Opens a scope."""
        self.scopes.append(Scope(kind))
        return self.scope

    def leave(self) -> None:
        """Closes the innermost scope and hands on what is free in it."""
        names, outer = self.scope.names, self.scope.outer
        own = self.scopes[0].names
        around = self._seen_from_inside(len(self.scopes) - 1)
        for imported in names.imports:
            own.inner_imports.append((imported, names.read.get(imported.bound, set())))
        around.names.nonlocals += [(node, name) for node, name in names.nonlocals if name not in names.bound]
        for name, chains in names.read.items():
            if name not in names.bound or name in outer:
                around.names.read.setdefault(name, set()).update(chains)
        self.scopes.pop()

    def change(self, target: cst.CSTNode, how: str) -> None:
        """Notes that the object of the name in front is changed."""
        root = root_of(target)
        if root is not None and self.own is not None:
            self.own.changed.setdefault(root, set()).add(how)

    def alias(self, target: cst.CSTNode, roots: Iterable[str | None]) -> None:
        """Notes that names stand for (parts of) the objects of others."""
        known = {root for root in roots if root is not None}
        if self.own is None or not known:
            return
        if isinstance(target, cst.Name):
            self.own.aliased.setdefault(target.value, set()).update(known)
        elif isinstance(target, (cst.Tuple, cst.List)):
            for element in target.elements:
                self.alias(element.value, known)
