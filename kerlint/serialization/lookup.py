"""Tells whether what comes back from a file is made an object again by the Keras layer that the argument is handed to.

`Dense(kernel_regularizer=x)` takes the dictionary that a regularizer was written as just like the regularizer (measured on
2.15 and 3.x); on Keras 3 `Activation(x)` takes any, Keras 2 none but those of its own functions. Asks only where the argument
goes; knows nothing of configurations.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import positional, walk
from kerlint.serialization.argument_use import Use, uses_of
from kerlint.serialization.constructor import Constructor

_FOR_LAYERS = frozenset(("initializer", "regularizer", "constraint"))
"""What has no other use than to be handed to a layer, which looks it up."""

_LOOKED_UP = ("initializer", "regularizer", "constraint", "activation")
"""The ends of the names of the parameters that Keras's layers look up."""


def is_looked_up(constructor: Constructor, name: str, kind: str) -> bool:
    """Whether an argument of that kind is only handed to what understands its stored form as well."""
    uses = list(_uses(constructor, name))
    if any(_takes_apart(node, use) for use in uses for node in walk(use.body)):
        return False
    if kind in _FOR_LAYERS:
        return True
    is_for_activation = kind == "function" or (kind == "layer" and constructor.lineage.knowledge.version.major > 2)
    return is_for_activation and any(_hands_to_keras(constructor, node, use) for use in uses for node in walk(use.body))


def _uses(constructor: Constructor, name: str) -> Iterator[Use]:
    """The bodies in which the argument is used: the constructor's and those of all methods but `get_config`."""
    return uses_of(
        constructor, name, lambda value: isinstance(value, ir.Name) and value.id == name,
        in_methods=lambda method: method.name not in ("__init__", "get_config"),
    )  # fmt: skip


def _takes_apart(node: ir.Node, use: Use) -> bool:
    """Whether it is called or asked for an attribute, which a dictionary does not stand."""
    if isinstance(node, ir.Call):
        return use.is_it(node.function)
    return isinstance(node, ir.Attribute) and use.is_it(node.value)


def _hands_to_keras(constructor: Constructor, node: ir.Node, use: Use) -> bool:
    if not isinstance(node, ir.Call):
        return False
    lineage = constructor.lineage
    keras = lineage.knowledge.find_class(lineage.qualified(use.owner, node.function) or "")
    if keras is None:
        return False
    names = [parameter.name for parameter in keras.parameters if parameter.kind in ("positional", "positional_only")]
    given = [*zip(names, positional(node), strict=False), *((a.keyword, a.value) for a in node.arguments)]
    return any(name is not None and name.endswith(_LOOKED_UP) and use.is_it(value) for name, value in given)
