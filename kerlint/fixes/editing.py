"""Makes edits from offsets in a module's text. Knows nothing of what they are for."""

from __future__ import annotations

from kerlint.finding import Edit, Span
from kerlint.project import Module
from kerlint.sources.tokens import Tokens, lex


def tokens_of(module: Module) -> Tokens:
    """The tokens of a module, counted as its syntax counts them."""
    return module.answer(_tokens)


def _tokens(module: Module) -> Tokens:
    return lex(module.text)


def edit(tokens: Tokens, start: int, end: int, content: str) -> Edit:
    """`content` in place of what stands between two offsets."""
    return Edit(Span(*tokens.place(start), *tokens.place(end)), content)


def removal(tokens: Tokens, start: int, end: int) -> Edit:
    """Nothing in place of it."""
    return edit(tokens, start, end, "")
