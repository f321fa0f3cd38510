"""Spells something of Keras through a name that the file has for it already.

Turns a qualified name into an expression, or into nothing where no import of the file leads there.
"""

from __future__ import annotations

from kerlint.project import Module
from kerlint.semantics import syntax as ir
from kerlint.serialization.names import qualified


def spelt(module: Module, name: str, before: ir.Node) -> str | None:
    """How the file can write `keras.…` at a place of its own scope: by what it imports above, whatever happens."""
    found: list[tuple[int, str]] = []
    for statement in module.facts.body:
        if statement.first >= before.first or not isinstance(statement, (ir.Import, ir.ImportFrom)):
            continue
        bound = _bound_by(statement)
        if bound is None or len(module.bindings.get(bound, ())) != 1:
            continue
        means = qualified(module, ir.Name(statement.first, statement.last, bound))
        if means is None:
            continue
        rest = f".{name}" if means == "tensorflow" else name.removeprefix(means)
        if means == "tensorflow" or (name.startswith(means) and rest[:1] in ("", ".")):
            found.append((len(rest), bound + rest))
    return min(found)[1] if found else None


def _bound_by(statement: ir.Import | ir.ImportFrom) -> str | None:
    if isinstance(statement, ir.ImportFrom):
        return None if statement.name == "*" else statement.alias or statement.name
    return statement.alias or statement.module.partition(".")[0]
