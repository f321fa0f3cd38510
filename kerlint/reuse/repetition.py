"""One layer object at several places of one `Sequential`: where the source says so, and whether the model is saved.

Turns the traces of a module into `Repetition`s. Knows nothing of messages.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import Construction, MethodCall, Trace
from kerlint.execution.guards import Guard, contradict
from kerlint.execution.values import Collection, Derived, FunctionValue, Instance, Value
from kerlint.project import Module, Project
from kerlint.records import dataclass
from kerlint.reuse.saved import configured_in, is_node_of, makes_model, saved_models, traces_that_reach
from kerlint.reuse.states import keras_base
from kerlint.semantics import syntax as ir


@dataclass(frozen=True, slots=True, eq=False)
class Repetition:
    """A layer that a Sequential holds more than once; `node` is the place of the second occurrence."""

    layer: Instance
    sequential: Instance
    node: ir.Node
    element: ir.Node | None
    count: int | None
    has_input: bool
    is_saved: bool
    is_saved_as_hdf5: bool
    is_private: bool
    """Whether a layer or model of the project makes the Sequential for itself, and makes it again when it is loaded."""

    @property
    def times(self) -> str:
        """How often."""
        if self.count is None:
            return "many times"
        return "twice" if self.count == 2 else f"{self.count} times"


def repetitions(module: Module, project: Project) -> Iterator[Repetition]:
    """The repeated layers of the Sequentials that the module makes, once for each place, saved ones first."""
    found: dict[ir.Node, Repetition] = {}
    for trace in module.traces:
        for event in trace.of(Construction):
            if makes_model(event, "keras.Sequential"):
                for repetition in _in_sequential(module, project, trace, event):
                    known = found.get(repetition.node)
                    if known is None or (repetition.is_saved and not known.is_saved):
                        found[repetition.node] = repetition
    yield from found.values()


def _in_sequential(module: Module, project: Project, trace: Trace, event: Construction) -> Iterator[Repetition]:
    sequential = event.instance
    places = _places(trace, event)
    by_layer: dict[int, list[tuple[Guard, Instance, Module, ir.Node, ir.Node | None, bool]]] = {}
    for guard, value, where, node, element, is_many in places:
        if isinstance(value, Instance) and _is_lost(value):
            by_layer.setdefault(value.number, []).append((guard, value, where, node, element, is_many))
    for held in by_layer.values():
        second = next(
            (later for position, later in enumerate(held) if any(not contradict(later[0], e[0]) for e in held[:position])), None
        )
        if second is None or second[2] is not module:
            continue
        saved = _saving(module, project, trace, event)
        is_many = any(place[5] for place in held)
        yield Repetition(
            second[1], sequential, second[3], second[4], None if is_many else len(held), _has_input(places, sequential),
            bool(saved), any(saved), _is_private(trace, event),
        )  # fmt: skip


_Place = tuple[Guard, Value, Module, ir.Node, ir.Node | None, bool]


def _places(trace: Trace, event: Construction) -> list[_Place]:
    """Every element of a Sequential, with the place in the source at which it enters and what names it there."""
    given = event.instance.arguments.get("layers", 0)
    node = event.instance.arguments.node("layers", 0)
    found: list[_Place] = []
    if isinstance(given, Collection):
        spots = _spots(node, len(given.elements)) if node is not None else []
        for position, (guard, value) in enumerate(given.elements):
            spot, element, is_many = spots[position] if position < len(spots) else (node or event.node, None, False)
            found.append((guard | event.guard, value, event.module, spot, element, is_many))
    for call in trace.of(MethodCall):
        if call.method == "add" and call.receiver is event.instance and call.arguments.positional:
            element = call.arguments.node("layer", 0)
            is_many = any(place[3] is call.node for place in found)
            found.append((call.guard, call.arguments.positional[0], call.module, call.node, element, is_many))
    return found


_Spot = tuple[ir.Node, ir.Node | None, bool]


def _spots(node: ir.Node, length: int) -> list[_Spot]:
    """For each element of a list expression of that length: where it is written; nothing where that cannot be told."""
    spots = _written(node)
    if spots is None:
        return []
    if len(spots) != length:
        return []
    return spots


def _written(node: ir.Node) -> list[_Spot] | None:
    match node:
        case ir.Display():
            if any(isinstance(element, ir.Starred) for element in node.elements):
                return _with_starred(node)
            return [(element, element, False) for element in node.elements]
        case ir.Operation() if all(operator == "+" for operator, _ in node.rest):
            parts = [_written(operand) for operand in (node.start, *(operand for _, operand in node.rest))]
            return None if None in parts else [spot for part in parts for spot in part or ()]
        case ir.Operation(start=ir.Display() as repeated, rest=(("*", times),)):
            count = times.value if isinstance(times, ir.Constant) and isinstance(times.value, int) else None
            turns = min(count, 8) if count is not None else 2
            return [(node, element, count is None) for _ in range(turns) for element in repeated.elements]
    return None


def _with_starred(node: ir.Display) -> list[_Spot] | None:
    found: list[_Spot] = []
    for element in node.elements:
        inner = _written(element.value) if isinstance(element, ir.Starred) else [(element, element, False)]
        if inner is None:
            return None
        found.extend(inner)
    return found


def _is_lost(layer: Instance) -> bool:
    """Whether a second occurrence changes what a model computes; a layer that acts in training only may be missing."""
    base = keras_base(layer)
    if base is None or base.kind not in ("layer", "model"):
        return False
    acts_in_training_only = base.differs_in_training and not base.has_weights
    return layer.info is not None or not (acts_in_training_only or base.name == "keras.layers.Identity")


def _has_input(places: list[_Place], sequential: Instance) -> bool:
    """Whether the first element, or an argument of it, gives the input shape, so that the model is built at once."""
    if not places:
        return False
    first = places[0][1]
    if isinstance(first, Derived):
        return True
    if isinstance(first, Instance):
        base = keras_base(first)
        return (
            first.class_name == "keras.layers.InputLayer"
            or any(name in first.arguments.keywords for name in ("input_shape", "input_dim", "batch_input_shape", "batch_size"))
            or first.arguments.is_open
            or (base is not None and base.kind == "model")
        )
    return True


def _is_private(trace: Trace, event: Construction) -> bool:
    if trace.owner is not None and trace.owner.kind in ("layer", "model"):
        return True
    receivers = [site.callee.receiver for site in event.stack if isinstance(site.callee, FunctionValue)]
    return any(isinstance(r, Instance) and r.module.project.kind_of_instance(r) in ("layer", "model") for r in receivers)


def _saving(module: Module, project: Project, trace: Trace, event: Construction) -> list[bool]:
    """For each time the Sequential is saved, alone or in another model: whether to HDF5."""
    found: list[bool] = []
    for other in traces_that_reach(module, project, trace):
        for saved in saved_models(other):
            is_held = any(inner.node is event.instance.node for inner in configured_in(saved.model))
            if is_held or is_node_of(event.instance, saved.model, other):
                found.append(saved.is_hdf5)
        if found and other.module is not module:
            break
    return found


