"""The serialization contract of one class: its constructor, its stored configuration and how it is restored, side by side.

Turns the classes of a module into contracts. Knows nothing of messages.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.dependencies import remembered
from kerlint.knowledge import KerasClass, Knowledge, knowledge_for
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.classes import ClassInfo
from kerlint.semantics.walking import attribute_of, own_name, walk
from kerlint.serialization.configuration import configuration_of
from kerlint.serialization.constructor import Constructor, constructor_of
from kerlint.serialization.functional import is_functional
from kerlint.serialization.lineage import Ancestor, Lineage, base_config_keys, lineage_of
from kerlint.serialization.restoration import Restoration, restoration_of
from kerlint.serialization.stored import Configuration
from kerlint.version import KERAS_2, KERAS_3

SERIALISED_KINDS = frozenset(
    ("layer", "model", "sequential", "loss", "metric", "initializer", "regularizer", "constraint", "schedule")
)
"""What Keras writes into a file by its configuration and the contract is known of.

Callbacks are not written. Optimizers are, but keep their hyperparameters in ways of their own, which differ by version.
"""

_MODELS = ("keras.Sequential", "keras.src.models.functional.Functional", "keras.src.engine.functional.Functional")


@dataclass(eq=False)
class Contract:
    """What a class takes, stores and is made from again."""

    info: ClassInfo
    lineage: Lineage

    @property
    def name(self) -> str:
        """The class as the user named it."""
        return self.info.name

    @property
    def kind(self) -> str:
        """What it is to Keras."""
        return self.lineage.kind or ""

    @property
    def knowledge(self) -> Knowledge:
        """What the target Keras does."""
        return self.lineage.knowledge

    @property
    def keras_base(self) -> KerasClass | None:
        """The nearest class of Keras."""
        return self.lineage.keras_base

    @remembered
    def constructor(self) -> Constructor | None:
        """The constructor of the project that makes its instances."""
        return constructor_of(self.lineage)

    @remembered
    def constructor_on_load(self) -> Constructor | None:
        """The constructor of the project that meets the stored configuration: its own, or the one that `from_config` names."""
        return constructor_of(self.lineage, self.restoration.makes)

    @remembered
    def _configured(self) -> tuple[Configuration, Ancestor | None]:
        return configuration_of(self.lineage)

    @property
    def configuration(self) -> Configuration:
        """What its `get_config` gives."""
        return self._configured[0]

    @property
    def configured_by(self) -> Ancestor | None:
        """The class whose `get_config` runs, when the project or a class of Keras other than a bare base defines one."""
        ancestor = self._configured[1]
        if ancestor is not None and ancestor.keras is not None and not ancestor.keras.defines_get_config:
            return None
        return ancestor

    @property
    def get_config(self) -> ir.FunctionFacts | None:
        """The `get_config` that runs, when the project defines it."""
        ancestor = self.configured_by
        return ancestor.facts.methods.get("get_config") if ancestor is not None and ancestor.facts is not None else None

    @property
    def writes_own_get_config(self) -> bool:
        """Whether the class itself defines `get_config`."""
        return "get_config" in self.info.facts.methods

    @property
    def writes_own_constructor(self) -> bool:
        """Whether the class itself defines `__init__`."""
        return "__init__" in self.info.facts.methods

    @property
    def is_automatic(self) -> bool:
        """Whether nothing but Keras's automatic configuration is there."""
        return self.lineage.is_known and self.configured_by is None

    @remembered
    def restoration(self) -> Restoration:
        """How it is restored."""
        return restoration_of(self.lineage)

    @property
    def base_keys(self) -> frozenset[str]:
        """The keys that the configuration of the bare base of its kind holds."""
        return frozenset(base_config_keys(self.knowledge, self.kind))

    @property
    def base_names(self) -> frozenset[str]:
        """The names under which bases of its kind take and keep something, in any Keras: they are not the class's own."""
        kinds = {self.kind, "layer"} if self.kind in ("model", "sequential") else {self.kind}
        names = {"name"} | self.base_keys
        for version in (KERAS_2, KERAS_3):
            for kind in kinds:
                names |= knowledge_for(version).accepted_by_base(kind)
        return frozenset(names)

    @remembered
    def names_of_keras(self) -> frozenset[str]:
        """The names under which Keras's own classes may keep something."""
        names = set(self.base_names)
        known = [self.keras_base] if self.keras_base is not None else []
        if self.kind in ("model", "sequential"):
            known += [found for name in _MODELS if (found := self.knowledge.find_class(name)) is not None]
        for found in known:
            names |= found.keywords | set(found.config_keys or ()) | {p.name for p in found.parameters}
        return frozenset(names)

    @property
    def keeps_arguments(self) -> bool:
        """Whether Keras stores plain constructor arguments by itself.

        On Keras 3 the automatic configuration of a Model holds the defaults and never what was given: `Model.__new__`
        does not hand the arguments on (measured on every 3.x).
        """
        return self.kind == "layer" or (self.kind == "model" and self.knowledge.version.major == 2)

    @remembered
    def is_functional(self) -> bool:
        """Whether its objects are functional models, built in the constructor."""
        return self.kind == "model" and self.constructor is not None and is_functional(self.constructor)

    @property
    def loading(self) -> str:
        """What is done when a file brings it back and that may raise: Keras 2 revives a SavedModel even where it does.

        Losses and metrics are made from their configuration there, too (measured on 2.15).
        """
        if self.knowledge.version.major > 2 or self.kind not in ("layer", "model", "sequential"):
            return "loading"
        return "loading a .keras file" if self._is_no_hdf5 else "loading a .keras or HDF5 file"

    @property
    def saving(self) -> str:
        """The same when it is written: Keras 2 writes a SavedModel of a layer or regularizer without a configuration."""
        if self.knowledge.version.major > 2 or self.kind not in ("layer", "model", "sequential", "regularizer"):
            return "saving"
        return "saving to .keras or HDF5"

    @property
    def _is_no_hdf5(self) -> bool:
        """Whether Keras refuses to write it as HDF5 at all."""
        return self.kind == "model" and not self.is_functional

    def attributes_read(self, expression: object) -> set[str]:
        """The attributes of the object that an expression of `get_config` reads."""
        own = own_name(self.get_config) if self.get_config is not None else "self"
        return {name for node in walk(expression) if (name := attribute_of(node, own))}


def contracts(classes: list[ClassInfo], knowledge: Knowledge) -> Iterator[Contract]:
    """The contract of every class of a module that Keras can write into a file."""
    for info in classes:
        lineage = lineage_of(info, knowledge)
        if lineage.kind in SERIALISED_KINDS:
            yield Contract(info, lineage)
