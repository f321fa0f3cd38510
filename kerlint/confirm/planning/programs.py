"""Plans a probe of a program that saves and loads: the body that makes and saves the model, and the side that loads it.

Turns a finding of KER205, 209, 308, 310 or 311 into a body to run; how the program loads, and what its loading side
defines and imports, go along as facts. Knows nothing of what the probe looks at.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import asdict, replace

from kerlint.confirm.planning.bodies import plan_body
from kerlint.confirm.planning.places import statement_lines
from kerlint.confirm.requests import Request
from kerlint.confirm.slicing import slice_names
from kerlint.execution.events import Event, MethodCall
from kerlint.execution.values import Instance
from kerlint.finding import Finding, Span
from kerlint.persistence.endings import extension_of
from kerlint.persistence.graphs import leaves_of
from kerlint.persistence.pairs import name_of, readers_of, writers_of
from kerlint.persistence.paths import texts_of
from kerlint.persistence.places import path_to
from kerlint.persistence.uses import FileUse, Operation, uses_of
from kerlint.project import Module, Project
from kerlint.semantics import syntax as ir

_SAVES = (Operation.SAVE, Operation.CHECKPOINT)
_FITTING = ("fit", "fit_generator")


def plan_program(finding: Finding, probe: str, module: Module, project: Project) -> Request | str:
    """The request, or why there is none."""
    if finding.code == "KER308":
        return plan_body(finding, probe, module, project)
    save, load = _save_and_load(finding, module)
    if save is None:
        return "the save was not found again"
    site = _outermost(save)
    maker, span = site
    lines = statement_lines(maker.source.text, span)
    loader = load.module if load is not None else maker
    facts: dict[str, object] = {
        "operation": save.operation.name,
        "suffix": _suffix(save),
        "saved_at": [str(maker.path), *lines],
        "is_script": maker.path.suffix == ".ipynb" or re.search(r"__name__\s*==", maker.source.text) is not None,
        "said_at": [str(module.path), finding.span.line, finding.span.line],
        "load": None if load is None else [list(item) for item in _keywords(load)],
        "definitions": _definitions(loader, project),
    }
    moved = replace(finding, path=str(maker.path), span=span, related=())
    request = plan_body(moved, probe, maker, project, anchors=_fits(save, maker), facts=facts)
    return request if isinstance(request, str) else replace(request, message=finding.message)


def _save_and_load(finding: Finding, module: Module) -> tuple[FileUse | None, FileUse | None]:
    """The save that a finding is about, and a load of what it wrote."""
    uses = uses_of(module)
    if finding.code == "KER205":
        loads = [use for use in uses if use.operation is Operation.LOAD and _is_at(use, module, finding.span)]
        for load in sorted(loads, key=lambda use: len(path_to(use.event))):
            name = name_of(load)
            writers = [w for w in writers_of(module, name) if w.operation in _SAVES] if name is not None else []
            writers.sort(key=lambda writer: (not _mentions(writer, finding.message), writer.trace is not load.trace))
            if writers:
                return writers[0], load
        return None, None
    if finding.code == "KER209":
        places = [related.span for related in finding.related if related.path == finding.path]
        saves = [use for use in uses if use.operation in _SAVES and use.module.span(use.event.node) in places]
    else:
        saves = [use for use in uses if use.operation in _SAVES and _is_at(use, module, finding.span)]
    saves.sort(key=lambda use: len(path_to(use.event)))
    if not saves:
        return None, None
    name = name_of(saves[0])
    readers = readers_of(module, name, Operation.LOAD) if name is not None else []
    return saves[0], readers[0] if readers else None


def _mentions(writer: FileUse, message: str) -> bool:
    """Whether what the message names is made in the run that writes."""
    named = re.search(r"know (\w+)|own (\w+)", message)
    word = (named.group(1) or named.group(2)) if named is not None else ""
    return any(
        word and word == getattr(getattr(event, "instance", None), "class_name", "").rpartition(".")[2]
        for event in writer.trace.events
    )


def _is_at(use: FileUse, module: Module, span: Span) -> bool:
    """Whether a finding of this use may stand there."""
    nodes: list[ir.Node | None] = [site.node for site in path_to(use.event) if site.module is module]
    if use.module is module:
        nodes += [use.path_node, use.event.node]
    return any(module.span(node) == span for node in nodes if node is not None)


def _outermost(use: FileUse) -> tuple[Module, Span]:
    """Where the save stands in the body that is traced: itself, or the call that leads there."""
    sites = path_to(use.event)
    if sites:
        return sites[0].module, sites[0].module.span(sites[0].node)
    return use.module, use.module.span(use.event.node)


def _suffix(use: FileUse) -> str:
    text = next(iter(texts_of(use)), None)
    return "" if text is None else extension_of(text) or ""


def _fits(use: FileUse, module: Module) -> list[int]:
    """The lines of the training that writes a checkpoint."""
    if use.operation is not Operation.CHECKPOINT or not isinstance(use.subject, Instance):
        return []
    lines: list[int] = []
    for event in use.trace.of(MethodCall):
        if event.method in _FITTING and any(
            leaf.number == use.subject.number for leaf in leaves_of(event.arguments.get("callbacks"))
        ):
            first, last = statement_lines(module.source.text, _span_in(event, module))
            lines += range(first, last + 1)
    return lines


def _span_in(event: Event, module: Module) -> Span:
    site = next((site for site in path_to(event) if site.module is module), None)
    return module.span(site.node) if site is not None else event.span


def _keywords(use: FileUse) -> Iterator[tuple[str, str]]:
    """The arguments of the load but its path, as source text."""
    node = use.event.node
    if not isinstance(node, ir.Call):
        return
    for position, argument in enumerate(node.arguments):
        name = argument.keyword or (("filepath", "custom_objects", "compile")[position] if position < 3 else "")
        if name and name != "filepath":
            yield name, _source(use.module, use.module.span(argument.value))


def _source(module: Module, span: Span) -> str:
    lines = module.source.text.splitlines()[span.line - 1 : span.end_line]
    if not lines:
        return ""
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


def _definitions(module: Module, project: Project) -> dict[str, object]:
    """What a process that only loads has imported: the imports, classes and functions of the file that loads."""
    names = [name for statement in ast.parse(module.source.text).body for name in _defined(statement)]
    cut = slice_names(project, module, names)
    return {"module": cut.modules[0].name, "modules": [asdict(module) for module in cut.modules]}


def _defined(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.ClassDef, ast.FunctionDef)):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in statement.names if alias.name != "*")
