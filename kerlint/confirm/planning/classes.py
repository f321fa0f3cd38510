"""Plans a probe of a class: the innermost Keras class round the finding, its slice, and how the project makes it."""

from __future__ import annotations

from dataclasses import replace

from kerlint.confirm.planning.hints import hints_at
from kerlint.confirm.planning.instantiations import instantiations
from kerlint.confirm.planning.places import places_round, statement_lines
from kerlint.confirm.planning.shapes import shapes_in
from kerlint.confirm.requests import ClassSubject, Request
from kerlint.confirm.slicing import slice_names
from kerlint.finding import Finding
from kerlint.project import Module, Project
from kerlint.semantics.classes import ClassInfo
from kerlint.serialization.usage import subclasses

_DERIVED = 2


def plan_class(finding: Finding, probe: str, module: Module, project: Project) -> Request | str:
    """The request, or why there is none."""
    return _planned(finding, probe, module, project, 0)


def plan_base(finding: Finding, probe: str, module: Module, project: Project) -> Request | str:
    """The same with classes that derive from it among `others`: what a base does shows in them."""
    return _planned(finding, probe, module, project, _DERIVED)


def _planned(finding: Finding, probe: str, module: Module, project: Project, most_derived: int) -> Request | str:
    text = module.source.text
    places = places_round(text, finding.span)
    place = next((place for place in reversed(places) if place.is_class), None)
    if place is None:
        return "it stands in no class"
    if place.in_function:
        return f"{place.name} is made inside a function"
    info = next((info for info in module.classes if module.span(info.facts).line in range(place.first, place.last + 1)
                 and info.name == place.name.rpartition(".")[2]), None)  # fmt: skip
    if info is None:
        return f"{place.name} is not understood"
    derived = _derived(info, project)[:most_derived] if most_derived else []
    cut = slice_names(project, module, [place.name.partition(".")[0], *(other.name for other in derived)])
    name = cut.modules[0].name
    hints = hints_at(text, [*range(place.first, place.first + 2), *range(finding.span.line, finding.span.line + 1)])
    return Request(
        code=finding.code,
        probe=probe,
        path=str(module.path),
        lines=statement_lines(text, finding.span),
        subject=ClassSubject(name, place.name, instantiations(info, project)),
        others=tuple(replace(other, module=name) for other in derived),
        modules=cut.modules,
        about=tuple(name.partition("=")[0] for name in finding.about),
        kinds={name: kind for name, equals, kind in (word.partition("=") for word in finding.about) if equals},
        message=finding.message,
        related=tuple((place.path, place.span.line, place.span.end_line) for place in finding.related),
        inputs=shapes_in(text, finding.span.line),
        hints=hints,
    )


def _derived(info: ClassInfo, project: Project) -> list[ClassSubject]:
    """Classes of the same file that derive from it."""
    return [
        ClassSubject("", other.name, instantiations(other, project))
        for other in subclasses(info, project)
        if other.module is info.module and other.enclosing is None
    ]
