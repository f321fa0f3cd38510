"""Mends what a class stores of itself: a `get_config` where there is none, the keys that one lacks, what its base stores.

Turns a class of which something is known to be lost into a fix, or into nothing where the class, a class that derives from it, or
what comes back from a file might not be right afterwards. Knows nothing of messages of findings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kerlint.finding import Edit, Fix, Span
from kerlint.fixes.config_entries import with_base, with_entries
from kerlint.fixes.constructor_keywords import taking_keywords
from kerlint.fixes.editing import tokens_of
from kerlint.fixes.get_config_method import get_config_of
from kerlint.fixes.held_objects import rebuilding, writers_of
from kerlint.fixes.kept_values import heirs, keeping
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.walking import own_name
from kerlint.serialization.configuration import configuration_of
from kerlint.serialization.constructor import Constructor
from kerlint.serialization.contract import Contract
from kerlint.serialization.functional import graph_tensors
from kerlint.serialization.lineage import lineage_of
from kerlint.serialization.subjects import Subject

_KINDS = frozenset(("layer", "model", "loss", "metric", "initializer", "regularizer", "constraint", "schedule"))


def written(subject: Subject) -> Fix | None:
    """The fix that writes a `get_config` for a class without one, and lets its constructor take what its base stores."""
    contract, constructor = subject.contract, subject.contract.constructor
    if constructor is None or constructor.index != 0 or contract.kind not in _KINDS:
        return None
    if not _is_made_plainly(contract, constructor):
        return None
    base = _keys_of_base(contract)
    if base is None or (contract.is_functional and not contract.knowledge.functional_takes_any_keyword):
        return None
    parameters = [p for p in constructor.parameters if _is_lost(contract, constructor, p, base)]
    if not parameters or any(_is_stored_by_keras(heir) for heir in heirs(contract.info, subject.project)):
        return None
    return _with_method(subject, constructor, parameters, base)


def completed(subject: Subject, missing: list[ir.Parameter]) -> Fix | None:
    """The fix by which a stored configuration holds the parameters that it lacks."""
    contract, constructor = subject.contract, subject.contract.constructor
    on_load = contract.constructor_on_load
    if constructor is None or on_load is None or on_load.function is not constructor.function:
        return None
    if not _is_made_plainly(contract, constructor):
        return None
    names = [p.name for p in missing]
    if not all(contract.restoration.hands_on(name) for name in names):
        return None
    others = frozenset(contract.configuration.entries)
    if not contract.writes_own_get_config:
        return _with_method(subject, constructor, missing, others) if constructor.index == 0 else None
    if _taking(contract, constructor, [key for key in others if contract.restoration.hands_on(key)]) != ():
        return None  # loading raises because of another key first, which is reported for itself
    if not _is_taken_by_heirs(subject, names):
        return None
    tokens, method = tokens_of(subject.module), contract.info.facts.methods["get_config"]
    kept = keeping(contract, subject.project, tokens, missing, own_name(method))
    edits = with_entries(contract, tokens, kept.expressions) if kept is not None else None
    if kept is None or edits is None:
        return None
    return _fix(subject, f"Add {_listed(names)} to get_config", (*kept.edits, *edits))


def based(subject: Subject) -> Fix | None:
    """The fix by which a `get_config` holds what its base stores, and the constructor takes it."""
    contract, constructor = subject.contract, subject.contract.constructor
    keys = _keys_of_base(contract)
    if constructor is None or not keys or not _is_taken_by_heirs(subject, keys):
        return None
    if not (contract.restoration.by_keras or all(contract.restoration.hands_on(key) for key in keys)):
        return None
    tokens = tokens_of(subject.module)
    taken = _taking(contract, constructor, keys)
    merged = with_base(contract, tokens)
    if taken is None or merged is None:
        return None
    return _fix(subject, "Merge super().get_config() into get_config", (*taken, *merged))


def taking(subject: Subject, keys: Iterable[str]) -> Fix | None:
    """The fix by which a constructor takes stored keys of its base and hands them on."""
    contract = subject.contract
    if not contract.writes_own_constructor or contract.constructor is None:
        return None
    found = taking_keywords(contract, tokens_of(subject.module), keys)
    if found is None:
        return None
    if not found.names:
        return _fix(subject, "Hand **kwargs to super().__init__", found.edits)
    them = "them" if "**kwargs" in found.names or len(found.names) > 1 else "it"
    return _fix(subject, f"Take {_listed(found.names)} and hand {them} to super().__init__", found.edits)


def _with_method(subject: Subject, constructor: Constructor, parameters: list[ir.Parameter], base: frozenset[str]) -> Fix | None:
    contract, tokens = subject.contract, tokens_of(subject.module)
    names = [p.name for p in parameters]
    objects = writers_of(subject) if contract.is_automatic else None
    kept = keeping(contract, subject.project, tokens, parameters, constructor.own, objects)
    taken = _taking(contract, constructor, base)
    if kept is None or taken is None or not _is_taken_by_heirs(subject, {*names, *base}):
        return None
    asks = not contract.knowledge.base_get_config_raises(contract.kind) or not contract.is_automatic
    rebuilt = rebuilding(objects, tokens, kept.objects) if objects is not None else {}
    methods = get_config_of(tokens, contract.info.facts, kept.expressions, with_base=asks, rebuilt=rebuilt)
    if methods is None:
        return None
    also = " and take **kwargs" if taken else ""
    wrote = "Write get_config() and from_config() for" if rebuilt else "Write a get_config() that returns"
    return _fix(subject, f"{wrote} {_listed(names)}{also}", (*taken, *kept.edits, methods))


def _taking(contract: Contract, constructor: Constructor, keys: Iterable[str]) -> tuple[Edit, ...] | None:
    """The edits by which the constructor takes the keys: none where it does; None where it does not and cannot."""
    stored = set(keys)
    accepted = constructor.accepts
    if (accepted is None or stored <= accepted) and not constructor.drops_keywords and not constructor.given_twice(stored):
        return ()
    found = taking_keywords(contract, tokens_of(contract.info.module), stored) if constructor.index == 0 else None
    return found.edits if found is not None else None


def _keys_of_base(contract: Contract) -> frozenset[str] | None:
    """What `super().get_config()` gives in the class; None where that is not known."""
    if contract.knowledge.base_get_config_raises(contract.kind):
        return frozenset()
    stored, _ = configuration_of(contract.lineage, 1)
    return None if stored.open or stored.named_by or not contract.lineage.is_wholly_known else frozenset(stored.entries)


def _is_made_plainly(contract: Contract, constructor: Constructor) -> bool:
    """Whether an object is made of its configuration by `cls(**config)`, and the class is what it is written as."""
    function, info = constructor.function, contract.info
    kinds = {parameter.kind for parameter in function.parameters[1:]}
    if kinds & {"positional_only", "var_positional"} or not contract.lineage.is_known:
        return False
    if info.given_by_decorators & {"get_config", "from_config", "__init__"}:
        return False
    return bool(contract.restoration.is_plain or contract.restoration.by_keras) and not graph_tensors(constructor)


def _is_lost(contract: Contract, constructor: Constructor, parameter: ir.Parameter, base: frozenset[str]) -> bool:
    if parameter.name in base or (parameter.name in contract.base_names and not parameter.required):
        return False
    return parameter.required or constructor.matters(parameter.name)


def _is_stored_by_keras(heir: ClassInfo) -> bool:
    """Whether a class that derives from it takes arguments of its own, which Keras stores while nobody writes a `get_config`."""
    return "__init__" in heir.facts.methods and heir.find_method("get_config") is None


def _is_taken_by_heirs(subject: Subject, keys: Iterable[str]) -> bool:
    """Whether the classes that derive from it still take what they would then store as well."""
    stored = set(keys)
    for heir in heirs(subject.contract.info, subject.project):
        contract = Contract(heir, lineage_of(heir, heir.module.knowledge))
        if contract.writes_own_get_config and not contract.configuration.calls_super and not contract.configuration.open:
            continue
        constructor = contract.constructor
        if constructor is None or not contract.restoration.is_plain or constructor.given_twice(stored):
            return False
        accepted = constructor.accepts
        if accepted is not None and not stored <= accepted:
            return False
    return True


def _fix(subject: Subject, message: str, edits: tuple[Edit, ...]) -> Fix | None:
    """One fix of all edits; what is put in at one place, in their order, is one edit.

    None in a notebook with cells that are indented as a whole: new lines would have to be indented with them.
    """
    if any(cell.indent for cell in subject.module.source.cells):
        return None
    merged: dict[Span, Edit] = {}
    for one in edits:
        before = merged.get(one.span)
        merged[one.span] = one if before is None else replace(before, content=before.content + one.content)
    return Fix(message, tuple(sorted(merged.values(), key=lambda one: one.span)))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(name if name.startswith("*") else f"`{name}`" for name in names)
