"""Where a constructor's argument may be used: in its own body under its name, in methods under the attributes that keep it.

Knows nothing of what is done with it there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import attribute_of, own_name
from kerlint.serialization.constructor import Constructor
from kerlint.serialization.lineage import Ancestor


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A body in which the argument may be used: under its name, or under the attributes of what is called `own` there."""

    owner: Ancestor
    body: ir.Block
    own: str
    name: str | None
    attributes: frozenset[str]

    def is_it(self, node: object) -> bool:
        """Whether an expression is the argument."""
        if isinstance(node, ir.Name):
            return node.id == self.name
        return attribute_of(node, self.own) in self.attributes


def uses_of(
    constructor: Constructor, name: str, keeps: Callable[[ir.Expr], bool], *, in_methods: Callable[[ir.FunctionFacts], bool]
) -> Iterator[Use]:
    """The constructor's body, and some methods'. `keeps` says whether what an attribute is set to is still the argument."""
    attributes = frozenset(attribute for attribute, value, _ in constructor.stores if keeps(value))
    yield Use(constructor.owner, constructor.function.body, constructor.own, name, attributes)
    for index, method in constructor.lineage.methods():
        if in_methods(method):
            yield Use(constructor.lineage.ancestors[index], method.body, own_name(method), None, attributes)
