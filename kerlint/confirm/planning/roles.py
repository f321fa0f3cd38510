"""What a function does with its parameters: takes them for tensors, for models, or for data to learn from.

Read from what the machine saw happen to them; where a function was not followed by itself, from its words. Knows
nothing of requests.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from kerlint.execution.events import Construction, LayerCall, MethodCall, Trace
from kerlint.execution.values import Arguments, Choice, Collection, Derived, Instance, Mapping, Parameter, Reference, Value
from kerlint.project import Module

_OF_MODELS = frozenset(
    "save fit compile predict evaluate summary save_weights load_weights export get_layer train_on_batch test_on_batch "
    "predict_on_batch fit_generator get_weights set_weights to_json count_params make_train_function".split()
)
_LEARNS = frozenset("fit adapt evaluate predict train_on_batch test_on_batch predict_on_batch update_state".split())
_TENSOR_WORDS = re.compile(
    r"^(x\d?|y\d?|z|h|inputs?|tensors?|input_tensors?|features?|images?|img|hidden\w*|skip\w*|shortcut|residual|queries|query|keys?|values?|layer_?in\w*|"
    r"input_layer|inp|t|net|embeddings?|sequences?|inputs?_\w+|\w+_inputs?|\w+_tensor|feature_maps?|prev\w*)$"
)
_NO_TENSORS = ("training", "mask", "initial_state")


def roles_of(module: Module, function: str | None, text: str) -> dict[str, tuple[str, ...]]:
    """The roles by parameter: `tensor`, `tensors` (several in one argument), `model`, `data`."""
    if function is None:
        return {}
    found: dict[str, set[str]] = {}
    traces = [trace for trace in module.traces if _is_of(trace, function)]
    for trace in traces:
        for name, role in _seen(trace):
            found.setdefault(name, set()).add(role)
    if not found:
        for name, role in _by_words(text):
            found.setdefault(name, set()).add(role)
    return {name: tuple(sorted(roles)) for name, roles in found.items()}


def _is_of(trace: Trace, function: str) -> bool:
    return trace.function is not None and trace.function.name == function.rpartition(".")[2]


def _seen(trace: Trace) -> Iterator[tuple[str, str]]:
    """What happens to the parameters of the traced function."""
    for event in trace.events:
        match event:
            case LayerCall():
                yield from _named(_fed(event.arguments), trace, ("tensor", "tensors"))
            case MethodCall():
                if event.method in _OF_MODELS:
                    yield from _named([event.receiver], trace, ("model", "model"))
                if event.method in _LEARNS:
                    yield from _named(list(event.arguments.values()), trace, ("data", "data"))
            case Construction(instance=Instance(class_name="keras.Model" | "keras.models.Model")):
                yield from _named(list(event.instance.arguments.values()), trace, ("tensor", "tensors"))
            case _:
                pass


def _fed(arguments: Arguments) -> list[Value]:
    return [*arguments.positional, *(value for name, value in arguments.keywords.items() if name not in _NO_TENSORS)]


def _named(values: list[Value], trace: Trace, roles: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """The parameters from which values are made directly, each with the role for one or for several tensors."""
    pending = [(value, False) for value in values]
    seen: set[tuple[int, bool]] = set()
    while pending:
        value, is_part = pending.pop()
        if (value.number, is_part) in seen:
            continue
        seen.add((value.number, is_part))
        match value:
            case Parameter() if value.function is trace.function:
                yield value.name, roles[is_part]
            case Choice():
                pending += [(inner, is_part) for _, inner in value.alternatives]
            case Collection():
                pending += [(inner, is_part) for inner in value.values()]
            case Mapping():
                pending += [(inner, is_part) for key in value.slots for inner in value.values_of(key)]
            case Derived():
                pending += [(inner, is_part or value.operator == "element") for inner in _carried(value)]
            case _:
                pass


def _carried(value: Derived) -> tuple[Value, ...]:
    """The operands whose numbers go on in the outcome: not sizes and axes."""
    if value.operator == "call":
        called, *rest = value.operands
        if isinstance(called, Reference) and called.name.endswith(".Input"):
            return ()  # a size
        receiver = (called,) if isinstance(called, Derived) and called.operator.startswith("attribute:") else ()
        return (*receiver, *rest[:1])
    if value.operator.startswith("attribute:"):
        return () if value.operator in ("attribute:shape", "attribute:dtype") else value.operands[:1]
    if value.operator in ("index", "element"):
        return value.operands[:1]
    return value.operands


def _by_words(text: str) -> Iterator[tuple[str, str]]:
    """What is read in a body, by how it is used in `layer(...)(x)` and `x.save(...)`, and by its name."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(func=ast.Call(), args=[ast.Name(id=name), *_]):
                yield name, "tensor"
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method in _OF_MODELS:
                yield name, "model"
            case ast.Name(id=name, ctx=ast.Load()) if _TENSOR_WORDS.match(name):
                yield name, "tensor"
            case _:
                pass
