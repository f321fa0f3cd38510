"""Tells what an attribute keeps, and what a constructor argument is, where `get_config` writes it as it is.

Turns the stores of a constructor, on all of its arms, into a kind of live object. Knows nothing of files and of messages.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import assignments, attribute_of, keyword, own_name, positional, walk
from kerlint.serialization.constructor import Constructor
from kerlint.serialization.contract import Contract
from kerlint.serialization.lineage import Ancestor
from kerlint.serialization.liveness import is_rebuilt, kind_of_value, live_kind

INPUT_SPEC = "InputSpec"

_ALONE = frozenset(("initializer", "regularizer", "constraint", "loss", "metric"))
"""Made by the constructor itself, these stand under a key for what they were made from."""

_CONTAINERS = frozenset(("list", "List", "Sequence", "Iterable", "Collection", "tuple", "Tuple"))
_TRANSPARENT = frozenset(("Optional", "Union", "Annotated"))

_CALLING = frozenset(
    (
        "tensorflow.map_fn", "tensorflow.vectorized_map", "tensorflow.py_function", "tensorflow.numpy_function",
        "tensorflow.function", "tensorflow.scan", "tensorflow.foldl", "tensorflow.foldr", "keras.ops.map",
        "keras.ops.vectorized_map", "keras.ops.scan", "jax.vmap", "jax.jit",
    )
)  # fmt: skip
"""What calls its first argument."""

_NUMPY_MAKERS = frozenset(
    ("concatenate", "stack", "vstack", "hstack", "sort", "repeat", "tile", "expand_dims", "reshape", "transpose", "unique")
)

_NUMPY_METHODS = frozenset(("reshape", "astype", "copy", "transpose", "flatten", "repeat"))
"""What gives an array where it is asked of an array."""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What an attribute holds, in a word; `parameter` is the one that it keeps as it was given, and nothing else."""

    kind: str
    parameter: ir.Parameter | None = None


def kept_by(contract: Contract, constructor: Constructor, attribute: str) -> Kept | None:
    """What an attribute holds that every method leaves as the constructor set it; None where it may be plain."""
    given_later = _given_to_setters(contract)
    stores = [store for store in contract.lineage.attribute_stores(attribute) if id(store[1]) not in given_later]
    if not stores or attribute in contract.lineage.descriptors:
        return None
    if any(id(value) not in constructor.stored_values for _, value in stores):
        return None
    last = _from_last_certain(constructor, [value for _, value in stores])
    parts = [part for value in last for part in _alternatives(value) if not _reads(part, constructor.own, attribute)]
    kinds = [_kind_of_made(contract, constructor, part) for part in parts if _parameter(constructor, part) is None]
    if not kinds:
        parameters = {id(found): found for part in parts if (found := _parameter(constructor, part)) is not None}
        if len(parameters) != 1:
            return None
        (parameter,) = parameters.values()
        kind = kind_of_argument(constructor, parameter)
        return Kept(kind, parameter) if kind is not None else None
    if any(kind is None for kind in kinds):
        return None
    return Kept(kinds[0]) if kinds[0] is not None else None


def _given_to_setters(contract: Contract) -> set[int]:
    """What the setters of properties keep as it is given: until somebody gives it, the attribute holds what it held."""
    return {
        id(value)
        for _, method in contract.lineage.methods()
        if any(isinstance(decorator, ir.Attribute) and decorator.name == "setter" for decorator in method.decorators)
        for target, value in assignments(method.body)
        if attribute_of(target, own_name(method)) is not None and isinstance(value, ir.Name)
    }


def identity(contract: Contract, constructor: Constructor, attribute: str) -> ir.Parameter | None:
    """The parameter that an attribute keeps as it was given."""
    stores = contract.lineage.attribute_stores(attribute)
    if len(stores) != 1 or stores[0][0] != constructor.index or attribute in contract.lineage.descriptors:
        return None
    return _parameter(constructor, stores[0][1])


def kind_of_argument(constructor: Constructor, parameter: ir.Parameter) -> str | None:
    """What the argument is when it is no plain data, in a word; None where it may be plain."""
    found = live_kind(constructor, parameter)
    if found is not None or parameter.name in constructor.rebound or is_rebuilt(constructor, parameter.name):
        return found
    owner = constructor.owner
    if _names_input_spec(constructor, owner, parameter.annotation):
        return INPUT_SPEC
    if isinstance(parameter.default, ir.Call) and _names_input_spec(constructor, owner, parameter.default.function):
        return INPUT_SPEC
    is_open = parameter.default is None or (isinstance(parameter.default, ir.Constant) and parameter.default.value is None)
    if parameter.annotation is None and is_open and _is_called_by_others(constructor, parameter.name):
        return "function"
    return None


def is_listed(annotation: ir.Expr | None) -> bool:
    """Whether an annotation speaks of several in a list."""
    match annotation:
        case ir.Operation(start=start, rest=rest):
            return any(is_listed(part) for part in (start, *(part for _, part in rest)))
        case ir.Subscript(value=ir.Name(id=name) | ir.Attribute(name=name), indices=indices):
            return name in _CONTAINERS or (name in _TRANSPARENT and any(is_listed(index) for index in indices))
    return False


def _from_last_certain(constructor: Constructor, values: list[ir.Expr]) -> list[ir.Expr]:
    """Of what is stored one after the other, what no later store puts away in any case."""
    for number in range(len(values) - 1, 0, -1):
        if any(isinstance(s, ir.Assign) and s.value is values[number] for s in constructor.function.body):
            return values[number:]
    return values


def _alternatives(value: ir.Expr) -> Iterator[ir.Expr]:
    """What an expression may be worth: the operands of `or`, the arms of a condition."""
    match value:
        case ir.Logic(operator="or", operands=operands):
            for operand in operands:
                yield from _alternatives(operand)
        case ir.Conditional(body=body, orelse=orelse):
            yield from _alternatives(body)
            yield from _alternatives(orelse)
        case _:
            yield value


def _parameter(constructor: Constructor, value: ir.Expr) -> ir.Parameter | None:
    """The parameter that an expression names."""
    if not isinstance(value, ir.Name) or value.id in constructor.rebound or value.id not in constructor.names:
        return None
    return constructor.function.parameter(value.id)


def _reads(part: ir.Expr, own: str, attribute: str) -> bool:
    """Whether it is a stretch of what the attribute held before."""
    while isinstance(part, ir.Subscript):
        part = part.value
    return attribute_of(part, own) == attribute


def _kind_of_made(contract: Contract, constructor: Constructor, value: ir.Expr) -> str | None:
    if isinstance(value, ir.Name):
        return None
    module = constructor.owner.info.module if constructor.owner.info is not None else contract.info.module
    kind = kind_of_value(module, contract.knowledge, value)
    if kind is None and isinstance(value, ir.Call):
        library, _, function = (contract.lineage.qualified(constructor.owner, value.function) or "").partition(".")
        kind = "array" if library == "numpy" and function in _NUMPY_MAKERS else None
        match value.function:
            case ir.Attribute(name=name, value=ir.Call() as held) if name in _NUMPY_METHODS:
                kind = kind or ("array" if _kind_of_made(contract, constructor, held) == "array" else None)
    return None if kind in _ALONE else kind


def _names_input_spec(constructor: Constructor, owner: Ancestor, expression: ir.Expr | None) -> bool:
    match expression:
        case ir.Subscript(value=ir.Name(id=name) | ir.Attribute(name=name), indices=indices):
            parts = [index for index in indices if not (isinstance(index, ir.Constant) and index.value is None)]
            is_known = name in _CONTAINERS or name in _TRANSPARENT
            return is_known and bool(parts) and all(_names_input_spec(constructor, owner, part) for part in parts)
        case ir.Name() | ir.Attribute():
            return (constructor.lineage.qualified(owner, expression) or "") in ("keras.InputSpec", "keras.layers.InputSpec")
    return False


def _is_called_by_others(constructor: Constructor, name: str) -> bool:
    """Whether some method hands the argument to what calls it: `tf.map_fn(self.function, …)`."""
    return bool(constructor.attributes_of_parameters.get(name, set()) & constructor.answer(_handed_to_callers))


def _handed_to_callers(constructor: Constructor) -> frozenset[str]:
    """The attributes that some method hands to what calls them."""
    found: set[str] = set()
    for index, method in constructor.lineage.methods():
        owner = constructor.lineage.ancestors[index]
        for node in walk(method.body):
            if not isinstance(node, ir.Call):
                continue
            given = positional(node)
            handed = given[0] if given else keyword(node, "fn")
            attribute = attribute_of(handed, own_name(method)) if handed is not None else None
            if attribute is not None and (constructor.lineage.qualified(owner, node.function) or "") in _CALLING:
                found.add(attribute)
    return frozenset(found)
