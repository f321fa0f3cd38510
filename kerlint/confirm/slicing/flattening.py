"""Makes one text of a slice, for a script that stands for itself: the modules one after the other, without their imports.

Gives up where two modules mean different things by one name, where a module is used as an object, and where modules need
each other while they are loaded. Knows nothing of the project: the slice's own texts say everything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst

from kerlint.confirm.slicing.names import Imported, imported_names
from kerlint.confirm.slicing.reading import names_of
from kerlint.confirm.slicing.slices import Slice, SlicedModule

_TOO_MANY_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){3,}")


class _CannotFlatten(Exception):
    pass


@dataclass(slots=True)
class _Part:
    """What one module gives to the whole."""

    module: SlicedModule
    tree: cst.Module
    needed: dict[str, None] = field(default_factory=dict)
    """Modules that have to come before it."""
    defined: dict[str, str] = field(default_factory=dict)
    """Names that it binds, each with the import that binds it; empty for what is defined here."""
    renamed: dict[str, str] = field(default_factory=dict)
    """Names that stand for names of other modules."""
    free: set[str] = field(default_factory=set)


def flattened(slice: Slice) -> str | None:
    """One text that holds what the modules hold; None where they cannot be put together."""
    by_name: dict[str, SlicedModule] = {}
    for module in slice.modules:
        for name in (module.name, *module.aliases):
            by_name.setdefault(name, module)
    try:
        parts = {module.name: _part(module, by_name) for module in slice.modules if module.text.strip()}
        order = _ordered([module.name for module in slice.modules if module.name in parts], parts)
        _check([parts[name] for name in order], parts)
    except (_CannotFlatten, cst.ParserSyntaxError):
        return None
    return _joined([parts[name].tree for name in order])


def _part(module: SlicedModule, by_name: Mapping[str, SlicedModule]) -> _Part:
    tree = cst.parse_module(module.text)
    part = _Part(module, tree)
    removing = _Removing(part, by_name)
    for statement in tree.body:
        names = names_of([statement])
        part.free |= names.read.keys()
        outside = [i for i in names.imports if removing.holder(i) is None]
        for imported in outside:
            if imported.bound:
                part.defined[imported.bound] = f"{imported.level} {imported.module} {imported.name}"
            elif imported.module != "__future__":
                part.defined["*" + imported.module] = "*" + imported.module
        own = names.bound - {imported.bound for imported in names.imports}
        part.defined.update(dict.fromkeys(own, ""))
    part.tree = tree.visit(removing)
    part.free -= part.defined.keys() | part.renamed.keys()
    return part


class _Removing(cst.CSTTransformer):
    """Takes the imports of the slice's own modules out of a tree."""

    def __init__(self, part: _Part, by_name: Mapping[str, SlicedModule]) -> None:
        super().__init__()
        self._part = part
        self._by_name = by_name
        self._depth = 0

    def holder(self, imported: Imported) -> SlicedModule | None:
        """The module of the slice from which an import takes its name."""
        name = _absolute(self._part.module, imported)
        found = self._by_name.get(name)
        if imported.name is None:
            top = self._by_name.get(name.partition(".")[0])
            if found is not None or top is not None:
                raise _CannotFlatten
            return None
        if f"{name}.{imported.name}" in self._by_name and imported.name != "*":
            raise _CannotFlatten
        if found is not None and imported.name == "*":
            raise _CannotFlatten
        return found

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._depth += 1

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        self._depth -= 1
        return updated_node

    def leave_Import(self, original_node: cst.Import, updated_node: cst.Import) -> cst.Import:
        for imported in imported_names(original_node):
            self.holder(imported)
        return updated_node

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement:
        return updated_node.with_changes(body=self._without(original_node.body, updated_node.body))

    def leave_SimpleStatementSuite(
        self, original_node: cst.SimpleStatementSuite, updated_node: cst.SimpleStatementSuite
    ) -> cst.BaseSuite:
        return updated_node.with_changes(body=self._without(original_node.body, updated_node.body))

    def _without(
        self, originals: Sequence[cst.BaseSmallStatement], updated: Sequence[cst.BaseSmallStatement]
    ) -> list[cst.BaseSmallStatement]:
        left: list[cst.BaseSmallStatement] = []
        for original, node in zip(originals, updated, strict=True):
            replaced = self._replaced(original) if isinstance(original, cst.ImportFrom) else None
            left += [node] if replaced is None else replaced
        return left or [cst.Pass()]

    def _replaced(self, node: cst.ImportFrom) -> list[cst.BaseSmallStatement] | None:
        """What stands for an import from a module of the slice; None for an import that stays."""
        imports = imported_names(node)
        holders = [self.holder(imported) for imported in imports]
        if all(holder is None for holder in holders):
            if any(imported.level for imported in imports):
                raise _CannotFlatten  # means nothing in a script
            return None
        assignments: list[cst.BaseSmallStatement] = []
        for imported, holder in zip(imports, holders, strict=True):
            assert holder is not None and imported.name is not None
            if holder is self._part.module:
                raise _CannotFlatten
            if not self._depth:
                self._part.needed[holder.name] = None
                self._part.renamed[imported.bound] = f"{holder.name}:{imported.name}"
            elif imported.bound == imported.name:
                self._part.renamed.setdefault(imported.bound, f"{holder.name}:{imported.name}")
            if imported.bound != imported.name:
                target = cst.AssignTarget(cst.Name(imported.bound))
                assignments.append(cst.Assign([target], cst.Name(imported.name)))
        return assignments


def _absolute(module: SlicedModule, imported: Imported) -> str:
    if not imported.level:
        return imported.module
    package = module.name.split(".") if module.is_package else module.name.split(".")[:-1]
    package = package[: len(package) - (imported.level - 1)]
    return ".".join([*package, *([imported.module] if imported.module else [])])


def _ordered(names: Sequence[str], parts: Mapping[str, _Part]) -> list[str]:
    """The modules, each after those that it needs while it is loaded."""
    done: list[str] = []
    begun: set[str] = set()

    def visit(name: str) -> None:
        if name in done or name not in parts:
            return
        if name in begun:
            raise _CannotFlatten
        begun.add(name)
        for needed in parts[name].needed:
            visit(needed)
        done.append(name)

    for name in names:
        visit(name)
    return done


def _check(parts: Sequence[_Part], by_name: Mapping[str, _Part]) -> None:
    """Refuses names that mean different things in two modules."""
    meaning: dict[str, str] = {}
    for part in parts:
        for name, source in part.defined.items():
            own = source or f"{part.module.name}:{name}"
            if meaning.setdefault(name, own) != own:
                raise _CannotFlatten
    for part in parts:
        for name, target in part.renamed.items():
            origin = _origin(target, by_name)
            if origin is None or meaning.setdefault(name, origin) != origin:
                raise _CannotFlatten
    for part in parts:
        if any(name in meaning for name in part.free):
            raise _CannotFlatten


def _origin(target: str, parts: Mapping[str, _Part]) -> str | None:
    """Where a name comes from, through modules that pass it on."""
    seen: set[str] = set()
    while target not in seen:
        seen.add(target)
        module, _, name = target.partition(":")
        part = parts.get(module)
        if part is None:
            return None
        if name in part.defined:
            return part.defined[name] or target
        if name not in part.renamed:
            return None
        target = part.renamed[name]
    return None


def _joined(trees: Sequence[cst.Module]) -> str:
    future: dict[str, None] = {}
    imports: set[str] = set()
    pieces: list[str] = []
    for tree in trees:
        lines: list[str] = []
        for statement in tree.body:
            text = tree.code_for_node(statement).rstrip() + "\n"
            bare = text.strip()
            if isinstance(statement, cst.SimpleStatementLine):
                if all(isinstance(node, cst.Pass) for node in statement.body):
                    continue
                if bare.startswith("from __future__"):
                    future[bare] = None
                    continue
                if all(isinstance(node, (cst.Import, cst.ImportFrom)) for node in statement.body):
                    if bare in imports:
                        continue
                    imports.add(bare)
            lines.append(text)
        if lines:
            pieces.append("".join(lines).strip("\n"))
    head = "".join(f"{line}\n" for line in future)
    return _TOO_MANY_BLANK_LINES.sub("\n\n\n", head + "\n\n\n".join(pieces) + "\n").lstrip("\n")
