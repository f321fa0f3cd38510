"""Where a program expects an exception: under `pytest.raises` and its kin, or in a `try` that handles it.

Turns a module's statements into stretches of tokens. Knows nothing of what is done there.
"""

from __future__ import annotations

from kerlint.semantics import syntax as ir

Stretch = tuple[int, int]


def expects_failure(body: ir.Block, node: ir.Node) -> bool:
    """Whether a node stands where an exception is expected."""
    return any(first <= node.first <= last for first, last in expecting_stretches(body))


def expecting_stretches(body: ir.Block) -> list[Stretch]:
    """The first and last token of each block in which an exception is expected."""
    found: list[Stretch] = []
    pending: list[ir.Block] = [body]
    while pending:
        for statement in pending.pop():
            match statement:
                case ir.With() if any(_expects(context) for context, _ in statement.items):
                    found += _extent(statement.body)
                case ir.Try() if statement.handlers:
                    found += _extent(statement.body)
                case ir.FunctionFacts() | ir.ClassFacts():
                    pending.append(statement.body)
            pending.extend(ir.blocks_of(statement))
    return found


def _extent(block: ir.Block) -> list[Stretch]:
    inner = list(ir.statements_of_scope(block))
    return [(inner[0].first, max(statement.last for statement in inner))] if inner else []


def _expects(context: ir.Expr) -> bool:
    function = context.function if isinstance(context, ir.Call) else context
    name = function.name if isinstance(function, ir.Attribute) else getattr(function, "id", "")
    return "raises" in name.lower() or name == "suppress"
