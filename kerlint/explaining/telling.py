"""Turns a value of the analysis into a sentence: what kerlint takes it to be, and where it does not know, why."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kerlint.execution.values import (
    UNFOLLOWED,
    Choice,
    ClassValue,
    Collection,
    Derived,
    FunctionValue,
    Instance,
    Literal,
    Mapping,
    ModuleValue,
    Parameter,
    Reference,
    SuperValue,
    Text,
    Value,
)
from kerlint.knowledge import KerasClass
from kerlint.module import Module
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo, UnknownBase
from kerlint.semantics.names import is_keras

if TYPE_CHECKING:
    from collections.abc import Callable

_DEEPEST = 5
_UNKNOWN = "not known: "


def place_of(module: Module, node: ir.Node) -> str:
    """Where a node stands, in the words of the findings."""
    cell, span = module.source.locate(module.span(node))
    path = module.source.path
    relative = os.path.relpath(path) if os.path.isabs(path) else path
    path = path if relative.startswith(os.pardir) else relative
    return f"{path}:{'' if cell is None else f'cell {cell}:'}{span.line}"


def told(value: Value, module: Module, depth: int = 0) -> str:
    """The sentence, without a full stop; `module` says which Keras counts."""
    if depth > _DEEPEST:
        return "something else"
    tell: Callable[..., str] = _TELLERS.get(type(value), _something)
    return tell(value, module, depth)


def _something(value: Value, module: Module, depth: int) -> str:
    return f"a {type(value).__name__.lower()}"


def _instance(value: Instance, module: Module, depth: int) -> str:
    if value.info is not None:
        if value.is_symbolic:
            return f"an object of {_class_told(value.info)}"
        return f"an object of {_class_told(value.info)}, made in {place_of(value.module, value.node)}"
    known = value.module.knowledge.find_class(value.class_name)
    made = f"made in {place_of(value.module, value.node)}"
    if known is None:
        return f"an object of {value.class_name}, {made}"
    return f"a {value.class_name.rpartition('.')[2]} ({value.class_name}{_state(known)}), {made}"


def _state(known: KerasClass) -> str:
    traits = []
    if known.updates_state_in_training:
        traits.append("keeps statistics of what it is called on")
    if known.input_last_axis_bound:
        traits.append("fits one size of the last axis")
    if known.adapts:
        traits.append("learns by adapt()")
    return f"; {', '.join(traits)}" if traits else ""


def _class_told(info: ClassInfo) -> str:
    return f"the class {info.name} ({place_of(info.module, info.facts)}), {class_standing(info)}"


def class_standing(info: ClassInfo) -> str:
    """What a class of the project is to Keras, and what keeps kerlint from knowing."""
    base, unknown = info.keras_base, [b.name for b in info.order if isinstance(b, UnknownBase)]
    hidden = f"; of its base{'s' if len(unknown) > 1 else ''} {', '.join(unknown)} kerlint finds no source" if unknown else ""
    if base is not None:
        return f"a {base.kind} of Keras through {base.name}{hidden}"
    return f"no class of Keras as far as kerlint sees{hidden}"


def _class(value: ClassValue, module: Module, depth: int) -> str:
    return _class_told(value.info)


def _function(value: FunctionValue, module: Module, depth: int) -> str:
    kind = "the lambda" if value.facts.name in ("", "<lambda>") else f"the function {value.facts.name}"
    if value.owner is not None:
        kind = f"the method {value.owner.name}.{value.facts.name}"
    return f"{kind} ({place_of(value.module, value.facts)}), which kerlint follows"


def _module(value: ModuleValue, module: Module, depth: int) -> str:
    return f"the module {value.module.source.path}"


def _reference(value: Reference, module: Module, depth: int) -> str:
    name = value.name
    if name.startswith("builtins."):
        return f"Python's own {name.removeprefix('builtins.')}"
    if is_keras(name):
        if (known := module.knowledge.find_class(name)) is not None:
            return f"the {known.kind if known.kind != 'other' else 'class'} class {known.name} of Keras{_state(known)}"
        if module.knowledge.find_function(name) is not None:
            return f"the function {name} of Keras"
        if module.knowledge.exported(name):
            return f"the module {name} of Keras"
        return f"{name}, of which kerlint has no record for Keras {module.target}"
    if (extended := module.knowledge.find_class(name)) is not None:
        return f"the {extended.kind} class {name}, an extension of Keras that kerlint knows"
    if name.partition(".")[0] == "tensorflow":
        return f"{name} of TensorFlow"
    return f"{name}, which is outside the project: kerlint finds no source of it and knows nothing of it"


def _parameter(value: Parameter, module: Module, depth: int) -> str:
    function = value.function.name or "the lambda"
    return f"the parameter {value.name} of {function} ({place_of(value.module, value.function)}): anything may be given"


def _literal(value: Literal, module: Module, depth: int) -> str:
    return f"the constant {value.value!r}"


def _text(value: Text, module: Module, depth: int) -> str:
    kind = "the path" if value.is_path else "the text"
    if value.known is not None:
        return f"{kind} {_shown(value.known)}"
    parts = "".join(part if isinstance(part, str) else "{…}" for part in value.parts)
    return f"{kind} {_shown(parts)}, of which {{…}} is not known"


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")


def _collection(value: Collection, module: Module, depth: int) -> str:
    kinds = [short(element, module) for element in value.values()[:4]]
    more = len(value.elements) - len(kinds)
    rest = [f"{more} more"] if more else []
    held = ", ".join([*kinds, *rest]) or "nothing that is known"
    return f"a {value.kind} that holds {held}{' and perhaps more' if value.is_open else ''}"


def _mapping(value: Mapping, module: Module, depth: int) -> str:
    keys = ", ".join(repr(key) for key in value.keys()[:6]) or "no key that is known"
    return f"a dict with {keys}{' and perhaps more' if value.is_open or len(value.slots) > 6 else ''}"


def _choice(value: Choice, module: Module, depth: int) -> str:
    sentences = list(dict.fromkeys(told(inner, module, depth + 1) for _, inner in value.alternatives))
    if len(sentences) == 1:
        return sentences[0]
    more = [f"{len(sentences) - 3} more"] if len(sentences) > 3 else []
    return "one of these: " + "; or ".join([*sentences[:3], *more])


def _super(value: SuperValue, module: Module, depth: int) -> str:
    outside = value.instance.info.next_outside(value.after) if value.instance.info is not None else None
    return f"super() in {value.after.name}" + (f", which leads to {outside.name}" if outside is not None else "")


def _derived(value: Derived, module: Module, depth: int) -> str:
    first = value.operands[0] if value.operands else None
    channels = f", with {value.channels} channel{'' if value.channels == 1 else 's'}" if value.channels else ""
    if value.operator in ("call", UNFOLLOWED) and first is not None:
        if isinstance(first, Instance):
            return f"what {short(first, module)} gives{channels}"
        return _outcome(first, module, depth)
    if value.operator.startswith("attribute:") and first is not None:
        return _attribute(value.operator.removeprefix("attribute:"), first, module, depth)
    if value.operator.startswith("name:"):
        return f"not known: nothing that kerlint sees defines {value.operator.removeprefix('name:')} here"
    if value.operator.partition(":")[0] in ("index", "item") and first is not None:
        return f"an item that kerlint cannot tell, of {told(first, module, depth + 1)}"
    if value.operator == "unknown" or first is None:
        return "not known: kerlint does not follow what it is made of"
    operands = ", ".join(short(operand, module) for operand in value.operands)
    return f"made by {value.operator.partition(':')[0]} of {operands}{channels}"


def _outcome(called: Value, module: Module, depth: int) -> str:
    """What a call gives that is not followed."""
    what = told(called, module, depth + 1)
    if what.startswith(("the method ", "the function ", "Python's own ")):
        return f"what {what} gives"
    if isinstance(called, Reference) and called.name.startswith("tensorflow."):
        return f"what {what} gives"
    if what.startswith(_UNKNOWN):
        return f"{_UNKNOWN}a call gives it, and what is called is {what}"
    return f"{_UNKNOWN}kerlint does not follow the call that gives it, of {what}"


def _attribute(name: str, owner: Value, module: Module, depth: int) -> str:
    if isinstance(owner, Instance):
        method = _keras_method(name, owner)
        if method is not None:
            return f"the method {method} of {short(owner, module)}"
        if owner.info is None:
            return f"the attribute {name} of {short(owner, module)}, of which kerlint does not know what it is"
        bases = [b.name for b in owner.info.order if not isinstance(b, ClassInfo)]
        elsewhere = f"; {', '.join(bases)} may, where kerlint does not look" if bases else ""
        return f"{_UNKNOWN}nothing that kerlint follows sets {name} on an object of {owner.info.name}{elsewhere}"
    if isinstance(owner, SuperValue):
        return f"the method {name} of {told(owner, module, depth + 1)}"
    if isinstance(owner, (Text, Literal, Collection, Mapping)):
        return f"the {name} of {short(owner, module)}"
    what = told(owner, module, depth + 1)
    return f"{_UNKNOWN}it is the {name} of something that is {what}"


def _keras_method(name: str, owner: Instance) -> str | None:
    """The name of a method that an object has of Keras."""
    knowledge = owner.module.knowledge
    base = owner.info.keras_base if owner.info is not None else knowledge.find_class(owner.class_name)
    names = (base.name, *base.bases) if base is not None else ()
    return next((f"{one}.{name}" for one in names if knowledge.find_function(f"{one}.{name}") is not None), None)


def short(value: Value, module: Module) -> str:
    """A few words for a value that stands in the sentence of another one."""
    match value:
        case Instance():
            article = "an" if value.class_name.rpartition(".")[2][:1] in "AEIOU" else "a"
            return f"{article} {value.class_name.rpartition('.')[2]}"
        case Literal():
            return repr(value.value)
        case Text():
            return _shown(value.known) if value.known is not None else "a text"
        case Parameter():
            return f"the parameter {value.name}"
        case Reference():
            return value.name.removeprefix("builtins.")
        case ClassValue():
            return f"the class {value.info.name}"
        case FunctionValue():
            return f"the function {value.facts.name}"
        case Collection():
            return f"a {value.kind}"
        case Mapping():
            return "a dict"
        case Derived(operator="call", operands=(Instance() as layer, *_)):
            return f"what {short(layer, module)} gives"
    return "something"


_TELLERS: dict[type, Callable[..., str]] = {
    Instance: _instance,
    ClassValue: _class,
    FunctionValue: _function,
    ModuleValue: _module,
    Reference: _reference,
    Parameter: _parameter,
    Literal: _literal,
    Text: _text,
    Collection: _collection,
    Mapping: _mapping,
    Choice: _choice,
    SuperValue: _super,
    Derived: _derived,
}
