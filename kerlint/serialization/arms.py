"""Which arms of a method can run for an object of one class, where the method asks for the class itself, and what they hand back.

Turns `if type(self) is Base` into an answer for the class that a lineage belongs to. Knows nothing of configurations.
"""

from __future__ import annotations

from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import dotted
from kerlint.serialization.lineage import Ancestor, Lineage

Arms = tuple[tuple[ir.Expr, ir.Block], ...]


def possible_arms(lineage: Lineage, owner: Ancestor, own: str, statement: ir.If) -> tuple[Arms, ir.Block]:
    """The arms that can run for an object of the class, and what runs otherwise."""
    possible: list[tuple[ir.Expr, ir.Block]] = []
    for test, body in statement.arms:
        holds = _asks_for_class(lineage, owner, own, test)
        if holds:
            return tuple(possible), body
        if holds is None:
            possible.append((test, body))
    return tuple(possible), statement.orelse


def _asks_for_class(lineage: Lineage, owner: Ancestor, own: str, test: ir.Expr) -> bool | None:
    """Whether `type(self) is Base` holds for an object of the very class that is asked about; None for any other test."""
    match test:
        case ir.Comparison(start=start, rest=((("is" | "==" | "is not" | "!=") as relation, named),)):
            kind = start.function if isinstance(start, ir.Call) and [dotted(a.value) for a in start.arguments] == [own] else None
            if dotted(kind) != "type" and dotted(start) != f"{own}.__class__":
                return None
            place = lineage.index_of(owner, named)
            return None if place is None else (place == 0) == (relation in ("is", "=="))
    return None


def forgets_return(function: ir.FunctionFacts, left_out: set[int]) -> bool:
    """Whether the function hands nothing back, whatever it does; some of its statements are for objects of other classes."""
    statements = [statement for statement in ir.statements_of_scope(function.body) if id(statement) not in left_out]
    if function.is_generator or any(isinstance(s, (ir.Return, ir.Raise)) for s in statements):
        return False
    return not any(isinstance(s, ir.Expression) and isinstance(s.value, ir.Opaque) for s in statements)
