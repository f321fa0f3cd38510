"""Finds what the stored configuration of a class does not hold and its constructor would need to make the same object again.

Turns a contract into parameters. Knows nothing of messages, and not whom a class concerns.
"""

from __future__ import annotations

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import last_name, mentions, own_name, walk
from kerlint.serialization.assets import comes_from_files
from kerlint.serialization.checks import admits_one_value
from kerlint.serialization.configuration import configuration_of
from kerlint.serialization.constructor import BaseCall, Constructor, constructor_of
from kerlint.serialization.contract import Contract
from kerlint.serialization.folding import is_folded
from kerlint.serialization.lineage import Lineage
from kerlint.serialization.liveness import is_input_tensor
from kerlint.serialization.mismatch import strangers
from kerlint.serialization.passing import may_come_to_its_base
from kerlint.serialization.recording import records_arguments

_KEPT_WHEN_GIVEN = frozenset(("name", "batch_input_shape", "dynamic", "weights"))
"""What a base writes down only where it was given, or has in the weights."""


def asked_in_vain(contract: Contract) -> list[str]:
    """The keys without which the class's own `from_config` raises and that nothing stores."""
    configuration, constructor = contract.configuration, contract.constructor
    if "from_config" not in contract.info.facts.methods or configuration.open or configuration.named_by or constructor is None:
        return []
    if not contract.lineage.is_known:
        return []
    stored = set(configuration.entries)
    if contract.is_automatic and contract.keeps_arguments:
        stored |= constructor.names
    missing = {parameter.name for parameter in missing_parameters(contract)}
    return sorted(contract.restoration.asked - stored - missing)


def missing_parameters(contract: Contract) -> list[ir.Parameter]:
    """The parameters that no stored key brings back."""
    constructor, configuration = contract.constructor_on_load, contract.configuration
    if constructor is None or contract.is_automatic or configuration.open or not contract.lineage.is_known:
        return []
    if not (contract.writes_own_get_config or (contract.writes_own_constructor and constructor.index == 0)):
        return []
    if (contract.kind == "sequential" and contract.get_config is None) or records_arguments(contract):
        return []
    restoration = contract.restoration
    if not (restoration.passes_rest or restoration.given or restoration.positions or restoration.by_keras):
        return []
    if configuration.named_by and not _is_out_of_reach(contract, configuration.named_by):
        return []
    renamed = {stranger.parameter for stranger in strangers(contract)}
    twice = constructor.given_twice(set(configuration.entries))
    missing = []
    for index, parameter in enumerate(constructor.parameters):
        name = parameter.name
        if name in configuration.entries or index < restoration.positions:
            continue
        if name in restoration.given and name not in restoration.asked:
            continue
        if name in renamed or _is_of_base(contract, constructor, parameter):
            continue
        if not parameter.required and not constructor.matters(name):
            continue
        if comes_from_files(contract.lineage, constructor, parameter):
            continue
        if is_input_tensor(contract.lineage, constructor, name):
            continue
        if configuration.named_by and may_come_to_its_base(constructor, name):
            continue
        if not restoration.is_plain and _comes_from_elsewhere(constructor, name):
            continue
        if is_left_to_its_base(constructor, name):
            continue
        if restoration.by_keras and name in ("layer", "cell", "layers"):
            continue
        if _is_left_at_its_default(contract, constructor, parameter):
            continue
        if not parameter.required and (is_folded(contract, constructor, parameter) or _is_given_as(constructor, name, twice)):
            continue
        if not parameter.required and admits_one_value(constructor, parameter):
            continue
        if not parameter.required and constructor.has_stand_in(name, set(configuration.entries)):
            continue
        missing.append(parameter)
    return missing


def _is_out_of_reach(contract: Contract, attributes: set[str]) -> bool:
    """Whether only a base's constructor fills the lists of keys, out of what it is given: a parameter must go there to be one."""
    lineage = contract.lineage
    return all(
        (stores := lineage.attribute_stores(name))
        and all(index > 0 and not _sees_all(lineage, index, value) for index, value in stores)
        and not lineage.keys_put_into(name)
        and lineage.class_constant(name) is None
        for name in attributes
    )


def _sees_all(lineage: Lineage, index: int, value: ir.Expr) -> bool:
    """Whether an expression of a class's methods may know more of the object than what the method is given."""
    facts = lineage.ancestors[index].facts
    own = {own_name(method) for method in facts.methods.values()} if facts is not None else set()
    return any(
        (isinstance(node, ir.Name) and node.id in own)
        or (isinstance(node, ir.Call) and (last_name(node.function) or "") in ("locals", "vars", "currentframe", "stack"))
        for node in walk(value)
    )


def _comes_from_elsewhere(constructor: Constructor, name: str) -> bool:
    """Whether whatever the parameter sets is set without it as well, so that a `from_config` of its own can do without."""
    stores = constructor.stores
    own = {attribute for attribute, value, _ in stores if mentions(name, value)}
    return bool(own) and all(any(a == attribute and not mentions(name, v) for a, v, _ in stores) for attribute in own)


def _is_left_at_its_default(contract: Contract, constructor: Constructor, parameter: ir.Parameter) -> bool:
    """Whether `from_config` makes a base whose parameter the class's own constructor always gives as what it is by default."""
    own, default = contract.constructor, parameter.default
    if own is None or own.function is constructor.function or not isinstance(default, ir.Constant):
        return False
    made = [call for call in own.base_calls if _runs(own, call, constructor)]
    given = [call.bound(own.lineage).get(parameter.name) for call in made]
    return bool(given) and all(
        isinstance(value, ir.Constant) and type(value.value) is type(default.value) and value.value == default.value
        for value in given
    )


def _runs(own: Constructor, call: BaseCall, constructor: Constructor) -> bool:
    """Whether a call of a base's constructor comes to the given one."""
    base = constructor_of(own.lineage, call.after)
    return base is not None and base.function is constructor.function


def is_left_to_its_base(constructor: Constructor, name: str) -> bool:
    """Whether the parameter only goes to a base of the project that takes it too and forgets it: that base's matter."""
    for call in constructor.base_calls:
        base = constructor_of(constructor.lineage, call.after)
        stored, configured = configuration_of(constructor.lineage, call.after)
        if configured is None or (configured.keras is not None and not configured.keras.defines_get_config):
            continue  # Keras stores its arguments by itself, as long as no child writes a get_config()
        if base is None or base.function.parameter(name) is None or not _is_given_as_it_is(constructor, call, name):
            continue
        if not stored.open and name not in stored.entries:
            return all(any(node is call.call.function for node in walk(s)) for s in constructor.meaningful_statements(name))
    return False


def _is_given_as_it_is(constructor: Constructor, call: BaseCall, name: str) -> bool:
    value = call.bound(constructor.lineage).get(name)
    return isinstance(value, ir.Name) and value.id == name


def _is_of_base(contract: Contract, constructor: Constructor, parameter: ir.Parameter) -> bool:
    """Whether the parameter is the base's, which keeps it: under its own name, or as what it is given it as.

    A name that bases only accept, such as `input_dim`, is the class's own where it uses it itself. Where the configuration lacks
    what the base stores without being asked, that is another matter, unless the parameter must be given.
    """
    if parameter.required or parameter.name not in contract.base_names:
        return False
    if parameter.name in contract.base_keys or parameter.name in _KEPT_WHEN_GIVEN:
        return True
    if parameter.name == "activity_regularizer" and contract.knowledge.version.major > 2:
        return True  # Keras 3 writes down the attribute of that name, Keras 2 does not
    given = [value for call in constructor.base_calls for value in call.bound(constructor.lineage).values()]
    return any(mentions(parameter.name, value) for value in given)


def _is_given_as(constructor: Constructor, name: str, keys: set[str]) -> bool:
    """Whether the parameter only becomes a key of the parent's that the constructor then refuses."""
    return any(
        key in keys and mentions(name, value) for call in constructor.base_calls for key, value in call.keywords.items()
    )
