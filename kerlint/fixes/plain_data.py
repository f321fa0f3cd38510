"""Tells whether a constructor's argument is data that a file brings back as it is, or more than that.

Asks more than the rules do: they are silent where they know of nothing wrong, and here something must be known to be right.
"""

from __future__ import annotations

from kerlint.fixes.argument_uses import is_changed, is_used_as_number, is_used_as_object, uses_in_class
from kerlint.project import Project
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import attribute_of, last_name, mentions, walk
from kerlint.serialization.additions import filled_by
from kerlint.serialization.constructor import Constructor
from kerlint.serialization.contract import Contract
from kerlint.serialization.kept import kind_of_argument
from kerlint.serialization.liveness import is_rebuilt, passed_kind
from kerlint.serialization.lookup import is_looked_up

_LOOKED_UP = {"initializer": "initializer", "regularizer": "regularizer", "constraint": "constraint", "activation": "function"}
"""The ends of names of what Keras's layers look up, and what such an argument may be."""

_SAYS_MORE = frozenset(
    """
    activation anchor array backbone block callback cell cls config data dataset decoder dict discriminator distribution embedder
    encoder fn func function generator layer list loss mask matrix metric model module net network optimizer policy projection
    schedule table tensor tokenizer transform values vocab vocabulary weight wrapper
    """.split()
)
"""The last words of names under which things are given that no file brings back by itself."""
_COUNTS = frozenset("num n number nb count use is has with return add apply".split())

_SCALARS = frozenset(("str", "int", "float", "bool"))
_OF_SCALARS = frozenset("list List tuple Tuple Sequence Iterable Optional Union Annotated".split())


def comes_back(contract: Contract, constructor: Constructor, parameter: ir.Parameter, project: Project) -> bool:
    """Whether an argument that is stored as it was given is taken as it comes back: plain data, or what Keras looks up again."""
    name, uses = parameter.name, list(uses_in_class(constructor, parameter.name))
    if is_changed(uses) or _fills_what_is_stored(contract, constructor, name):
        return False
    kind = kind_of_argument(constructor, parameter)
    ending = name.rpartition("_")[2]
    if ending in _LOOKED_UP and not _is_scalar(parameter.annotation):
        return kind in (None, _LOOKED_UP[ending]) and is_looked_up(constructor, name, kind or _LOOKED_UP[ending])
    if kind is not None or is_rebuilt(constructor, name):
        return False
    if parameter in constructor.parameters and passed_kind(contract.info, constructor, parameter, project) is not None:
        return False
    return is_surely_plain(contract, constructor, parameter) or not (says_more(name) or is_used_as_object(uses))


def is_surely_plain(contract: Contract, constructor: Constructor, parameter: ir.Parameter) -> bool:
    """Whether something says that it is numbers or texts: its annotation, its default, or what Keras's layers take it for."""
    if _is_scalar(parameter.annotation):
        return True
    uses = list(uses_in_class(constructor, parameter.name))
    if is_used_as_object(uses):
        return False
    match parameter.default:
        case ir.Constant(value=str() | int() | float() | bool()) | ir.Unary(operand=ir.Constant()):
            return True
        case ir.Display(kind="list" | "tuple", elements=elements) if elements:
            return all(isinstance(element, ir.Constant) for element in elements)
        case None | ir.Constant(value=None):
            return not says_more(parameter.name) and is_used_as_number(contract, constructor, uses)
    return False


def says_more(name: str) -> bool:
    """Whether a name says that it stands for an object, or for more than a file brings back."""
    words = name.strip("_").lower().split("_")
    last = words[-1]
    one = last.removesuffix("es") if last.endswith("sses") else last.removesuffix("s")
    return bool({last, one} & _SAYS_MORE) and not (len(words) > 1 and words[0] in _COUNTS)


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


def _fills_what_is_stored(contract: Contract, constructor: Constructor, name: str) -> bool:
    """Whether the constructor puts it, or something because of it, into what the configuration holds with it already."""
    stored = {name for entry in contract.configuration.entries.values() for name in contract.attributes_read(entry.value)}
    return any(
        isinstance(node, ir.Call) and (held := filled_by(node)) is not None and attribute_of(held, constructor.own) in stored
        for statement in constructor.function.body
        if mentions(name, statement)
        for node in walk(statement)
    )
