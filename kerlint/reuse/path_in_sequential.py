"""The path through a `Sequential` in which one layer stands more than once: its layers, one below the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from kerlint.execution.events import MethodCall
from kerlint.execution.values import Collection, Instance, Value
from kerlint.finding import Finding
from kerlint.project import Module, Project
from kerlint.reuse.call_path import CallPath, Role, Stop, arranged
from kerlint.reuse.passes import is_input
from kerlint.reuse.repetition import repetitions
from kerlint.reuse.wording import class_of, written


def path_in_sequential(finding: Finding, module: Module, project: Project) -> CallPath | None:
    """The layers of a Sequential, one below the other."""
    for found in repetitions(module, project):
        if module.span(found.node) == finding.span:
            held = list(_held(found.sequential, module))
            name = written(module, found.element) if found.element is not None else None
            many = sum(value is found.layer for value in held)
            return _in_a_row(held, found.layer, name or class_of(found.layer)) if many > 1 else None
    return None


def _held(sequential: Instance, module: Module) -> Iterator[Value]:
    given = sequential.arguments.get("layers", 0)
    if isinstance(given, Collection):
        yield from given.values()
    for trace in module.traces:
        added = [call for call in trace.of(MethodCall) if call.method == "add" and call.receiver is sequential]
        for call in added:
            yield from call.arguments.positional[:1]
        if added:
            return


def _in_a_row(held: Iterable[Value], layer: Instance, name: str) -> CallPath:
    stops: dict[int, Stop] = {}
    for place, value in enumerate(held):
        if value is layer:
            stops[place] = Stop(Role.SHARED, name, class_of(layer))
        elif isinstance(value, Instance) and class_of(value) != "InputLayer":
            stops[place] = Stop(Role.LAYER, written(value.module, value.node) or class_of(value), class_of(value))
        elif not isinstance(value, Instance) and not is_input(value):
            stops[place] = Stop(Role.MORE, "what is not known")
    keys = list(stops)
    feeders: dict[int, list[int]] = {key: [before] for before, key in pairwise(keys)}
    feeders[keys[0]] = []
    return arranged(CallPath(name, class_of(layer), ()), stops, feeders, None)
