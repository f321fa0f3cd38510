"""An argument goes out of a call as somebody would take it out who keeps the layout."""

from __future__ import annotations

import pytest

from kerlint.fixes.arguments import without_argument
from kerlint.rewriting.applying import replacement
from kerlint.rewriting.replacements import replaced
from kerlint.semantics import read_module
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import walk
from kerlint.sources.source import Source
from kerlint.sources.tokens import lex


def without(text: str, name: str = "gone") -> str | None:
    """The program without the argument of that name; None where it is left alone."""
    source = Source("a.py", text)
    argument = next(node for node in walk(read_module(source).body) if isinstance(node, ir.Argument) and node.keyword == name)
    tokens = lex(text)
    edit = without_argument(tokens, argument)
    return None if edit is None else replaced(text, [replacement(edit, source, tokens)])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(a, gone=1)", "f(a)"),
        ("f(a, gone=1, b=2)", "f(a, b=2)"),
        ("f(gone=1, b=2)", "f(b=2)"),
        ("f(gone=1)", "f()"),
        ("f( gone = 1 , )", "f()"),
        ("f(a, gone=1,)", "f(a,)"),
        ("f(a, gone=(1))", "f(a)"),
        ("f(a, gone=g(1, [2, 3]), b=2)", "f(a, b=2)"),
        ("f(g(x, y), gone={'a': 1, 'b': 2})", "f(g(x, y))"),
        ("g(f(a, gone=1), 2)", "g(f(a), 2)"),
        ("f(lambda x, y: x, gone=lambda a, b: a)", "f(lambda x, y: x)"),
        ("f(\n    a,\n    gone=1,\n)", "f(\n    a,\n)"),
        ("f(\n    a,\n    gone=1,\n    b=2\n)", "f(\n    a,\n    b=2\n)"),
        ("f(\n    a,\n    gone=1\n)", "f(\n    a\n)"),
        ("f(\n    gone=1,\n    b=2,\n)", "f(\n    b=2,\n)"),
        ("f(\n    gone=1,\n)", "f()"),
        ("f(a,\r\n  gone=1)\r\n", "f(a)\r\n"),
        ("f(a, gone='é😀', b='ü')", "f(a, b='ü')"),
        ("f(*a, gone=1, **b)", "f(*a, **b)"),
        ("f(a, gone=1)  # why", "f(a)  # why"),
        ("f(\n    a,  # first\n    gone=1,  # second\n    b=2,  # third\n)", "f(\n    a,  # first\n    b=2,  # third\n)"),
        ("f(\n    a,  # first\n    gone=1,  # second\n)", "f(\n    a,  # first\n)"),
    ],
)
def test_it_goes_with_its_comma(before: str, after: str) -> None:
    assert without(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "f(\n    a,  # first\n    gone=1  # second\n)",
        "f(a,  # first\n  gone=1, b=2)",
        "f(\n    # about it\n    gone=1\n)",
    ],
)
def test_where_a_comment_would_go_or_speak_of_something_else_nothing_is_done(text: str) -> None:
    assert without(text) is None
