"""How the objects of a class stand in what the project builds: as nodes of a functional model, or as parts of other layers.

Turns the calls that make them, and what the code around does with them, into that answer, and tells where Keras knows what
comes out of a node without running its `call`. Knows nothing of reports.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import Construction, Event, FunctionCall, LayerCall, MethodCall, Trace
from kerlint.execution.values import SuperValue, Value
from kerlint.project import Project
from kerlint.reuse.passes import is_symbolic
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.walking import walk
from kerlint.serialization.names import qualified
from kerlint.serialization.usage import Site, construction_sites, subclasses
from kerlint.tracking.variables import LAYER_KINDS, instances_in, is_functional

_SAYS_WHAT_COMES_OUT = ("compute_output_spec", "compute_output_shape")
_RUNS = ("build", "call", "__call__")
_PLAIN_BASES = ("keras.layers.Layer", "keras.Model")
"""The bases that have no `compute_output_shape` of their own."""


def says_what_comes_out(project: Project, info: ClassInfo) -> str | None:
    """The method of a class from which Keras 3 takes what comes out of a node, so that it does not run `call` to know.

    None where there is none, and where the method itself runs or builds what the object holds, or leaves it to Keras.
    """
    base = info.keras_base
    if info.module.target.major < 3 or base is None or base.name not in _PLAIN_BASES or not info.is_fully_known:
        return None
    for name in _SAYS_WHAT_COMES_OUT:
        found = info.find_method(name)
        if found is not None:
            trace = project.class_run(found[0]).passes.get(name)
            return name if trace is not None and trace.is_complete and not _runs_something(trace) else None
    return None


def _runs_something(trace: Trace) -> bool:
    for event in trace.events:
        if isinstance(event, LayerCall) or _is_inside(event, _RUNS):
            return True
        if isinstance(event, MethodCall) and (isinstance(event.receiver, SuperValue) or event.method in _RUNS):
            return True
        if isinstance(event, FunctionCall) and not event.name and any(map(_holds_objects, event.arguments.values())):
            return True
    return False


def _holds_objects(value: Value) -> bool:
    return any(True for _ in instances_in(value))


def _is_inside(event: Event, names: tuple[str, ...]) -> bool:
    return any(site.function is not None and site.function.name in names for site in event.stack)


def is_made_for_nodes(project: Project, info: ClassInfo) -> bool:
    """Whether objects of a class become nodes of a functional model: the project calls one on a symbolic tensor or makes them
    for nothing else, or it makes none and offers the class to others.
    """
    family = list(_family(project, info))
    sites = [site for member in family for site in construction_sites(member, project)]
    if not sites:
        return info.enclosing is None and any(not member.name.startswith("_") for member in family)
    return any(_is_called_on_symbols(project, member) for member in family) or all(_is_node(project, site) for site in sites)


def _family(project: Project, info: ClassInfo) -> Iterator[ClassInfo]:
    """A class and what derives from it."""
    seen = {info}
    pending = [info]
    while pending:
        current = pending.pop()
        yield current
        derived = [other for other in subclasses(current, project) if other not in seen]
        seen.update(derived)
        pending.extend(derived)


def _is_called_on_symbols(project: Project, info: ClassInfo) -> bool:
    """Whether a graph that the project builds calls an object of the class, and not a layer in that graph."""
    return any(
        event.instance.info is info
        and not _is_inside(event, _RUNS)
        and any(is_symbolic(value) for value in event.arguments.values())
        for module in project.files_using(info.module, info.name)
        for trace in module.traces
        for event in trace.of(LayerCall)
    )


def _is_node(project: Project, site: Site) -> bool:
    """Whether an object is put into a graph as it is made, by code that runs in no layer's or subclassed model's methods."""
    if site.owner is not None and site.owner.kind in LAYER_KINDS and not is_functional(project.class_run(site.owner)):
        return False
    return is_taken_in(site)


def is_part_of_others(project: Project, info: ClassInfo) -> bool:
    """Whether the project makes objects of a class inside of its other layers and models.

    Such a part is built again when what holds it is called, and is not loaded on its own.
    """
    for module in project.files_using(info.module, info.name):
        for run in module.class_runs:
            if run.info is info or run.info.kind not in LAYER_KINDS:
                continue
            for trace in (run.init, run.build):
                if trace is not None and any(event.instance.info is info for event in trace.of(Construction)):
                    return True
    return False


def is_only_a_node(project: Project, info: ClassInfo) -> bool:
    """Whether the project puts every object of a class into another model as it makes it: `Block()(x)`, `Sequential([Block()])`.

    It is called again when that model is put together, and cannot be saved on its own: it has no name.
    """
    sites = construction_sites(info, project)
    return bool(sites) and all(is_taken_in(site) for site in sites)


def is_taken_in(site: Site) -> bool:
    """Whether an object is called, or added to a `Sequential`, as it is made."""
    return any(_takes_in(node, site) for node in walk(site.module.facts.body))


def _takes_in(node: ir.Node, site: Site) -> bool:
    if not isinstance(node, ir.Call):
        return False
    if node.function is site.call:
        return True
    given = [argument.value for argument in node.arguments]
    if isinstance(node.function, ir.Attribute) and node.function.name == "add":
        return site.call in given
    listed = [element for value in given[:1] if isinstance(value, ir.Display) for element in value.elements]
    return site.call in listed and qualified(site.module, node.function) in ("keras.Sequential", "keras.models.Sequential")
