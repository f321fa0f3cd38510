"""Finds a method that is meant to be `get_config` under a name that Keras never calls.

Knows nothing of reports.
"""

from __future__ import annotations

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import text_of, walk
from kerlint.serialization.contract import Contract
from kerlint.serialization.liveness import recorded_kind

_MEANT = frozenset(
    ("getconfig", "toconfig", "getconfigs", "getconfiguration", "getconf", "getcofig", "getcongig", "getconifg", "getconfg")
)
"""How `get_config` is misspelt, without underscores and capitals."""


def misnamed_get_config(contract: Contract) -> ir.FunctionFacts | None:
    """The method of a class without `get_config` that hands its constructor's arguments back under another name."""
    if contract.get_config is not None or contract.constructor is None or not contract.lineage.is_known:
        return None
    if contract.keeps_arguments and not any(recorded_kind(contract.constructor, p) for p in contract.constructor.parameters):
        return None  # Keras stores plain arguments by itself, and nothing is lost
    for name, method in contract.info.facts.methods.items():
        if name.replace("_", "").lower() in _MEANT and name != "get_config" and not method.decorators:
            is_unused = len(method.parameters) == 1 and not _is_called(contract, name)
            if is_unused and _holds_arguments(contract, method):
                return method
    return None


def _holds_arguments(contract: Contract, method: ir.FunctionFacts) -> bool:
    """Whether the method mentions a constructor's argument as a key."""
    names = contract.constructor.names if contract.constructor is not None else set()
    keys = {text_of(node) for node in walk(method.body)} | {
        argument.keyword for node in walk(method.body) if isinstance(node, ir.Call) for argument in node.arguments
    }
    return bool(names & {key for key in keys if key})


def _is_called(contract: Contract, name: str) -> bool:
    """Whether the module itself uses the method by its name."""
    return any(
        isinstance(node, ir.Attribute) and node.name == name and not _is_own_definition(node)
        for node in walk(contract.info.module.facts.body)
    )


def _is_own_definition(node: ir.Attribute) -> bool:
    """`super().name` inside the definition itself is no use."""
    return isinstance(node.value, ir.Call) and isinstance(node.value.function, ir.Name) and node.value.function.id == "super"


