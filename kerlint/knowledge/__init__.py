"""What Keras itself does, per version, as data that `scripts/generate_knowledge.py` got by running Keras.

Turns a name (any alias that begins with `keras.`) into the class or function that it means, and a table and a case
into the outcome that was measured. Knows nothing of user code. Nothing here is typed from memory: to change what
kerlint believes, run the generator.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any

from kerlint.knowledge.decoding import extension_class, keras_class, keras_function
from kerlint.knowledge.loading import extension, nearest_generated, part_of, table
from kerlint.knowledge.vocabulary import KerasClass, KerasFunction, Parameter
from kerlint.version import KerasVersion

__all__ = ["KerasClass", "KerasFunction", "Knowledge", "Parameter", "knowledge_for"]

PRIVATE = "keras.src."
NOT_MEASURED = "not measured"
"""Stands in a table from the version on to which a case could not be put."""


class Knowledge:
    """What one Keras version does. Every answer is looked up when it is asked for and kept."""

    def __init__(self, version: KerasVersion) -> None:
        self.version = version
        """The version asked about."""
        self.generated = nearest_generated(version)
        """The version that the answers were measured with."""
        self._classes: dict[str, KerasClass | None] = {}
        self._functions: dict[str, KerasFunction | None] = {}
        self._outcomes: dict[tuple[str, str], str | None] = {}

    def canonical(self, qualified_name: str) -> str | None:
        """The one name kerlint uses for what this name means; None when this Keras has no such name."""
        if qualified_name in self._class_records or qualified_name in self._function_records:
            return qualified_name
        if (name := self._names["aliases"].get(qualified_name)) is not None:
            return str(name)
        return self._private_paths.get(qualified_name) if qualified_name.startswith(PRIVATE) else None

    def find_class(self, qualified_name: str) -> KerasClass | None:
        """The class of that name, by any of its aliases; also a class of a known extension, such as
        `keras_hub.models.Backbone`.
        """
        if qualified_name not in self._classes:
            self._classes[qualified_name] = self._load_class(qualified_name)
        return self._classes[qualified_name]

    def find_function(self, qualified_name: str) -> KerasFunction | None:
        """The function of that name, by any of its aliases; a method under the name of its class, such as
        `keras.Model.save`.
        """
        if qualified_name not in self._functions:
            self._functions[qualified_name] = self._load_function(qualified_name)
        return self._functions[qualified_name]

    def base_config_keys(self, kind: str) -> tuple[str, ...]:
        """What `super().get_config()` returns in a direct subclass of the base of that kind ("layer", "loss", ...).

        Empty where it raises; see `base_get_config_raises`.
        """
        keys = self._base(kind).get("super_config", [])
        return tuple(keys) if isinstance(keys, list) else ()

    def base_get_config_raises(self, kind: str) -> bool:
        """True when the base's own `get_config` refuses, so that a subclass without one cannot be saved."""
        return isinstance(self._base(kind).get("super_config"), str)

    def automatic_config_keeps_arguments(self, kind: str) -> bool:
        """True when a subclass with no `get_config` has its constructor's arguments in the configuration all the
        same.
        """
        keys = self._base(kind).get("automatic_config", [])
        return isinstance(keys, list) and "amount" in keys

    def automatic_base_keys(self, kind: str) -> tuple[str, ...]:
        """What a subclass with no `get_config` has in its configuration besides its own arguments, whatever its
        constructor takes.
        """
        keys = self._base(kind).get("automatic_config_without_kwargs", [])
        return tuple(key for key in keys if key != "amount") if isinstance(keys, list) else ()

    def accepted_by_base(self, kind: str) -> frozenset[str]:
        """The keywords that the constructor of the base of that kind takes, those behind `**kwargs` included."""
        return frozenset(self._base(kind).get("accepted", ()))

    @property
    def functional_takes_any_keyword(self) -> bool:
        """True when a subclass of Model that gives it inputs and outputs may give it any keyword besides, which is dropped."""
        return self.outcome("contract", "functional keyword of nobody") == "ok"

    def outcome(self, table_name: str, case: str) -> str | None:
        """What was measured for a case of a table; None when nothing was."""
        key = (table_name, case)
        if key not in self._outcomes:
            since = table(table_name).get("cases", {}).get(case, {})
            held = {KerasVersion.parse(version): outcome for version, outcome in since.items()}
            latest = max((version for version in held if version <= max(self.version, self.generated)), default=None)
            self._outcomes[key] = None if latest is None or held[latest] == NOT_MEASURED else held[latest]
        return self._outcomes[key]

    def exported(self, module: str) -> frozenset[str]:
        """The public names of a module, as a star import brings them in; empty for a module that this Keras does not
        have.
        """
        return frozenset(self._names["modules"].get(module, ()))

    def is_module(self, name: str) -> bool:
        """True for a public module of this Keras."""
        return name in self._names["modules"]

    def known_identifiers(self, kind: str) -> frozenset[str]:
        """The strings that `activations.get`, `losses.get` or `metrics.get` understands ("activations", "losses",
        "metrics").
        """
        return frozenset(part_of(self.generated, "bases")["constants"].get(kind, ()))

    @cached_property
    def class_names(self) -> frozenset[str]:
        """The canonical names of every class of this Keras, private ones included."""
        return frozenset(self._class_records)

    def _load_class(self, qualified_name: str) -> KerasClass | None:
        if not qualified_name.startswith("keras."):
            return self._load_extension_class(qualified_name)
        name = self.canonical(qualified_name)
        if name in self._class_records:
            return keras_class(str(name), self._class_records)
        return None

    def _load_extension_class(self, qualified_name: str) -> KerasClass | None:
        package, _, rest = qualified_name.partition(".")
        content = extension(package)
        if content is None:
            return None
        name = f"{content.get('renamed_from', package)}.{rest}"
        name = content["aliases"].get(name, name)
        record = content["classes"].get(name)
        if record is None:
            return None
        known_bases = tuple(found for base in record["bases"] if (found := self.find_class(base)) is not None)
        return extension_class(name, record, known_bases, self.base_config_keys(record["kind"]))

    def _load_function(self, qualified_name: str) -> KerasFunction | None:
        name = self.canonical(qualified_name)
        if name is None:
            name = self._method(*qualified_name.rpartition(".")[::2])
        record = self._function_records.get(name)
        return None if record is None else keras_function(name, record)

    def _method(self, owner: str, method: str) -> str:
        """The name of a method under the class that defines it."""
        found = self.find_class(owner)
        owners = () if found is None else (found.name, *found.bases)
        return next((name for base in owners if (name := f"{base}.{method}") in self._function_records), "")

    @property
    def _names(self) -> dict[str, Any]:
        return part_of(self.generated, "names")

    @cached_property
    def _private_paths(self) -> dict[str, str]:
        recorded = part_of(self.generated, "private")
        return {PRIVATE + path: name for name, paths in recorded.items() for path in paths}

    @property
    def _class_records(self) -> dict[str, Any]:
        return part_of(self.generated, "classes")

    @property
    def _function_records(self) -> dict[str, Any]:
        return part_of(self.generated, "functions")

    def attributes_of_base(self, kind: str) -> frozenset[str]:
        """The public names that every object of that kind has; empty for a kind that is not known."""
        return frozenset(part_of(self.generated, "attributes").get(kind, ()))

    @cached_property
    def number_parameters(self) -> frozenset[str]:
        """The parameters that take numbers, truth values and tuples of them, whatever the layer, and never an object."""
        return frozenset(part_of(self.generated, "number_parameters")["layer"])

    def _base(self, kind: str) -> dict[str, Any]:
        facts: dict[str, Any] = part_of(self.generated, "bases")["bases"].get(kind, {})
        return facts


@cache
def knowledge_for(version: KerasVersion) -> Knowledge:
    """What is known of a Keras version: measured with the nearest generated one, at or below it."""
    return Knowledge(version)
