"""Plans the probes: for a finding, what to run and on what, cut out of the project.

Turns a `Finding` with its module and project into a `Request`, or into the reason why there is none. Nothing is run here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from kerlint.confirm.planning.adapt import plan_adapt
from kerlint.confirm.planning.classes import plan_base, plan_class
from kerlint.confirm.planning.paths import plan_paths
from kerlint.confirm.planning.programs import plan_program
from kerlint.confirm.planning.reuse import plan_reuse
from kerlint.confirm.requests import CallSubject, Request
from kerlint.finding import Finding
from kerlint.project import Module, Project
from kerlint.rules import all_rules

Planner = Callable[[Finding, str, Module, Project], Request | str]

_PLANNERS: dict[str, Planner] = {
    "serialization": plan_class,
    "tracking": plan_base,
    "reuse": plan_reuse,
    "paths": plan_paths,
    "program": plan_program,
    "adapt": plan_adapt,
}
"""How the requests of a family of probes are made."""


def plan(finding: Finding, module: Module, project: Project, hints: Mapping[str, Mapping[str, object]]) -> Request | str:
    """The request for a finding, or why it cannot be confirmed. `hints` are those of the configuration, by class or function."""
    probe = all_rules()[finding.code].probe
    planner = _PLANNERS.get(probe)
    if planner is None:
        return "no probe for this rule"
    try:
        request = planner(finding, probe, module, project)
    except RecursionError:
        return "its code is nested too deeply to be cut out"
    except Exception as error:  # one finding that cannot be planned is no reason to leave the others without a verdict
        return f"internal error in planning ({type(error).__name__}: {' '.join(str(error).split())[:120]}); please report it"
    if isinstance(request, str) or isinstance(request.subject, CallSubject):
        return request
    return replace(request, hints={**hints.get(request.subject.name.rpartition(".")[2], {}), **request.hints})
