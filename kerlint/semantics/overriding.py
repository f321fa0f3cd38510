"""What a class puts in the place of Keras's own methods, so that its objects do not get into a file as others do.

Turns the methods of a class of the project into these answers; knows nothing of configurations.
"""

from __future__ import annotations

from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.walking import attribute_of, own_name, walk


def saves_another(info: ClassInfo) -> bool:
    """Whether its `save` writes another object in its place: `def save(self, *args): self.inner.save(*args)`."""
    found = info.find_method("save")
    if found is None:
        return False
    method = found[1]
    saves = [node for node in walk(method.body) if isinstance(node, ir.Call) and _is_named(node, ("save", "save_model"))]
    return any(_is_of_another(call, own_name(method)) for call in saves) and not any(_goes_on(call) for call in saves)


def saves_itself(info: ClassInfo) -> bool:
    """Whether a method of its own writes its object into a file: `save_model(self, path)`."""
    return any(
        isinstance(node, ir.Call)
        and _is_named(node, ("save_model",))
        and bool(node.arguments)
        and isinstance(held := node.arguments[0].value, ir.Name)
        and held.id == own_name(method)
        for owner in info.project_classes()
        for method in owner.facts.methods.values()
        for node in walk(method.body)
    )


def calls_of_keras(info: ClassInfo) -> bool | None:
    """Whether calling its objects goes through Keras's `__call__` and makes a node of a graph; None where it sometimes does."""
    found = info.find_method("__call__")
    if found is None:
        return True
    method = found[1]
    if _always_goes_on(method.body):
        return True
    return None if any(isinstance(node, ir.Call) and _goes_on(node) for node in walk(method.body)) else False


def _always_goes_on(block: ir.Block) -> bool:
    """Whether each way through the statements calls the `__call__` of a base."""
    for statement in block:
        match statement:
            case ir.If(arms=arms, orelse=orelse):
                if all(_always_goes_on(body) for body in (*(body for _, body in arms), orelse)):
                    return True
            case ir.With(body=body) | ir.Try(body=body):
                if _always_goes_on(body):
                    return True
            case ir.For() | ir.While() | ir.FunctionFacts() | ir.ClassFacts():
                continue
            case _:
                if any(isinstance(node, ir.Call) and _goes_on(node) for node in walk(statement)):
                    return True
    return False


def _goes_on(call: ir.Call) -> bool:
    """`super().__call__(…)`, `Base.__call__(self, …)`, and the same for `save`."""
    if not isinstance(call.function, ir.Attribute) or call.function.name not in ("__call__", "save"):
        return False
    match call.function.value:
        case ir.Call(function=ir.Name(id="super")):
            return True
        case ir.Name() | ir.Attribute():
            return bool(call.arguments) and isinstance(call.arguments[0].value, ir.Name) and call.arguments[0].value.id == "self"
    return False


def _is_named(call: ir.Call, names: tuple[str, ...]) -> bool:
    function = call.function
    return (function.id if isinstance(function, ir.Name) else getattr(function, "name", "")) in names


def _is_of_another(call: ir.Call, own: str) -> bool:
    """`self.inner.save(…)` and `save_model(self.inner, …)`."""
    receiver = call.function.value if isinstance(call.function, ir.Attribute) and call.function.name == "save" else None
    held = receiver if receiver is not None else call.arguments[0].value if call.arguments else None
    return attribute_of(held, own) is not None
