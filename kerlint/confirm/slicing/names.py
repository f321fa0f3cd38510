"""The names that a piece of syntax concerns, as data, and how single nodes of libcst spell names.

Knows nothing of scopes, files and of what is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from typing import TypeAlias

import libcst as cst

Chain: TypeAlias = tuple[str, ...]
"""The attributes that are read of a name: `layers.core.Block` reads `("core", "Block")` of `layers`."""

STORE = "="
"""How a name's object is changed by an attribute or subscript store; other changes go by their method's name."""


@dataclass(frozen=True, slots=True)
class Imported:
    """One name of an import. `name` is None for `import module`, `"*"` for a star import."""

    module: str
    level: int
    name: str | None
    bound: str
    source: str

    @property
    def is_renamed(self) -> bool:
        return " as " in self.source


@dataclass(slots=True)
class Names:
    """The names of one scope that a piece of syntax concerns."""

    bound: set[str] = field(default_factory=set)
    read: dict[str, set[Chain]] = field(default_factory=dict)
    changed: dict[str, set[str]] = field(default_factory=dict)
    registered: set[str] = field(default_factory=set)
    """Names handed to Keras's registry of custom objects."""
    imports: list[Imported] = field(default_factory=list)
    inner_imports: list[tuple[Imported, set[Chain]]] = field(default_factory=list)
    """Imports of functions and classes inside, each with the attributes read of it there."""
    aliased: dict[str, set[str]] = field(default_factory=dict)
    """Names that are bound to (a part of) the objects of other names: `first = model.layers[0]`, `for layer in model.layers`."""
    declared: set[str] = field(default_factory=set)
    """Names declared global or nonlocal in this very scope."""
    nonlocals: list[tuple[cst.Nonlocal, str]] = field(default_factory=list)
    """Declarations of functions inside that mean names of this scope."""
    waits: bool = False
    """Whether it yields or awaits in this very scope."""
    returns: bool = False
    """Whether it returns from this very scope."""

    def add(self, other: Names) -> None:
        """Takes in what another piece of the same scope does."""
        self.bound |= other.bound
        self.registered |= other.registered
        self.imports += other.imports
        self.inner_imports += other.inner_imports
        self.declared |= other.declared
        self.nonlocals += other.nonlocals
        self.waits |= other.waits
        self.returns |= other.returns
        for name, chains in other.read.items():
            self.read.setdefault(name, set()).update(chains)
        for name, ways in other.changed.items():
            self.changed.setdefault(name, set()).update(ways)
        for name, roots in other.aliased.items():
            self.aliased.setdefault(name, set()).update(roots)


def imported_names(node: cst.Import | cst.ImportFrom) -> list[Imported]:
    """The names that an import statement binds."""
    found = []
    if isinstance(node, cst.Import):
        for alias in node.names:
            name, renamed = alias.evaluated_name, alias.evaluated_alias
            source = f"{name} as {renamed}" if renamed else name
            found.append(Imported(name, 0, None, renamed or name.partition(".")[0], source))
        return found
    module = dotted(node.module) if node.module is not None else ""
    if isinstance(node.names, cst.ImportStar):
        return [Imported(module, len(node.relative), "*", "", "*")]
    for alias in node.names:
        name, renamed = alias.evaluated_name, alias.evaluated_alias
        source = f"{name} as {renamed}" if renamed else name
        found.append(Imported(module, len(node.relative), name, renamed or name, source))
    return found


def dotted(node: cst.BaseExpression) -> str:
    """`a.b.c` as text; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return ""
    parts.append(node.value)
    return ".".join(reversed(parts))


def root_of(node: cst.CSTNode) -> str | None:
    """The name at the start of `name.a[0].b()`."""
    while True:
        if isinstance(node, (cst.Attribute, cst.Subscript)):
            node = node.value
        elif isinstance(node, cst.Call):
            node = node.func
        else:
            return node.value if isinstance(node, cst.Name) else None


_DULL = ("whitespace", "lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace", "comma", "semicolon", "lead", "lines_")


@cache
def _telling_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind) if not f.name.startswith(_DULL))


def children_of(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes inside a node that are not whitespace and punctuation."""
    for name in _telling_fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from (item for item in value if isinstance(item, cst.CSTNode))


def parameters_of(parameters: cst.Parameters) -> list[cst.Param]:
    """All parameters of a function, in order."""
    found = [*parameters.posonly_params, *parameters.params]
    if isinstance(parameters.star_arg, cst.Param):
        found.append(parameters.star_arg)
    found += parameters.kwonly_params
    if parameters.star_kwarg is not None:
        found.append(parameters.star_kwarg)
    return found


def is_registry(node: cst.CSTNode) -> bool:
    """Whether this is (a part of) what `get_custom_objects()` gives."""
    while isinstance(node, (cst.Attribute, cst.Subscript)):
        node = node.value
    return isinstance(node, cst.Call) and dotted(node.func).rpartition(".")[2] == "get_custom_objects"


def roots_of(node: cst.BaseExpression) -> list[str | None]:
    """The names whose parts a loop takes: also through `enumerate`, `zip`, `reversed` and `list`."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name):
        return [root_of(argument.value) for argument in node.args]
    return [root_of(node)]
