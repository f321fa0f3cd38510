"""Cuts the body of a function, or of a module, down to what some of its lines need, as a program of its own.

Finds the function and those around it, and brings together the cut of each body and the slice of what they name
globally. Knows nothing of how a body is cut.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import libcst as cst

from kerlint.confirm.slicing.canvas import Canvas
from kerlint.confirm.slicing.cut_text import write_cut
from kerlint.confirm.slicing.cutting import Cut
from kerlint.confirm.slicing.following import Following, module_outline
from kerlint.confirm.slicing.names import children_of, parameters_of
from kerlint.confirm.slicing.outline import Kind, Outline, Reading, Statement, parsed
from kerlint.confirm.slicing.reading import names_of
from kerlint.confirm.slicing.slices import BodyParameter, BodySlice
from kerlint.confirm.slicing.writing import write_slice
from kerlint.project import Module, Project


def cut_body(project: Project, module: Module, function: str | None, anchors: Collection[int]) -> BodySlice:
    """What lines of a function's body need, or of the module's own body when `function` is None."""
    outline = module_outline(module)
    if outline is None:
        raise LookupError(f"{module.path}: no program")
    following = Following(project, module)
    canvas = Canvas(outline.lines)
    if function is None:
        cut = Cut(outline.statements, anchors)
        cut.settle()
        write_cut(cut, canvas)
        _follow(following, module, [cut])
        parameters: tuple[BodyParameter, ...] = ()
    else:
        cuts, parameters = _cut_functions(module, outline, canvas, function, anchors)
        _follow(following, module, cuts)
    _write_future(outline, canvas)
    return BodySlice(write_slice(following, module.path), canvas.text(), parameters)


def _follow(following: Following, module: Module, cuts: Sequence[Cut]) -> None:
    """Wants what the cuts, outermost first, import and name globally."""
    for cut in cuts:
        for leaf in cut.kept_leaves:
            for imported in leaf.names.imports:
                if not imported.bound or imported.bound in cut.imported.get(leaf, leaf.names.bound):
                    following.follow(module.path, imported, {None, *cut.read.get(imported.bound, ())})
            for imported, chains in leaf.names.inner_imports:
                following.follow(module.path, imported, {None, *chains})
    for name, chains in cuts[0].free.items():
        for chain in chains:
            following.want(module.path, name, chain)
    following.finish()


def _write_future(outline: Outline, canvas: Canvas) -> None:
    if canvas.text():
        for statement in outline.statements:
            if statement.kind is Kind.FUTURE:
                canvas.keep(statement.start, statement.end, statement.indent)


def _cut_functions(
    module: Module, outline: Outline, canvas: Canvas, function: str, anchors: Collection[int]
) -> tuple[list[Cut], tuple[BodyParameter, ...]]:
    """The cuts of a function and of those around it, outermost first, written onto the canvas; and their parameters."""
    tree, reading = parsed(module.source.text)
    around = _find(tree.body, [part for part in function.split(".") if part != "<locals>"], reading, anchors)
    if not around:
        raise LookupError(f"{module.path}: no function {function}")
    cuts: list[Cut] = []
    parameters: list[BodyParameter] = []
    for depth in reversed(range(len(around))):
        node = around[depth]
        statements = _body(node, reading)
        inside = around[depth + 1] if depth + 1 < len(around) else None
        left_out = _holding(statements, reading, inside) if inside is not None else None
        cut = Cut(
            statements,
            anchors if inside is None else (),
            parameters=[parameter.name.value for parameter in parameters_of(node.params)],
            is_module_name=lambda name: _is_module_name(outline, name),
            left_out=left_out,
        )
        cut.settle(cuts[0].free if cuts else None)
        cuts.insert(0, cut)
        parameters[:0] = _parameters(node, cut, reading)
        prefix = statements[0].indent if statements else ""
        own = Canvas(outline.lines, prefix)
        write_cut(cut, own)
        canvas.merge(own)
    return cuts, tuple(parameters)


def _body(node: cst.FunctionDef, reading: Reading) -> list[Statement]:
    body = [node.body] if isinstance(node.body, cst.SimpleStatementSuite) else node.body.body
    return reading.statements(body, in_function=True)


def _holding(statements: Sequence[Statement], reading: Reading, inside: cst.FunctionDef) -> Statement | None:
    """The definition in which a function stands."""
    place = reading.start(inside)
    for statement in statements:
        for block in statement.blocks:
            found = _holding(block.statements, reading, inside)
            if found is not None:
                return found
        if not statement.blocks and statement.start <= place <= statement.end:
            return statement
    return None


def _is_module_name(outline: Outline, name: str) -> bool:
    """Whether a global name is bound by imports only."""
    statements = outline.binding.get(name, ())
    return bool(statements) and all(statement.is_import for statement in statements)


def _parameters(node: cst.FunctionDef, cut: Cut, reading: Reading) -> Iterator[BodyParameter]:
    stars = {id(node.params.star_arg): "star", id(node.params.star_kwarg): "double_star"}
    keywords = {id(parameter): "keyword" for parameter in node.params.kwonly_params}
    for parameter in parameters_of(node.params):
        name = parameter.name.value
        is_read = name in cut.read
        if is_read and parameter.default is not None:
            for read, chains in names_of([parameter.default]).read.items():
                cut.outer.setdefault(read, set()).update(chains)
        default = reading.text(parameter.default) if parameter.default is not None else None
        annotation = reading.text(parameter.annotation.annotation) if parameter.annotation is not None else None
        yield BodyParameter(name, default, annotation, {**keywords, **stars}.get(id(parameter), "positional"), is_read)


def _find(nodes: Sequence[cst.CSTNode], parts: list[str], reading: Reading, anchors: Collection[int]) -> list[cst.FunctionDef]:
    """The functions that a qualified name goes through; among several of one name that which holds an anchor, else the last."""
    found: list[list[cst.FunctionDef]] = []
    for node in _definitions(nodes):
        if node.name.value != parts[0]:
            continue
        own = [node] if isinstance(node, cst.FunctionDef) else []
        if len(parts) > 1:
            inner = _find(node.body.body, parts[1:], reading, anchors)
            if inner:
                found.append([*own, *inner])
        elif own:
            found.append(own)
    for around in found:
        first, last = reading.start(around[-1])[0], reading.end(around[-1])[0]
        if any(first <= line <= last for line in anchors):
            return around
    return found[-1] if found else []


_HOLDERS = (
    cst.BaseCompoundStatement,
    cst.IndentedBlock,
    cst.Else,
    cst.Finally,
    cst.ExceptHandler,
    cst.ExceptStarHandler,
    cst.MatchCase,
)


def _definitions(nodes: Sequence[cst.CSTNode]) -> Iterator[cst.FunctionDef | cst.ClassDef]:
    """The functions and classes of a scope, also those in blocks of it."""
    for node in nodes:
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            yield node
        elif isinstance(node, _HOLDERS):
            yield from _definitions(list(children_of(node)))
