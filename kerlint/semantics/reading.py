"""Reads one program into facts: by Python's own parser, and by libcst where that one does not take the program.

Says truly where a program that is no Python breaks off.
"""

from __future__ import annotations

import re
import warnings

from kerlint.semantics.placing import Misaligned, Placing
from kerlint.semantics.syntax import Block, ModuleFacts
from kerlint.sources.source import Source
from kerlint.sources.tokens import Tokens, lex, overlong_chain

_DEEPEST = 200
"""Brackets in brackets: the limit of CPython's own tokenizer."""

_LONGEST_CHAIN = 2000
"""`a.b().c()…`: libcst's parser takes a time that grows with the square of it, about three seconds at this length."""


class CannotParse(Exception):
    """A program that is no Python: line and column from 1, and the reason in words."""

    def __init__(self, line: int, column: int, reason: str) -> None:
        super().__init__(f"{line}:{column}: {reason}")
        self.line, self.column, self.reason = line, column, reason


class GaveUp(Exception):
    """A program that kerlint does not follow: line and column from 1, and the reason in words."""

    def __init__(self, line: int, column: int, reason: str) -> None:
        super().__init__(f"{line}:{column}: {reason}")
        self.line, self.column, self.reason = line, column, reason


def read_module(source: Source, tokens: Tokens | None = None) -> ModuleFacts:
    """The facts of one program.

    Raises CannotParse when it is no Python, and GaveUp when reading it would take for ever or came to nothing.
    """
    tokens = tokens or lex(source.text)
    if tokens.deepest > _DEEPEST:  # Python refuses this too, and libcst takes a time that grows with the square of it
        raise _true_position(source.text, "too many nested brackets", 1)
    place = overlong_chain(tokens, _LONGEST_CHAIN)
    if place is not None:
        raise GaveUp(*place, f"an expression of more than {_LONGEST_CHAIN} calls and attributes in a row is not followed")
    body = read_by_python(tokens)
    if body is None:
        body = read_by_libcst(tokens)
    return ModuleFacts(source.path, body, tokens.starts, tokens.ends, tokens.line_starts)


def read_by_python(tokens: Tokens) -> Block | None:
    """The statements of a program as the parser of the Python that runs kerlint sees them; None when it does not take it.

    It takes a fifth of the time that libcst takes.
    """
    import ast  # here, because a run that finds everything in the cache needs neither

    from kerlint.semantics.translating import translate

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(tokens.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
            return None
    try:
        return translate(tree, tokens)
    except Misaligned:
        return None


def read_by_libcst(tokens: Tokens) -> Block:
    """The statements of a program for whichever Python it is written. Raises CannotParse and GaveUp."""
    import libcst as cst  # here, because importing it costs more than starting Python

    from kerlint.semantics.lowering import lower

    try:
        tree = cst.parse_module(tokens.text)
    except cst.ParserSyntaxError as error:
        raise _true_position(tokens.text, error.message, error.raw_line) from None
    try:
        return lower(tree, Placing(tokens))
    except Misaligned as slip:
        raise GaveUp(1, 1, f"kerlint lost its place in this file ({slip}); please report it") from None


def _true_position(text: str, message: str, line: int) -> CannotParse:
    """Where Python itself sees the error, since libcst's parser names places that are lines off.

    When the Python that runs kerlint accepts the program, libcst's own line is all there is.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "<program>", "exec", dont_inherit=True)
        except SyntaxError as error:
            return CannotParse(error.lineno or 1, max(error.offset or 1, 1), error.msg)
        except (ValueError, RecursionError, MemoryError, OverflowError) as error:
            return CannotParse(1, 1, str(error))
    reason = re.sub(r"\s+", " ", message).strip() or "invalid syntax"
    return CannotParse(max(line, 1), 1, reason)
