"""Turns the real instantiations of a class in the project into constructor calls that can be made again elsewhere.

An argument is rendered as source text when its value is known: constants, Keras's own functions and objects by their
public names. Of a call with a required argument that is not known, what is known is told by name, and the worker guesses
the rest. What subclasses hand to `super().__init__` counts too. Knows nothing of probes.
"""

from __future__ import annotations

import ast
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
from kerlint.serialization.usage import subclasses

_MOST = 6
_MOST_FILES = 12
_DEEPEST = 4


def instantiations(info: ClassInfo, project: Project) -> tuple[ConstructorCall, ...]:
    """The calls that the project makes, each once: those that are known as a whole first, then the shortest."""
    found: dict[str, tuple[bool, ConstructorCall]] = {}
    derived = subclasses(info, project)
    same = [info, *(other for other in derived if other.constructor == info.constructor)]
    for made in same:
        for module in project.files_using(made.module, made.name)[:_MOST_FILES]:
            for arguments in _arguments_of(module, made):
                _add(found, _rendered(arguments, info), info)
    for other in derived:
        for positional, keywords in _handed_up(other):
            _add(found, _told(positional, keywords, info), info)
    calls = sorted(found.values(), key=lambda item: (item[0], len(repr(item[1])), repr(item[1])))
    return tuple(call for _, call in calls[:_MOST])


def _add(found: dict[str, tuple[bool, ConstructorCall]], call: ConstructorCall | None, info: ClassInfo) -> None:
    if call is not None:
        found.setdefault(repr(call), (bool(_missing(call, info)), call))


def _missing(call: ConstructorCall, info: ClassInfo) -> list[str]:
    """The required parameters that a call leaves open."""
    given = {name for name, _ in call.keywords}
    rest = _parameters(info)[1 + len(call.positional) :]
    return [parameter.name for parameter in rest if parameter.default is None and parameter.name not in given]


def _arguments_of(module: Module, info: ClassInfo) -> Iterator[Arguments]:
    for trace in module.traces:
        for event in trace.of(Construction):
            if event.instance.info is info and not event.instance.is_symbolic:
                yield event.instance.arguments


def _rendered(arguments: Arguments, info: ClassInfo) -> ConstructorCall | None:
    positional = [] if arguments.is_open else [source_of(value) for value in arguments.positional]
    return _told(positional, {name: source_of(value) for name, value in arguments.keywords.items() if name != "name"}, info)


def _told(positional: list[str | None], keywords: dict[str, str | None], info: ClassInfo) -> ConstructorCall | None:
    """The call as far as it is known; None where that is nothing."""
    known = tuple((name, text) for name, text in keywords.items() if text is not None)
    if all(text is not None for text in positional):
        call = ConstructorCall(tuple(text for text in positional if text is not None), known)
    else:
        names = [parameter.name for parameter in _parameters(info)[1:]]
        told = tuple((name, text) for name, text in zip(names, positional, strict=False) if text is not None)
        call = ConstructorCall((), told + known)
    is_empty = not call.positional and not call.keywords
    return None if is_empty and (positional or keywords or _missing(call, info)) else call


def _handed_up(info: ClassInfo) -> Iterator[tuple[list[str | None], dict[str, str | None]]]:
    """The arguments of `super().__init__` in a class, those that are literals as text."""
    for node in ast.walk(ast.parse(info.module.source.text)):
        if not isinstance(node, ast.ClassDef) or node.name != info.name:
            continue
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and _is_constructor_of_super(call.func):
                keywords = [keyword for keyword in call.keywords if keyword.arg not in (None, "name")]
                named = {str(keyword.arg): _literal(keyword.value) for keyword in keywords}
                if not any(isinstance(argument, ast.Starred) for argument in call.args):
                    yield [_literal(argument) for argument in call.args], named


def _is_constructor_of_super(node: ast.expr) -> bool:
    if not isinstance(node, ast.Attribute) or node.attr != "__init__" or not isinstance(node.value, ast.Call):
        return False
    return isinstance(node.value.func, ast.Name) and node.value.func.id == "super"


def _literal(node: ast.expr) -> str | None:
    try:
        return repr(ast.literal_eval(node))
    except (ValueError, SyntaxError, TypeError):
        return None


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
        case Parameter(facts=ir.Parameter(default=ir.Constant(value=default))) if default is not None:  # None: whoever calls says
            return repr(default)
        case Reference() if value.name.startswith("keras."):
            return value.name
        case Collection(kind=("list" | "tuple") as kind) if not value.is_open:
            return _display(kind, [source_of(element, depth + 1) for element in value.values()])
        case Mapping() if not value.is_open:
            return _mapping(value, depth)
        case Instance(info=None, arguments=Arguments(is_open=False)) if value.class_name.startswith("keras."):
            return _made(value.class_name, value.arguments, depth)
        case ClassValue():
            return None
    return None


def _mapping(value: Mapping, depth: int) -> str | None:
    items = [(key, source_of(value.values_of(key)[-1], depth + 1)) for key in value.slots if value.values_of(key)]
    inner = ", ".join(f"{key!r}: {text}" for key, text in items)
    return f"{{{inner}}}" if all(text for _, text in items) else None


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
