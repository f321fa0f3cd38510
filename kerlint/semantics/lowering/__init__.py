"""Turns a libcst tree into the statements of `ModuleFacts`, in one walk, with a stack of its own.

Nothing here recurses, however deep an expression is. Knows nothing of Keras and of what names mean.
"""

from __future__ import annotations

import libcst as cst

from kerlint.semantics import syntax as ir
from kerlint.semantics.lowering import definitions, expressions, imports, leaves, matching, statements
from kerlint.semantics.lowering.walk import Lowering
from kerlint.semantics.placing import Placing

HANDLERS = (definitions, expressions, imports, leaves, matching, statements)
"""The modules that teach the walk its node types, by being imported."""


def lower(tree: cst.Module, placing: Placing) -> ir.Block:
    """The statements of a module. Raises Misaligned when tree and tokens disagree."""
    block: ir.Block = Lowering(placing).run(tree)
    return block
