"""Reads what `from_config` puts into the stored configuration before it hands it on.

Turns the body of a method into keys, and whether each is only rewritten where it is there already: under a test that asks for it.
Knows nothing of constructors and of reports.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import assignments, mentions, positional, text_of


def keys_set(block: ir.Block, config: str, there: frozenset[str] = frozenset()) -> Iterator[tuple[str, bool]]:
    """Every key that the statements set, and whether that is only where it is there already."""
    for statement in block:
        match statement:
            case ir.If(arms=arms, orelse=orelse):
                for test, body in arms:
                    yield from keys_set(body, config, there | _keys_there(test, config))
                yield from keys_set(orelse, config, there)
            case ir.For() | ir.While() | ir.Try() | ir.With() | ir.Match():
                for inner in ir.blocks_of(statement):
                    yield from keys_set(inner, config, there)
            case ir.Assign():
                for target, _ in assignments((statement,)):
                    if isinstance(target, ir.Subscript) and len(target.indices) == 1:
                        key = text_of(target.indices[0])
                        if key is not None:
                            yield key, key in there and is_name(target.value, config)
            case ir.Expression(value=ir.Call() as call):
                yield from ((key, key in there) for key in keys_given(call, config) or ())


def keys_given(call: ir.Call, config: str) -> set[str] | None:
    """The keys that `config.update({…}, key=…)` or `config.setdefault("key", …)` sets; None where they are not written out."""
    match call.function:
        case ir.Attribute(value=held, name="update") if is_name(held, config):
            return _updated(call)
        case ir.Attribute(value=held, name="setdefault") if is_name(held, config) and positional(call):
            key = text_of(positional(call)[0])
            return {key} if key is not None else None
    return None


def _updated(call: ir.Call) -> set[str] | None:
    keys: set[str] = set()
    for argument in call.arguments:
        if argument.keyword is not None:
            keys.add(argument.keyword)
        elif not argument.star and isinstance(argument.value, ir.DictDisplay):
            named = [text_of(key) for key, _ in argument.value.items]
            if None in named:
                return None
            keys |= {key for key in named if key is not None}
        else:
            return None
    return keys


def is_another(target: ir.Expr, config: str) -> bool:
    """Whether an assignment to the target leaves the name of the configuration what it is: another name, or one of its keys."""
    if isinstance(target, ir.Subscript) and is_name(target.value, config):
        return not mentions(config, target.indices)
    if isinstance(target, ir.Display):
        return all(is_another(element, config) for element in target.elements)
    return not mentions(config, target)


def _keys_there(test: ir.Expr, config: str) -> frozenset[str]:
    """The keys that are surely in the configuration where a test holds."""
    match test:
        case ir.Logic(operator="and", operands=operands):
            return frozenset(key for operand in operands for key in _keys_there(operand, config))
        case ir.Comparison(start=start, rest=(("in", held),)) if is_name(held, config) and (key := text_of(start)):
            return frozenset((key,))
        case ir.Comparison(start=start, rest=(("is not", ir.Constant(value=None)),)):
            return _keys_there(start, config)
        case ir.Call(function=ir.Name(id="isinstance"), arguments=(argument, _)):
            return _keys_there(argument.value, config)
        case ir.Call(function=ir.Attribute(value=held, name="get"), arguments=(argument,)) if is_name(held, config):
            return frozenset(filter(None, (text_of(argument.value),)))
        case ir.Subscript(value=held, indices=(index,)) if is_name(held, config):
            return frozenset(filter(None, (text_of(index),)))
    return frozenset()


def is_name(node: object, name: str) -> bool:
    """Whether it is just that name."""
    return isinstance(node, ir.Name) and node.id == name
