"""Whether a value is a Keras model, as far as the source tells: unknown is no.

Knows models that are made, models that Keras's functions return, and parameters that are annotated as one.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.execution.events import FunctionCall, MethodCall
from kerlint.execution.values import (
    Choice,
    ClassValue,
    Derived,
    Instance,
    ModuleValue,
    Parameter,
    Reference,
    SuperValue,
    Value,
    alternatives,
)
from kerlint.project import Module
from kerlint.semantics import syntax as ir
from kerlint.semantics.bindings import dotted

_RETURNING_MODELS = ("load_model", "clone_model", "model_from_json", "model_from_config", "model_from_yaml")
_COMPILED_WITH = frozenset(("optimizer", "loss"))
_VARIABLES = frozenset(("attribute:trainable_variables", "attribute:trainable_weights"))
_APPLICATIONS = "keras.applications."


def is_model(value: Value) -> bool:
    """Whether a value is certainly a model, or one of several values of which one is and none is certainly not."""
    match value:
        case Choice():
            known = [inner for _, inner in value.alternatives if not _is_none(inner)]
            others = [inner for inner in known if isinstance(inner, Instance) and not is_model(inner)]
            return not others and any(is_model(inner) for inner in known)
        case Instance():
            return value.module.project.kind_of_instance(value) == "model"
        case SuperValue():
            return value.instance.info is not None and value.instance.info.kind == "model"
        case Parameter():
            return any(_is_model_class(found) for found in _annotated_with(value.facts.annotation, value.module))
        case Derived(operator="call", operands=(Reference() as function, *_)):
            owner, _, name = function.name.rpartition(".")
            return (owner in ("keras.models", "keras.saving") and name in _RETURNING_MODELS) or (
                function.name.startswith(_APPLICATIONS) and name[:1].isupper()
            )
        case Derived(operator="call", operands=(Derived(operator="attribute:from_config", operands=(owner_value,)), *_)):
            return _is_model_class(owner_value)
        case Derived(operator="attribute:model", operands=(SuperValue() | Instance() as holder,)):
            # A callback's `self.model` is the model that is fitted.
            instance = holder.instance if isinstance(holder, SuperValue) else holder
            return instance.module.project.kind_of_instance(instance) == "callback"
    return False


def is_something_else(value: Value) -> bool:
    """Whether a value is made in view, of a class or by a function of which nobody knows that it gives a model."""
    match value:
        case Choice():
            return any(is_something_else(inner) for _, inner in value.alternatives)
        case Instance() | Derived(operator="call", operands=(Reference(), *_)):
            return not is_model(value)
    return False


def has_its_own(value: Value, method: str) -> bool:
    """Whether a value is known, without being made in view, as an object of a class of the project that defines the method."""
    match value:
        case Choice():
            return any(has_its_own(inner, method) for _, inner in value.alternatives)
        case Parameter():
            classes = _annotated_with(value.facts.annotation, value.module)
            return any(isinstance(found, ClassValue) and found.info.find_method(method) is not None for found in classes)
        case Derived(operator="call", operands=(Derived(operator="attribute:from_config", operands=(owner,)), *_)):
            return isinstance(owner, ClassValue) and owner.info.find_method(method) is not None
    return False


def used_as_models(module: Module) -> frozenset[int]:
    """The values that a module treats as Keras models: compiled with a loss, or asked for their trainable variables."""
    found: set[int] = set()
    for trace in module.traces:
        for event in trace.events:
            if isinstance(event, MethodCall):
                if event.method == "compile" and _COMPILED_WITH & event.arguments.keywords.keys():
                    found.add(event.receiver.number)
                found.update(_asked_for_variables(event.arguments.values()))
            elif isinstance(event, FunctionCall):
                found.update(_asked_for_variables(event.arguments.values()))
    return frozenset(found)


def _asked_for_variables(values: Iterator[Value]) -> Iterator[int]:
    for value in values:
        operands = value.operands if isinstance(value, Derived) and value.operator == "call" else (value,)
        for inner in operands:
            if isinstance(inner, Derived) and inner.operator in _VARIABLES:
                yield inner.operands[0].number


def _is_none(value: Value) -> bool:
    return getattr(value, "value", 0) is None


def _is_model_class(value: Value) -> bool:
    if isinstance(value, ClassValue):
        return value.info.kind == "model"
    if isinstance(value, Reference):
        return value.name in ("keras.Model", "keras.Sequential", "keras.models.Model", "keras.models.Sequential")
    return False


def _annotated_with(annotation: ir.Expr | None, module: Module) -> Iterator[Value]:
    """The classes that an annotation names: `Model`, `"Model"`, `Optional[Model]`, `Model | None`."""
    match annotation:
        case ir.Constant(value=str() as text):
            yield from _named_by(text.strip().split("."), module)
        case ir.Operation():
            for operand in (annotation.start, *(operand for _, operand in annotation.rest)):
                yield from _annotated_with(operand, module)
        case ir.Subscript(value=ir.Name(id="Optional") | ir.Attribute(name="Optional"), indices=(inner, *_)):
            yield from _annotated_with(inner, module)
        case None:
            return
        case _:
            yield from _named_by(list(dotted(annotation) or ()), module)


def _named_by(names: list[str], module: Module) -> Iterator[Value]:
    value = module.project.global_value(module, names[0]) if names else None
    for name in names[1:]:
        if isinstance(value, Reference):
            value = module.project.reference(f"{value.name}.{name}")
        elif isinstance(value, ModuleValue):
            value = module.project.global_value(value.module, name)
        else:
            return
    if value is not None:
        yield from (inner for _, inner in alternatives(value))
