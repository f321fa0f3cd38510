"""Turns the real instantiations of a class in the project into constructor calls that can be made again elsewhere.

An argument is rendered as source text when its value is known: constants, Keras's own functions and objects by their
public names. A call with an argument that is not known is no help and left out. Knows nothing of probes.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.confirm.requests import ConstructorCall
from kerlint.execution.events import Construction
from kerlint.execution.values import (
    Arguments,
    Choice,
    ClassValue,
    Collection,
    Instance,
    Literal,
    Mapping,
    Parameter,
    Reference,
    Text,
    Value,
)
from kerlint.project import Module, Project
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo

_MOST = 6
_MOST_FILES = 12
_DEEPEST = 4


def instantiations(info: ClassInfo, project: Project) -> tuple[ConstructorCall, ...]:
    """The calls that the project makes, with all their arguments known, each once; the shortest first."""
    found: dict[str, ConstructorCall] = {}
    for module in project.files_mentioning(info.module, info.name)[:_MOST_FILES]:
        for arguments in _arguments_of(module, info):
            call = _rendered(arguments, info)
            if call is not None:
                found.setdefault(repr(call), call)
    calls = sorted(found.values(), key=lambda call: (len(repr(call)), repr(call)))
    return tuple(calls[:_MOST])


def _arguments_of(module: Module, info: ClassInfo) -> Iterator[Arguments]:
    for trace in module.traces:
        for event in trace.of(Construction):
            if event.instance.info is info and not event.instance.is_symbolic:
                yield event.instance.arguments


def _rendered(arguments: Arguments, info: ClassInfo) -> ConstructorCall | None:
    if arguments.is_open:
        return None
    positional = [source_of(value) for value in arguments.positional]
    keywords = {name: source_of(value) for name, value in arguments.keywords.items() if name != "name"}
    required = {parameter.name for parameter in _parameters(info) if parameter.default is None}
    if any(text is None for text in positional):
        return None
    if any(text is None and name in required for name, text in keywords.items()):
        return None
    return ConstructorCall(
        tuple(text for text in positional if text is not None),
        tuple((name, text) for name, text in keywords.items() if text is not None),
    )


def _parameters(info: ClassInfo) -> tuple[ir.Parameter, ...]:
    found = info.constructor
    return tuple(p for p in found[1].parameters if p.kind in ("positional", "keyword_only")) if found else ()


def source_of(value: Value | None, depth: int = 0) -> str | None:
    """An expression that makes the value again, in a scope that has `keras` and `tf`; None when it is not known."""
    if depth > _DEEPEST:
        return None
    match value:
        case Literal():
            return repr(value.value)
        case Text():
            return None if value.known is None else repr(value.known)
        case Choice():
            return source_of(value.alternatives[0][1], depth + 1)
        case Parameter(facts=ir.Parameter(default=ir.Constant(value=default))):
            return repr(default)
        case Reference() if value.name.startswith("keras."):
            return value.name
        case Collection(kind=("list" | "tuple") as kind) if not value.is_open:
            return _display(kind, [source_of(element, depth + 1) for element in value.values()])
        case Mapping() if not value.is_open:
            items = [(key, source_of(value.values_of(key)[-1], depth + 1)) for key in value.keys() if value.values_of(key)]
            return "{%s}" % ", ".join(f"{key!r}: {text}" for key, text in items) if all(text for _, text in items) else None
        case Instance(info=None, arguments=Arguments(is_open=False)) if value.class_name.startswith("keras."):
            return _made(value.class_name, value.arguments, depth)
        case ClassValue():
            return None
    return None


def _display(kind: str, texts: list[str | None]) -> str | None:
    if any(text is None for text in texts):
        return None
    inner = ", ".join(text for text in texts if text is not None)
    return f"[{inner}]" if kind == "list" else f"({inner},)" if len(texts) == 1 else f"({inner})"


def _made(name: str, arguments: Arguments, depth: int) -> str | None:
    positional = [source_of(argument, depth + 1) for argument in arguments.positional]
    keywords = {key: source_of(argument, depth + 1) for key, argument in arguments.keywords.items() if key != "name"}
    if any(text is None for text in (*positional, *keywords.values())):
        return None
    words = [text for text in positional if text is not None] + [f"{key}={text}" for key, text in keywords.items()]
    return f"{name}({', '.join(words)})"
