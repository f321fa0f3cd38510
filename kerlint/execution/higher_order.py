"""Functions that call functions: map, scan and cond, of Python, TensorFlow and Keras; and those that name attributes."""

from __future__ import annotations

from kerlint.execution.attributes import attribute
from kerlint.execution.calls import call_value
from kerlint.execution.conditions import decide_value
from kerlint.execution.containers import set_attribute
from kerlint.execution.guards import ALWAYS
from kerlint.execution.machine import Frame, Machine, library
from kerlint.execution.turns import turns_of
from kerlint.execution.values import Arguments, Collection, Derived, FunctionValue, Instance, Value, alternatives, literal
from kerlint.semantics import syntax as ir

METHODS_OF_MODELS = frozenset(
    ("save", "save_weights", "load_weights", "compile", "fit", "evaluate", "predict", "summary", "get_config", "get_layer",
     "get_weights", "set_weights", "count_params", "build", "call", "to_json")
)  # fmt: skip
"""What every model has, on Keras 2 and 3 alike."""


def _turn_twice(machine: Machine, function: Value, columns: tuple[Value, ...], node: ir.Node) -> Collection:
    """Calls a function for the first turns over its arguments, as map and scan do."""
    frame = Frame(machine.trace.module)
    rows = list(zip(*(turns_of(machine, column, node) for column in columns), strict=False))
    result = machine.collection("list", is_open=True)
    for row in rows:
        value = call_value(machine, frame, function, tuple(value for _, value in row), node)
        result.elements.append((ALWAYS, value))
    return result


@library("builtins.map")
def _map(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    function, *columns = arguments.positional
    if not isinstance(function, (FunctionValue, Instance)):
        return None
    return _turn_twice(machine, function, tuple(columns), node)


@library(
    "tensorflow.map_fn", "tensorflow.scan", "tensorflow.vectorized_map", "tensorflow.foldl", "keras.ops.map",
    "keras.ops.vectorized_map", "keras.backend.map_fn", "jax.vmap",
)  # fmt: skip
def _map_over_tensor(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    function = arguments.get("fn", 0) or arguments.get("f", 0) or arguments.get("function", 0)
    elements = arguments.get("elems", 1) or arguments.get("xs", 1)
    if not isinstance(function, (FunctionValue, Instance)) or elements is None:
        return None
    parameters = len(function.facts.parameters) if isinstance(function, FunctionValue) else 1
    columns = (elements,) if parameters == 1 else tuple(
        machine.derived("column", elements, machine.literal(position)) for position in range(parameters)
    )  # fmt: skip
    turned = _turn_twice(machine, function, columns, node)
    return machine.derived("stack", *turned.values()) if turned.elements else None


@library("tensorflow.cond", "keras.ops.cond", "tensorflow.compat.v1.cond", "keras.backend.switch")
def _cond(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    test = arguments.get("pred", 0)
    branches = [arguments.get("true_fn", 1), arguments.get("false_fn", 2)]
    if test is None or not all(isinstance(branch, FunctionValue) for branch in branches):
        return None
    when_true, when_false, _ = decide_value(machine, test)
    frame, found = Frame(machine.trace.module), []
    for guard, branch in zip((when_true, when_false), branches, strict=True):
        assert branch is not None
        with machine.under(guard):
            found.append((guard, call_value(machine, frame, branch, (), node)))
    return machine.choice(found)


@library("builtins.setattr")
def _setattr(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    if len(arguments.positional) != 3:
        return None
    owner, name, value = arguments.positional
    module = machine.stack[-1].callee.module if machine.stack and isinstance(
        machine.stack[-1].callee, FunctionValue
    ) else machine.trace.module  # fmt: skip
    return set_attribute(machine, Frame(module), owner, name, value, node)


@library("builtins.getattr")
def _getattr(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    if len(arguments.positional) < 2:
        return None
    owner, name = arguments.positional[:2]
    known = literal(name)
    if not isinstance(known, str):
        return machine.derived("getattr", owner, name)
    frame = Frame(machine.trace.module)
    value = machine.each(owner, lambda one: attribute(machine, frame, one, known, node))
    if len(arguments.positional) == 3 and isinstance(value, Derived) and value.operator.startswith("attribute:"):
        return machine.derived("getattr", *arguments.positional)
    return value


@library("builtins.hasattr")
def _hasattr(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    if len(arguments.positional) != 2:
        return None
    owner, name = arguments.positional
    known = literal(name)
    if isinstance(known, str) and all(_has_method(machine, one, known) for _, one in alternatives(owner)):
        return machine.literal(True)
    return machine.derived("asked", *arguments.values())


def _has_method(machine: Machine, owner: Value, name: str) -> bool:
    """Whether the class of an object certainly has a method: the project defines it, or every model of Keras has it."""
    if not isinstance(owner, Instance):
        return False
    if owner.info is not None and owner.info.find_method(name) is not None:
        return True
    return name in METHODS_OF_MODELS and machine.project.kind_of_instance(owner) == "model"


@library("builtins.isinstance", "builtins.callable", "builtins.issubclass")
def _asked(machine: Machine, arguments: Arguments, node: ir.Node) -> Value | None:
    return machine.derived("asked", *arguments.values())
