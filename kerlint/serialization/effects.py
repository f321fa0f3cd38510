"""In which statements of a constructor a parameter does something: more than being checked, or warned about.

Turns a body and a name into statements. Knows nothing of classes and their bases.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.records import dataclass
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import dotted, mentions, names_in


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a constructor: what it calls its object and its `**kwargs`."""

    own: str
    any_keyword: str | None

    def meaningful(self, block: ir.Block, name: str) -> Iterator[ir.Stmt]:
        """The statements of a block in which the parameter does something."""
        keyword = self.any_keyword
        for statement in block:
            match statement:
                case ir.Raise() | ir.Assert() | ir.Delete():
                    continue
                case ir.If(arms=arms, orelse=orelse):
                    for test, body in arms:
                        if mentions(name, test) and not (mentions(name, body) or self._only_protests(body)):
                            yield statement
                        yield from self.meaningful(body, name)
                    yield from self.meaningful(orelse, name)
                case ir.Expression(value=ir.Call() as call):
                    if mentions(name, call) and self._reaches_self(call) and not _loads_weights(call):
                        yield statement
                case ir.Assign(targets=targets, value=value) if value is not None:
                    if all(isinstance(t, ir.Name) and t.id == name for t in targets):
                        continue
                    if keyword and all(isinstance(t, ir.Subscript) and mentions(keyword, t.value) for t in targets):
                        continue
                    if mentions(name, value):
                        yield statement
                case ir.For() | ir.While() | ir.Try() | ir.With() | ir.Match():
                    heads = [getattr(statement, a, None) for a in ("iterable", "test", "items", "subject")]
                    if any(mentions(name, head) for head in heads if head is not None):
                        yield statement
                    for inner in ir.blocks_of(statement):
                        yield from self.meaningful(inner, name)
                case _:
                    if mentions(name, statement):
                        yield statement

    def _only_protests(self, body: ir.Block) -> bool:
        keyword = self.any_keyword
        for statement in body:
            match statement:
                case ir.Raise() | ir.Assert():
                    continue
                case ir.Expression(value=ir.Constant() | ir.Opaque()):
                    continue
                case ir.Expression(value=ir.Call() as call) if not self._reaches_self(call) or _compiles(call, self.own):
                    continue
                case ir.Assign(targets=targets) if keyword and all(
                    isinstance(t, ir.Subscript) and mentions(keyword, t.value) for t in targets
                ):
                    continue
                case ir.If(arms=arms, orelse=orelse) if all(
                    self._only_protests(b) for b in (*(b for _, b in arms), orelse)
                ):
                    continue
                case _:
                    return False
        return True

    def _reaches_self(self, call: ir.Call) -> bool:
        """Whether a call can keep its arguments: on the object, on its base, on a container of it."""
        if self.own in names_in(call) or "super" in names_in(call.function):
            return True
        called = dotted(call.function) or ""
        return isinstance(call.function, ir.Attribute) and not called.startswith(_SPEAKERS)


_SPEAKERS = ("warnings.", "logging.", "logger.", "log.", "tf.debugging.")
"""Modules and objects whose functions only say something."""


def _loads_weights(call: ir.Call) -> bool:
    """`self.load_weights(path)`: what is loaded is in the file, where it came from need not be."""
    return isinstance(call.function, ir.Attribute) and call.function.name == "load_weights"


def _compiles(call: ir.Call, own: str) -> bool:
    """`self.compile(…)`: whether and how a model was compiled is in the file beside its configuration."""
    return dotted(call.function) == f"{own}.compile"
