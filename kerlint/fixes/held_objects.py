"""Writes the layers and models that an object is given into its configuration, and makes them again from there.

Turns attributes and keys into expressions, spelt as the file can spell them. Knows nothing of which arguments are layers.
"""

from __future__ import annotations

from collections.abc import Mapping

from kerlint.fixes.keras_names import spelt
from kerlint.fixes.layout import quoted
from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.serialization.subjects import Subject
from kerlint.serialization.usage import construction_sites
from kerlint.sources.tokens import Tokens

_SERIALIZE, _DESERIALIZE = "keras.saving.serialize_keras_object", "keras.saving.deserialize_keras_object"


@dataclass(frozen=True, slots=True)
class Writers:
    """How the file spells the two functions."""

    serialize: str
    deserialize: str

    def stored(self, expression: str, *, is_list: bool) -> str:
        """What `get_config` writes of an object, or of a list of them."""
        return f"[{self.serialize}(one) for one in {expression}]" if is_list else f"{self.serialize}({expression})"

    def rebuilt(self, key: str, *, is_list: bool) -> str:
        """What `from_config` makes of what stands under a key, which is given with its quotes."""
        stored = f"config[{key}]"
        return f"[{self.deserialize}(one) for one in {stored}]" if is_list else f"{self.deserialize}({stored})"


def writers_of(subject: Subject) -> Writers | None:
    """How a class of Keras 3 that has no way of its own can write and read its layers; None where the file cannot spell it.

    Nor where an object of it is given a layer that somebody else has too: it would come back as another one.
    """
    contract = subject.contract
    if contract.knowledge.version.major < 3 or contract.info.find_method("from_config") is not None:
        return None
    for site in construction_sites(contract.info, subject.project):
        if any(_may_be_shared(argument.value) for argument in site.call.arguments):
            return None
    names = [name for name in (_SERIALIZE, _DESERIALIZE) if contract.knowledge.find_function(name) is not None]
    found = [spelt(subject.module, name, contract.info.facts) for name in names]
    serialize, deserialize = found if len(found) == 2 else (None, None)
    return Writers(serialize, deserialize) if serialize is not None and deserialize is not None else None


def rebuilding(writers: Writers, tokens: Tokens, objects: Mapping[str, bool]) -> dict[str, str]:
    """The lines of `from_config`: what each key becomes."""
    return {key: writers.rebuilt(quoted(tokens, key), is_list=is_list) for key, is_list in objects.items()}


def _may_be_shared(value: object) -> bool:
    """Whether what is given has a name, by which others may have it."""
    parts = value.elements if isinstance(value, ir.Display) else (value,)
    return any(isinstance(part, (ir.Name, ir.Attribute, ir.Starred)) for part in parts)
