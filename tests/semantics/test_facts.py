"""What reading a file gives: facts that can be sent to another process, whatever was read."""

from __future__ import annotations

import pickle
import sys

import pytest

from kerlint.semantics import CannotParse, GaveUp, ModuleFacts, read_module
from kerlint.semantics import syntax as ir
from kerlint.sources.source import Source

DEEP = {
    "a_sum_of_900_terms": "x = " + " + ".join(["a(b)"] * 900),
    "a_chain_of_900_calls": "x = y" + ".f()" * 900,
    "brackets_in_brackets": "x = " + "[" * 150 + "]" * 150,
    "600_elifs": "if a:\n    pass\n" + "elif b:\n    pass\n" * 600,
    "900_strings_in_a_row": "x = (" + "'a' " * 900 + ")",
    "a_conditional_of_150_arms": "x = " + "a if b else " * 150 + "c",
}


def facts_of(text: str) -> ModuleFacts:
    return read_module(Source("program.py", text, ()))


@pytest.mark.parametrize("name", DEEP)
def test_deep_code_can_be_pickled_within_the_usual_recursion_limit(name: str) -> None:
    facts = facts_of(DEEP[name])
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    try:
        again = pickle.loads(pickle.dumps(facts))
    finally:
        sys.setrecursionlimit(before)
    assert len(again.body) == len(facts.body) == 1


def test_a_node_stands_where_the_source_has_it() -> None:
    facts = facts_of("import keras\n\nx = keras.layers.Dense(\n    4,\n)  # noqa\n")
    assignment = facts.body[1]
    assert isinstance(assignment, ir.Assign)
    assert assignment.value is not None
    span = facts.span(assignment.value)
    assert (span.line, span.column, span.end_line, span.end_column) == (3, 5, 5, 2)


def test_a_program_that_is_no_python_is_refused_where_python_refuses_it() -> None:
    with pytest.raises(CannotParse) as refused:
        facts_of("x = 1\ndef f(:\n    pass\n")
    assert refused.value.line == 2


def test_an_endless_chain_is_given_up_at_once() -> None:
    with pytest.raises(GaveUp) as given_up:
        facts_of("import keras\nx = y" + ".a" * 100_000)
    assert given_up.value.line == 2


def test_a_long_list_of_attributes_is_no_chain() -> None:
    assert facts_of("x = [" + "a.b, " * 5000 + "]").body
