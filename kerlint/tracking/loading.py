"""How an object gets its variables back when Keras loads it: by its `build` alone, or in a way of the class's own.

Turns the methods that a class puts in the place of Keras's into that answer. Knows nothing of reports.
"""

from __future__ import annotations

from kerlint.execution.events import LayerCall
from kerlint.project import Project
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.walking import own_name, walk

_OWN_FILES = ("save", "load_weights", "load_own_variables")
_PLAIN = ("build", "build_from_config")


def is_loaded_its_own_way(project: Project, info: ClassInfo) -> bool:
    """Whether more than `build` makes the variables before they are read, or the class reads them itself."""
    if any(info.find_method(name) is not None for name in _OWN_FILES):
        return True
    return _builds_from_its_configuration(info) or _is_run_by_from_config(project, info)


def _builds_from_its_configuration(info: ClassInfo) -> bool:
    """Whether the class has a `build_from_config` that does more with the object than to hand on the shape to `build`."""
    found = info.find_method("build_from_config")
    if found is None:
        return False
    own = own_name(found[1])
    calls = [node for node in walk(found[1].body) if isinstance(node, ir.Call)]
    return any(_concerns(call, own) and not _hands_the_shape_on(call, own) for call in calls)


def _concerns(call: ir.Call, own: str) -> bool:
    """Whether the object, or a part of it, is called or handed over."""
    concerned = [call.function, *(argument.value for argument in call.arguments)]
    return any(isinstance(node, ir.Name) and node.id in (own, "super") for expression in concerned for node in walk(expression))


def _hands_the_shape_on(call: ir.Call, own: str) -> bool:
    """`self.build(…)`, `super().build_from_config(…)` and what stands in them."""
    match call.function:
        case ir.Name(id="super"):
            return True
        case ir.Attribute(name=name, value=ir.Name(id=owner)):
            return owner == own and name in _PLAIN
        case ir.Attribute(name=name, value=ir.Call(function=ir.Name(id="super"))):
            return name in _PLAIN
    return False


def _is_run_by_from_config(project: Project, info: ClassInfo) -> bool:
    """Whether the class's `from_config` calls the object that it has made, which builds everything."""
    found = info.find_method("from_config")
    if found is None:
        return False
    trace = project.class_run(found[0]).passes.get("from_config")
    return trace is not None and any(event.instance.info in (info, found[0]) for event in trace.of(LayerCall))
