"""Plans a probe of reuse: the Keras class round the finding, or else the stretch of program that it stands in."""

from __future__ import annotations

from kerlint.confirm.planning.bodies import plan_body
from kerlint.confirm.planning.classes import plan_class
from kerlint.confirm.planning.places import places_round
from kerlint.confirm.requests import Request
from kerlint.finding import Finding
from kerlint.project import Module, Project


def plan_reuse(finding: Finding, probe: str, module: Module, project: Project) -> Request | str:
    """The request, or why there is none."""
    places = places_round(module.source.text, finding.span)
    around = next((place for place in reversed(places) if place.is_class), None)
    if around is not None and not around.in_function and _is_of_keras(around.name.rpartition(".")[2], module):
        return plan_class(finding, probe, module, project)
    return plan_body(finding, probe, module, project)


def _is_of_keras(name: str, module: Module) -> bool:
    return any(info.name == name and info.kind in ("layer", "model") for info in module.classes)
