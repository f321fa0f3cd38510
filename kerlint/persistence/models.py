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
            return _is_annotated_as_model(value.facts.annotation, value.module)
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


def _is_annotated_as_model(annotation: ir.Expr | None, module: Module) -> bool:
    match annotation:
        case ir.Constant(value=str() as text):
            names: list[str] | tuple[str, ...] | None = text.strip().split(".")
        case ir.Operation():
            operands = [annotation.start, *(operand for _, operand in annotation.rest)]
            return any(_is_annotated_as_model(operand, module) for operand in operands)
        case ir.Subscript(value=ir.Name(id="Optional") | ir.Attribute(name="Optional"), indices=(inner, *_)):
            return _is_annotated_as_model(inner, module)
        case _:
            names = dotted(annotation) if annotation is not None else None
    if not names:
        return False
    return _names_a_model(list(names), module)


def _names_a_model(names: list[str], module: Module) -> bool:
    value = module.project.global_value(module, names[0])
    for name in names[1:]:
        if isinstance(value, Reference):
            value = module.project.reference(f"{value.name}.{name}")
        elif isinstance(value, ModuleValue):
            value = module.project.global_value(value.module, name)
        else:
            return False
    if isinstance(value, Choice):
        return any(_is_model_class(inner) for _, inner in value.alternatives)
    return value is not None and _is_model_class(value)
