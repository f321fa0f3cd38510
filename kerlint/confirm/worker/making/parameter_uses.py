"""Turns the text of a class into what its parameters must be, by their uses: taken apart, called, divided, handed to Keras.

Values are expressions of source text. Knows the parameters of Keras's own layers by asking Keras; knows nothing of calls to try.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .class_text import Class, attributes_of, dotted, is_layer_attribute, is_self, parameters_in, parsed

_DEEPEST = 3
_SIZE = "8"
_TEXT_METHODS = frozenset("lower upper startswith endswith strip split format replace capitalize".split())
_LAYER_METHODS = frozenset("build compute_output_shape call trainable_weights weights layers get_weights output_shape".split())
_MODEL_ATTRIBUTES = frozenset("inputs outputs input output input_shape get_layer summary".split())
_DICT_METHODS = frozenset("items keys values get update".split())
_INPUTS = ("keras.Input((8,))", "keras.Input((16, 16, 3))", "keras.Input((6, 8))", "keras.Input((6,), dtype='int32')")
_NUMBER_OPERATORS = (ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
_GETTERS = {
    "activations": "'relu'", "initializers": "'glorot_uniform'", "regularizers": "keras.regularizers.L2(0.25)",
    "constraints": "keras.constraints.NonNeg()", "losses": "'mean_squared_error'", "optimizers": "'adam'", "metrics": "'mse'",
}  # fmt: skip

ByName = Callable[[str], "tuple[str, ...]"]


@dataclass(frozen=True)
class Reading:
    """A text that is read, what values names suggest, the module's names, and how many classes deep it is."""

    source: str
    by_name: ByName
    namespace: Mapping[str, Any] | None
    depth: int

    @property
    def text(self) -> Class:
        """The tree."""
        return parsed(self.source)

    def deeper(self) -> Reading:
        """One name further away from the parameter."""
        return replace(self, depth=self.depth + 1)


LIKELY = 4
"""From here on, what a use says is weaker than what the name says."""


def use_texts(
    name: str, source: str, by_name: ByName, namespace: Mapping[str, Any] | None = None, depth: int = 0
) -> list[tuple[int, str]]:
    """Expressions for a parameter, each with how uncertain it is; what is certain first."""
    text = parsed(source)
    found: list[tuple[int, str]] = []
    for node in _occurrences(name, text.tree):
        found += _used(node, Reading(source, by_name, namespace, depth))
    best: dict[str, int] = {}
    for doubt, value in sorted(found, key=lambda item: item[0]):
        best.setdefault(value, doubt)
    return [(doubt, value) for value, doubt in best.items()]


def _occurrences(name: str, tree: ast.AST) -> Iterator[ast.expr]:
    """Where the parameter is read: by its name in functions that have it, and as the attributes that are set to it."""
    attributes = attributes_of(name, tree)
    for function in ast.walk(tree):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            is_parameter = name in parameters_in(function)
            for node in ast.walk(function):
                if isinstance(node, ast.Name):
                    is_it = is_parameter and node.id == name
                else:
                    is_it = isinstance(node, ast.Attribute) and node.attr in attributes and is_self(node.value)
                if is_it and isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
                    yield node


def _used(node: ast.expr, at: Reading) -> list[tuple[int, str]]:
    """What one occurrence says, each with how uncertain it is."""
    parent = at.text.round.get(node)
    if _is_graph_tensor(node, parent, at):
        return [(0, text) for text in _INPUTS]
    if isinstance(parent, ast.Assign) and parent.value is node and isinstance(parent.targets[0], (ast.Tuple, ast.List)):
        return [(0, _several(parent.targets[0], at))]
    if isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is node:
        return [(1, _listed(parent.target, at))]
    if isinstance(parent, ast.Subscript) and parent.value is node:
        return _inputs_of(parent, at) or _indexed(parent)
    if isinstance(parent, ast.Attribute) and parent.value is node:
        return _asked(parent.attr)
    if isinstance(parent, ast.Call) and parent.func is node:
        return _called(parent)
    if isinstance(parent, ast.keyword):
        call = at.text.round.get(parent)
        return _handed(call, parent.arg, at) if isinstance(call, ast.Call) else []
    if isinstance(parent, ast.Call):
        return _handed(parent, parent.args.index(node), at)
    if isinstance(parent, ast.BinOp):
        return _reckoned(node, parent)
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.USub):
        return [(4, _SIZE)]
    if isinstance(parent, ast.Starred):
        return [(3, "(8, 8)")]
    return []


def _is_graph_tensor(node: ast.expr, parent: ast.AST | None, at: Reading) -> bool:
    """Whether a constructor makes a graph of it: layers are called on it, or the base is told that it is its input."""
    function = at.text.function_round(node)
    if function is None or (function.name != "__init__" and (at.depth == 0 or at.text.owner_of(function) is not None)):
        return False
    if isinstance(parent, ast.keyword):
        call = at.text.round.get(parent)
        return parent.arg == "inputs" and isinstance(call, ast.Call) and dotted(call.func).endswith("__init__")
    if not isinstance(parent, ast.Call) or node not in parent.args:
        return False
    if isinstance(parent.func, ast.Call):
        made = dotted(parent.func.func).rpartition(".")[2]
        return made[:1].isupper() and made != "super"
    if dotted(parent.func).endswith("__init__"):
        return len(parent.args) == 2 and parent.args[0] is node and not parent.keywords[1:]
    return is_layer_attribute(parent.func, at.text.tree)


def _inputs_of(node: ast.Subscript, at: Reading) -> list[tuple[int, str]]:
    """A list of inputs, as long as the item that becomes a graph's input asks for."""
    index = node.slice
    if not isinstance(index, ast.Constant) or not isinstance(index.value, int) or not 0 <= index.value < 6:
        return []
    if not _is_graph_tensor(node, at.text.round.get(node), at):
        return []
    return [(0, f"[{', '.join([text] * max(2, index.value + 1))}]") for text in _INPUTS]


def _several(target: ast.Tuple | ast.List, at: Reading) -> str:
    """A tuple of as many values as it is taken apart into, each as its own uses say."""
    return f"({''.join(_element(item, at) + ', ' for item in target.elts).rstrip()})"


def _listed(target: ast.expr, at: Reading) -> str:
    element = _element(target, at)
    return f"[{element}, {element}]"


def _element(target: ast.expr, at: Reading) -> str:
    """The value of a name that goes over the items of a parameter."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return f"({', '.join(_element(item, at) for item in target.elts)})"
    if not isinstance(target, ast.Name) or at.depth >= _DEEPEST:
        return _SIZE
    text = parsed(at.source)
    found: list[tuple[int, str]] = []
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Name) and node.id == target.id and isinstance(node.ctx, ast.Load):
            found += _used(node, at.deeper())
    named = at.by_name(target.id)
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
    if (node.keywords and not node.args) or (node.args and isinstance(node.args[0], ast.Constant)):
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


def _handed(call: ast.Call, where: int | str | None, at: Reading) -> list[tuple[int, str]]:
    """What a function or class that gets the parameter makes of it."""
    callee = dotted(call.func)
    last = callee.rpartition(".")[2]
    if last == "range":
        return [(1, "2")]
    if last == "len":
        return [(3, "[8, 8]")]
    if last in ("enumerate", "reversed", "zip", "list", "tuple", "iter"):
        return _gone_over(call, where, at)
    if last == "isinstance" and where == 0 and len(call.args) > 1:
        return _typed(call.args[1])
    if last == "get" and callee.split(".")[-2:-1] and callee.split(".")[-2] in _GETTERS:
        return [(2, _GETTERS[callee.split(".")[-2]])]
    if last in ("add_weight", "add_variable") and where in ("initializer", "regularizer", "constraint"):
        return [(2, at.by_name(str(where))[0])]
    return _to_class(callee, where, at) if where is not None else []


def _gone_over(call: ast.Call, where: int | str | None, at: Reading) -> list[tuple[int, str]]:
    """A list, as a loop over it takes its items."""
    loop = at.text.round.get(call)
    target: ast.expr | None = loop.target if isinstance(loop, (ast.For, ast.comprehension)) and loop.iter is call else None
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name in ("enumerate", "zip") and isinstance(target, (ast.Tuple, ast.List)) and isinstance(where, int):
        place = 1 if name == "enumerate" else where
        target = target.elts[place] if place < len(target.elts) else None
    return [(1, _listed(target, at))] if target is not None else [(3, "[8, 8]")]


def _typed(node: ast.expr) -> list[tuple[int, str]]:
    texts = {
        "int": _SIZE, "str": "'sample'", "list": "[8, 8]", "tuple": "(8, 8)", "dict": "{}", "float": "0.5", "bool": "True",
        "Layer": "keras.layers.Dense(8)", "Model": "keras.Sequential([keras.layers.Dense(8)])",
    }  # fmt: skip
    nodes = node.elts if isinstance(node, ast.Tuple) else [node]
    return [(4, texts[word]) for word in (dotted(item).rpartition(".")[2] for item in nodes) if word in texts]


def _to_class(callee: str, where: int | str, at: Reading) -> list[tuple[int, str]]:
    """The parameter of a class of Keras's, or of a class or function of the project's, that it becomes."""
    cls = _resolved(callee, at.namespace)
    if not (isinstance(cls, type) or inspect.isfunction(cls)) or at.depth >= _DEEPEST:
        return []
    try:
        names = list(inspect.signature(cls).parameters)
    except (TypeError, ValueError):
        return []
    name = where if isinstance(where, str) else names[where] if where < len(names) else None
    if name not in names or name is None:
        return []
    if (cls.__module__ or "").startswith(("keras", "tensorflow", "tf_keras", "numpy")):
        return [] if inspect.isfunction(cls) else [(2, text) for text in at.by_name(name)[:2]]
    try:
        source = inspect.getsource(cls)
    except (OSError, TypeError):
        return []
    module = inspect.getmodule(cls)
    inner = use_texts(name, source, at.by_name, at.namespace if module is None else vars(module), at.depth + 1)
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
