"""Tells which constructor arguments are more than plain data: layers, functions, arrays, enums, classes.

Asks annotations, defaults and what the methods do with the argument. Keras stores plain data by itself and nothing else;
what a plain value can be given for (a name that `activations.get` understands) counts as plain.
"""

from __future__ import annotations

from kerlint.knowledge import Knowledge
from kerlint.project import Module, Project
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.walking import attribute_of, dotted, keyword, names_in, own_name, positional, walk
from kerlint.serialization.constructor import Constructor
from kerlint.serialization.lineage import Ancestor, Lineage, kind_of
from kerlint.serialization.names import find_class, find_function, find_instance_kind, qualified
from kerlint.serialization.usage import construction_sites
from kerlint.version import KerasVersion

RECORDS_DEFAULTS = KerasVersion(3, 12)
"""From here on the automatic configuration holds the defaults as well (measured)."""

ARRAY_MAKERS = frozenset(
    (
        "numpy.array", "numpy.asarray", "numpy.zeros", "numpy.ones", "numpy.arange", "numpy.linspace", "numpy.eye", "numpy.full",
        "tensorflow.constant", "tensorflow.convert_to_tensor", "tensorflow.Variable", "tensorflow.zeros", "tensorflow.ones",
        "tensorflow.range", "tensorflow.cast", "keras.ops.array", "keras.ops.convert_to_tensor", "keras.ops.zeros",
        "keras.ops.ones", "keras.ops.arange", "keras.Variable", "keras.backend.constant",
    )
)  # fmt: skip

_LIVE_TYPES = {
    "typing.Callable": "function", "collections.abc.Callable": "function", "types.FunctionType": "function",
    "numpy.ndarray": "array", "numpy.array": "array", "numpy.typing.NDArray": "array",
    "tensorflow.Tensor": "tensor", "tensorflow.Variable": "tensor", "tensorflow.SparseTensor": "tensor",
    "tensorflow.sparse.SparseTensor": "tensor", "keras.KerasTensor": "tensor", "keras.Variable": "tensor",
    "typing.Type": "class", "type": "class", "pathlib.Path": "path",
}  # fmt: skip
_PLAIN_TYPES = frozenset(
    ("str", "int", "float", "bool", "dict", "Dict", "typing.Dict", "typing.Mapping", "typing.Any", "Any", "object")
)
_CONTAINERS = frozenset(("list", "List", "Sequence", "Iterable", "tuple", "Tuple", "Optional", "Union", "Annotated"))
_KINDS = {
    "layer": "layer", "model": "model", "sequential": "model", "loss": "loss", "metric": "metric", "initializer": "initializer",
    "regularizer": "regularizer", "constraint": "constraint", "optimizer": "optimizer", "schedule": "schedule",
}  # fmt: skip


def live_kind(constructor: Constructor, parameter: ir.Parameter) -> str | None:
    """What the argument is when it is no plain data, in a word; None where it may be plain."""
    if parameter.name in constructor.rebound:
        return None
    if is_rebuilt(constructor, parameter.name):
        return None
    annotated = kind_of_annotation(constructor.lineage, constructor.owner, parameter.annotation)
    if annotated == "plain":
        return None
    if annotated is not None:
        return annotated
    default = parameter.default
    if isinstance(default, ir.Constant) and default.value is not None:
        return None
    if isinstance(default, (ir.Display, ir.DictDisplay, ir.FormattedString, ir.Unary, ir.Operation)):
        return None
    if default is not None and not isinstance(default, ir.Constant):
        info = constructor.owner.info
        return kind_of_value(info.module, constructor.lineage.knowledge, default) if info is not None else None
    return kind_by_use(constructor, parameter.name)


def recorded_kind(constructor: Constructor, parameter: ir.Parameter) -> str | None:
    """The same for what Keras records of a construction by itself: a default that is used counts from Keras 3.12 on only."""
    kind = live_kind(constructor, parameter)
    is_default = parameter.default is not None and not isinstance(parameter.default, ir.Constant)
    if kind is None or not is_default or constructor.lineage.knowledge.version >= RECORDS_DEFAULTS:
        return kind
    return kind_of_annotation(constructor.lineage, constructor.owner, parameter.annotation)


def is_rebuilt(constructor: Constructor, name: str) -> bool:
    """Whether the constructor turns what a file holds back into an object, or takes it apart by its type."""
    return name in constructor.answer(_rebuilt)


def _rebuilt(constructor: Constructor) -> frozenset[str]:
    """The names of which that is true."""
    found: set[str] = set()
    for node in walk(constructor.function.body):
        if isinstance(node, ir.Call) and node.arguments and _rebuilds(constructor, node):
            found |= names_in(*(a.value for a in node.arguments))
    return frozenset(found)


def _rebuilds(constructor: Constructor, call: ir.Call) -> bool:
    last = (dotted(call.function) or "").rpartition(".")[2]
    if last == "isinstance":
        return not _asks_for_a_layer(constructor, call)
    if last in ("get", "from_config", "get_activation", "clone_initializer") or "deserialize" in last:
        return True
    return last.startswith(("get_", "make_", "build_", "create_", "parse_", "resolve_", "to_"))


def _asks_for_a_layer(constructor: Constructor, call: ir.Call) -> bool:
    """`isinstance(x, keras.Model)`: only the object itself passes, and never what it was written as."""
    lineage, owner = constructor.lineage, constructor.owner
    asked = positional(call)[1:]
    types = [part for value in asked for part in (value.elements if isinstance(value, ir.Display) else (value,))]
    kinds = [kind_of_annotation(lineage, owner, one) for one in types if not isinstance(one, ir.Constant)]
    return bool(kinds) and all(kind in ("layer", "model") for kind in kinds)


def kind_of_annotation(lineage: Lineage, owner: Ancestor, annotation: ir.Expr | None) -> str | None:
    """What an annotation says: a kind of live object, "plain", or nothing."""
    match annotation:
        case None:
            return None
        case ir.Constant(value=None):
            return None
        case ir.Constant(value=str(text)):
            return "plain" if text in _PLAIN_TYPES else None
        case ir.Operation(start=start, rest=rest) if all(operator == "|" for operator, _ in rest):
            return _of_several(lineage, owner, [start, *(part for _, part in rest)])
        case ir.Subscript(value=value, indices=indices):
            name = (dotted(value) or "").rpartition(".")[2]
            full_name = lineage.qualified(owner, value) or ""
            if full_name in _LIVE_TYPES or name in ("Callable", "Type"):
                return _LIVE_TYPES.get(full_name, "function" if name == "Callable" else "class")
            if name in _CONTAINERS:
                return _of_several(lineage, owner, list(indices))
            return "plain" if name in _PLAIN_TYPES or name in ("dict", "Dict", "Literal") else None
        case ir.Display(elements=elements):
            return _of_several(lineage, owner, list(elements))
        case _:
            return _of_name(lineage, owner, annotation)


def _of_several(lineage: Lineage, owner: Ancestor, parts: list[ir.Expr]) -> str | None:
    kinds = [
        kind_of_annotation(lineage, owner, part)
        for part in parts
        if not ((isinstance(part, ir.Constant) and part.value is None) or isinstance(part, ir.Opaque))
    ]
    if not kinds or any(kind in (None, "plain") for kind in kinds):
        return "plain" if "plain" in kinds else None
    return kinds[0]


def _of_name(lineage: Lineage, owner: Ancestor, annotation: ir.Expr) -> str | None:
    text = dotted(annotation)
    if text in _PLAIN_TYPES:
        return "plain"
    full_name = lineage.qualified(owner, annotation) or text or ""
    if full_name in _LIVE_TYPES:
        return _LIVE_TYPES[full_name]
    info = find_class(owner.info.module, annotation) if owner.info is not None else None
    if isinstance(info, ClassInfo):
        return kind_of_class(info)
    keras = lineage.knowledge.find_class(full_name)
    return _KINDS.get(kind_of(keras)) if keras is not None else None


def kind_of_class(info: ClassInfo) -> str | None:
    """What an instance of a class of the project is."""
    names = {getattr(base, "name", "").removeprefix("builtins.") for base in info.order[1:]}
    if names & {"Enum", "IntEnum", "StrEnum", "Flag", "enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag"}:
        return None if names & {"IntEnum", "StrEnum", "enum.IntEnum", "enum.StrEnum", "str", "int", "float"} else "enum"
    if any(name in ("dataclass", "dataclasses.dataclass") for name in info.decorators):
        return "dataclass"
    base = info.keras_base
    return _KINDS.get(kind_of(base)) if base is not None else None


def kind_of_value(module: Module, knowledge: Knowledge, value: ir.Expr) -> str | None:
    """What an expression makes or names: a live object in a word, or None."""
    if isinstance(value, ir.Lambda):
        return "function"
    if isinstance(value, ir.Call):
        called = qualified(module, value.function) or ""
        if called in ARRAY_MAKERS:
            return "array"
        if dotted(value.function) in ("set", "frozenset"):
            return "set"
        info = find_class(module, value.function)
        if isinstance(info, ClassInfo):
            return kind_of_class(info)
        keras = knowledge.find_class(called)
        return _KINDS.get(kind_of(keras)) if keras is not None else None
    if isinstance(value, ir.Display):
        if value.kind == "set":
            return "set"
        kinds = [kind_of_value(module, knowledge, element) for element in value.elements]
        return next((f"list holding a {kind}" for kind in kinds if kind is not None), None)
    if isinstance(value, ir.DictDisplay):
        kinds = [kind_of_value(module, knowledge, element) for _, element in value.items]
        return next((f"dict holding a {kind}" for kind in kinds if kind in ("layer", "model")), None)
    if isinstance(value, (ir.Name, ir.Attribute)):
        if find_function(module, value) is not None:
            return "function"
        if find_class(module, value) is not None:
            return "class"
        if isinstance(value, ir.Attribute):
            holder = find_class(module, value.value)
            if isinstance(holder, ClassInfo):
                return "enum" if kind_of_class(holder) == "enum" else None
        kind = find_instance_kind(module, value)
        return _KINDS.get(kind) if kind is not None else _kind_of_reference(knowledge, qualified(module, value) or "")
    return None


def _kind_of_reference(knowledge: Knowledge, name: str) -> str | None:
    if name.startswith(("keras.activations.", "tensorflow.nn.", "tensorflow.math.", "keras.ops.")):
        return "function"
    if knowledge.find_function(name) is not None:
        return "function"
    if knowledge.find_class(name) is not None:
        return "class"
    return None


def kind_by_use(constructor: Constructor, name: str) -> str | None:
    """What the methods take an argument for that nothing else tells of: they call it, or they build it as a layer."""
    if constructor.owner.facts is None:
        return None
    attributes = constructor.attributes_of_parameters.get(name, set())
    if name in constructor.answer(_called_names):
        called: str | None = "class or function"
    else:
        known = constructor.answer(_kinds_by_use)
        kinds = sorted(known[attribute] for attribute in attributes if attribute in known)
        called = kinds[0][1] if kinds else None
    if called in ("class or function", "layer or function") and _is_asked_for_its_graph(constructor, name, attributes):
        return "model"
    return called


def _is_asked_for_its_graph(constructor: Constructor, name: str, attributes: set[str]) -> bool:
    """Whether a method reads `inputs` or `outputs` of it, which of all that can be called a model has."""
    methods = constructor.owner.facts.methods.values() if constructor.owner.facts is not None else ()
    return any(
        isinstance(node, ir.Attribute)
        and node.name in ("inputs", "outputs")
        and (attribute_of(node.value, own_name(method)) in attributes or _is_argument(node.value, name, method, constructor))
        for method in methods
        for node in walk(method.body)
    )


def _is_argument(value: ir.Expr, name: str, method: ir.FunctionFacts, constructor: Constructor) -> bool:
    return method is constructor.function and isinstance(value, ir.Name) and value.id == name


def _kinds_by_use(constructor: Constructor) -> dict[str, tuple[int, str]]:
    """What the methods take each attribute for where they first show it, with how early that is."""
    found: dict[str, tuple[int, str]] = {}
    methods = constructor.owner.facts.methods.values() if constructor.owner.facts is not None else ()
    nodes = ((own_name(method), node) for method in methods for node in walk(method.body))
    for position, (own, node) in enumerate(nodes):
        shown = _kind_by_node(node, own)
        if shown is not None:
            found.setdefault(shown[0], (position, shown[1]))
    return found


def _kind_by_node(node: ir.Node, own: str) -> tuple[str, str] | None:
    """The attribute that a piece of a method uses, and what it takes it for."""
    attribute, kind = None, ""
    if isinstance(node, ir.Call) and isinstance(node.function, ir.Attribute):
        attribute, kind = attribute_of(node.function, own), "layer or function"
        if attribute is None and node.function.name in ("build", "call", "compute_output_shape"):
            attribute, kind = attribute_of(node.function.value, own), "layer"
    elif isinstance(node, ir.For) and isinstance(node.target, ir.Name) and _is_called_in(node.body, node.target.id):
        attribute, kind = attribute_of(node.iterable, own), "list of layers or functions"
    return (attribute, kind) if attribute is not None else None


def _called_names(constructor: Constructor) -> frozenset[str]:
    """The names that a constructor calls."""
    calls = (node for node in walk(constructor.function.body) if isinstance(node, ir.Call))
    return frozenset(node.function.id for node in calls if isinstance(node.function, ir.Name))


def _is_called_in(block: ir.Block, name: str) -> bool:
    return any(
        isinstance(node, ir.Call) and isinstance(node.function, ir.Name) and node.function.id == name for node in walk(block)
    )


def is_input_tensor(lineage: Lineage, constructor: Constructor, name: str) -> bool:
    """Whether the argument is the tensor on which a functional model is built: `keras.Input(tensor=argument)`."""
    owner = constructor.owner
    for node in walk(constructor.function.body):
        if not isinstance(node, ir.Call):
            continue
        if _takes_as_tensor(lineage, owner, node, name):
            return True
        helper = lineage.function(owner, node.function)
        if helper is not None:
            given = {a.keyword or p.name: a.value for a, p in zip(node.arguments, helper.parameters, strict=False)}
            inner = [key for key, value in given.items() if isinstance(value, ir.Name) and value.id == name]
            if any(
                isinstance(call, ir.Call) and _is_tensor_keyword(call, key) for key in inner for call in walk(helper.body)
            ):
                return True
    return False


def _takes_as_tensor(lineage: Lineage, owner: Ancestor, call: ir.Call, name: str) -> bool:
    return _is_tensor_keyword(call, name) and lineage.qualified(owner, call.function) in ("keras.Input", "keras.layers.Input")


def _is_tensor_keyword(call: ir.Call, name: str) -> bool:
    value = keyword(call, "tensor")
    return isinstance(value, ir.Name) and value.id == name


def passed_kind(info: ClassInfo, constructor: Constructor, parameter: ir.Parameter, project: Project) -> str | None:
    """What the project really gives for the argument, when some call gives no plain data."""
    if is_rebuilt(constructor, parameter.name) or parameter.name in constructor.rebound:
        return None
    index = constructor.parameters.index(parameter)
    for site in construction_sites(info, project):
        if site.owner is not None and site.owner.kind in ("layer", "model"):
            continue
        given = positional(site.call)
        value = keyword(site.call, parameter.name) or (given[index] if index < len(given) else None)
        if value is not None and (kind := kind_of_value(site.module, constructor.lineage.knowledge, value)) is not None:
            return kind
    return None

