"""Plans a probe of a layer that learns by `adapt`: the stretch of program that tells it, runs it and takes it to disk.

Turns a finding of KER401 to KER407 into a body request: the innermost function under which all happens that the finding
speaks of, cut down to the layers, the models and what is done with them. Knows nothing of how that is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from kerlint.confirm.planning.bodies import plan_body
from kerlint.confirm.planning.places import statement_lines
from kerlint.confirm.requests import Request
from kerlint.execution.events import Construction, Event, FunctionCall, MethodCall, Trace
from kerlint.execution.values import Instance, Value, alternatives
from kerlint.finding import Finding, Span
from kerlint.persistence.places import path_to
from kerlint.preprocessing.layers import adapting_class, learners
from kerlint.preprocessing.story import CHECKPOINT, RUNS, TRAINING, Story, allocation, is_model, runs_of, saves_in
from kerlint.project import Module, Project
from kerlint.semantics import syntax as ir

_ALWAYS = frozenset("adapt set_vocabulary finalize_state save save_weights export load_weights compile add build".split())
_COPIES = frozenset("from_config get_config to_json get_weights set_weights".split())
_LIBRARY = ("keras.models.", "keras.saving.", "keras.applications.")
_DECISIVE = frozenset("adapt save save_weights export load_weights set_weights from_config".split())


@dataclass(frozen=True, slots=True)
class _Step:
    """Something that has to be in the body: the calls on the way to it and, last, itself, each as module and node."""

    event: Event
    way: tuple[tuple[Module, ir.Node], ...]


def plan_adapt(finding: Finding, probe: str, module: Module, project: Project) -> Request | str:
    """The request, or why there is none; `facts["instead"]` holds the smaller one to try when it tells nothing."""
    story = module.answer(Story)
    own = _own(finding, module, story)
    if own is None:
        return plan_body(finding, probe, module, project)
    trace, event = own
    steps = list(_steps(trace, finding.code, _relation(story, trace, event, finding.code)))
    first = _step(event)
    height = _height(first, [step for step in steps if _is_decisive(step.event, finding.code)])
    requests = [
        _request(finding, probe, module, project, first, steps, level) for level in dict.fromkeys((height, len(first.way) - 1))
    ]
    usable = [request for request in requests if isinstance(request, Request)]
    if not usable:
        return requests[0]
    facts = {**usable[0].facts, "instead": usable[1].as_data()} if len(usable) > 1 else usable[0].facts
    return replace(usable[0], facts=facts)


def _own(finding: Finding, module: Module, story: Story) -> tuple[Trace, Event] | None:
    """The event that the finding reports, in the trace that tells most of it."""
    found = [
        (trace, event)
        for trace in [*story.roots, *story.traces]
        for event in trace.events
        if event.module is module and event.span == finding.span and isinstance(event, (MethodCall, FunctionCall, Construction))
    ]
    return max(found, key=lambda one: sum(1 for _ in _steps(one[0], finding.code)), default=None)


def _steps(trace: Trace, code: str, related: Callable[[Value], bool] = lambda _: True) -> Iterator[_Step]:
    """What happens to related layers and models, in order."""
    checkpoints = [save for save in saves_in(trace) if save.is_checkpoint and related(save.model)]
    for event in trace.events:
        match event:
            case MethodCall(method=name):
                runs = name in RUNS if code == "KER402" else bool(checkpoints) and name in TRAINING
                if (name in _ALWAYS or runs or (code == "KER407" and name in _COPIES)) and related(event.receiver):
                    yield _step(event)
            case FunctionCall(name=name) if name.startswith(_LIBRARY) or name.endswith(".from_config"):
                if related(event.result) or any(related(value) for value in event.arguments.values()):
                    yield _step(event)
            case Construction(instance=instance) if instance.class_name == CHECKPOINT:
                if any(save.event is event for save in checkpoints):
                    yield _step(event)
            case Construction(instance=instance) if adapting_class(instance) is not None or is_model(instance):
                if related(instance):
                    yield _step(event)
            case _:
                pass


def _relation(story: Story, trace: Trace, event: Event, code: str) -> Callable[[Value], bool]:
    """Whether a value is a layer that the finding speaks of, or a model whose fate decides."""
    if code == "KER407":
        return lambda _: True
    saves = [save for save in story.saves if save.event is event]
    subject: Value | None = (
        saves[0].model if saves else event.instance if isinstance(event, Construction) else getattr(event, "receiver", None)
    )
    layers = [] if subject is None else [*learners(subject), *story.holdings.of(subject)]
    layers = [layer for layer in layers if adapting_class(layer) is not None]
    places = {allocation(layer) for layer in layers}
    models = [found for save in saves for _, found in alternatives(save.model)]
    if code == "KER401":
        fed = [
            run
            for run, _ in runs_of(trace)
            if any(story.feeds(value, layer) for value in run.arguments.values() for layer in layers)
        ]
        models += [found for run in fed for _, found in alternatives(run.receiver)]
    else:
        models += [model for layer in layers for model in story.models_with(layer)]
    numbers = {model.number for model in models}
    places |= {allocation(model) for model in models if isinstance(model, Instance)}

    def related(value: Value) -> bool:
        found = [leaf for _, leaf in alternatives(value)]
        return any(leaf.number in numbers or (isinstance(leaf, Instance) and allocation(leaf) in places) for leaf in found)

    return related


def _step(event: Event) -> _Step:
    return _Step(event, (*((site.module, site.node) for site in path_to(event)), (event.module, event.node)))


def _is_decisive(event: Event, code: str) -> bool:
    """Whether the body must reach as far as this: what learns, what is written and read, and where order counts, what runs."""
    if isinstance(event, MethodCall):
        touches = any(isinstance(found, Instance) for _, found in alternatives(event.receiver))
        return touches and (event.method in _DECISIVE or (code == "KER402" and event.method in RUNS))
    return isinstance(event, FunctionCall)


def _height(first: _Step, others: list[_Step]) -> int:
    """How many calls all of them have in common on their way."""
    height = len(first.way) - 1
    for other in others:
        common = 0
        for mine, its in zip(first.way[:height], other.way[:-1], strict=False):
            if mine[1] is not its[1]:
                break
            common += 1
        height = min(height, common)
    return height


def _request(
    finding: Finding, probe: str, module: Module, project: Project, first: _Step, steps: list[_Step], height: int
) -> Request | str:
    """The body below the first `height` calls, with the lines of every step that passes through it."""
    place, node = first.way[height]
    span = place.span(node)
    prefix = [id(node) for _, node in first.way[:height]]
    lines: set[int] = set()
    for step in steps:
        if len(step.way) > height and [id(node) for _, node in step.way[:height]] == prefix and step.way[height][0] is place:
            at = place.span(step.way[height][1])
            begin, end = statement_lines(place.source.text, Span(at.line, 1, at.line, 1))
            lines.update(range(begin, end + 1))
    made = plan_body(replace(finding, span=span), probe, place, project, lines)
    if isinstance(made, str):
        return made
    own = statement_lines(module.source.text, finding.span)
    return replace(made, path=str(module.path), lines=own, facts={**made.facts, "body_path": str(place.path)})
