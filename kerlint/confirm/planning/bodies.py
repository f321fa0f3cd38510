"""Plans a probe of a stretch of program: the function or module body round a finding, cut down to what its lines need.

Turns a finding into a `Request` whose subject is that body, with the roles that its parameters play, and whose `others`
are the bodies that call the function at the finding's lines. Knows nothing of what a probe looks at.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from kerlint.confirm.planning.hints import hints_at
from kerlint.confirm.planning.places import Place, places_round, statement_lines
from kerlint.confirm.planning.roles import roles_of
from kerlint.confirm.planning.shapes import shapes_in
from kerlint.confirm.requests import BodySubject, Request
from kerlint.confirm.slicing import BodyParameter, BodySlice, SlicedModule, slice_body, slice_names
from kerlint.confirm.slicing.following import Following
from kerlint.confirm.slicing.writing import write_slice
from kerlint.execution.events import Construction, Event, LayerCall, Site, Trace
from kerlint.execution.values import Value
from kerlint.finding import Finding, Span
from kerlint.project import Module, Project
from kerlint.reuse.passes import made_of

_MOST_CALLERS = 3
_MOST_FILES = 4
_STAR_IMPORT = re.compile(r"\s*from\s+[\w.]+\s+import\s+\*")
_MODELS = ("keras.Model", "keras.Sequential", "keras.models.Model", "keras.models.Sequential", "keras.Functional")


@dataclass(frozen=True, slots=True)
class _Way:
    """A body and the lines of it that matter. No function means the module's own body."""

    module: Module
    function: str | None
    lines: tuple[int, ...]


def plan_body(
    finding: Finding,
    probe: str,
    module: Module,
    project: Project,
    anchors: Collection[int] = (),
    facts: Mapping[str, object] | None = None,
) -> Request | str:
    """The request, or why there is none. `anchors` are lines of the same body that are to be kept besides the finding's."""
    text = module.source.text
    lines = statement_lines(text, finding.span)
    place = function_round(places_round(text, finding.span))
    own = _Way(module, place.name if place else None, _anchors(finding, module, place, lines, anchors))
    try:
        ways = [(own, _cut(own, project))]
    except LookupError as error:
        return str(error)
    for way in _callers(module, project, place, lines):
        try:
            ways.append((way, _cut(way, project)))
        except LookupError:
            continue
    modules = _together(project, ways)
    names = {text_of.path: text_of.name for text_of in modules}
    subjects = [_subject(way, cut, names[str(way.module.path)]) for way, cut in ways]
    first = place.first if place else finding.span.line
    return Request(
        code=finding.code,
        probe=probe,
        path=str(module.path),
        lines=lines,
        subject=subjects[0],
        others=tuple(subjects[1:]),
        modules=modules,
        about=tuple(name.partition("=")[0] for name in finding.about),
        kinds={name: kind for name, equals, kind in (word.partition("=") for word in finding.about) if equals},
        message=finding.message,
        related=tuple((place.path, place.span.line, place.span.end_line) for place in finding.related),
        inputs=shapes_in(text, finding.span.line),
        hints=hints_at(text, [first, first + 1, *range(lines[0], lines[1] + 1)]),
        facts=dict(facts or {}),
    )


def function_round(places: tuple[Place, ...]) -> Place | None:
    """The innermost function whose body can run on its own: a method only of a class that is there from the beginning."""
    for index in reversed(range(len(places))):
        place = places[index]
        if not place.is_class and not any(outer.is_class and outer.in_function for outer in places[:index]):
            return place
    return None


def _anchors(
    finding: Finding, module: Module, place: Place | None, lines: tuple[int, int], more: Collection[int]
) -> tuple[int, ...]:
    """The lines of the finding, related ones in the same scope, and where models are made of what comes out of them."""
    text = module.source.text
    wanted = {*range(lines[0], lines[1] + 1), *more}
    for related in finding.related:
        if related.path == finding.path and _function_at(text, related.span) == (place.name if place else None):
            wanted.add(related.span.line)
    wanted.update(_models_made_of(module, place, lines))
    return tuple(sorted(wanted))


def _function_at(text: str, span: Span) -> str | None:
    place = function_round(places_round(text, span))
    return place.name if place else None


def _models_made_of(module: Module, place: Place | None, lines: tuple[int, int]) -> Iterator[int]:
    """The lines of the same body where a model is made of a tensor or layer of these lines."""
    text = module.source.text
    for trace in module.traces:
        numbers: set[int] = set()
        for event in trace.events:
            if event.module is module and not _sites(trace, event) and lines[0] <= event.span.line <= lines[1]:
                numbers.update(value.number for value in _outcome(event))
        if not numbers:
            continue
        for event in trace.of(Construction):
            if event.module is not module or _sites(trace, event) or event.instance.class_name not in _MODELS:
                continue
            if event.span.line > lines[1] and _function_at(text, event.span) == (place.name if place else None):
                made = {part.number for value in event.instance.arguments.values() for part in made_of(value)}
                if made & numbers:
                    yield event.span.line


def _sites(trace: Trace, event: Event) -> tuple[Site, ...]:
    """The calls that lead to an event, without the beginning of what was traced."""
    is_begun = bool(event.stack) and event.stack[0].node is trace.function
    return event.stack[1:] if is_begun else event.stack


def _outcome(event: object) -> Iterator[Value]:
    if isinstance(event, LayerCall):
        yield event.result
    elif isinstance(event, Construction):
        yield event.instance


# --- who calls it -----------------------------------------------------------------------------------------------------


def _callers(module: Module, project: Project, place: Place | None, lines: tuple[int, int]) -> list[_Way]:
    """The bodies from which something at the finding's lines is reached through calls, those of the same file first."""
    if place is None:
        return []
    name = place.name.rpartition(".")[2]
    files = [module, *(file for file in project.files_using(module, name)[:_MOST_FILES] if file is not module)]
    found: dict[tuple[str, str | None], set[int]] = {}
    by_path: dict[str, Module] = {}
    for file in files:
        for trace in file.traces:
            for event in trace.events:
                sites = _sites(trace, event)
                if event.module is module and sites and lines[0] <= event.span.line <= lines[1]:
                    site = sites[0]
                    function = _function_at(site.module.source.text, site.module.span(site.node))
                    if (site.module is module and function == place.name) or _is_keras_method(site.module, function):
                        continue
                    by_path[str(site.module.path)] = site.module
                    found.setdefault((str(site.module.path), function), set()).add(site.module.span(site.node).line)
    return [
        _Way(by_path[path], function, tuple(sorted(_statements_at(by_path[path], at))))
        for (path, function), at in list(found.items())[:_MOST_CALLERS]
    ]


def _is_keras_method(module: Module, function: str | None) -> bool:
    """Whether it is a method of a layer or model: those need an object that Keras has made."""
    owner = function.rpartition(".")[0] if function else ""
    return any(info.name == owner and info.kind is not None for info in module.classes)


def _statements_at(module: Module, lines: set[int]) -> set[int]:
    """All lines of the statements at these lines, and the next `return` of each function: what the caller gives back."""
    text = module.source.text
    wanted: set[int] = set()
    for line in lines:
        first, last = statement_lines(text, Span(line, 1, line, 1))
        wanted.update(range(first, last + 1))
        place = function_round(places_round(text, Span(line, 1, line, 1)))
        if place is not None:
            wanted.update(_models_made_of(module, place, (first, last)))
    return wanted


# --- what is cut out --------------------------------------------------------------------------------------------------


def _cut(way: _Way, project: Project) -> BodySlice:
    return slice_body(project, way.module, way.function, way.lines)


def _together(project: Project, ways: list[tuple[_Way, BodySlice]]) -> tuple[SlicedModule, ...]:
    """The modules of all the bodies as one slice. For a method, its whole class is there, to make `self`."""
    following = Following(project, ways[0][0].module)
    for way, cut in ways:
        for module in cut.slice.modules[:1]:
            for name in _bound(module.text):
                following.want(way.module.path, name, None)
        owner = _owner(way)
        if owner is not None:
            for module in slice_names(project, way.module, [owner]).modules[:1]:
                for name in _bound(module.text):
                    following.want(way.module.path, name, None)
    following.finish()
    merged = {m.path: m for m in write_slice(following, ways[0][0].module.path).modules}
    for _, cut in ways:
        for module in cut.slice.modules:
            known = merged.setdefault(module.path, module)
            merged[module.path] = replace(known, text=_with_star_imports(known.text, module.text))
    return tuple(merged.values())


def _with_star_imports(text: str, other: str) -> str:
    """The text with the star imports of another slice of its file, which bind nothing that can be asked for by name."""
    lines, others = text.split("\n"), other.split("\n")
    for number, line in enumerate(others):
        if _STAR_IMPORT.match(line) and number < len(lines) and not lines[number].strip():
            lines[number] = line
    return "\n".join(lines)


def _bound(text: str) -> list[str]:
    """The names that a module's text binds."""
    found: list[str] = []
    pending: list[ast.stmt] = list(ast.parse(text).body)
    while pending:
        statement = pending.pop(0)
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.append(statement.name)
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            found += [alias.asname or alias.name.partition(".")[0] for alias in statement.names if alias.name != "*"]
        else:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    found.append(node.id)
                elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                    found.append(node.name)
                elif isinstance(node, (ast.Import, ast.ImportFrom)):
                    found += [alias.asname or alias.name.partition(".")[0] for alias in node.names if alias.name != "*"]
    return found


def _owner(way: _Way) -> str | None:
    """The top-level class whose method it is."""
    first = way.function.partition(".")[0] if way.function else ""
    return first if any(info.name == first and info.enclosing is None for info in way.module.classes) else None


def _subject(way: _Way, cut: BodySlice, module_name: str) -> BodySubject:
    roles = roles_of(way.module, way.function, cut.text)
    is_method = _owner(way) is not None
    parameters = []
    for position, parameter in enumerate(cut.parameters):
        if not parameter.is_read:
            continue
        receiver = ("self",) if is_method and position == 0 and parameter.name in ("self", "cls") else ()
        default = _default(parameter)
        annotation = parameter.annotation or ""
        typed = ("model",) if re.search(r"\b(Model|Sequential)\b", annotation) else ()
        parameters.append((parameter.name, default, annotation, receiver or typed or roles.get(parameter.name, ())))
    return BodySubject(module_name, way.function or "", cut.text, tuple(parameters))


def _default(parameter: BodyParameter) -> str:
    if parameter.kind in ("star", "double_star"):
        return "()" if parameter.kind == "star" else "{}"
    return parameter.default or ""


__all__ = ["function_round", "plan_body"]
