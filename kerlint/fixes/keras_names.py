"""Spells a function of Keras through a name that the file has for it already.

Turns a qualified name into an expression, or into nothing where no import of the file leads there.
"""

from __future__ import annotations

from kerlint.project import Module
from kerlint.semantics import syntax as ir
from kerlint.serialization.names import qualified


def spelt(module: Module, name: str, before: ir.Node) -> str | None:
    """How the file can write a function of `keras.saving` at a place of its own scope: by what it imports above, in any case.

    What TensorFlow calls `keras` has no `saving` from Keras 3 on (measured), but all of these functions in `utils` as well.
    """
    found: list[tuple[int, str]] = []
    in_utils = name.replace("keras.saving.", "keras.utils.")
    for statement in module.facts.body:
        if statement.first >= before.first or not isinstance(statement, (ir.Import, ir.ImportFrom)):
            continue
        bound = _bound_by(statement)
        if bound is None or len(module.bindings.get(bound, ())) != 1:
            continue
        means = qualified(module, ir.Name(statement.first, statement.last, bound))
        is_of_tensorflow = statement.module.partition(".")[0] == "tensorflow"
        for one in (in_utils,) if is_of_tensorflow and means in ("keras", "tensorflow") else (name, in_utils):
            rest = f".{one}" if means == "tensorflow" else one.removeprefix(means or "?")
            if module.knowledge.find_function(one) is not None and len(rest) < len(one) + 2 and rest[:1] in ("", "."):
                found.append((rest.count("."), bound + rest))
    return min(found, key=lambda one: one[0])[1] if found else None


def _bound_by(statement: ir.Import | ir.ImportFrom) -> str | None:
    if isinstance(statement, ir.ImportFrom):
        return None if statement.name == "*" else statement.alias or statement.name
    return statement.alias or statement.module.partition(".")[0]
