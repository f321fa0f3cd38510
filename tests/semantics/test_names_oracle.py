"""libcst's QualifiedNameProvider is the oracle for what a dotted name stands for.

The analysis resolves names itself, because the provider costs several times the parse. Where the oracle says that a name is
imported or a builtin, the analysis must name the same thing, on real files and on the fixtures; and the other way round.
Each file is read alone, so that what it imports stays outside of the project.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from importlib.util import find_spec
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider, QualifiedNameProvider, QualifiedNameSource

from kerlint.execution.machine import Frame, Machine
from kerlint.execution.values import Reference, alternatives
from kerlint.finding import Span
from kerlint.linking.names import canonical
from kerlint.project import Module, Project
from kerlint.semantics import syntax as ir
from kerlint.semantics.bindings import bindings_of, target_names
from kerlint.sources.source import read_source
from kerlint.version import KERAS_3

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("pytest", "_pytest", "libcst", "packaging", "pathspec", "hypothesis")
FILES_PER_PACKAGE = 2
LARGEST = 60_000


class Target:
    version = KERAS_3


def real_files() -> list[Path]:
    """A few files of each package that the tests need anyway, spread over the package."""
    chosen: list[Path] = []
    for package in PACKAGES:
        spec = find_spec(package)
        if spec is not None and spec.origin is not None:
            files = [p for p in sorted(Path(spec.origin).parent.rglob("*.py")) if 2_000 < p.stat().st_size < LARGEST]
            chosen += files[:: max(1, len(files) // FILES_PER_PACKAGE)][:FILES_PER_PACKAGE]
    return chosen


def fixtures() -> list[Path]:
    """A spread of the fixtures: one or two of each rule."""
    return [path for folder in sorted((ROOT / "fixtures").iterdir()) for path in sorted(folder.glob("*.py"))[::12]]


class Names(cst.CSTVisitor):
    """The oracle's names of every dotted expression, by place."""

    METADATA_DEPENDENCIES = (PositionProvider, QualifiedNameProvider)

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[Span, set[str]] = {}
        self.local: set[Span] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Name | cst.Attribute):
            position = self.get_metadata(PositionProvider, node)
            span = Span(
                position.start.line, position.start.column + 1, position.end.line, position.end.column + 1
            )
            names = self.get_metadata(QualifiedNameProvider, node, frozenset())
            if not names or any(name.source is QualifiedNameSource.LOCAL for name in names):
                self.local.add(span)
            self.found[span] = {name.name for name in names if name.source is not QualifiedNameSource.LOCAL}
        return not isinstance(node, cst.FormattedString)


@dataclass(frozen=True)
class Use:
    """A dotted expression, and the imports of the functions around it that may bind its first name."""

    node: ir.Expr
    imports: tuple[ir.Stmt, ...]


Scope = dict[str, tuple[ir.Stmt, ...]]


def uses_in(item: object, scope: Scope) -> Iterator[Use]:
    """The outermost dotted expressions that are read, but for those whose first name a function binds otherwise."""
    match item:
        case tuple() | list():
            for part in item:
                yield from uses_in(part, scope)
        case ir.FunctionFacts():
            yield from uses_in([p.default for p in item.parameters], scope)
            yield from uses_in(item.decorators, scope)
            yield from uses_in(item.body, inside(item, scope))
        case ir.ClassFacts():
            yield from uses_in((item.decorators, item.bases), scope)
            yield from uses_in(item.body, {**scope, **dict.fromkeys(bindings_of(item.body), ())})
        case ir.Comprehension():
            names = {name: () for clause in item.clauses for name in target_names(clause.target)}
            yield from uses_in((item.key, item.element, item.clauses), {**scope, **names})
        case ir.FormattedString():
            return
        case ir.Name() | ir.Attribute():
            root = item
            while isinstance(root, ir.Attribute):
                root = root.value
            if not isinstance(root, ir.Name):
                yield from uses_in(root, scope)
            elif root.id not in scope:
                yield Use(item, ())
            elif scope[root.id]:
                yield Use(item, scope[root.id])
        case ir.Assign():
            yield from uses_in(item.value, scope)
        case ir.Node() | ir.Clause():
            for field in fields(item):
                yield from uses_in(getattr(item, field.name), scope)


def inside(function: ir.FunctionFacts, scope: Scope) -> Scope:
    """The scope within a function: its parameters and variables hide, its imports bind."""
    inner = {**scope, **{parameter.name: () for parameter in function.parameters}}
    declared = {n for s in ir.statements_of_scope(function.body) if isinstance(s, ir.Declare) for n in s.names}
    for name, bindings in bindings_of(function.body).items():
        imports = tuple(b for b in bindings if isinstance(b, ir.Import | ir.ImportFrom))
        if name not in declared:
            inner[name] = imports if len(imports) == len(bindings) else ()
    return inner


def resolved(project: Project, module: Module, use: Use) -> set[str]:
    """What the analysis says that an expression stands for outside of the file."""
    machine = Machine(project, module, None, None)
    frame = Frame(module)
    for statement in use.imports:
        machine.execute(frame, (statement,))
    return {leaf.name for _, leaf in alternatives(machine.evaluate(frame, use.node)) if isinstance(leaf, Reference)}


def of_builtin(name: str) -> str:
    """`builtins.str` for `builtins.str.lower`: the oracle stops there."""
    return ".".join(name.split(".")[:2]) if name.startswith("builtins.") else name


def compared(path: Path, folder: Path) -> tuple[list[str], Counter[str]]:
    """Where the two disagree, and how many names of each kind were compared."""
    alone = folder / "alone.py"
    shutil.copyfile(path, alone)
    project = Project(lambda _: Target)
    source = read_source(str(alone))
    module = project.module(source)
    oracle = Names()
    MetadataWrapper(cst.parse_module(source.text)).visit(oracle)
    wrong, count = [], Counter[str]()
    for use in uses_in(module.facts.body, {}):
        span = module.span(use.node)
        expected = {canonical(name) for name in oracle.found.get(span, set()) if not name.startswith(".")}
        found = {of_builtin(name) for name in resolved(project, module, use) if not name.startswith(".")}
        count["names"] += bool(expected)
        count["keras"] += any(name.startswith("keras") for name in expected)
        # Where the oracle sees a name of the file itself, kerlint may follow it to what it was assigned or starred from.
        agreed = expected <= found if span in oracle.local else expected == found
        if not agreed:
            wrong.append(f"{path.name}:{span.line}:{span.column}: libcst {sorted(expected)}, kerlint {sorted(found)}")
    return wrong, count


@pytest.mark.parametrize("path", real_files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_names_of_real_files_are_what_libcst_says(path: Path, tmp_path: Path) -> None:
    wrong, _ = compared(path, tmp_path)
    assert wrong == []


def test_there_is_something_to_compare(tmp_path: Path) -> None:
    assert sum(compared(path, tmp_path)[1]["names"] for path in real_files()[:3]) > 50


@pytest.mark.slow
def test_names_of_fixtures_are_what_libcst_says(tmp_path: Path) -> None:
    wrong: list[str] = []
    total = Counter[str]()
    for path in fixtures():
        found, count = compared(path, tmp_path)
        wrong += found
        total += count
    assert wrong == []
    assert total["keras"] > 100
