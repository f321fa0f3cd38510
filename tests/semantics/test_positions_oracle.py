"""libcst's own PositionProvider is the oracle for where the analysis says that things stand.

The analysis computes places from tokens, because the provider costs several times the parse. On real files, and on all
fixtures, both must name the same places.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from kerlint.finding import Span
from kerlint.semantics import read_module
from kerlint.semantics import syntax as ir
from kerlint.sources.source import Source, read_bytes, read_source

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("pytest", "_pytest", "libcst", "packaging", "pathspec")
FILES_PER_PACKAGE = 2
LARGEST = 60_000

COUNTERPARTS: dict[type[ir.Node], tuple[type[cst.CSTNode], ...]] = {
    ir.Name: (cst.Name,),
    ir.Attribute: (cst.Attribute,),
    ir.Call: (cst.Call,),
    ir.Subscript: (cst.Subscript,),
    ir.Display: (cst.List, cst.Tuple, cst.Set),
    ir.DictDisplay: (cst.Dict,),
    ir.Operation: (cst.BinaryOperation,),
    ir.Comparison: (cst.Comparison,),
    ir.Logic: (cst.BooleanOperation,),
    ir.Conditional: (cst.IfExp,),
    ir.Lambda: (cst.Lambda,),
    ir.Comprehension: (cst.ListComp, cst.SetComp, cst.DictComp),
    ir.Walrus: (cst.NamedExpr,),
    ir.Unary: (cst.UnaryOperation,),
    ir.Assign: (cst.Assign, cst.AnnAssign),
    ir.FormattedString: (cst.FormattedString, cst.ConcatenatedString),
    ir.FunctionFacts: (cst.FunctionDef, cst.Lambda),
    ir.ClassFacts: (cst.ClassDef,),
    ir.Parameter: (cst.Param,),
}


def real_files() -> list[Path]:
    """A few files of each package that the tests need anyway, spread over the package, and the fixtures."""
    chosen: list[Path] = []
    for package in PACKAGES:
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            continue
        files = [p for p in sorted(Path(spec.origin).parent.rglob("*.py")) if 2_000 < p.stat().st_size < LARGEST]
        chosen += files[:: max(1, len(files) // FILES_PER_PACKAGE)][:FILES_PER_PACKAGE]
    return chosen


def fixtures() -> list[Path]:
    """A spread of the fixtures."""
    return sorted((ROOT / "fixtures").rglob("*.py"))[::8]


def facts_of(path: Path) -> tuple[Source, ir.ModuleFacts]:
    source = read_source(str(path), read_bytes(str(path)))
    return source, read_module(source)


def nodes_of(root: object) -> Iterator[ir.Node]:
    """Every node of the analysis' syntax except what stands inside a formatted string, which has the string's place."""
    stack = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple | list):
            stack.extend(item)
        elif isinstance(item, ir.Node | ir.Clause):
            if isinstance(item, ir.Node):
                yield item
            if not isinstance(item, ir.FormattedString):
                stack.extend(getattr(item, field.name) for field in fields(item))


class Places(cst.CSTVisitor):
    """Collects the provider's places, each with the kind of node that stands there."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[type[cst.CSTNode], Span]] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef | cst.ClassDef | cst.Param):
            self._add(type(node), node.name, node.name)
        elif isinstance(node, cst.Tuple) and node.lpar:
            self._add(cst.Tuple, node.lpar[-1], node.rpar[0])
        else:
            self._add(type(node), node, node)
        return True

    def _add(self, kind: type[cst.CSTNode], first: cst.CSTNode, last: cst.CSTNode) -> None:
        start = self.get_metadata(PositionProvider, first).start
        end = self.get_metadata(PositionProvider, last).end
        self.found.add((kind, Span(start.line, start.column + 1, end.line, end.column + 1)))


def disagreements(path: Path) -> list[str]:
    source, facts = facts_of(path)
    oracle = Places()
    MetadataWrapper(cst.parse_module(source.text)).visit(oracle)
    return [
        f"{path.name}:{span.line}:{span.column}: {type(node).__name__} ends {span.end_line}:{span.end_column}"
        for node in nodes_of(facts.body)
        if (kinds := COUNTERPARTS.get(type(node))) is not None
        and not (isinstance(node, ir.Comprehension) and node.kind == "generator")
        for span in [facts.span(node)]
        if not any((kind, span) in oracle.found for kind in kinds)
    ]


@pytest.mark.parametrize("path", real_files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nodes_of_real_files_stand_where_libcst_says(path: Path) -> None:
    assert disagreements(path) == []


@pytest.mark.slow
def test_nodes_of_fixtures_stand_where_libcst_says() -> None:
    assert [line for path in fixtures() for line in disagreements(path)] == []


PARENTHESES = """
a = ((1, 2) + f((3, 4), g(x)), h(()))
b = (((x), *y), (*z, 1), ())
c = ((x + y), (z))
d = *a, b
for (i, j), k in ((p, q) for r in s): pass
e = f(*(1, 2), **{})
g = (((1, 2)).index)((not (x)), -(y))
i = [((), x), (((), 1)), f((), ((),))]
j = ((y for y in z), 1), ((lambda: 1), 2), (..., (...)), ((x := 1), 2)
h = ((x) if (y) else (z)) or ((lambda: (x)) and (y))
"""


def test_parentheses_belong_to_what_they_enclose(tmp_path: Path) -> None:
    path = tmp_path / "parentheses.py"
    path.write_text(PARENTHESES, encoding="utf-8")
    assert disagreements(path) == []


@pytest.mark.parametrize("path", real_files(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_text_of_a_name_is_the_name(path: Path) -> None:
    source, facts = facts_of(path)
    lines = source.text.splitlines()
    names = [node for node in nodes_of(facts.body) if isinstance(node, ir.Name)]
    assert names
    for node in names:
        span = facts.span(node)
        assert lines[span.line - 1][span.column - 1 : span.end_column - 1] == node.id
