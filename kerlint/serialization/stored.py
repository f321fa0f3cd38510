"""What is known of a stored configuration: its keys, what stands under each, and whether there may be others.

Knows nothing of how it was read.
"""

from __future__ import annotations

from dataclasses import field

from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.serialization.lineage import Ancestor


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One key of a configuration: where the key and its value stand, and the class whose code writes it.

    A key that Keras's own base class writes has neither place nor value. `is_certain`: no branch can leave it out.
    """

    key: str
    owner: Ancestor
    place: ir.Node | None = None
    value: ir.Expr | None = None
    is_certain: bool = True


@dataclass(slots=True, eq=False)
class Configuration:
    """The dictionary that `get_config` gives. `open`: it may hold keys that were not seen.

    `named_by`: attributes whose elements are keys as well, whatever they are.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    open: bool = False
    named_by: set[str] = field(default_factory=set)
    calls_super: bool = False
    returns_nothing: bool = False
    deleted: set[str] = field(default_factory=set)

    def merge(self, other: Configuration) -> None:
        """`self.update(other)`."""
        self.entries.update(other.entries)
        self.open |= other.open
        self.named_by |= other.named_by
        self.calls_super |= other.calls_super
        self.deleted = (self.deleted | other.deleted) - set(other.entries)

    def copy(self) -> Configuration:
        """A configuration of its own with the same keys."""
        return Configuration(
            dict(self.entries), self.open, set(self.named_by), self.calls_super, deleted=set(self.deleted)
        )


Value = Configuration | ir.Expr | tuple[str, ...] | None
"""What a name is worth while a configuration is read: a dictionary, or a piece of syntax."""


def union(found: list[Configuration]) -> Configuration:
    made = found[0].copy()
    for other in found[1:]:
        deleted = made.deleted & other.deleted
        made.merge(other)
        made.deleted = deleted
    return made
