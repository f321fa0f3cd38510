"""Writes a slice: the kept statements of each file on their lines, with imports cut down to the names that are wanted.

Knows nothing of why something is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from kerlint.confirm.slicing.canvas import Canvas
from kerlint.confirm.slicing.following import Following, KeptModule
from kerlint.confirm.slicing.names import Imported
from kerlint.confirm.slicing.outline import Kind, Statement
from kerlint.confirm.slicing.slices import Slice, SlicedModule


def write_slice(following: Following, asked: Path) -> Slice:
    """The slice of what was followed, in an order that depends on nothing but the files."""
    following.imports.settle()
    found = {*following.kept, *(parent for path in following.kept for parent in following.imports.parents_of(path))}
    paths = [asked, *sorted(found - {asked})]
    names: dict[Path, str] = {}
    taken: set[str] = set()
    for path in paths:
        names[path] = _unique(following.imports.name_of(path), path, taken)
    modules = []
    for path in paths:
        aliases = [alias for alias in following.imports.aliases_of(path) if alias not in taken]
        taken.update(aliases)
        kept = following.kept.get(path)
        written = _module_text(kept, path == asked) if kept is not None else ""
        is_package = path.name == "__init__.py" or kept is None
        modules.append(SlicedModule(names[path], tuple(aliases), str(path), written, is_package))
    return Slice(tuple(modules))


def _unique(name: str, path: Path, taken: set[str]) -> str:
    """A name that no other file of the slice has."""
    folder = path.parent
    while name in taken and folder.name:
        name, folder = f"{folder.name}.{name}", folder.parent
    taken.add(name)
    return name


def _module_text(kept: KeptModule, is_asked: bool) -> str:
    canvas = Canvas(kept.outline.lines)
    found = bool(kept.statements or kept.imported or kept.starred or kept.submodules)
    missing = set(kept.submodules)
    for statement in kept.outline.statements if found or is_asked else ():
        if statement.kind is Kind.FUTURE:
            canvas.keep(statement.start, statement.end, statement.indent)
        elif statement in kept.statements:
            canvas.keep(statement.start, statement.end, statement.indent)
            for work in _work_in(statement):
                canvas.blank(work.start, work.end, "pass")
        elif statement.is_import:
            text = _import_text(kept, statement, missing)
            if text is None:
                canvas.keep(statement.start, statement.end, statement.indent)
            elif text:
                canvas.write(statement.start, text, statement.indent)
    for name in sorted(missing):
        canvas.append(f"from . import {name}")
    return canvas.text()


def _work_in(statement: Statement) -> Iterator[Statement]:
    """The statements of a block that only do a program's work."""
    for block in statement.blocks:
        for inner in block.statements:
            if inner.runs:
                yield inner
            else:
                yield from _work_in(inner)


def _import_text(kept: KeptModule, statement: Statement, missing: set[str]) -> str | None:
    """An import cut down to what is wanted; None to keep it as it is, empty to leave it out."""
    if statement in kept.starred:
        return import_line(statement, names=sorted(kept.starred[statement]))
    if statement in kept.imported:
        return pruned_import(statement, kept.imported[statement])
    # A submodule that is read as an attribute of its package was put there by an import such as this one.
    for imported in statement.names.imports:
        if imported.level == 1 and imported.name is not None and imported.module.partition(".")[0] in missing:
            name = imported.module.partition(".")[0]
            missing.discard(name)
            return f"from . import {name}"
    return ""


def pruned_import(statement: Statement, wanted: Collection[str]) -> str | None:
    """An import that binds the wanted names only; None when it does already."""
    imports = statement.names.imports
    left = [imported for imported in imports if imported.bound in wanted or imported.name == "*"]
    return None if len(left) == len(imports) else import_line(statement, left)


def import_line(statement: Statement, left: Collection[Imported] = (), names: Collection[str] = ()) -> str:
    """An import statement of these names on one line."""
    first = statement.names.imports[0]
    sources = ", ".join([*(imported.source for imported in left), *names])
    return f"import {sources}" if first.name is None else f"from {'.' * first.level}{first.module} import {sources}"
