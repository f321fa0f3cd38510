"""Tells whether a constructor's argument is data that a file brings back as it is, or more than that.

Asks more than the rules do: they are silent where they know of nothing wrong, and here something must be known to be right.
"""

from __future__ import annotations

from kerlint.project import Project
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import assignments, attribute_of, last_name, mentions, names_in, own_name, walk
from kerlint.serialization.additions import filled_by
from kerlint.serialization.constructor import Constructor
from kerlint.serialization.contract import Contract
from kerlint.serialization.kept import kind_of_argument
from kerlint.serialization.liveness import is_rebuilt, passed_kind
from kerlint.serialization.lookup import is_looked_up

_LOOKED_UP = {"initializer": "initializer", "regularizer": "regularizer", "constraint": "constraint", "activation": "function"}
"""The ends of names of what Keras's layers look up, and what such an argument may be."""

_SAYS_MORE = frozenset(
    (
        "activation", "backbone", "block", "callback", "cell", "cls", "config", "decoder", "discriminator", "distribution",
        "embedder", "encoder", "fn", "func", "function", "generator", "layer", "loss", "metric", "model", "module", "net",
        "network", "optimizer", "policy", "projection", "schedule", "tensor", "tokenizer", "transform", "wrapper", "array", "matrix",
        "anchor", "data", "dataset", "dict", "list", "mask", "table", "values", "vocab", "vocabulary", "weight",
    )
)  # fmt: skip
"""The last words of names under which objects are given that no file brings back by itself."""
_COUNTS = frozenset(("num", "n", "number", "nb", "count", "use", "is", "has", "with", "return", "add", "apply"))

_SCALARS = frozenset(("str", "int", "float", "bool"))
_OF_SCALARS = frozenset(("list", "List", "tuple", "Tuple", "Sequence", "Iterable", "Optional", "Union", "Annotated"))

_METHODS_OF_DATA = frozenset(
    (
        "append", "copy", "count", "endswith", "extend", "format", "get", "index", "insert", "items", "join", "keys", "lower",
        "partition", "pop", "replace", "rpartition", "split", "startswith", "strip", "upper", "values", "clear", "remove", "reverse",
        "setdefault", "sort", "update", "is_integer", "bit_length",
    )
)  # fmt: skip
_CHANGING = frozenset(("append", "clear", "extend", "insert", "pop", "remove", "reverse", "setdefault", "sort", "update"))

_NUMBERS = frozenset(
    (
        "units", "filters", "rate", "kernel_size", "strides", "pool_size", "num_heads", "key_dim", "input_dim", "output_dim",
        "dilation_rate", "axis", "stddev", "mean", "alpha", "momentum", "epsilon", "padding", "use_bias", "value_dim", "dropout",
        "recurrent_dropout", "depth_multiplier", "groups", "num_tokens", "data_format", "size", "target_shape", "shape",
    )
)  # fmt: skip
"""Parameters of Keras's own layers that take numbers and texts alone."""
_TAKE_SHAPES = frozenset(("Input", "add_weight", "add_variable"))
"""What takes lists of numbers."""


_CONVERSIONS = frozenset(("int", "float", "bool", "str", "tuple", "list"))
"""What gives the same once more when it is given what it gave."""


def comes_back(contract: Contract, constructor: Constructor, parameter: ir.Parameter, project: Project) -> bool:
    """Whether an argument that is stored as it was given is taken as it comes back: plain data, or what Keras looks up again."""
    if _is_changed(contract, constructor, parameter.name) or _fills_what_is_stored(contract, constructor, parameter.name):
        return False
    kind = kind_of_argument(constructor, parameter)
    ending = parameter.name.rpartition("_")[2]
    if ending in _LOOKED_UP and not _is_scalar(parameter.annotation):
        return kind in (None, _LOOKED_UP[ending]) and is_looked_up(constructor, parameter.name, kind or _LOOKED_UP[ending])
    if kind is not None or is_rebuilt(constructor, parameter.name) or _is_given_an_object(contract, constructor, parameter, project):
        return False
    return is_surely_plain(contract, constructor, parameter) or not (
        says_more(parameter.name) or _is_used_as_object(contract, constructor, parameter.name)
    )


def is_surely_plain(contract: Contract, constructor: Constructor, parameter: ir.Parameter) -> bool:
    """Whether something says that it is numbers or texts: its annotation, its default, or what Keras's layers take it for."""
    if parameter.annotation is not None and _is_scalar(parameter.annotation):
        return True
    if _is_used_as_object(contract, constructor, parameter.name):
        return False
    match parameter.default:
        case ir.Constant(value=str() | int() | float() | bool()):
            return True
        case ir.Display(kind="list" | "tuple", elements=elements) if elements:
            return all(isinstance(element, ir.Constant) for element in elements)
        case ir.Unary(operand=ir.Constant()):
            return True
        case None | ir.Constant(value=None):
            return not says_more(parameter.name) and _is_used_as_number(contract, constructor, parameter.name)
    return False


def says_more(name: str) -> bool:
    """Whether a name says that it stands for an object."""
    words = name.strip("_").lower().split("_")
    last = words[-1]
    singular = last[:-2] if last.endswith("sses") else last.removesuffix("s") if not last.endswith("ss") else last
    return (last in _SAYS_MORE or singular in _SAYS_MORE) and not (len(words) > 1 and words[0] in _COUNTS)


def is_kept_as_given(value: ir.Expr, name: str) -> bool:
    """Whether it is the argument, converted to what it stays, or the default in its place where nothing was given."""
    match value:
        case ir.Name(id=found):
            return found == name
        case ir.Call(function=ir.Name(id=converts), arguments=(ir.Argument(value=ir.Name(id=found), keyword=None, star=""),)):
            return found == name and converts in _CONVERSIONS
        case ir.Logic(operator="or", operands=(ir.Name(id=found), ir.Constant())):
            return found == name
        case ir.Conditional(test=test, body=body, orelse=orelse):
            arms = (body, orelse) if _asks_whether_given(test, name) else ()
            names = [isinstance(arm, ir.Name) and arm.id == name for arm in arms]
            return names.count(True) == 1 and all(is_it or isinstance(arm, ir.Constant) for is_it, arm in zip(names, arms, strict=True))
    return False


def _asks_whether_given(test: ir.Expr, name: str) -> bool:
    match test:
        case ir.Comparison(start=ir.Name(id=found), rest=((("is" | "is not"), ir.Constant(value=None)),)):
            return found == name
    return False


def _is_scalar(annotation: ir.Expr | None) -> bool:
    """Whether an annotation speaks of numbers, texts, and lists of these alone."""
    match annotation:
        case ir.Name(id=name):
            return name in _SCALARS
        case ir.Constant(value=None):
            return True
        case ir.Operation(start=start, rest=rest) if all(operator == "|" for operator, _ in rest):
            return all(_is_scalar(part) for part in (start, *(part for _, part in rest)))
        case ir.Display(elements=elements):
            return bool(elements) and all(_is_scalar(element) for element in elements)
        case ir.Subscript(value=value, indices=indices):
            name = last_name(value) or ""
            return name == "Literal" or (name in _OF_SCALARS and all(_is_scalar(i) or isinstance(i, ir.Opaque) for i in indices))
    return False


def _is_given_an_object(contract: Contract, constructor: Constructor, parameter: ir.Parameter, project: Project) -> bool:
    return parameter in constructor.parameters and passed_kind(contract.info, constructor, parameter, project) is not None


def _uses(contract: Contract, constructor: Constructor, name: str) -> list[tuple[ir.Block, str, frozenset[str]]]:
    """The bodies in which the argument may be used, each with what the object is called there and the attributes that keep it."""
    attributes = frozenset(a for a, value, _ in constructor.stores if is_kept_as_given(value, name))
    return [(constructor.function.body, constructor.own, attributes)] + [
        (method.body, own_name(method), attributes) for _, method in contract.lineage.methods() if method is not constructor.function
    ]


def _is_it(node: object, name: str, own: str, attributes: frozenset[str], *, here: bool) -> bool:
    if isinstance(node, ir.Name):
        return here and node.id == name
    return attribute_of(node, own) in attributes


def _is_used_as_object(contract: Contract, constructor: Constructor, name: str) -> bool:
    """Whether it is called, or asked for an attribute that no number, text, list or dictionary has."""
    for body, own, attributes in _uses(contract, constructor, name):
        here = body is constructor.function.body
        for node in walk(body):
            held = node.function if isinstance(node, ir.Call) else node.value if isinstance(node, ir.Attribute) else None
            if held is None or not _is_it(held, name, own, attributes, here=here):
                continue
            if isinstance(node, ir.Call) or (isinstance(node, ir.Attribute) and node.name not in _METHODS_OF_DATA):
                return True
        if any(_are_objects(node, name, own, attributes, here=here) for node in walk(body)):
            return True
    return False


def _are_objects(node: ir.Node | ir.Clause, name: str, own: str, attributes: frozenset[str], *, here: bool) -> bool:
    """Whether a piece of a body takes elements of the argument for objects: calls them, or asks them for attributes."""
    match node:
        case ir.Call(function=ir.Subscript(value=held)) | ir.Attribute(value=ir.Subscript(value=held), name=_):
            is_asked = isinstance(node, ir.Call) or (isinstance(node, ir.Attribute) and node.name not in _METHODS_OF_DATA)
            return is_asked and _is_it(held, name, own, attributes, here=here)
        case ir.For(target=target, iterable=iterable, body=body):
            pass
        case ir.Comprehension(clauses=(ir.Clause(target=target, iterable=iterable), *_)):
            body = (ir.Expression(node.first, node.last, node.element),)
        case _:
            return False
    if not any(_is_it(part, name, own, attributes, here=here) for part in walk(iterable)):
        return False
    names = names_in(target)
    for part in walk(body):
        used = part.function if isinstance(part, ir.Call) else part.value if isinstance(part, ir.Attribute) else None
        if isinstance(used, ir.Name) and used.id in names:
            if isinstance(part, ir.Call) or (isinstance(part, ir.Attribute) and part.name not in _METHODS_OF_DATA):
                return True
    return False


def _is_changed(contract: Contract, constructor: Constructor, name: str) -> bool:
    """Whether something is put into what is kept, or taken out of it, or an element of it is set."""
    for body, own, attributes in _uses(contract, constructor, name):
        here = body is constructor.function.body
        for node in walk(body):
            match node:
                case ir.Call(function=ir.Attribute(value=held, name=method)) if method in _CHANGING:
                    if _is_it(held, name, own, attributes, here=here):
                        return True
                case ir.AugmentedAssign(target=target) if _is_it(target, name, own, attributes, here=here):
                    return True
                case ir.Delete(targets=targets) if any(_is_it(t, name, own, attributes, here=here) for t in targets):
                    return True
        for target, _ in assignments(body):
            if isinstance(target, ir.Subscript) and _is_it(target.value, name, own, attributes, here=here):
                return True
    return False


def _fills_what_is_stored(contract: Contract, constructor: Constructor, name: str) -> bool:
    """Whether the constructor puts the argument, or something because of it, into what the configuration holds with it already."""
    stored = {name for entry in contract.configuration.entries.values() for name in contract.attributes_read(entry.value)}
    return any(
        isinstance(node, ir.Call) and (held := filled_by(node)) is not None and attribute_of(held, constructor.own) in stored
        for statement in constructor.function.body
        if mentions(name, statement)
        for node in walk(statement)
    )


def _is_used_as_number(contract: Contract, constructor: Constructor, name: str) -> bool:
    """Whether it counts the turns of a loop, or is what Keras's own layers take numbers for."""
    for body, own, attributes in _uses(contract, constructor, name):
        here = body is constructor.function.body
        for node in walk(body):
            if not isinstance(node, ir.Call):
                continue
            called = contract.lineage.qualified(constructor.owner, node.function) or last_name(node.function) or ""
            if called == "range" and any(_is_it(a.value, name, own, attributes, here=here) for a in node.arguments):
                return True
            if last_name(node.function) in _TAKE_SHAPES and any(
                isinstance(a.value, ir.Display) and any(_is_in(e, name, own, attributes, here=here) for e in a.value.elements)
                for a in node.arguments
            ):
                return True
            keras = contract.knowledge.find_class(called)
            if keras is None:
                continue
            places = [parameter.name for parameter in keras.parameters]
            given = [*zip(places, (a.value for a in node.arguments if a.keyword is None and not a.star), strict=False)]
            given += [(a.keyword, a.value) for a in node.arguments if a.keyword is not None]
            if any(key in _NUMBERS and _is_in(value, name, own, attributes, here=here) for key, value in given):
                return True
    return False


def _is_in(node: ir.Expr, name: str, own: str, attributes: frozenset[str], *, here: bool) -> bool:
    """Whether it is the argument, or what arithmetic makes of it."""
    if isinstance(node, ir.Operation):
        return any(_is_in(part, name, own, attributes, here=here) for part in (node.start, *(part for _, part in node.rest)))
    return _is_it(node, name, own, attributes, here=here)
