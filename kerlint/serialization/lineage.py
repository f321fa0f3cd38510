"""The classes behind a class, in the order in which Python looks things up, as the serialization contract needs them.

Turns a `ClassInfo` of the core into ancestors with their syntax, their place among Keras's kinds and what their methods
store. Knows nothing of configurations.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.dependencies import remembered
from kerlint.knowledge import KerasClass, Knowledge
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo, UnknownBase
from kerlint.semantics.walking import assignments, attribute_of, dotted, own_name, positional, text_of, walk
from kerlint.serialization.names import find_class, find_function, global_constant, qualified

PLAIN_BASES = frozenset(
    ("object", "abc.ABC", "ABC", "typing.Generic", "Generic", "typing.Protocol", "Protocol", "enum.Enum")
)
"""Bases that add neither constructor arguments nor a configuration."""


_LAYER = "keras.layers.Layer"


@dataclass(frozen=True, slots=True, eq=False)
class Ancestor:
    """One class in the order of lookup: the project's (with facts), Keras's, or an unknown one."""

    name: str
    info: ClassInfo | None = None
    keras: KerasClass | None = None
    is_plain: bool = False

    @property
    def facts(self) -> ir.ClassFacts | None:
        """Its syntax, when the project defines it."""
        return self.info.facts if self.info is not None else None


@dataclass(eq=False)
class Lineage:
    """A class and its ancestors, itself first."""

    info: ClassInfo
    ancestors: tuple[Ancestor, ...]
    knowledge: Knowledge

    @property
    def is_wholly_known(self) -> bool:
        """Whether every class in the lookup is the project's, Keras's or a plain one."""
        return not self._unknown

    @remembered
    def is_known(self) -> bool:
        """Whether every class is that may have a say in the constructor, `get_config` and `from_config`.

        A base that is written behind Layer itself cannot derive from it, so it comes behind it in the order of lookup, where
        none of these is looked up any more.
        """
        behind_layer: set[str] = set()
        for ancestor in self.ancestors:
            bases = ancestor.info.bases if ancestor.info is not None else ()
            names = [base.name for base in bases]
            if _LAYER in names:
                behind = bases[names.index(_LAYER) :]
                behind_layer |= {base.name for base in behind if isinstance(base, UnknownBase)}
        return self._unknown <= behind_layer

    @property
    def _unknown(self) -> set[str]:
        return {a.name for a in self.ancestors if a.info is None and a.keras is None and not a.is_plain}

    @property
    def kind(self) -> str | None:
        """What the class is to Keras."""
        return kind_of(self.keras_base) if self.keras_base is not None else None

    @property
    def keras_base(self) -> KerasClass | None:
        """The nearest class of Keras."""
        return next((a.keras for a in self.ancestors if a.keras is not None), None)

    def index_of(self, owner: Ancestor, expression: ir.Expr) -> int | None:
        """The place of the class that an expression in the owner's module names."""
        name = dotted(expression)
        if name is None:
            return None
        if name in ("__class__", "self.__class__"):
            return self.ancestors.index(owner)
        full_name = self.qualified(owner, expression)
        for index, ancestor in enumerate(self.ancestors):
            if ancestor.info is not None and ancestor.facts is not None:
                if owner.info is not None and find_class(owner.info.module, expression) is ancestor.info:
                    return index
            elif ancestor.keras is not None and full_name is not None:
                found = self.knowledge.find_class(full_name)
                if found is not None and found.name == ancestor.keras.name:
                    return index
            elif ancestor.name == name:
                return index
        return None

    def qualified(self, owner: Ancestor, expression: ir.Expr) -> str | None:
        """The qualified name of what an expression of the owner's module names."""
        return qualified(owner.info.module, expression) if owner.info is not None else None

    def function(self, owner: Ancestor, expression: ir.Expr) -> ir.FunctionFacts | None:
        """The function of the project that an expression names."""
        return find_function(owner.info.module, expression) if owner.info is not None else None

    def constant(self, owner: Ancestor, name: str) -> ir.Expr | None:
        """What a module's global is assigned, when it is assigned once."""
        return global_constant(owner.info.module, name) if owner.info is not None else None

    def class_constant(self, name: str) -> ir.Expr | None:
        """What a name in a class body is assigned, nearest class first."""
        for ancestor in self.ancestors:
            if ancestor.facts is not None:
                found = [
                    value
                    for target, value in assignments(ancestor.facts.body)
                    if isinstance(target, ir.Name) and target.id == name
                ]
                if found:
                    return found[0] if len(found) == 1 else None
        return None

    def assigned_in_body(self, ancestor: Ancestor) -> set[str]:
        """The names that a class body assigns, defines or imports, or that its decorators write."""
        if ancestor.info is None or ancestor.facts is None:
            return set()
        names = {target.id for target, _ in assignments(ancestor.facts.body) if isinstance(target, ir.Name)}
        names |= {
            s.name for s in ir.statements_of_scope(ancestor.facts.body) if isinstance(s, (ir.FunctionFacts, ir.ClassFacts))
        }
        names |= {
            t.id for s in ir.statements_of_scope(ancestor.facts.body) if isinstance(s, ir.Assign) for t in s.targets
            if isinstance(t, ir.Name)
        }  # fmt: skip
        return names | ancestor.info.given_by_decorators

    def keras_config_keys(self, keras: KerasClass) -> frozenset[str] | None:
        """What a `get_config` that calls `super()` gets from a class of Keras; None where it has none to give."""
        kind = kind_of(keras)
        if keras.config_keys is None and (keras.defines_get_config or keras.get_config_from is None):
            return None
        if keras.config_keys is None or not keras.defines_get_config:
            keys = base_config_keys(self.knowledge, kind)
            return frozenset(keys) if keys or not self.knowledge.base_get_config_raises(kind) else None
        return frozenset(keras.config_keys)

    # --- what the methods store ---------------------------------------------------------------------------------------

    def methods(self) -> Iterator[tuple[int, ir.FunctionFacts]]:
        """Every method of the project's classes, with the place of its class."""
        for index, ancestor in enumerate(self.ancestors):
            if ancestor.facts is not None:
                for method in ancestor.facts.methods.values():
                    yield index, method

    def attribute_stores(self, name: str) -> list[tuple[int, ir.Expr]]:
        """Every value that a method assigns to the attribute."""
        return self._all_stores.get(name, [])

    @remembered
    def _all_stores(self) -> dict[str, list[tuple[int, ir.Expr]]]:
        found: dict[str, list[tuple[int, ir.Expr]]] = {}
        for index, method in self.methods():
            own = own_name(method)
            for target, value in assignments(method.body):
                name = attribute_of(target, own)
                if name is not None:
                    found.setdefault(name, []).append((index, value))
        return found

    @remembered
    def stored_attributes(self) -> set[str]:
        """Every attribute that some method assigns, or that a class body defines."""
        names = set(self._all_stores)
        for ancestor in self.ancestors:
            names |= self.assigned_in_body(ancestor)
        return names

    @remembered
    def descriptors(self) -> set[str]:
        """The names that a class body defines, so that a read of the attribute may run code."""
        return {name for ancestor in self.ancestors for name in self.assigned_in_body(ancestor)}

    @remembered
    def sets_attributes_by_other_means(self) -> bool:
        """Whether some method sets attributes whose names are not written out, or makes them up when they are read."""
        for _, method in self.methods():
            if method.name in ("__getattr__", "__getattribute__"):
                return True
            for node in walk(method.body):
                if isinstance(node, ir.Call):
                    called = dotted(node.function) or ""
                    if called in ("setattr", "vars", "locals") or called.endswith(("__setattr__", "__dict__.update")):
                        return True
                elif isinstance(node, ir.Attribute) and node.name == "__dict__":
                    return True
        return False

    def constructor_locals(self, index: int) -> dict[str, ir.Expr]:
        """The names that the constructor of a class assigns once."""
        facts = self.ancestors[index].facts
        method = facts.methods.get("__init__") if facts is not None else None
        found: dict[str, list[ir.Expr]] = {}
        if method is not None:
            for target, value in assignments(method.body):
                if isinstance(target, ir.Name):
                    found.setdefault(target.id, []).append(value)
        return {name: values[0] for name, values in found.items() if len(values) == 1}

    def keys_put_into(self, name: str) -> list[str | None]:
        """The keys that methods put into the dictionary kept as an attribute; None for one that is not known."""
        keys: list[str | None] = []
        for _, method in self.methods():
            own = own_name(method)
            for target, _ in assignments(method.body):
                if isinstance(target, ir.Subscript) and attribute_of(target.value, own) == name:
                    keys.append(text_of(target.indices[0]) if target.indices else None)
            for node in walk(method.body):
                if not (isinstance(node, ir.Call) and isinstance(node.function, ir.Attribute)):
                    continue
                if attribute_of(node.function.value, own) == name and node.function.name in ("update", "setdefault"):
                    keys.extend(argument.keyword for argument in node.arguments if argument.keyword or argument.star)
                    for value in positional(node):
                        if isinstance(value, ir.DictDisplay):
                            keys.extend(text_of(key) for key, _ in value.items)
                        else:
                            keys.append(None)
        return keys


def kind_of(keras: KerasClass) -> str:
    """Keras's kind of a class; a metric is one although Keras 2 derives it from Layer."""
    if keras.is_a("keras.metrics.Metric") or keras.is_a("keras.Metric"):
        return "metric"
    if keras.is_a("keras.Sequential"):
        return "sequential"
    return keras.kind


def base_config_keys(knowledge: Knowledge, kind: str) -> tuple[str, ...]:
    """What `super().get_config()` gives in a direct subclass of the base of a kind.

    Where the bare base of a metric could not be measured, its simplest subclass tells.
    """
    keys = knowledge.base_config_keys(kind)
    if not keys and kind == "metric" and (mean := knowledge.find_class("keras.metrics.Mean")) is not None:
        return mean.config_keys or ()
    return keys


def lineage_of(info: ClassInfo, knowledge: Knowledge) -> Lineage:
    """The class with its ancestors."""
    ancestors = []
    for base in info.order:
        if isinstance(base, ClassInfo):
            ancestors.append(Ancestor(base.name, info=base))
        elif isinstance(base, UnknownBase):
            ancestors.append(Ancestor(base.name, is_plain=base.name in PLAIN_BASES))
        else:
            ancestors.append(Ancestor(base.name, keras=base))
    return Lineage(info, tuple(ancestors), knowledge)

