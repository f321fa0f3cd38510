"""Which sub-layers an object's own `build` leaves without their weights.

Turns the traces of the constructor and of `build` into the attributes that hold them. Knows nothing of reports.
"""

from __future__ import annotations

from kerlint.execution.events import AttributeStore, Construction, LayerCall, MethodCall, Trace
from kerlint.execution.running import ClassRun
from kerlint.execution.values import FunctionValue, Instance, SuperValue
from kerlint.project import Project
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.walking import attribute_of, own_name, walk
from kerlint.serialization.names import qualified
from kerlint.serialization.usage import Site, construction_sites
from kerlint.tracking.remembering import is_forgotten
from kerlint.tracking.variables import LAYER_KINDS, built_in, instances_in, is_functional, waits_for_build

_CALLS = ("call", "__call__")


def left_unbuilt(project: Project, run: ClassRun) -> list[str]:
    """The attributes whose layers have no weights when `build` has run, in the order in which they were set.

    Empty where that cannot be told: `build` calls the object itself, or builds something that is not known.
    """
    if run.instance is None or run.build is None or is_functional(run):
        return []
    if not run.build.is_complete or _builds_something_unknown(run.build) or _calls_itself(run.build, run.instance):
        return []
    built = built_in(run.init) | built_in(run.build)
    found: dict[str, None] = {}
    for trace in (run.init, run.build):
        for store in trace.of(AttributeStore) if trace is not None else ():
            if store.instance.number != run.instance.number or store.name is None or is_forgotten(run, store):
                continue
            slot = run.instance.attributes.get(store.name)
            values = [value for _, value in slot.entries] if slot is not None else []
            layers = [inside for value in values for inside in instances_in(value)]
            waiting = [layer for layer in layers if waits_for_build(project, layer, built)]
            if waiting and _is_reached(run, store.name, waiting):
                found[store.name] = None
    return list(found)


def _is_reached(run: ClassRun, name: str, layers: list[Instance]) -> bool:
    """Whether any way into the object uses an attribute, or a layer in it: one that nothing calls has no weights to lose."""
    numbers = {layer.number for layer in layers}
    if any(event.instance.number in numbers for trace in run.passes.values() for event in trace.of(LayerCall)):
        return True
    methods = [
        method for base in run.info.project_classes() for other, method in base.facts.methods.items()
        if other not in ("__init__", "build", "get_config")
    ]  # fmt: skip
    return any(
        attribute_of(node, own_name(method)) == name for method in methods for node in walk(method.body)
    )


def is_part_of_others(project: Project, info: ClassInfo) -> bool:
    """Whether the project makes objects of a class inside of its other layers and models.

    Such a part is built again when what holds it is called, and is not loaded on its own.
    """
    for module in project.files_mentioning(info.module, info.name):
        for run in module.class_runs:
            if run.info is info or run.info.kind not in LAYER_KINDS:
                continue
            for trace in (run.init, run.build):
                if trace is not None and any(event.instance.info is info for event in trace.of(Construction)):
                    return True
    return False


def is_only_a_node(project: Project, info: ClassInfo) -> bool:
    """Whether the project puts every object of a class into another model as it makes it: `Block()(x)`, `Sequential([Block()])`.

    It is built again when that model is put together, like a Layer, and cannot be saved on its own: it has no name.
    """
    sites = construction_sites(info, project)
    return bool(sites) and all(any(_takes_in(node, site) for node in walk(site.module.facts.body)) for site in sites)


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


def _builds_something_unknown(build: Trace) -> bool:
    return any(
        event.method in ("build", *_CALLS) and not isinstance(event.receiver, Instance | SuperValue)
        for event in build.of(MethodCall)
    )


def _calls_itself(build: Trace, owner: Instance) -> bool:
    if any(event.instance.number == owner.number for event in build.of(LayerCall)):
        return True
    return any(
        isinstance(site.callee, FunctionValue)
        and site.callee.facts.name in _CALLS
        and site.callee.receiver is not None
        and site.callee.receiver.number == owner.number
        for event in build.events
        for site in event.stack
    )


def calls_base_build(run: ClassRun) -> bool:
    """Whether `build` ends in Keras's own."""
    return run.build is not None and any(
        event.method == "build" and isinstance(event.receiver, SuperValue) for event in run.build.of(MethodCall)
    )
