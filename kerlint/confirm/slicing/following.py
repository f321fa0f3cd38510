"""Which statements of which files some names need, transitively through the imports of a project.

A module that is imported is wanted only for what is read of it; used as an object, it is wanted whole. Knows nothing of
how the result is written down.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import libcst as cst

from kerlint.confirm.slicing.imports import ProjectImports
from kerlint.confirm.slicing.names import STORE, Chain, Imported, Names
from kerlint.confirm.slicing.outline import Kind, Outline, Statement, outline_of
from kerlint.confirm.slicing.programs import completes
from kerlint.project import Module, Project

_BUILTINS = frozenset((*dir(builtins), "__file__", "__name__", "__doc__", "__package__", "__spec__", "__path__"))


@dataclass(eq=False, slots=True)
class KeptModule:
    """What is wanted of one file."""

    outline: Outline
    statements: set[Statement] = field(default_factory=set)
    imported: dict[Statement, set[str]] = field(default_factory=dict)
    """Import statements, each with the names that it has to bind."""
    starred: dict[Statement, set[str]] = field(default_factory=dict)
    """Star imports from the project, each with the names that are wanted of it."""
    submodules: set[str] = field(default_factory=set)
    """Submodules that are reached as attributes of the package without an import that binds them."""


class Following:
    """A worklist of names that are wanted, and what it led to."""

    def __init__(self, project: Project, asked: Module) -> None:
        self._project = project
        self._asked = asked
        self.imports = ProjectImports(project.layout, asked.path)
        self.kept: dict[Path, KeptModule] = {}
        self._seen: set[tuple[Path, str, Chain | None]] = set()
        self._open: list[tuple[Path, str, Chain | None]] = []
        self._outlines: dict[Path, Outline | None] = {}
        self.enter(asked.path)

    # --- what is wanted -----------------------------------------------------------------------------------------------

    def want(self, path: Path, name: str, chain: Chain | None = ()) -> None:
        """Wants a name of a file. `chain` are attributes read of it; None when it only has to be there."""
        key = (path, name, chain)
        if key not in self._seen:
            self._seen.add(key)
            self._open.append(key)

    def want_all(self, path: Path, names: Names) -> None:
        """Wants what a piece of a file reads, and what it imports."""
        for name, chains in names.read.items():
            for chain in chains:
                self.want(path, name, chain)
        for imported, chains in names.inner_imports:
            self.follow(path, imported, {None, *chains})
        for imported in names.imports:
            self.follow(path, imported, {None})

    def finish(self) -> None:
        """Works until nothing more is wanted."""
        while self._open:
            path, name, chain = self._open.pop()
            self._find(path, name, chain)

    def enter(self, path: Path) -> KeptModule | None:
        """Has a file in the slice; None when it is no program."""
        if path not in self.kept:
            outline = self._outline(path)
            if outline is None:
                return None
            self.kept[path] = KeptModule(outline)
        return self.kept[path]

    def _outline(self, path: Path) -> Outline | None:
        if path not in self._outlines:
            module = self._asked if path == self._asked.path else self._project.load(path)
            self._outlines[path] = module_outline(module) if module is not None else None
        return self._outlines[path]

    # --- names of a file ----------------------------------------------------------------------------------------------

    def _find(self, path: Path, name: str, chain: Chain | None) -> None:
        kept = self.enter(path)
        if kept is None:
            return
        statements = kept.outline.binding.get(name, [])
        for statement in statements:
            self._keep(path, kept, statement, name)
            for imported in statement.names.imports:
                if imported.bound == name:
                    self.follow(path, imported, {chain})
        if statements:
            self._complete(path, kept, name)
        elif not self._find_star(path, kept, name, chain):
            submodule = self.imports.submodule(path, name)
            if submodule is not None:
                kept.submodules.add(name)
                self._use(submodule, chain)
            elif name not in _BUILTINS:
                for statement in kept.outline.stars:
                    self._keep_outside_star(path, kept, statement)

    def _keep(self, path: Path, kept: KeptModule, statement: Statement, name: str) -> None:
        if statement.is_import:
            kept.imported.setdefault(statement, set()).add(name)
        elif statement not in kept.statements:
            kept.statements.add(statement)
            self.want_all(path, statement.names)

    def _complete(self, path: Path, kept: KeptModule, name: str) -> None:
        for statement in kept.outline.completing.get(name, ()):
            if _completes(statement, name) and not _is_outside(kept.outline, name):
                self._keep(path, kept, statement, name)

    def _find_star(self, path: Path, kept: KeptModule, name: str, chain: Chain | None) -> bool:
        found = False
        for statement in kept.outline.stars if not name.startswith("_") else ():
            for imported in statement.names.imports:
                holder = self._holder(path, imported) if imported.name == "*" else None
                if holder is None or not self._exports(holder, name, self.imports.submodule(path, name), set()):
                    continue
                found = True
                if statement.is_import:
                    kept.starred.setdefault(statement, set()).add(name)
                else:
                    self._keep(path, kept, statement, name)
                self.enter(holder)
                self.want(holder, name, chain)
        return found

    def _keep_outside_star(self, path: Path, kept: KeptModule, statement: Statement) -> None:
        if any(i.name == "*" and self._holder(path, i) is None for i in statement.names.imports):
            if statement.is_import:
                kept.imported.setdefault(statement, set()).add("*")
            else:
                self._keep(path, kept, statement, "*")

    def _exports(self, path: Path, name: str, submodule: Path | None, seen: set[Path]) -> bool:
        """Whether a file binds a name that importers can take, to something other than this submodule of theirs."""
        outline = self._outline(path)
        if outline is None or path in seen:
            return False
        seen.add(path)
        if any(self._binds(path, statement, name, submodule) for statement in outline.binding.get(name, ())):
            return True
        for statement in outline.stars:
            for imported in statement.names.imports:
                holder = self._holder(path, imported) if imported.name == "*" else None
                if holder is not None and self._exports(holder, name, submodule, seen):
                    return True
        return submodule is None and "__all__" in outline.binding and self.imports.submodule(path, name) is not None

    def _binds(self, path: Path, statement: Statement, name: str, submodule: Path | None) -> bool:
        if submodule is None or not statement.is_import:
            return True
        imports = [imported for imported in statement.names.imports if imported.bound == name and imported.name is not None]
        return any(self.imports.file_of(path, _inner(i), i.level) != submodule for i in imports)

    # --- imports ------------------------------------------------------------------------------------------------------

    def _holder(self, path: Path, imported: Imported) -> Path | None:
        """The file from which a `from` import takes names."""
        return self.imports.file_of(path, imported.module, imported.level)

    def follow(self, path: Path, imported: Imported, chains: Iterable[Chain | None]) -> None:
        """Has in the slice what an import of a file needs, when these attributes are read of what it binds."""
        for chain in chains:
            if imported.name is None:
                self._follow_module(path, imported, chain)
            elif imported.name != "*":
                self._follow_name(path, imported, imported.name, chain)
            elif (holder := self._holder(path, imported)) is not None:
                self.enter(holder)

    def _follow_module(self, path: Path, imported: Imported, chain: Chain | None) -> None:
        target = self.imports.file_of(path, imported.module, 0)
        if target is not None:
            self.enter(target)
        if imported.is_renamed:
            if target is not None:
                self._use(target, chain)
            return
        if chain is None:
            return
        parts = imported.module.split(".")
        count = 1
        while count < len(parts) and chain[count - 1 : count] == (parts[count],):
            count += 1
        holder = self.imports.file_of(path, ".".join(parts[:count]), 0)
        if holder is not None:
            self._use(holder, chain[count - 1 :])
        elif target is not None and not chain:
            self._use(target, ())

    def _follow_name(self, path: Path, imported: Imported, name: str, chain: Chain | None) -> None:
        holder = self._holder(path, imported)
        submodule = self.imports.submodule(holder, name) if holder is not None else None
        if holder is not None:
            self.enter(holder)
            if self._exports(holder, name, submodule, set()):
                self.want(holder, name, chain)
                return
        submodule = self.imports.file_of(path, _inner(imported), imported.level)
        if submodule is not None:
            self._use(submodule, chain)

    def _use(self, path: Path, chain: Chain | None) -> None:
        """Has a module in the slice, with what is read of it."""
        kept = self.enter(path)
        if kept is None or chain is None:
            return
        if chain:
            self.want(path, chain[0], chain[1:])
            return
        for name in kept.outline.binding:
            if name != "__all__":
                self.want(path, name, None)
        for statement in kept.outline.stars:
            self._want_star(path, kept, statement)

    def _want_star(self, path: Path, kept: KeptModule, statement: Statement) -> None:
        for imported in statement.names.imports:
            holder = self._holder(path, imported) if imported.name == "*" else None
            outline = self._outline(holder) if holder is not None else None
            for name in outline.binding if outline is not None else ():
                if not name.startswith("_"):
                    self.want(path, name, None)


def module_outline(module: Module) -> Outline | None:
    """The outline of a module, made once; None when it cannot be parsed."""
    return module.kept_answer(_outline)


def _outline(module: Module) -> Outline | None:
    try:
        return outline_of(module.source.text)
    except cst.ParserSyntaxError:
        return None


def _inner(imported: Imported) -> str:
    """The module that a `from` import means when what it names is a submodule."""
    return f"{imported.module}.{imported.name}" if imported.module else f"{imported.name}"


def _completes(statement: Statement, name: str) -> bool:
    """Whether a statement that binds nothing wanted makes a name's object what it is to be, and does nothing else."""
    if statement.blocks:
        inner = [s for block in statement.blocks for s in block.statements]
        return all(s.kind in (Kind.PASS, Kind.ASSIGNMENT, Kind.IMPORT) or _completes(s, name) for s in inner) and any(
            _completes(s, name) for s in inner
        )
    if name in statement.names.registered:
        return True
    if statement.kind is Kind.DELETION or statement.runs:
        return False
    return any(way == STORE or completes(way) for way in statement.names.changed.get(name, ()))


def _is_outside(outline: Outline, name: str) -> bool:
    """Whether a name stands for a module rather than for something of this file or for a class."""
    if name[:1].isupper():
        return False
    return all(statement.is_import for statement in outline.binding[name])
