"""Turns the text of a `call` into what it says of its inputs: how many there are, their ranks, kinds of numbers and least sizes.

Follows names through assignments and through methods of the class, up to what no longer is the input itself. Says nothing
where the text says nothing.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .call_syntax import dotted, integers, is_own, last_name, layers_of, method_of, own_nodes, statements
from .clues import Clue, Clues
from .layer_inputs import what_a_layer_takes

_DEEPEST = 3
_SHAPE_FUNCTIONS = frozenset(("shape", "int_shape", "get_shape", "static_shape", "shape_list", "get_shape_list"))
_SAME = frozenset(
    """cast convert_to_tensor identity Dropout Activation ReLU LeakyReLU LayerNormalization BatchNormalization GaussianNoise
    relu stop_gradient Rescaling Masking Variable asarray constant""".split()
)
"""What gives back something of the shape that it was given."""
_REDUCING = re.compile(r"^(reduce_\w+|mean|sum|max|min|softmax|argmax|norm|concat\w*|split|squeeze|cumsum|l2_normalize|stack)$")
_SPATIAL_FUNCTION = re.compile(r"(conv|pool)\w*([123])d", re.IGNORECASE)


def clues_of(call: Callable[..., Any] | None, depth: int = 0) -> Clues:
    """The clues in the text of a call, as far as it can be had."""
    names = required_parameters(call)
    text = _text_of(call)
    if call is None or text is None:
        return Clues("arguments" if len(names) > 1 else None, {name: Clue() for name in names or ["inputs"]})
    function, owner = text
    reader = _Reader(owner, getattr(inspect.unwrap(call), "__globals__", {}), names or _first(function), depth)
    reader.read_body(function, {name: (name,) for name in reader.names})
    reader.read_build()
    return reader.clues()


def required_parameters(call: Callable[..., Any] | None) -> list[str]:
    """The parameters of `call` that must be given."""
    try:
        parameters = list(inspect.signature(call).parameters.values()) if call is not None else []
    except (TypeError, ValueError):
        parameters = []
    starred = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    required = [p.name for p in parameters if p.kind not in starred and p.default is inspect.Parameter.empty]
    return [name for name in required if name not in ("self", "training", "mask")]


def _first(function: ast.FunctionDef) -> list[str]:
    names = [argument.arg for argument in function.args.args]
    return names[1:2] or ["inputs"]


def _text_of(call: Callable[..., Any] | None) -> tuple[ast.FunctionDef, ast.ClassDef | None] | None:
    """The function's tree, with the class round it where that can be had."""
    if call is None:
        return None
    function = inspect.unwrap(call)
    owner = _class_round(function)
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(owner if owner is not None else function))).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        return None
    if isinstance(tree, ast.ClassDef):
        found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function.__name__]
        return (found[-1], tree) if found else None
    return (tree, None) if isinstance(tree, ast.FunctionDef) else None


def _class_round(function: Any) -> Any:
    value: Any = None
    for part in getattr(function, "__qualname__", "").split(".")[:-1]:
        value = getattr(function, "__globals__", {}).get(part) if value is None else getattr(value, part, None)
        if not isinstance(value, type):
            return None
    return value if value is not None and function.__name__ in vars(value) else None


Env = dict[str, "tuple[Any, ...]"]


class _Reader:
    """Reads one class."""

    def __init__(self, owner: ast.ClassDef | None, namespace: Mapping[str, Any], names: Sequence[str], depth: int) -> None:
        self.owner, self.namespace, self.names, self.depth = owner, namespace, list(names), depth
        self.found: dict[tuple[Any, ...], Clue] = {}
        self.read: list[str] = []

    # --- what is known ---

    def clue(self, key: tuple[Any, ...]) -> Clue:
        """The clue for an input, or for a part of it."""
        return self.found.setdefault(key, Clue())

    def clues(self) -> Clues:
        """All of them, in the order in which they are handed over."""
        if len(self.names) > 1:
            return Clues("arguments", {name: self.clue((name,)) for name in self.names})
        name = self.names[0]
        parts = [key[1] for key in self.found if len(key) > 1 and key[0] == name]
        words = [part for part in parts if isinstance(part, str)]
        if words:
            return Clues("dict", {word: self.clue((name, word)) for word in dict.fromkeys(words)})
        places = [part for part in parts if isinstance(part, int)]
        if places and max(places) > 0:
            return Clues("list", {f"{name}_{place}": self.clue((name, place)) for place in range(max(places) + 1)})
        whole = self.clue((name,))
        return Clues("one" if whole.rank or whole.least > 1 or whole.dtype else None, {name: whole})

    # --- reading ---

    def read_body(self, function: ast.FunctionDef, env: Env) -> None:
        """All statements in their order."""
        if function.name in self.read[-_DEEPEST:] or len(self.read) > 24:
            return
        self.read.append(function.name)
        for statement in statements(function.body):
            for node in own_nodes(statement):
                self._expression(node, env)
            if isinstance(statement, ast.Assign):
                for target in statement.targets:
                    self._assigned(target, statement.value, env)
            elif isinstance(statement, (ast.For,)) and self._item(statement.iter, env) is not None:
                self.clue((*self._item(statement.iter, env), 1))  # type: ignore[misc]

    def _assigned(self, target: ast.expr, value: ast.expr, env: Env) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
                for inner, given in zip(target.elts, value.elts):
                    self._assigned(inner, given, env)
                return
            item, shaped = self._item(value, env), self._shape(value, env)
            is_open = any(isinstance(inner, ast.Starred) for inner in target.elts)
            if shaped is not None and not is_open:
                self.clue(shaped).exactly(len(target.elts))
            for place, inner in enumerate(target.elts):
                if isinstance(inner, ast.Name):
                    env.pop(inner.id, None)
                    if item is not None and len(item) == 1 and not is_open:
                        env[inner.id] = (*item, place)
                        self.clue((*item, place))
        elif isinstance(target, ast.Name):
            item, shaped = self._item(value, env), self._shape(value, env)
            env.pop(target.id, None)
            if item is not None:
                env[target.id] = item
            elif shaped is not None:
                env[target.id] = ("shape of", *shaped)

    def _item(self, node: ast.AST, env: Env) -> tuple[Any, ...] | None:
        """The input that an expression is."""
        if isinstance(node, ast.Name):
            found = env.get(node.id)
            return found if found is None or found[0] != "shape of" else None
        if isinstance(node, ast.Subscript):
            whole = self._item(node.value, env)
            place = node.slice.value if isinstance(node.slice, ast.Constant) else None
            if whole is not None and len(whole) == 1 and len(self.names) == 1 and type(place) in (str, int):
                self.clue((*whole, place))
                return (*whole, place)
        if isinstance(node, ast.Call) and node.args and self._called(node.func) & _SAME:
            return self._item(node.args[0], env)
        return None

    def _shape(self, node: ast.AST, env: Env) -> tuple[Any, ...] | None:
        """The input of which an expression is the shape."""
        if isinstance(node, ast.Name):
            found = env.get(node.id)
            return tuple(found[1:]) if found is not None and found[0] == "shape of" else None
        if isinstance(node, ast.Attribute) and node.attr == "shape":
            return self._item(node.value, env)
        if isinstance(node, ast.Call):
            last = last_name(node.func)
            if last in _SHAPE_FUNCTIONS and node.args:
                return self._item(node.args[0], env)
            if last in ("as_list", "tuple", "list", "get_shape", "unstack"):
                inner = node.args[0] if node.args else node.func.value if isinstance(node.func, ast.Attribute) else node
                return self._item(inner, env) if last == "get_shape" else self._shape(inner, env) if inner is not node else None
        return None

    def _called(self, node: ast.expr) -> set[str]:
        """The names of the layers or functions that a callee may be."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
            return {name for name, _ in layers_of(self.owner, node.attr)}
        return {last_name(node.func)} if isinstance(node, ast.Call) else {last_name(node)}

    # --- what an expression says ---

    def _expression(self, node: ast.AST, env: Env) -> None:
        if isinstance(node, ast.Subscript):
            self._subscript(node, env)
        elif isinstance(node, ast.Compare):
            self._compared(node, env)
        elif isinstance(node, ast.Call):
            self._call(node, env)

    def _subscript(self, node: ast.Subscript, env: Env) -> None:
        shaped = self._shape(node.value, env)
        index = node.slice
        if shaped is not None:
            numbers = integers(index.upper if isinstance(index, ast.Slice) else index)
            for number in numbers:
                self.clue(shaped).at_least(number + (not isinstance(index, ast.Slice)) if number >= 0 else -number)
            return
        item = self._item(node.value, env)
        if item is None:
            return
        if isinstance(index, ast.Constant) and isinstance(index.value, (str, int)):
            self._item(node, env)
        elif isinstance(index, ast.Tuple):
            has_dots = any(isinstance(inner, ast.Constant) and inner.value is Ellipsis for inner in index.elts)
            axes = [inner for inner in index.elts if not (isinstance(inner, ast.Constant) and inner.value in (None, Ellipsis))]
            self.clue(item).at_least(len(axes) + has_dots)
            if has_dots and axes:
                edge = index.elts[-1]
                ends = integers(edge.upper if isinstance(edge, ast.Slice) else edge)
                sizes = [end + (not isinstance(edge, ast.Slice)) for end in ends if end > 0]
                self.clue(item).last = max([self.clue(item).last, *sizes])

    def _compared(self, node: ast.Compare, env: Env) -> None:
        left, right = node.left, node.comparators[0]
        number = integers(right) if isinstance(node.ops[0], (ast.Eq, ast.NotEq)) else []
        if isinstance(left, ast.Call) and last_name(left.func) == "len" and left.args and number:
            item, shaped = self._item(left.args[0], env), self._shape(left.args[0], env)
            if item is not None and len(item) == 1 and len(self.names) == 1:
                self.clue((*item, number[0] - 1))
            if shaped is not None:
                self.clue(shaped).exactly(number[0])

    def _call(self, node: ast.Call, env: Env) -> None:
        items = [self._item(argument, env) for argument in node.args]
        first = items[0] if items else None
        last = last_name(node.func)
        if last == "einsum" and node.args and isinstance(node.args[0], ast.Constant):
            for letters, item in zip(str(node.args[0].value).split("->")[0].split(","), items[1:]):
                if item is not None and "..." not in letters:
                    self.clue(item).exactly(len(letters.strip()))
        if last in ("gather", "embedding_lookup", "take") and len(items) > 1 and items[1] is not None:
            self.clue(items[1]).dtype = "int32"
        if last == "get" and isinstance(node.func, ast.Attribute) and node.args and isinstance(node.args[0], ast.Constant):
            whole = self._item(node.func.value, env)
            if whole is not None and isinstance(node.args[0].value, str):
                self.clue((*whole, node.args[0].value))
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("items", "keys", "values"):
            whole = self._item(node.func.value, env)
            if whole is not None and not any(len(key) > 1 for key in self.found):
                self.clue((*whole, "first")), self.clue((*whole, "second"))
        method = method_of(self.owner, node.func)
        if method is not None and any(item is not None for item in items):
            names = [argument.arg for argument in method.args.args][1:]
            self.read_body(method, {name: item for name, item in zip(names, items) if item is not None})
        elif first is not None:
            self._first_argument(node, first, last)

    def _first_argument(self, node: ast.Call, item: tuple[Any, ...], last: str) -> None:
        """What the callee says of the input that it is called with."""
        clue = self.clue(item)
        axes = [keyword.value for keyword in node.keywords if keyword.arg in ("axis", "perm", "axes")]
        if last in ("transpose", "permute_dimensions"):
            order = [*axes, *node.args[1:2]]
            if order and isinstance(order[0], (ast.List, ast.Tuple)):
                clue.exactly(len(order[0].elts))
        elif _REDUCING.match(last):
            for axis in axes:
                for number in integers(axis):
                    clue.at_least(number + 1 if number >= 0 else -number)
        elif last in ("one_hot", "embedding_lookup", "sequence_mask"):
            clue.dtype = clue.dtype or "int32"
        spatial = _SPATIAL_FUNCTION.search(last)
        if spatial is not None:
            clue.exactly(int(spatial.group(2)) + 2)
        for name, inner in layers_of(self.owner, last) if is_own(node.func) else [(last, node.func)]:
            if not what_a_layer_takes(clue, name, inner):
                self._class_of_the_project(clue, inner)

    def _class_of_the_project(self, clue: Clue, made: ast.expr) -> None:
        value: Any = None
        for part in dotted(made.func if isinstance(made, ast.Call) else made).split("."):
            value = self.namespace.get(part) if value is None else getattr(value, part, None)
        run = getattr(value, "call", None)
        if not isinstance(value, type) or run is None or self.depth >= _DEEPEST:
            return
        if value.__module__.partition(".")[0] in ("keras", "tensorflow", "tf_keras"):
            return
        inner = clues_of(run, self.depth + 1)
        if inner.style in ("one", "arguments") and inner.items:
            other = next(iter(inner.items.values()))
            clue.rank, clue.dtype = clue.rank or other.rank, clue.dtype or other.dtype
            clue.least, clue.is_image = max(clue.least, other.least), clue.is_image or other.is_image

    def read_build(self) -> None:
        """What `build` and the input specification say of the only input."""
        if self.owner is None or len(self.names) != 1 or any(len(key) > 1 for key in self.found):
            return
        clue = self.clue((self.names[0],))
        for node in ast.walk(self.owner):
            if isinstance(node, ast.Call) and last_name(node.func) == "InputSpec":
                for keyword in node.keywords:
                    for number in integers(keyword.value) if keyword.arg in ("ndim", "min_ndim") else ():
                        clue.exactly(number) if keyword.arg == "ndim" else clue.at_least(number)
        build = next((node for node in self.owner.body if isinstance(node, ast.FunctionDef) and node.name == "build"), None)
        if build is None or len(build.args.args) < 2:
            return
        shape = build.args.args[1].arg
        for node in ast.walk(build):
            if not isinstance(node, ast.Subscript):
                continue
            if isinstance(node.value, ast.Name) and node.value.id == shape:
                for number in integers(node.slice):
                    clue.at_least(number + 1 if number >= 0 else -number)
            inner = node.value
            if isinstance(inner, ast.Subscript) and isinstance(inner.value, ast.Name) and inner.value.id == shape:
                for number in integers(inner.slice):
                    self.clue((self.names[0], max(number, 1)))
