"""What kerlint knows of the layer at a place: its class, where it is made, and where it is called, on what, in which order.

Turns a module's traces into a `Layer`; asks the analysis that the rules ask, and has none of its own. Knows nothing of editors.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import AttributeStore, Construction, Event, LayerCall, Trace
from kerlint.execution.guards import contradict
from kerlint.execution.shapes import channels_of
from kerlint.execution.values import Instance, alternatives
from kerlint.finding import Span
from kerlint.module import Module
from kerlint.records import dataclass
from kerlint.reuse.passes import tensor_of
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import walk

_LAYERS = ("layer", "model")
_LONGEST = 72
"""Characters of a call that are shown."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file; in a notebook, of one of its cells, counted from 1 over all cells."""

    path: str
    line: int
    cell: int | None


@dataclass(frozen=True, slots=True)
class CallSite:
    """One place at which a layer is called, as it is written.

    `channels` is the last axis of what comes in, where known. `excludes` says that no pass comes here and to the call before.
    """

    place: Place
    text: str
    channels: int | None
    times: int = 1
    excludes: bool = False


@dataclass(frozen=True, slots=True)
class Pass:
    """One way through the code that calls a layer, with the calls in their order."""

    name: str
    sites: tuple[CallSite, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as the code makes it. `class_name` is Keras's own name, or that of a class of the project with its Keras base."""

    class_name: str
    keras_base: str | None
    made: Place
    passes: tuple[Pass, ...]


def layer_at(module: Module, line: int, column: int) -> Layer | None:
    """The layer that is made, stored or called at a place of the module's program; None where there is none."""
    traces = module.traces
    found = min(_instances_at(module, traces, line, column), key=lambda pair: pair[0], default=None)
    if found is None:
        return None
    instance = found[1]
    made = _place(instance.module, instance.node)
    return Layer(instance.class_name, _keras_base(instance), made, tuple(_passes(instance, traces)))


def _place(module: Module, node: ir.Node) -> Place:
    cell, span = module.source.locate(module.span(node))
    return Place(module.source.path, span.line, cell)


def _keras_base(instance: Instance) -> str | None:
    base = instance.info.keras_base if instance.info is not None else None
    return base.name if base is not None else None


def _instances_at(module: Module, traces: list[Trace], line: int, column: int) -> Iterator[tuple[int, Instance]]:
    """The layers that a name at the place stands for, each with how much text that name takes."""
    names = _names_of_made(module)
    for trace in traces:
        for event in trace.events:
            if event.module is not module:
                continue
            for node, value in _names_of(event, names):
                if _is_layer(value) and holds(module.span(node), line, column):
                    yield node.last - node.first, value


def _names_of(event: Event, names: dict[int, tuple[ir.Expr, ...]]) -> Iterator[tuple[ir.Node, Instance]]:
    """What stands for a layer where something happens, with the layer."""
    match event:
        case LayerCall(node=ir.Call() as call):
            yield call.function, event.instance
        case Construction(node=ir.Call() as call):
            yield call.function, event.instance
            yield from ((name, event.instance) for name in names.get(id(call), ()))
        case AttributeStore():
            yield from ((event.node, value) for _, value in alternatives(event.value) if isinstance(value, Instance))


def _names_of_made(module: Module) -> dict[int, tuple[ir.Expr, ...]]:
    """What each call in the module is assigned to."""
    statements = (node for node in walk(module.facts.body) if isinstance(node, ir.Assign))
    return {id(statement.value): statement.targets for statement in statements if isinstance(statement.value, ir.Call)}


def holds(span: Span, line: int, column: int) -> bool:
    """Whether a place lies in a span, or just behind it, where a cursor stands after a word."""
    return (span.line, span.column) <= (line, column) <= (span.end_line, span.end_column)


def _is_layer(instance: Instance) -> bool:
    if instance.is_symbolic:
        return False
    if instance.info is not None:
        return instance.info.kind in _LAYERS
    known = instance.module.knowledge.find_class(instance.class_name)
    return known is not None and known.kind in _LAYERS


def _passes(instance: Instance, traces: list[Trace]) -> Iterator[Pass]:
    """The ways that call the layer; one that comes to the same places as another is told once."""
    told: set[tuple[CallSite, ...]] = set()
    for trace in traces:
        calls = [event for event in trace.of(LayerCall) if event.instance.node is instance.node]
        # A place in a loop makes a layer a turn; each is called like the first.
        calls = [call for call in calls if call.instance.number == calls[0].instance.number]
        sites = tuple(_sites(calls))
        if sites and sites not in told:
            told.add(sites)
            yield Pass(_name_of(trace), sites)


def _sites(calls: list[LayerCall]) -> Iterator[CallSite]:
    places: dict[int, list[LayerCall]] = {}
    for call in calls:
        places.setdefault(id(call.node), []).append(call)
    before: LayerCall | None = None
    for same in places.values():
        first = same[0]
        channels = {channels_of(tensor_of(call)) for call in same}
        yield CallSite(
            _place(first.module, first.node),
            _written(first.module, first.node),
            channels.pop() if len(channels) == 1 else None,
            len(same),
            before is not None and contradict(before.guard, first.guard),
        )
        before = first


def _written(module: Module, node: ir.Node) -> str:
    """The text of a call on one line, cut short where it is long."""
    facts = module.facts
    text = " ".join(module.source.text[facts.starts[node.first] : facts.ends[node.last]].split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _name_of(trace: Trace) -> str:
    """The method or function that a trace follows."""
    if trace.function is None:
        return "the module's own code"
    return f"{trace.owner.name}.{trace.function.name}" if trace.owner is not None else trace.function.name
