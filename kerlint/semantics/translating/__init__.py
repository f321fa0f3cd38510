"""Turns the tree of Python's own parser into the statements of `ModuleFacts`.

It takes a fifth of what reading with libcst takes, and gives the same (`tests/semantics/test_two_readers.py`); it exists only for
programs that the Python which runs kerlint would take. Knows nothing of Keras and of what names mean.
"""

from __future__ import annotations

import ast

from kerlint.semantics import syntax as ir
from kerlint.semantics.translating import definitions, expressions, patterns, statements, strings
from kerlint.semantics.translating.places import Places
from kerlint.semantics.translating.walk import Translation
from kerlint.sources.tokens import Tokens

HANDLERS = (definitions, expressions, patterns, statements, strings)
"""The modules that teach the translation its node types, by being imported."""


def translate(tree: ast.Module, tokens: Tokens) -> ir.Block:
    """The statements of a module. Raises Misaligned when tree and tokens disagree."""
    return Translation(Places(tokens)).block(tree.body)
