"""Turns the text of a class into what its parameters must be, by how they are used: taken apart, called, divided, handed to Keras.

Values are expressions of source text. Knows the parameters of Keras's own layers by asking Keras; knows nothing of calls to try.
"""

from __future__ import annotations

import ast
import functools
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_DEEPEST = 3
_SIZE = "8"
_TEXT_METHODS = frozenset("lower upper startswith endswith strip split format replace capitalize".split())
_LAYER_METHODS = frozenset("build compute_output_shape call trainable_weights weights layers get_weights output_shape count_params".split())
_MODEL_ATTRIBUTES = frozenset("inputs outputs input output input_shape get_layer summary".split())
_DICT_METHODS = frozenset("items keys values get update".split())
_NUMBER_OPERATORS = (ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
_GETTERS = {"activations": "'relu'", "initializers": "'glorot_uniform'", "regularizers": "keras.regularizers.L2(0.25)",
            "constraints": "keras.constraints.NonNeg()", "losses": "'mean_squared_error'", "optimizers": "'adam'", "metrics": "'mse'"}  # fmt: skip

ByName = Callable[[str], "tuple[str, ...]"]


@dataclass(frozen=True)
class Class:
    """The text of a class and its bases, with the node round each node."""

    tree: ast.AST
    round: Mapping[ast.AST, ast.AST]


@functools.lru_cache(maxsize=64)
def parsed(source: str) -> Class:
    """The tree of a text; an empty one where it cannot be read."""
    try:
        tree: ast.AST = ast.parse(textwrap.dedent(source))
    except SyntaxError:
        tree = ast.Module(body=[], type_ignores=[])
    return Class(tree, {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)})


LIKELY = 4
"""From here on, what a use says is weaker than what the name says."""


def use_texts(
    name: str, source: str, by_name: ByName, namespace: Mapping[str, Any] | None = None, depth: int = 0
) -> list[tuple[int, str]]:
    """Expressions for a parameter, each with how uncertain it is; what is certain first."""
    text = parsed(source)
    found: list[tuple[int, str]] = []
    for node in _occurrences(name, text.tree):
        found += _used(node, text, source, by_name, namespace, depth)
    best: dict[str, int] = {}
    for doubt, value in sorted(found, key=lambda item: item[0]):
        best.setdefault(value, doubt)
    return [(doubt, value) for value, doubt in best.items()]


def _occurrences(name: str, tree: ast.AST) -> Iterator[ast.expr]:
    """Where the parameter is read: by its name in functions that have it, and as the attributes that are set to it."""
    attributes = attributes_of(name, tree)
    for function in ast.walk(tree):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            is_parameter = name in _parameters(function)
            for node in ast.walk(function):
                if isinstance(node, ast.Name) and is_parameter and node.id == name and isinstance(node.ctx, ast.Load):
                    yield node
                elif isinstance(node, ast.Attribute) and node.attr in attributes and _is_self(node.value) and isinstance(node.ctx, ast.Load):
                    yield node


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [argument.arg for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def attributes_of(name: str, tree: ast.AST) -> set[str]:
    """The attributes that hold a parameter as it is; one of its own name where none is set in the text."""
    found: set[str] = set()
    other = False
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute) and _is_self(target.value):
                    if isinstance(node.value, ast.Name) and node.value.id == name:
                        found.add(target.attr)
                    other = other or target.attr == name
    return found or (set() if other else {name})


def _used(node: ast.expr, text: Class, source: str, by_name: ByName, namespace: Mapping[str, Any] | None, depth: int) -> list[tuple[int, str]]:
    """What one occurrence says, each with how uncertain it is."""
    parent = text.round.get(node)
    if isinstance(parent, ast.Assign) and parent.value is node and isinstance(parent.targets[0], (ast.Tuple, ast.List)):
        return [(0, _several(parent.targets[0], source, by_name, namespace, depth))]
    if isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is node:
        return [(1, _listed(parent.target, source, by_name, namespace, depth))]
    if isinstance(parent, ast.Subscript) and parent.value is node:
        return _indexed(parent)
    if isinstance(parent, ast.Attribute) and parent.value is node:
        return _asked(parent.attr)
    if isinstance(parent, ast.Call) and parent.func is node:
        return _called(parent)
    if isinstance(parent, ast.keyword):
        call = text.round.get(parent)
        return _handed(call, parent.arg, text, source, by_name, namespace, depth) if isinstance(call, ast.Call) else []
    if isinstance(parent, ast.Call):
        return _handed(parent, parent.args.index(node), text, source, by_name, namespace, depth)
    if isinstance(parent, ast.BinOp):
        return _reckoned(node, parent)
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.USub):
        return [(4, _SIZE)]
    if isinstance(parent, ast.Starred):
        return [(3, "(8, 8)")]
    return []


def _several(target: ast.Tuple | ast.List, source: str, by_name: ByName, namespace: Mapping[str, Any] | None, depth: int) -> str:
    """A tuple of as many values as it is taken apart into, each as its own uses say."""
    return "(%s,)" % ", ".join(_element(item, source, by_name, namespace, depth) for item in target.elts)


def _listed(target: ast.expr, source: str, by_name: ByName, namespace: Mapping[str, Any] | None, depth: int) -> str:
    element = _element(target, source, by_name, namespace, depth)
    return f"[{element}, {element}]"


def _element(target: ast.expr, source: str, by_name: ByName, namespace: Mapping[str, Any] | None, depth: int) -> str:
    """The value of a name that goes over the items of a parameter."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return "(%s)" % ", ".join(_element(item, source, by_name, namespace, depth) for item in target.elts)
    if not isinstance(target, ast.Name) or depth >= _DEEPEST:
        return _SIZE
    text = parsed(source)
    found: list[tuple[int, str]] = []
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Name) and node.id == target.id and isinstance(node.ctx, ast.Load):
            found += _used(node, text, source, by_name, namespace, depth + 1)
    named = by_name(target.id)
    value = min(found, key=lambda item: item[0])[1] if found else named[0] if named else _SIZE
    return _SIZE if re.fullmatch(r"[\d.]+", value) else value


def _indexed(node: ast.Subscript) -> list[tuple[int, str]]:
    index = node.slice
    if isinstance(index, ast.Constant) and isinstance(index.value, str):
        return [(1, repr({index.value: int(_SIZE)}))]
    if isinstance(index, ast.Constant) and isinstance(index.value, int) and 0 <= index.value < 6:
        return [(2, repr((int(_SIZE),) * (index.value + 1 if index.value > 1 else 2)))]
    return [(2, "[8, 8]")]


def _asked(attribute: str) -> list[tuple[int, str]]:
    if attribute in _TEXT_METHODS:
        return [(2, "'sample'")]
    if attribute in _DICT_METHODS:
        return [(2, "{}")]
    if attribute in _MODEL_ATTRIBUTES:
        return [(0, "keras.Sequential([keras.Input((8,)), keras.layers.Dense(8)])")]
    if attribute in _LAYER_METHODS:
        return [(1, "keras.layers.Dense(8)")]
    if attribute in ("shape", "dtype", "ndim", "sum", "mean", "T", "astype", "reshape", "todense", "tolist", "dot"):
        return [(3, "numpy.ones((8, 8), 'float32')")]
    return [(3, "[8, 8]")] if attribute in ("append", "copy", "index") else []


def _called(node: ast.Call) -> list[tuple[int, str]]:
    """Something that is called: on a tensor a layer or function, with options a class."""
    if node.keywords and not node.args or node.args and isinstance(node.args[0], ast.Constant):
        return [(2, "keras.layers.Dense")]
    return [(4, "keras.layers.Dense(8)"), (5, "keras.activations.relu")]


def _reckoned(node: ast.expr, parent: ast.BinOp) -> list[tuple[int, str]]:
    other = parent.right if parent.left is node else parent.left
    if isinstance(parent.op, ast.Add) and _is_text(other):
        return [(1, "'a'")]
    if isinstance(parent.op, ast.Mod) and _is_text(parent.left):
        return []
    if isinstance(parent.op, (ast.Mod, ast.FloorDiv)):
        return [(2, _SIZE)]
    if isinstance(parent.op, _NUMBER_OPERATORS) and isinstance(other, ast.Constant) and isinstance(other.value, float):
        return [(3, "0.5")]
    if isinstance(parent.op, ast.Add) and isinstance(other, (ast.List, ast.Tuple)):
        return [(2, "[8, 8]" if isinstance(other, ast.List) else "(8, 8)")]
    return [(5, _SIZE)] if isinstance(parent.op, (*_NUMBER_OPERATORS, ast.Add)) and isinstance(other, ast.Constant) else []


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _is_text(node.left) or _is_text(node.right)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "str"
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _handed(
    call: ast.Call, where: int | str | None, text: Class, source: str, by_name: ByName, namespace: Mapping[str, Any] | None, depth: int
) -> list[tuple[int, str]]:
    """What a function or class that gets the parameter makes of it."""
    callee = _dotted(call.func)
    last = callee.rpartition(".")[2]
    if last == "range":
        return [(1, "2")]
    if last == "len":
        return [(3, "[8, 8]")]
    if last in ("enumerate", "reversed", "zip", "list", "tuple", "iter"):
        return _gone_over(call, where, text, source, by_name, namespace, depth)
    if last == "isinstance" and where == 0 and len(call.args) > 1:
        return _typed(call.args[1])
    if last == "get" and callee.split(".")[-2:-1] and callee.split(".")[-2] in _GETTERS:
        return [(2, _GETTERS[callee.split(".")[-2]])]
    if last in ("add_weight", "add_variable") and where in ("initializer", "regularizer", "constraint"):
        return [(2, by_name(str(where))[0])]
    return _to_class(callee, where, by_name, namespace, depth) if where is not None else []


def _gone_over(
    call: ast.Call, where: int | str | None, text: Class, source: str, by_name: ByName, namespace: Mapping[str, Any] | None, depth: int
) -> list[tuple[int, str]]:
    """A list, as a loop over it takes its items."""
    loop = text.round.get(call)
    target: ast.expr | None = loop.target if isinstance(loop, (ast.For, ast.comprehension)) and loop.iter is call else None
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if target is not None and name in ("enumerate", "zip") and isinstance(target, (ast.Tuple, ast.List)) and isinstance(where, int):
        place = 1 if name == "enumerate" else where
        target = target.elts[place] if place < len(target.elts) else None
    return [(1, _listed(target, source, by_name, namespace, depth))] if target is not None else [(3, "[8, 8]")]


def _typed(node: ast.expr) -> list[tuple[int, str]]:
    texts = {"int": _SIZE, "str": "'sample'", "list": "[8, 8]", "tuple": "(8, 8)", "dict": "{}", "float": "0.5", "Layer": "keras.layers.Dense(8)",
             "Model": "keras.Sequential([keras.layers.Dense(8)])", "bool": "True"}  # fmt: skip
    nodes = node.elts if isinstance(node, ast.Tuple) else [node]
    return [(4, texts[word]) for word in (_dotted(item).rpartition(".")[2] for item in nodes) if word in texts]


def _to_class(callee: str, where: int | str, by_name: ByName, namespace: Mapping[str, Any] | None, depth: int) -> list[tuple[int, str]]:
    """The parameter of a class of Keras's or of the project's that it becomes."""
    cls = _resolved(callee, namespace)
    if not isinstance(cls, type) or depth >= _DEEPEST:
        return []
    try:
        names = [name for name in inspect.signature(cls).parameters]
    except (TypeError, ValueError):
        return []
    name = where if isinstance(where, str) else names[where] if where < len(names) else None
    if name not in names or name is None:
        return []
    if cls.__module__.startswith(("keras", "tensorflow", "tf_keras")):
        return [(2, text) for text in by_name(name)[:2]]
    try:
        source = inspect.getsource(cls)
    except (OSError, TypeError):
        return []
    inner = use_texts(name, source, by_name, vars(inspect.getmodule(cls)) if inspect.getmodule(cls) else namespace, depth + 1)
    return [(max(doubt, 3), text) for doubt, text in inner[:2]]


def _resolved(callee: str, namespace: Mapping[str, Any] | None) -> Any:
    """What a dotted name stands for: in the module, else among Keras's layers."""
    first, *rest = callee.split(".")
    value: Any = (namespace or {}).get(first)
    for part in rest if value is not None else ():
        value = getattr(value, part, None)
    if value is None:
        try:
            import keras
        except ImportError:
            return None
        value = getattr(keras.layers, callee.rpartition(".")[2], None)
    return value


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ".".join(reversed(parts))


def words_compared_with(name: str, source: str) -> list[str]:
    """The constants that a class compares a parameter with: `if mode == "sum"`, `mode in ("sum", "mean")`, a dict's keys.

    The parameter counts where it is one, and as an attribute of that name everywhere.
    """
    found: list[str] = []
    for function in ast.walk(parsed(source).tree):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        is_parameter = name in _parameters(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Compare) and is_called(node.left, name, is_parameter):
                for operator, comparator in zip(node.ops, node.comparators):
                    if not isinstance(operator, (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)):
                        continue
                    items = comparator.elts if isinstance(comparator, (ast.Tuple, ast.List, ast.Set)) else [comparator]
                    found += [repr(item.value) for item in items if isinstance(item, ast.Constant) and item.value is not None]
            elif isinstance(node, ast.Subscript) and is_called(node.slice, name, is_parameter) and isinstance(node.value, ast.Dict):
                found += [repr(key.value) for key in node.value.keys if isinstance(key, ast.Constant)]
    return list(dict.fromkeys(found))


def is_called(node: ast.AST, name: str, is_parameter: bool) -> bool:
    """Whether an expression is the parameter, or a method of it such as `mode.lower()`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return (is_parameter and isinstance(node, ast.Name) and node.id == name) or (isinstance(node, ast.Attribute) and node.attr == name)
